use super::*;
use crate::config::HostFloors;
use crate::masked::Masked;
use crate::plan::SentOnce;
use crate::plan::fixtures::pod;

fn cards(count: u32, host: HostFloors) -> ComputeSpec {
    ComputeSpec::Gpu {
        id: "NVIDIA L4".to_owned(),
        count,
        host,
    }
}

fn floors(vcpus: Option<u32>, memory_gb: Option<u32>) -> HostFloors {
    HostFloors {
        min_vcpu_count_per_gpu: vcpus,
        min_memory_gb_per_gpu: memory_gb,
    }
}

/// What [`pod`] was made from.
fn spec() -> PodSpec {
    PodSpec {
        name: "demo".to_owned(),
        image: Some("ghcr.io/org/app:1".to_owned()),
        template_id: None,
        compute: cards(1, HostFloors::default()),
        cloud: "SECURE",
        data_centers: Vec::new(),
        disk_gb: 50,
        mount: MountSpec::Pod {
            size_gb: 20,
            path: "/workspace".to_owned(),
        },
        ports: vec!["8888/http".to_owned(), "22/tcp".to_owned()],
        env: [("A".to_owned(), Masked::from("1"))].into(),
        start_ssh: true,
    }
}

fn seen() -> PodSeen {
    let env = [("A", "1"), ("PUBLIC_KEY", "ssh-ed25519 x"), ("THEIRS", "x")];
    PodSeen {
        env: env
            .map(|(name, value)| (name.to_owned(), Masked::from(value)))
            .into(),
        ..pod("abc")
    }
}

fn recorded() -> Recorded {
    Recorded {
        env_names: vec!["A".to_owned()],
        sent_once: Some(SentOnce {
            start_ssh: true,
            template_id: None,
            host: Some(HostFloors::default()),
        }),
    }
}

/// Field and effect of each difference.
fn differences(spec: &PodSpec, seen: &PodSeen, place: &Place) -> Vec<(String, Effect)> {
    let found = compare(spec, place, seen, &recorded());
    found
        .changes
        .iter()
        .map(|change| (change.field.clone(), change.effect))
        .collect()
}

#[test]
fn an_unchanged_pod_has_no_differences() {
    assert_eq!(differences(&spec(), &seen(), &Place::Anywhere), []);
    assert!(
        !compare(&spec(), &Place::Anywhere, &seen(), &recorded())
            .patch
            .changes_env()
    );
}

#[test]
fn every_setting_is_compared_and_knows_what_changing_it_does() {
    let check = |change: &dyn Fn(&mut PodSpec), field: &str, effect| {
        let mut spec = spec();
        change(&mut spec);
        let found = differences(&spec, &seen(), &Place::Anywhere);
        assert_eq!(found, [(field.to_owned(), effect)]);
    };
    check(&|spec| spec.name = "other".to_owned(), "name", Effect::None);
    check(
        &|spec| spec.image = Some("app:2".to_owned()),
        "image",
        Effect::Restart,
    );
    check(&|spec| spec.disk_gb = 20, "disk", Effect::Restart);
    check(&|spec| spec.ports.truncate(1), "ports", Effect::Restart);
    check(&|spec| spec.cloud = "COMMUNITY", "cloud", Effect::Replace);
    check(&|spec| spec.start_ssh = false, "startSsh", Effect::Replace);
    check(
        &|spec| spec.template_id = Some("t".to_owned()),
        "template",
        Effect::Restart,
    );
    check(
        &|spec| {
            spec.compute = cards(2, HostFloors::default());
        },
        "compute",
        Effect::Replace,
    );
    let env = |name: &str, value: &str| (name.to_owned(), Masked::from(value));
    check(
        &|spec| spec.env = [env("A", "2")].into(),
        "env A",
        Effect::Restart,
    );
    check(
        &|spec| spec.env.extend([env("B", "2")]),
        "env B",
        Effect::Restart,
    );
    check(&|spec| spec.env.clear(), "env A", Effect::Restart);
}

#[test]
fn a_volume_grows_in_place_and_never_shrinks_or_changes_its_kind() {
    let pod = |size_gb, path: &str| MountSpec::Pod {
        size_gb,
        path: path.to_owned(),
    };
    let network = |id: &str| MountSpec::Network {
        volume: VolumeChoice::Existing(id.to_owned()),
        path: "/workspace".to_owned(),
    };
    let check = |mount: MountSpec, expected: &[(&str, Effect)], patched| {
        let spec = PodSpec { mount, ..spec() };
        let found = compare(&spec, &Place::Anywhere, &seen(), &recorded());
        let fields: Vec<_> = found
            .changes
            .iter()
            .map(|change| (change.field.as_str(), change.effect))
            .collect();
        assert_eq!(fields, expected);
        assert_eq!(found.patch.mount.is_some(), patched);
    };
    check(pod(20, "/workspace"), &[], false);
    check(
        pod(30, "/workspace"),
        &[("volume size", Effect::Restart)],
        true,
    );
    check(
        pod(10, "/workspace"),
        &[("volume size (never shrinks)", Effect::Replace)],
        false,
    );
    check(pod(20, "/data"), &[("volume path", Effect::Restart)], true);
    check(MountSpec::None, &[("volume", Effect::Replace)], false);
    check(network("vol1"), &[("volume", Effect::Replace)], false);
}

