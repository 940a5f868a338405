mod unchanged;

use super::*;
use crate::config::{HealthCheck, NorthflankPort, NorthflankProtocol, Probe, Target};
use crate::plan::fixtures::{config_for, env_of};
use crate::plan::{Class, SizeSeen};

const IMAGE: &str = "  image: ghcr.io/org/app:1\n";
const PROJECT: &str = "    projectName: lab\n";

fn catalog() -> ServiceCatalog {
    let offer = |id: &str, vcpus, memory_gb: f64, usd_per_hour| PlanOffer {
        id: id.to_owned(),
        vcpus,
        memory_mb: memory_gb * 1024.0,
        usd_per_hour,
    };
    let device = |id: &str, name: &str, memory_gb, usd_per_hour| DeviceOffer {
        id: id.to_owned(),
        name: name.to_owned(),
        manufacturer: "NVIDIA".to_owned(),
        memory_gb: Some(memory_gb),
        counts: vec![1, 2, 4],
        usd_per_hour,
    };
    let region = |id: &str, devices: &[DeviceOffer]| RegionOffer {
        id: id.to_owned(),
        devices: devices.to_vec(),
    };
    let a100 = device("a100-80", "A100 80GB", 80, 1.76);
    let h100 = device("h100-80", "H100", 80, 2.74);
    ServiceCatalog {
        plans: vec![
            offer("nf-compute-50", 0.5, 1.0, 0.017),
            offer("nf-compute-200", 2.0, 4.0, 0.067),
            offer("nf-compute-200-8", 2.0, 8.0, 0.1),
            offer("nf-compute-800-8", 8.0, 8.0, 0.2),
            offer("nf-compute-400-16", 4.0, 16.0, 0.2),
            offer("nf-gpu-h100-80-1g", 26.0, 200.0, 0.01),
        ],
        regions: vec![
            region("us-east", &[a100.clone(), h100.clone()]),
            region("us-central", std::slice::from_ref(&a100)),
            region("europe-west", &[]),
        ],
    }
}

fn empty() -> ServiceObserved {
    ServiceObserved {
        catalog: Some(catalog()),
        ..ServiceObserved::default()
    }
}

fn config(block: &str) -> Config {
    config_for("northflank", IMAGE, &format!("{PROJECT}{block}"))
}

fn try_plan(
    config: &Config,
    observed: &ServiceObserved,
    max: Option<f64>,
) -> Result<ServicePlan, PlanError> {
    let Target::Northflank(northflank) = &config.target else {
        panic!("not for northflank")
    };
    let secrets = [("TOKEN".to_owned(), Masked::from("marker"))].into();
    let inputs = ServiceInputs {
        config,
        northflank,
        secrets: &secrets,
        files: &Variables::new(),
        unread: &BTreeSet::new(),
        max_usd_per_hour: max,
    };
    plan_service(&inputs, observed)
}

fn planned(config: &Config, observed: &ServiceObserved) -> ServicePlan {
    try_plan(config, observed, None).expect("a plan")
}

fn actions(plan: &ServicePlan) -> Vec<String> {
    let words = plan.actions.iter();
    words
        .map(|action| format!("{} {}", action.words(), action.resource))
        .collect()
}

/// The service of `config("")` as it would be after a deploy.
fn service(config: &Config) -> ServiceSeen {
    let mut env = env_of(config);
    env.insert("TOKEN".to_owned(), Masked::from("marker"));
    ServiceSeen {
        id: "demo".to_owned(),
        kind: "deployment".to_owned(),
        tags: Vec::new(),
        plan: Some("nf-compute-50".to_owned()),
        gpu: None,
        instances: Some(1),
        image: Some("ghcr.io/org/app:1".to_owned()),
        credentials: None,
        files: Some(FilesSeen::new()),
        odd_ports: Vec::new(),
        ports: vec![ServicePortSeen {
            port: NorthflankPort {
                name: "ssh".to_owned(),
                internal_port: 22,
                public: false,
                protocol: NorthflankProtocol::Tcp,
            },
            dns: None,
            extras: PortExtras::None,
        }],
        env: Some(env),
        health_check: HealthSeen::None,
        scaling: None,
        state: ServiceState::Completed,
        created_at: None,
        updated_at: None,
    }
}

