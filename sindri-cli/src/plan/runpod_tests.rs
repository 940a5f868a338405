use super::*;
use crate::config::{Config, HostFloors, Target};
use crate::plan::fixtures::{catalog, config, config_of_pod, empty_account, env_of, pod, with_pod};
use crate::plan::{
    Catalog, Class, ComputeSeen, DataLoss, MountSeen, PodSeen, PodState, PublicKey, SizeSeen, Stock,
};

fn try_plan(config: &Config, observed: &Observed, spot: SpotPolicy) -> Result<Plan, PlanError> {
    let Target::Runpod(runpod) = &config.target else {
        panic!("not for runpod")
    };
    let secrets = [("TOKEN".to_owned(), Masked::from("marker"))].into();
    plan(
        &Inputs {
            config,
            runpod,
            secrets: &secrets,
            unread: &BTreeSet::new(),
            spot,
            max_usd_per_hour: None,
        },
        observed,
    )
}

fn planned(config: &Config, observed: &Observed) -> Plan {
    try_plan(config, observed, SpotPolicy::Refuse).expect("a plan")
}

/// The pod of [`config_of_pod`] as it would be after a deploy.
fn deployed(config: &Config) -> PodSeen {
    let mut env = env_of(config);
    env.insert("TOKEN".to_owned(), Masked::from("marker"));
    PodSeen { env, ..pod("abc") }
}

fn classes(plan: &Plan) -> Vec<Class> {
    plan.actions.iter().map(|action| action.class).collect()
}

const IMAGE: &str = "  image: ghcr.io/org/app:1\n";

#[test]
fn a_new_gpu_pod() {
    let plan = planned(&config_of_pod(), &empty_account());
    insta::assert_json_snapshot!(plan);
}

#[test]
fn a_new_cpu_pod_with_a_volume() {
    let cpu = "    cpuOnly: true\n    cpuInstanceId: cpu3c-2-4\n    volumeSizeGb: 10\n";
    let plan = planned(&config(IMAGE, cpu), &empty_account());
    insta::assert_json_snapshot!(plan);
}

#[test]
fn an_offline_plan() {
    let plan = planned(&config_of_pod(), &Observed::default());
    insta::assert_json_snapshot!(plan);
}

#[test]
fn the_floors_of_the_host_are_named_for_each_card() {
    let deployment = format!("{IMAGE}  resources:\n    memory: 64GB\n");
    let runpod = "    gpuType: NVIDIA L4\n    gpuCount: 2\n    vcpuCount: 12\n";
    let config = config(&deployment, runpod);
    for observed in [empty_account(), Observed::default()] {
        let plan = planned(&config, &observed);
        let create = &plan.actions[0].description;
        assert!(
            create.contains("on a host with at least 6 vCPU and 32 GB per GPU in SECURE"),
            "{create}"
        );
        let pod = serde_json::to_value(&plan.resources[0].config).unwrap();
        assert_eq!(
            pod["compute"]["gpu"]["host"],
            serde_json::json!({"min_vcpu_count_per_gpu": 6, "min_memory_gb_per_gpu": 32})
        );
    }
    let plan = planned(&config_of_pod(), &empty_account());
    assert!(!plan.actions[0].description.contains("host"));
}

#[test]
fn a_floor_that_is_lowered_or_not_known_is_noted_and_replaces_nothing() {
    let runpod = "    gpuType: NVIDIA L4\n    vcpuCount: 6\n";
    let config = config(IMAGE, runpod);
    let check = |sent: Option<u32>, note: &str| {
        let mut observed = with_pod(deployed(&config));
        let Existing::Found(found) = &mut observed.existing else {
            panic!("a pod")
        };
        let once = found.recorded.sent_once.as_mut().unwrap();
        once.host = sent.map(|vcpus| HostFloors {
            min_vcpu_count_per_gpu: Some(vcpus),
            min_memory_gb_per_gpu: None,
        });
        let plan = planned(&config, &observed);
        assert!(plan.actions.is_empty(), "{:?}", plan.actions);
        let said = plan.notes.iter().any(|said| said.contains(note));
        assert_eq!(said, !note.is_empty(), "{:?}", plan.notes);
    };
    check(Some(8), "made for a host with at least 8 vCPU per GPU");
    check(None, "not compared: the least vCPU and memory of the host.");
    check(Some(6), "");
}

#[test]
fn a_replacement() {
    let config = config_of_pod();
    let mut old = deployed(&config);
    old.cloud = "COMMUNITY".to_owned();
    let plan = planned(&config, &with_pod(old));
    assert_eq!(plan.needs_force().count(), 2);
    insta::assert_json_snapshot!(plan.actions);
}

#[test]
fn an_update_that_restarts() {
    let config = config_of_pod();
    let mut old = deployed(&config);
    old.image = Some("ghcr.io/org/app:0".to_owned());
    old.env
        .insert("TOKEN".to_owned(), Masked::from("marker-old"));
    let plan = planned(&config, &with_pod(old));
    assert_eq!(plan.needs_force().count(), 0);
    insta::assert_json_snapshot!(plan.actions);
}

