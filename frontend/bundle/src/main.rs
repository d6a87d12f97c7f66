//! Makes the site from the compiled wasm, the style sheets and the assets.
//!
//! `bundle <wasm> <out> [--quick] [--style DIR]` leaves behind
//!
//! ```text
//! <out>/build-id            the hash below, for the server to link to
//! <out>/assets/<hash>/      majlis.js majlis.wasm majlis.css start.js, the assets, and a .br beside what shrinks
//! <out>.stamp               what this was made from
//! ```
//!
//! The folder carries the hash of everything in it, so that all of it may be cached for ever and a page never mixes
//! the files of two builds.

mod css;
mod files;
mod publish;
mod wasm;

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use files::{Files, digest};

/// The browser's file names: Leptos looks for `<LEPTOS_OUTPUT_NAME>.wasm`.
const NAME: &str = "majlis";

/// This program's own sources: a changed bundler makes the site anew.
const SOURCES: &[&str] = &[
    include_str!("main.rs"),
    include_str!("css.rs"),
    include_str!("files.rs"),
    include_str!("publish.rs"),
    include_str!("wasm.rs"),
    include_str!("start.js"),
];

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

struct Options {
    wasm: PathBuf,
    out: PathBuf,
    style: PathBuf,
    quality: i32,
}

fn main() -> ExitCode {
    match options(env::args().skip(1)).and_then(|options| run(&options)) {
        Ok(said) => {
            println!("bundle: {said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("bundle: {error}");
            ExitCode::FAILURE
        }
    }
}

fn options(args: impl Iterator<Item = String>) -> Result<Options> {
    let usage = "usage: bundle <wasm> <out> [--quick] [--style DIR]";
    let (mut paths, mut style, mut quality) = (Vec::new(), None, 11);
    let mut args = args;
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--quick" => quality = 5,
            "--style" => style = Some(PathBuf::from(args.next().ok_or(usage)?)),
            flag if flag.starts_with('-') => {
                return Err(format!("unknown option {flag}\n{usage}").into());
            }
            path => paths.push(PathBuf::from(path)),
        }
    }
    let [wasm, out] = <[PathBuf; 2]>::try_from(paths).map_err(|_| usage)?;
    // `cargo run` tells where the package lies now; the compiled-in place serves the plain program.
    let package = env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    let style = style.unwrap_or_else(|| Path::new(&package).join("../../style"));
    Ok(Options { wasm, out, style, quality })
}

fn run(options: &Options) -> Result<String> {
    let optimizer = wasm::optimizer();
    let style = files::read_tree(&options.style)?;
    let input = files::read(&options.wasm)?;

    let stamp = stamp(options, optimizer.as_deref(), &style, &input);
    if let Some(id) = publish::current(&options.out, &stamp) {
        return Ok(format!("nothing changed, still {id}"));
    }

    let mut site = wasm::bind(&options.wasm, optimizer.as_deref())?;
    site.insert("start.js".to_owned(), include_bytes!("start.js").to_vec());
    for (name, bytes) in &style {
        if let Some(asset) = name.strip_prefix("assets/")
            && site.insert(asset.to_owned(), bytes.clone()).is_some()
        {
            return Err(format!("style/assets/{asset} has the name of a file this program makes").into());
        }
    }
    let sheet = css::join(&style)?;
    css::check_urls(&sheet, &site)?;
    site.insert(format!("{NAME}.css"), sheet.into_bytes());

    let published = publish::publish(&options.out, &site, options.quality, &stamp)?;
    let size = |name: &str| {
        let name = format!("{NAME}.{name}");
        let packed = published.packed.get(&name).copied();
        format!("{name} {} KB ({} KB brotli)", site[&name].len() / 1024, packed.unwrap_or_default() / 1024)
    };
    Ok(format!("{}: {} files, {}, {}", published.id, site.len(), size("wasm"), size("css")))
}

/// Everything the site depends on, as one hash.
fn stamp(options: &Options, optimizer: Option<&str>, style: &Files, input: &[u8]) -> String {
    let mut inputs = Files::new();
    inputs.insert("program".to_owned(), SOURCES.concat().into_bytes());
    inputs.insert("options".to_owned(), format!("{} {optimizer:?}", options.quality).into_bytes());
    inputs.insert("wasm".to_owned(), input.to_vec());
    for (name, bytes) in style {
        inputs.insert(format!("style/{name}"), bytes.clone());
    }
    digest(&inputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Options> {
        options(args.iter().map(|arg| (*arg).to_owned()))
    }

    #[test]
    fn options_take_two_paths_and_flags() {
        let given = parse(&["a.wasm", "site", "--quick", "--style", "look"]).unwrap();
        assert_eq!((given.wasm, given.out), (PathBuf::from("a.wasm"), PathBuf::from("site")));
        assert_eq!((given.style, given.quality), (PathBuf::from("look"), 5));
        assert!(parse(&["a.wasm", "site"]).unwrap().style.ends_with("../../style"));
    }

    #[test]
    fn options_refuse_what_they_do_not_know() {
        for args in [&["a.wasm"][..], &["a", "b", "c"], &["a", "b", "--fast"], &["a", "b", "--style"]] {
            assert!(parse(args).is_err(), "{args:?}");
        }
    }
}