fn with(service: ServiceSeen) -> ServiceObserved {
    ServiceObserved {
        project: Some(ProjectSeen {
            id: "lab".to_owned(),
            region: Some("us-east".to_owned()),
        }),
        service: Some(Box::new(service)),
        ..empty()
    }
}

fn volume(size_gb: u32, path: &str, attachment: Attachment) -> ServiceVolumeSeen {
    ServiceVolumeSeen {
        ours: true,
        id: "demo-data".to_owned(),
        name: "demo-data".to_owned(),
        size_gb: SizeSeen(Some(size_gb)),
        path: Some(path.to_owned()),
        attachment,
    }
}

#[test]
fn a_new_service_with_a_volume_in_a_new_project() {
    let config = config("    volumeSizeGb: 20\n");
    insta::assert_json_snapshot!(planned(&config, &empty()));
}

#[test]
fn a_new_gpu_service_takes_the_paired_plan_and_says_so() {
    let config = config("    gpuType: nvidia-h100\n");
    let plan = planned(&config, &empty());
    assert_eq!(plan.target.plan.as_deref(), Some("nf-gpu-h100-80-1g"));
    assert_eq!(
        plan.target.gpu.as_ref().map(ToString::to_string).as_deref(),
        Some("1 × h100-80")
    );
    let cost = plan.estimated_cost.unwrap();
    assert_eq!((cost.hourly, cost.stopped_hourly), (2.75, 0.0));
    assert!(
        plan.notes[0].contains("both are counted"),
        "{:?}",
        plan.notes
    );
    // A plan that is written is the one that is sent.
    let written = planned(
        &self::config("    gpuType: nvidia-h100\n    computePlan: nf-compute-200\n"),
        &empty(),
    );
    assert_eq!(written.target.plan.as_deref(), Some("nf-compute-200"));
}

#[test]
fn an_offline_plan_checks_nothing_and_says_so() {
    let plan = planned(
        &config("    gpuType: nvidia-h100\n"),
        &ServiceObserved::default(),
    );
    assert_eq!(plan.estimated_cost, None);
    assert!(plan.notes[0].starts_with("offline"), "{:?}", plan.notes);
    assert_eq!(
        actions(&plan),
        ["create project lab", "create service demo"]
    );
}

#[test]
fn the_cheapest_plan_that_is_large_enough_is_taken_from_the_live_list() {
    let check = |resources: &str, expected: Result<&str, &str>| {
        let deployment = format!("{IMAGE}  resources:\n{resources}");
        let config = config_for("northflank", &deployment, PROJECT);
        let plan = try_plan(&config, &empty(), None);
        match (plan, expected) {
            (Ok(plan), Ok(id)) => assert_eq!(plan.target.plan.as_deref(), Some(id)),
            (Err(error), Err(text)) => assert!(error.to_string().contains(text), "{error}"),
            (plan, expected) => panic!("{expected:?}: {plan:?}"),
        }
    };
    check("    cpus: 2\n", Ok("nf-compute-200"));
    check("    memory: 5GB\n", Ok("nf-compute-200-8"));
    // At the same price, fewer vCPUs.
    check("    memory: 12GB\n", Ok("nf-compute-400-16"));
    check("    cpus: 8\n", Ok("nf-compute-800-8"));
    check("    cpus: 16\n", Err("no compute plan has 16 vCPU"));
}