#[test]
fn a_deployed_pod_that_is_what_the_file_says_needs_nothing() {
    let config = config_of_pod();
    let plan = planned(&config, &with_pod(deployed(&config)));
    assert!(plan.actions.is_empty(), "{:?}", plan.actions);
}

#[test]
fn a_deployed_pod_needs_nothing_even_if_its_card_is_out_of_stock_now() {
    let config = config_of_pod();
    let mut observed = with_pod(deployed(&config));
    for gpu in &mut observed.catalog.as_mut().unwrap().gpus {
        gpu.stock = crate::plan::Stock::None;
    }
    assert!(planned(&config, &observed).actions.is_empty());
}

#[test]
fn a_stopped_pod_is_changed_first_and_started_then() {
    let config = config_of_pod();
    let stopped = PodSeen {
        state: PodState::Exited,
        ..deployed(&config)
    };
    assert_eq!(
        classes(&planned(&config, &with_pod(stopped.clone()))),
        [Class::Start]
    );
    let smaller = PodSeen {
        disk_gb: Some(10),
        ..stopped
    };
    let plan = planned(&config, &with_pod(smaller));
    assert_eq!(classes(&plan), [Class::UpdateInPlace, Class::Start]);
    assert!(plan.actions[0].loses.is_empty());
}

#[test]
fn a_replacement_destroys_data_only_where_a_pod_volume_is_lost() {
    let config = config_of_pod();
    let check = |mount: MountSeen, destroys| {
        let old = PodSeen {
            mount,
            cloud: "COMMUNITY".to_owned(),
            ..deployed(&config)
        };
        let plan = planned(&config, &with_pod(old));
        assert_eq!(classes(&plan), [Class::Replace, Class::Replace]);
        assert_eq!(plan.actions[1].destroys_data, destroys);
    };
    check(
        MountSeen::Pod {
            size_gb: SizeSeen(Some(20)),
            path: "/workspace".to_owned(),
        },
        DataLoss::Destroys,
    );
    check(
        MountSeen::Network {
            volume_id: "v".to_owned(),
            path: "/workspace".to_owned(),
        },
        DataLoss::None,
    );
    check(MountSeen::None, DataLoss::None);
}

#[test]
fn a_pod_left_by_an_earlier_replacement_is_deleted_without_asking_again() {
    let config = config_of_pod();
    let mut observed = with_pod(deployed(&config));
    let Existing::Found(deployed) = &mut observed.existing else {
        panic!("nothing deployed")
    };
    deployed.retiring.push(pod("old"));
    let plan = planned(&config, &observed);
    assert_eq!(classes(&plan), [Class::Delete]);
    assert_eq!(plan.needs_force().count(), 0);
}

#[test]
fn spot_capacity_is_refused_with_the_on_demand_price_unless_that_is_accepted() {
    let check = |keys: &str, path: &str| {
        let config = config(IMAGE, &format!("    gpuType: NVIDIA L4\n{keys}"));
        let error = try_plan(&config, &empty_account(), SpotPolicy::Refuse).unwrap_err();
        let PlanError::Config {
            path: at, message, ..
        } = error
        else {
            panic!("{error:?}")
        };
        assert_eq!(at, path);
        assert!(message.contains("on demand it is $0.39/h"), "{message}");
        let plan = try_plan(&config, &empty_account(), SpotPolicy::OnDemand).unwrap();
        assert!(
            plan.notes
                .iter()
                .any(|note| note.contains("on-demand price"))
        );
    };
    check("    spot: true\n", "providers.runpod.spot");
    check("    spotBid: 0.2\n", "providers.runpod.spotBid");
}

#[test]
fn a_key_is_sent_only_where_the_account_has_none() {
    let key = PublicKey {
        file: "~/.ssh/id_ed25519.pub".to_owned(),
        line: "ssh-ed25519 x".to_owned(),
    };
    let check = |account_keys, key: Option<&PublicKey>, sent, note: Option<&str>| {
        let observed = Observed {
            account_keys,
            public_key: key.cloned(),
            ..empty_account()
        };
        let plan = planned(&config_of_pod(), &observed);
        assert_eq!(
            plan.target.env.contains_key("PUBLIC_KEY"),
            sent,
            "{account_keys:?}"
        );
        let said = note.is_none_or(|note| plan.notes.iter().any(|said| said.contains(note)));
        assert!(said, "{:?}", plan.notes);
    };
    check(AccountKeys::Count(1), Some(&key), false, None);
    check(
        AccountKeys::Count(0),
        Some(&key),
        true,
        Some("~/.ssh/id_ed25519.pub is sent"),
    );
    check(
        AccountKeys::Count(0),
        None,
        false,
        Some("SSH will not work"),
    );
    check(
        AccountKeys::NotReadable,
        Some(&key),
        false,
        Some("not checked"),
    );
}

