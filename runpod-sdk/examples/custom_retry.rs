//! How often a call is sent: for a client, for one call, and for a create, which is never sent twice.
//!
//! `cargo run -p runpod-sdk --example custom_retry`. Reads `RUNPOD_API_KEY`. **It bills** for the seconds
//! between the create and the delete.
#![expect(clippy::print_stdout, reason = "an example talks on its terminal")]

use runpod_sdk::types::{CreateCpuConfig, CreatePodRequest, Pod};
use runpod_sdk::{Client, ClientBuilder, Error, Observed, RetryPolicy};
use std::time::Duration;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // For all calls of a client: more attempts than the three of the default, and shorter waits.
    let patient = RetryPolicy {
        max_attempts: 5,
        base_delay: Duration::from_millis(100),
        max_delay: Duration::from_secs(5),
        ..RetryPolicy::default()
    };
    let client = ClientBuilder::from_env()?
        .retry(patient)
        .observe(tell)
        .build()?;
    let pods = client.pods().list().await?;
    println!("{} pods", pods.pods.len());

    // For one call: sent once. It waits for its quota first, if nearly nothing is left of that; with
    // `Quota::Ignore` it would not.
    let probe = client.pods().list().no_retry();
    match probe.timeout(Duration::from_secs(5)).await {
        Ok(_) => println!("the API is there"),
        Err(error) => println!("not now: {error}"),
    }

    let request = CreatePodRequest::new("example-once")
        .image("docker.io/library/python:3.13")
        .cpu(CreateCpuConfig::new("cpu3c", 2));
    let pod = create_once(&client, &request).await?;
    println!("created {}", pod.id);
    client.pods().delete(&pod.id).await?;
    Ok(())
}

/// Creates a pod whose name nothing else has. When the answer is lost, the pod may be there, and a second
/// create would make a second one that bills: it is looked up instead.
async fn create_once(client: &Client, request: &CreatePodRequest) -> Result<Pod, Error> {
    match client.pods().create(request).await {
        Ok(pod) => Ok(pod.into_inner()),
        Err(error) if error.may_have_taken_effect() => {
            println!("looking it up: {error}");
            let pods = client.pods().list_all().collect_all().await?;
            let made = pods.into_iter().find(|pod| pod.name == request.name);
            made.ok_or(error)
        }
        Err(error) => Err(error),
    }
}

fn tell(observed: &Observed) {
    if let Observed::Ended {
        operation,
        attempt,
        status,
        ..
    } = observed
    {
        let status = status.map_or("no answer".to_owned(), |status| status.to_string());
        println!("{operation}, attempt {attempt}: {status}");
    }
}
