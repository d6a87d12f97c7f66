//! The migrations are part of the program: a changed file means a new program.

fn main() {
    println!("cargo::rerun-if-changed=../migrations");
}
