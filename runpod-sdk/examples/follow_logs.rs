//! Prints the log of a pod as it is written, until Ctrl-C.
//!
//! `cargo run -p runpod-sdk --example follow_logs -- POD_ID`. Reads `RUNPOD_API_KEY`.
#![expect(clippy::print_stdout, reason = "an example talks on its terminal")]

use futures::StreamExt;
use runpod_sdk::Client;
use std::{env, error::Error};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let id = env::args().nth(1).ok_or("name a pod")?;
    let client = Client::from_env()?;

    // The last 20 lines, then new ones. After a break it goes on where it was, and gives each line once.
    let mut lines = client.pods().logs(&id).tail(20).stream();
    while let Some(line) = lines.next().await {
        let line = line?;
        let source = line.source.map(|source| source.to_string());
        println!("{:9} {}", source.unwrap_or_default(), line.line);
    }
    Ok(())
}
