//! Pages through all pods of the account and adds up what they cost.
//!
//! `cargo run -p runpod-sdk --example every_page`. Reads `RUNPOD_API_KEY`, changes nothing.
#![expect(clippy::print_stdout, reason = "an example talks on its terminal")]

use futures::StreamExt;
use runpod_sdk::{Client, params::ListPodsParams};
use std::error::Error;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;

    // A stream of pods: the next page is asked for when the last one is used up.
    let mut pods = client.pods().list_all_with(ListPodsParams::new().limit(2));
    let mut cost = 0.0;
    while let Some(pod) = pods.next().await {
        let pod = pod?;
        println!("{} {} {} ${}/h", pod.id, pod.name, pod.status, pod.cost);
        cost += pod.cost;
    }

    // Or page by page, each as the API sent it.
    let mut pages = client.pods().pages_with(ListPodsParams::new().limit(2));
    let mut count = 0;
    while let Some(page) = pages.next().await {
        page?;
        count += 1;
    }
    println!("${cost:.2}/h, {count} pages");
    Ok(())
}