#[test]
fn what_is_not_in_the_live_lists_is_an_error_at_its_key() {
    let check = |block: &str, key: &str, help: &str| {
        let error = try_plan(&config(block), &empty(), None).unwrap_err();
        let PlanError::Config {
            path,
            help: Some(text),
            ..
        } = &error
        else {
            panic!("{error:?}")
        };
        assert_eq!(path, key, "{error}");
        assert!(text.contains(help), "{text}");
    };
    check(
        "    computePlan: nf-compute-300\n",
        "providers.northflank.computePlan",
        "`nf-compute-200`",
    );
    check(
        "    gpuType: nvidia-l4\n",
        "providers.northflank.gpuType",
        "us-east has `a100-80`, `h100-80`",
    );
    check(
        "    gpuType: nvidia-h100\n    region: us-central\n",
        "providers.northflank.gpuType",
        "it is offered in us-east",
    );
    check(
        "    gpuType: nvidia-h100\n    gpuCount: 3\n",
        "providers.northflank.gpuCount",
        "name another card",
    );
}

#[test]
fn a_card_is_looked_up_where_the_project_is_and_not_where_the_file_says() {
    let mut observed = empty();
    observed.project = Some(ProjectSeen {
        id: "lab".to_owned(),
        region: Some("europe-west".to_owned()),
    });
    let error = try_plan(
        &config("    gpuType: nvidia-h100\n    region: us-east\n"),
        &observed,
        None,
    );
    assert!(error.unwrap_err().to_string().contains("in europe-west"));
}

#[test]
fn a_limit_on_the_price_counts_every_instance_that_may_run() {
    let scaling =
        "    autoScaling:\n      enabled: true\n      minInstances: 1\n      maxInstances: 10\n";
    let config = config(scaling);
    assert!(try_plan(&config, &empty(), Some(0.2)).is_ok());
    let error = try_plan(&config, &empty(), Some(0.1)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "this costs up to $0.17/h, more than $0.1/h"
    );
}

#[test]
fn a_service_that_is_what_the_file_says_needs_nothing() {
    let config = config("");
    assert!(planned(&config, &with(service(&config))).actions.is_empty());
}

fn differs(change: impl FnOnce(&mut ServiceSeen), field: &str, class: Class) {
    let config = config("");
    let mut seen = service(&config);
    change(&mut seen);
    let plan = planned(&config, &with(seen));
    let [action] = plan.actions.as_slice() else {
        panic!("{field}: {:?}", actions(&plan))
    };
    assert_eq!(action.class, class, "{field}");
    assert_eq!(action.changes[0].field, field);
    assert_eq!(
        action.loses.is_empty(),
        class == Class::UpdateInPlace,
        "{field}"
    );
}

#[test]
fn each_difference_is_an_update_and_says_what_it_does() {
    differs(|seen| seen.image = None, "image", Class::Restart);
    differs(
        |seen| seen.plan = Some("nf-compute-200".into()),
        "compute plan",
        Class::Restart,
    );
    differs(
        |seen| seen.instances = Some(3),
        "instances",
        Class::UpdateInPlace,
    );
    differs(|seen| seen.ports.clear(), "ports", Class::Restart);
    differs(
        |seen| {
            seen.gpu = Some(GpuSeen {
                id: "h100-80".into(),
                count: 1,
            });
        },
        "GPU",
        Class::Restart,
    );
}

#[test]
fn a_difference_of_variables_probes_or_scaling_is_an_update_too() {
    differs(
        |seen| {
            seen.env.as_mut().unwrap().remove("TOKEN");
        },
        "env TOKEN",
        Class::Restart,
    );
    differs(
        |seen| {
            seen.health_check = HealthSeen::Liveness(HealthCheck {
                probe: Probe::Tcp { port: 22 },
                initial_delay_seconds: 1,
                period_seconds: 1,
                failure_threshold: 1,
            });
        },
        "health check",
        Class::Restart,
    );
    differs(
        |seen| {
            seen.scaling = Some(ScalingSeen {
                min_instances: 1,
                max_instances: 2,
                cpu: Some(70),
                memory: None,
            });
        },
        "scaling",
        Class::UpdateInPlace,
    );
}

