//! The `anchorage` executable.

use std::process::ExitCode;

fn main() -> ExitCode {
    anchorage::cli::run(std::env::args_os())
}
