//! What a deploy waits for before it makes something.

use crate::cli_context::PROGRAM;
use crate::cli_northflank::{WEB, service_of};
use sandbox::Sandbox;
use std::time::Duration;
use tests::{Cloud, Context, rounds};

/// What every request takes. Those that are under way together arrive within much less of each other.
const LATENCY: Duration = Duration::from_millis(400);

/// The first look asks for the quota as well, and all others wait for what it says.
const MOST: usize = 2;

/// A cloud that is far away.
fn far_away() -> Cloud {
    Cloud::of(Sandbox::builder().latency(LATENCY).time_scale(100.0))
}

/// What a deploy reads before it first changes something, and in how many round trips at most.
fn reads_in_two_round_trips(cloud: &Cloud, context: &Context, arguments: &str) -> Vec<String> {
    let earlier = cloud.sandbox().requests().len();
    context.run(arguments).expect(0);
    let requests = cloud.sandbox().requests().into_iter().skip(earlier);
    let reads = rounds::before_the_first_change(requests);
    let names = reads.iter().filter_map(|read| read.operation.clone());
    let names: Vec<String> = names.collect();
    let length = rounds::in_sequence(&reads);
    assert!(length <= MOST, "{length}: {names:?}");
    names
}

#[test]
fn a_deploy_to_runpod_makes_something_after_two_round_trips() {
    let cloud = far_away();
    let check = |pod: &str, reads: usize| {
        let context = Context::at(PROGRAM, cloud.url());
        context.pod(pod);
        let read = reads_in_two_round_trips(&cloud, &context, "deploy");
        assert_eq!(read.len(), reads, "{read:?}");
        context.run("destroy --force --volumes").expect(0);
    };
    check("    gpuType: NVIDIA L4\n", 3);
    check("    gpuType: NVIDIA L4\n    region: EU-RO-1\n", 4);
    // A CPU pod has no volume of its own: a network volume is made first.
    check("    cpuOnly: true\n    volumeSizeGb: 10\n", 5);
}

#[test]
fn a_network_volume_that_is_named_is_read_beside_all_else() {
    let cloud = far_away();
    let create = async {
        let request = runpod_sdk::types::CreateNetworkVolumeRequest::new("models", "EU-RO-1", 20);
        cloud.client().network_volumes().create(&request).await
    };
    let volume = cloud.runtime().block_on(create).unwrap();
    let pod = format!(
        "    gpuType: NVIDIA L4\n    networkVolumeId: {}\n",
        volume.id
    );
    let context = Context::at(PROGRAM, cloud.url());
    context.pod(&pod);
    let read = reads_in_two_round_trips(&cloud, &context, "deploy");
    assert!(read.contains(&"get_network_volume".to_owned()), "{read:?}");
}

#[test]
fn a_volume_that_is_left_over_takes_no_round_trip_of_its_own() {
    let cloud = far_away();
    let context = Context::at(PROGRAM, cloud.url());
    context.pod("    cpuOnly: true\n    volumeSizeGb: 10\n");
    context.run("deploy").expect(0);
    context.edit("volumeSizeGb: 10", "volumeSizeGb: 0");
    let read = reads_in_two_round_trips(&cloud, &context, "deploy --force");
    assert!(
        read.contains(&"list_network_volumes".to_owned()),
        "{read:?}"
    );
}

#[test]
fn a_deploy_to_northflank_makes_something_after_two_round_trips() {
    let (cloud, context) = service_of(far_away(), WEB);
    let read = reads_in_two_round_trips(&cloud, &context, "deploy");
    assert_eq!(read.len(), 2, "{read:?}");
    // The project is there by now, and service and volume are looked for in it.
    context.run("destroy --force").expect(0);
    let read = reads_in_two_round_trips(&cloud, &context, "deploy");
    assert_eq!(read.len(), 4, "{read:?}");
}