#[test]
fn a_volume_made_earlier_is_used_again_grown_and_never_shrunk() {
    let cpu = |gb: u32| {
        config(
            IMAGE,
            &format!("    cpuOnly: true\n    cpuInstanceId: cpu3c-2-4\n    volumeSizeGb: {gb}\n"),
        )
    };
    let observed = Observed {
        own_volume: Some(VolumeSeen {
            id: "vol1".to_owned(),
            name: "demo-data-012345".to_owned(),
            size_gb: SizeSeen(Some(20)),
            data_center: "US-TX-3".to_owned(),
        }),
        ..empty_account()
    };
    let same = planned(&cpu(20), &observed);
    assert_eq!(classes(&same), [Class::Create]);
    assert_eq!(same.target.data_centers, ["US-TX-3"]);
    assert_eq!(
        classes(&planned(&cpu(30), &observed)),
        [Class::UpdateInPlace, Class::Create]
    );
    let error = try_plan(&cpu(10), &observed, SpotPolicy::Refuse).unwrap_err();
    assert!(error.to_string().contains("never shrinks"), "{error}");
}

#[test]
fn a_named_volume_decides_where_the_pod_runs() {
    let config = config(IMAGE, "    gpuType: NVIDIA L4\n    networkVolumeId: vol1\n");
    let observed = Observed {
        named_volume: Some(VolumeSeen {
            id: "vol1".to_owned(),
            name: "data".to_owned(),
            size_gb: SizeSeen(Some(100)),
            data_center: "EU-RO-1".to_owned(),
        }),
        ..empty_account()
    };
    let plan = planned(&config, &observed);
    assert_eq!(plan.target.data_centers, ["EU-RO-1"]);
    let lines = plan.estimated_cost.unwrap().lines;
    assert!(
        lines
            .iter()
            .any(|line| line.item == "network volume 100 GB")
    );
}

#[test]
fn an_area_is_sent_as_its_data_centers_with_stock() {
    let plan = planned(
        &config(IMAGE, "    gpuType: NVIDIA L4\n    region: US\n"),
        &empty_account(),
    );
    assert_eq!(plan.target.data_centers, ["US-TX-3"]);
}

#[test]
fn neither_the_plan_nor_its_json_hold_a_value_of_a_variable() {
    let config = config_of_pod();
    let mut old = deployed(&config);
    old.env
        .insert("TOKEN".to_owned(), Masked::from("marker-old"));
    for observed in [empty_account(), with_pod(old)] {
        let plan = planned(&config, &observed);
        let shown = format!("{plan:?} {}", serde_json::to_string(&plan).unwrap());
        assert!(shown.contains("TOKEN"));
        assert!(!shown.contains("marker"), "{shown}");
    }
}

/// An L4 that is sold out, no longer offered, or not in the catalog at all.
fn without_the_l4() -> [Catalog; 3] {
    let change = |change: &dyn Fn(&mut Catalog)| {
        let mut catalog = catalog();
        change(&mut catalog);
        catalog
    };
    let l4 = |catalog: &mut Catalog| -> usize {
        let at = catalog.gpus.iter().position(|gpu| gpu.id == "NVIDIA L4");
        at.expect("an L4")
    };
    [
        change(&|catalog| {
            let at = l4(catalog);
            catalog.gpus[at].stock = Stock::None;
        }),
        change(&|catalog| {
            let at = l4(catalog);
            catalog.gpus[at].secure.offered = false;
        }),
        change(&|catalog| {
            let at = l4(catalog);
            catalog.gpus.remove(at);
        }),
    ]
}

#[test]
fn a_pod_keeps_its_hardware_though_the_catalog_has_none_left() {
    let config = config_of_pod();
    for catalog in without_the_l4() {
        let observed = Observed {
            catalog: Some(catalog),
            ..with_pod(deployed(&config))
        };
        let plan = planned(&config, &observed);
        assert_eq!(classes(&plan), []);
        assert!(plan.estimated_cost.is_some());
        let with = |pod| Observed {
            catalog: observed.catalog.clone(),
            ..with_pod(pod)
        };
        let stopped = PodSeen {
            state: PodState::Exited,
            ..deployed(&config)
        };
        assert_eq!(classes(&planned(&config, &with(stopped))), [Class::Start]);
        // What has to be made anew needs what is offered now.
        let elsewhere = PodSeen {
            cloud: "COMMUNITY".to_owned(),
            ..deployed(&config)
        };
        try_plan(&config, &with(elsewhere), SpotPolicy::Refuse).unwrap_err();
    }
}

#[test]
fn a_pod_whose_hardware_cannot_be_read_is_left_as_it_is() {
    let config = config_of_pod();
    let [sold_out, _, gone] = without_the_l4();
    for catalog in [sold_out, gone] {
        let unreadable = PodSeen {
            compute: ComputeSeen::Unknown,
            ..deployed(&config)
        };
        let observed = Observed {
            catalog: Some(catalog),
            ..with_pod(unreadable)
        };
        assert_eq!(classes(&planned(&config, &observed)), []);
    }
}

#[test]
fn a_size_that_cannot_be_read_is_neither_grown_nor_shrunk() {
    let config = config_of_pod();
    let unreadable = PodSeen {
        mount: MountSeen::Pod {
            size_gb: SizeSeen(None),
            path: "/workspace".to_owned(),
        },
        ..deployed(&config)
    };
    assert_eq!(classes(&planned(&config, &with_pod(unreadable))), []);
}
