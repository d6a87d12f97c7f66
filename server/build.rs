//! The site is embedded: the folder must exist (empty, until `make site` fills it), and a new site means a new program.

fn main() {
    let site = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/site");
    if let Err(error) = std::fs::create_dir_all(&site) {
        println!("cargo::warning=the site's folder cannot be made: {error}");
    }
    println!("cargo::rerun-if-changed=../target/site/build-id");
    println!("cargo::rerun-if-changed=build.rs");
}
