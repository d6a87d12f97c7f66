//! The program `majlis`.

use std::process::ExitCode;

use clap::Parser as _;
use server::commands::{self, Cli};

fn main() -> ExitCode {
    let cli = Cli::parse();
    // One crypto library for everything that speaks TLS.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(cause) => {
            eprintln!("majlis: the runtime cannot start: {cause}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(commands::execute(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // One line: people read it, scripts search it.
            eprintln!("majlis: {}", error.to_string().replace('\n', " "));
            ExitCode::FAILURE
        }
    }
}
