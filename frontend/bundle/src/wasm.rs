//! From the compiler's wasm to what a browser loads.

use std::path::Path;
use std::process::Command;
use std::{env, fs, process};

use wasm_bindgen_cli_support::Bindgen;

use crate::files::{Files, read_tree};
use crate::{NAME, Result};

/// What rustc's wasm may use; older wasm-opts refuse it unless told.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// The version of the wasm-opt on the path, if there is one.
pub fn optimizer() -> Option<String> {
    let output = Command::new("wasm-opt").arg("--version").output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Makes `majlis.js`, `majlis.wasm` and the snippets that libraries bring along.
pub fn bind(input: &Path, optimizer: Option<&str>) -> Result<Files> {
    let scratch = env::temp_dir().join(format!("{NAME}-bundle-{}", process::id()));
    fs::create_dir_all(&scratch)?;
    let made = emit(input, &scratch, optimizer);
    fs::remove_dir_all(&scratch)?;
    made
}

fn emit(input: &Path, scratch: &Path, optimizer: Option<&str>) -> Result<Files> {
    Bindgen::new()
        .input_path(input)
        .out_name(NAME)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .generate(scratch)
        .map_err(|error| format!("{}: {error:#}", input.display()))?;
    let bound = scratch.join(format!("{NAME}_bg.wasm"));
    let wasm = scratch.join(format!("{NAME}.wasm"));
    fs::rename(bound, &wasm)?;
    if let Some(version) = optimizer {
        optimize(&wasm, version)?;
    }
    read_tree(scratch)
}

/// Saves a little. Where it fails (a wasm-opt older than the compiler), the site is as good without it.
fn optimize(wasm: &Path, version: &str) -> Result<()> {
    let smaller = wasm.with_extension("opt");
    let run = Command::new("wasm-opt").arg("-Oz").args(FEATURES).arg(wasm).arg("-o").arg(&smaller).output()?;
    if run.status.success() {
        println!("bundle: {version}: {} → {} bytes", fs::metadata(wasm)?.len(), fs::metadata(&smaller)?.len());
        fs::rename(&smaller, wasm)?;
    } else {
        let why = String::from_utf8_lossy(&run.stderr);
        println!("bundle: {version} failed and is left out: {}", why.lines().next().unwrap_or("no reason given"));
        if smaller.exists() {
            fs::remove_file(&smaller)?;
        }
    }
    Ok(())
}