#[test]
fn a_variable_that_left_the_file_leaves_the_service_and_others_stay() {
    let config = config("");
    let mut seen = service(&config);
    seen.env
        .as_mut()
        .unwrap()
        .insert("OLD".to_owned(), Masked::from("x"));
    seen.env
        .as_mut()
        .unwrap()
        .insert("THEIRS".to_owned(), Masked::from("y"));
    let observed = ServiceObserved {
        env_names: vec!["OLD".to_owned()],
        ..with(seen)
    };
    let plan = planned(&config, &observed);
    let ServiceStep::UpdateService(patch) = &plan.actions[0].step else {
        panic!("{:?}", actions(&plan))
    };
    assert_eq!(patch.env_remove.iter().collect::<Vec<_>>(), ["OLD"]);
}

#[test]
fn a_paused_service_is_changed_first_and_resumed_then() {
    let config = config("");
    let seen = ServiceSeen {
        state: ServiceState::Paused,
        instances: Some(0),
        image: Some("ghcr.io/org/app:0".to_owned()),
        ..service(&config)
    };
    let plan = planned(&config, &with(seen));
    assert_eq!(
        actions(&plan),
        ["update in place service demo", "start service demo"]
    );
    assert!(plan.actions[0].loses.is_empty());
}

#[test]
fn a_volume_is_made_attached_grown_or_left_alone() {
    let config = config("    volumeSizeGb: 20\n");
    let check = |volume: Option<ServiceVolumeSeen>, expected: &[&str]| {
        let observed = ServiceObserved {
            volume,
            ..with(service(&config))
        };
        assert_eq!(actions(&planned(&config, &observed)), expected);
    };
    check(
        None,
        &[
            "create volume demo-data",
            "update, restarts volume demo-data",
        ],
    );
    check(Some(volume(20, "/workspace", Attachment::Ours)), &[]);
    check(
        Some(volume(20, "/workspace", Attachment::Free)),
        &["update, restarts volume demo-data"],
    );
    check(
        Some(volume(10, "/workspace", Attachment::Ours)),
        &["update in place volume demo-data"],
    );
    check(
        Some(volume(20, "/data", Attachment::Ours)),
        &["update, restarts volume demo-data"],
    );
}

#[test]
fn a_volume_that_cannot_be_the_one_is_an_error() {
    let config = config("    volumeSizeGb: 20\n");
    let check = |volume: ServiceVolumeSeen, text: &str| {
        let observed = ServiceObserved {
            volume: Some(volume),
            ..empty()
        };
        let error = try_plan(&config, &observed, None).unwrap_err();
        assert!(error.to_string().contains(text), "{error}");
    };
    check(
        volume(30, "/workspace", Attachment::Free),
        "never shrinks to 20 GB",
    );
    check(
        volume(20, "/workspace", Attachment::Other("api".to_owned())),
        "attached to api",
    );
}

#[test]
fn ports_with_access_rules_are_not_replaced() {
    let config = config("");
    let mut seen = service(&config);
    seen.ports[0].port.internal_port = 2222;
    assert!(planned(&config, &with(seen.clone())).blockers.is_empty());
    seen.ports[0].extras = PortExtras::Some;
    let plan = planned(&config, &with(seen));
    assert!(
        plan.blockers[0].contains("access rules or domains of ssh"),
        "{:?}",
        plan.blockers
    );
}

#[test]
fn a_service_of_another_kind_is_not_touched() {
    let config = config("");
    let seen = ServiceSeen {
        kind: "combined".to_owned(),
        ..service(&config)
    };
    let error = try_plan(&config, &with(seen), None).unwrap_err();
    assert!(error.to_string().contains("only runs images"), "{error}");
}

#[test]
fn neither_the_plan_nor_its_json_hold_a_value_of_a_variable() {
    let config = config("");
    let mut seen = service(&config);
    seen.env
        .as_mut()
        .unwrap()
        .insert("TOKEN".to_owned(), Masked::from("old-marker"));
    let plan = planned(&config, &with(seen));
    let text = format!("{plan:?}{}", serde_json::to_string(&plan).unwrap());
    assert!(!text.contains("marker"), "{text}");
}
