//! Runs a command in a service and exits as the command did.
//!
//! `cargo run -p northflank-sdk --example run_command -- PROJECT SERVICE ls -l /data`. Reads
//! `NORTHFLANK_API_TOKEN`, and `NORTHFLANK_TEAM_ID` for a token of an organisation.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example talks on its terminal"
)]

use northflank_sdk::Client;
use std::{env, error::Error, process::ExitCode};

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut words = env::args().skip(1);
    let (Some(project), Some(service)) = (words.next(), words.next()) else {
        return Err("name a project, a service and a command".into());
    };
    let client = Client::from_env()?;

    // No shell reads the words: they arrive as they are.
    let output = client
        .services()
        .exec(&project, &service, words)
        .run()
        .await?;
    print!("{}", output.stdout_text());
    eprint!("{}", output.stderr_text());

    let code = output.exit.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
