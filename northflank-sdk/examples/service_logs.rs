//! Prints the log of a service as it is written, until Ctrl-C.
//!
//! `cargo run -p northflank-sdk --example service_logs -- PROJECT SERVICE`. Reads `NORTHFLANK_API_TOKEN`.
#![expect(clippy::print_stdout, reason = "an example talks on its terminal")]

use futures::StreamExt;
use northflank_sdk::Client;
use std::{env, error::Error};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut words = env::args().skip(1);
    let (Some(project), Some(service)) = (words.next(), words.next()) else {
        return Err("name a project and a service".into());
    };
    let client = Client::from_env()?;

    // Stored lines, then new ones. After a break it goes on where it was, and gives each line once.
    let mut lines = client.services().logs(&project, &service).stream();
    while let Some(line) = lines.next().await {
        println!("{}", line?.line);
    }
    Ok(())
}
