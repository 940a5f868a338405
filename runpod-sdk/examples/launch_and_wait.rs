//! Launches a pod, waits until it can be used, and deletes it.
//!
//! `cargo run -p runpod-sdk --example launch_and_wait -- "NVIDIA L4"` names the GPU. Reads
//! `RUNPOD_API_KEY`. **It bills** from the create to the delete, a few minutes.
#![expect(clippy::print_stdout, reason = "an example talks on its terminal")]

use runpod_sdk::types::{CreateGpuConfig, CreatePodRequest};
use runpod_sdk::wait::{PodCondition, WaitError};
use runpod_sdk::{Client, types::Pod};
use std::{env, error::Error, time::Duration};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let gpu = env::args().nth(1).unwrap_or_else(|| "NVIDIA L4".to_owned());
    let client = Client::from_env()?;

    // Only what is set is sent.
    let request = CreatePodRequest::new("example")
        .image("docker.io/library/python:3.13")
        .gpu(CreateGpuConfig::new(gpu).count(1))
        .ports(["22/tcp"]);
    let pod = client.pods().create(&request).await?;
    println!("{} bills ${}/h from now on", pod.id, pod.cost);

    let waited = until_ready(&client, &pod.id).await;
    // Whatever came of the wait: the pod bills until it is deleted.
    client.pods().delete(&pod.id).await?;
    println!("{} is deleted", pod.id);

    match waited {
        Ok(_) => Ok(()),
        Err(WaitError::GaveUp { last, .. }) => Err(format!("it was still {last}").into()),
        Err(error) => Err(error.into()),
    }
}

async fn until_ready(client: &Client, id: &str) -> Result<Option<Pod>, WaitError> {
    // RUNNING is not ready: the container has to be up, and SSH, where it was asked for, has an address then.
    let pod = client
        .pods()
        .wait(id, PodCondition::Ready)
        .interval(Duration::from_secs(2))
        .max_wait(Duration::from_secs(600))
        .on_progress(|progress| println!("{}", progress.phase))
        .await?;
    if let Some(ssh) = pod.as_ref().and_then(|pod| pod.ssh.direct.as_ref()) {
        println!("ready: {}", ssh.command);
    }
    Ok(pod)
}