#[test]
fn the_order_of_ports_is_no_difference() {
    let mut spec = spec();
    spec.ports.reverse();
    assert_eq!(differences(&spec, &seen(), &Place::Anywhere), []);
}

#[test]
fn variables_that_sindri_did_not_set_are_left_alone() {
    let mut spec = spec();
    spec.env.clear();
    let found = compare(&spec, &Place::Anywhere, &seen(), &recorded());
    let removed: Vec<&str> = found.patch.env_remove.iter().map(String::as_str).collect();
    assert_eq!(removed, ["A"]);
}

#[test]
fn a_new_version_of_sindri_alone_restarts_nothing_and_rides_along_with_other_changes() {
    let mut spec = spec();
    spec.env
        .insert("SINDRI_VERSION".to_owned(), Masked::from("9.9.9"));
    assert_eq!(differences(&spec, &seen(), &Place::Anywhere), []);
    spec.env.insert("A".to_owned(), Masked::from("2"));
    let found = compare(&spec, &Place::Anywhere, &seen(), &recorded());
    assert!(found.patch.env_set.contains_key("SINDRI_VERSION"));
}

#[test]
fn a_place_outside_of_the_region_needs_a_new_pod() {
    let elsewhere = Place::In(vec!["EU-RO-1".to_owned()]);
    let expected = [("data center".to_owned(), Effect::Replace)];
    assert_eq!(differences(&spec(), &seen(), &elsewhere), expected);
    let mut unplaced = seen();
    unplaced.data_center = None;
    assert_eq!(differences(&spec(), &unplaced, &elsewhere), []);
}

#[test]
fn what_was_never_written_down_and_is_never_returned_is_not_compared() {
    let mut spec = spec();
    spec.start_ssh = false;
    spec.template_id = Some("t".to_owned());
    let found = compare(&spec, &Place::Anywhere, &seen(), &Recorded::default());
    assert!(found.changes.is_empty(), "{:?}", found.changes);
}

#[test]
fn only_a_floor_of_the_host_that_is_new_or_higher_needs_a_new_pod() {
    let none = HostFloors::default();
    let check = |sent: Option<HostFloors>, wanted: HostFloors, expected: &[(&str, &str)]| {
        let spec = PodSpec {
            compute: cards(1, wanted),
            ..spec()
        };
        let mut recorded = recorded();
        recorded.sent_once.as_mut().unwrap().host = sent;
        let found = compare(&spec, &Place::Anywhere, &seen(), &recorded);
        let changes: Vec<_> = found
            .changes
            .iter()
            .map(|change| {
                let words = (change.from.as_str(), change.to.as_str());
                assert_eq!(
                    (change.field.as_str(), change.effect),
                    ("host", Effect::Replace)
                );
                words
            })
            .collect();
        assert_eq!(changes, expected, "{sent:?} {wanted:?}");
    };
    let (both, higher) = (floors(Some(8), Some(32)), floors(Some(9), Some(32)));
    check(Some(none), none, &[]);
    check(Some(both), both, &[]);
    check(
        Some(none),
        both,
        &[("any", "at least 8 vCPU and 32 GB per GPU")],
    );
    check(
        Some(both),
        higher,
        &[(
            "at least 8 vCPU and 32 GB per GPU",
            "at least 9 vCPU and 32 GB per GPU",
        )],
    );
    check(
        Some(floors(Some(16), None)),
        floors(None, Some(1)),
        &[("at least 16 vCPU per GPU", "at least 1 GB per GPU")],
    );
    // Less than before is what the pod has already.
    check(Some(higher), both, &[]);
    check(Some(both), floors(None, Some(32)), &[]);
    check(Some(both), none, &[]);
    // Written down by a version that knew no floors.
    check(None, both, &[]);
    check(None, none, &[]);
}

#[test]
fn no_value_of_a_variable_is_in_a_change() {
    let mut spec = spec();
    spec.env.insert("A".to_owned(), Masked::from("marker-new"));
    let mut seen = seen();
    seen.env.insert("A".to_owned(), Masked::from("marker-old"));
    let found = compare(&spec, &Place::Anywhere, &seen, &recorded());
    let shown = format!(
        "{found:?} {}",
        serde_json::to_string(&found.changes).unwrap()
    );
    assert!(!shown.contains("marker"), "{shown}");
}
