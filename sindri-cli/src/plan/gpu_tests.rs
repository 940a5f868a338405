use super::*;
use crate::config::HostFloors;
use crate::plan::fixtures::catalog;

fn gpu(selector: GpuSelector) -> Gpu {
    Gpu {
        selector,
        count: 1,
        min_memory_gb: None,
        manufacturer: None,
        host: HostFloors::default(),
    }
}

fn named(text: &str) -> Gpu {
    gpu(GpuSelector::Named(text.to_owned()))
}

#[test]
fn a_wish_becomes_cards_of_the_catalog_cheapest_first() {
    let check = |gpu: Gpu, expected: &[&str]| {
        let catalog = catalog();
        let found = candidates(&gpu, Cloud::Secure, &catalog.gpus).unwrap();
        let ids: Vec<&str> = found.offers.iter().map(|offer| offer.id.as_str()).collect();
        assert_eq!(ids, expected, "{gpu:?}");
    };
    check(named("NVIDIA L4"), &["NVIDIA L4"]);
    check(named("nvidia l4"), &["NVIDIA L4"]);
    check(named("L4"), &["NVIDIA L4"]);
    check(named("NVIDIA RTX 4090"), &["NVIDIA GeForce RTX 4090"]);
    check(named("rtx4090"), &["NVIDIA GeForce RTX 4090"]);
    check(named("RTXA6000"), &["NVIDIA RTX A6000"]);
    check(named("AMPERE_48"), &["NVIDIA A40", "NVIDIA RTX A6000"]);
    check(named("gpu-medium"), &["NVIDIA A40", "NVIDIA RTX A6000"]);
    check(
        gpu(GpuSelector::Tier(Tier::Large)),
        &["NVIDIA A100 80GB PCIe", "NVIDIA A100-SXM4-80GB"],
    );
    check(
        named("A100 80GB"),
        &["NVIDIA A100 80GB PCIe", "NVIDIA A100-SXM4-80GB"],
    );
    check(gpu(GpuSelector::Default), &["NVIDIA GeForce RTX 4090"]);
}

#[test]
fn a_wish_that_cannot_be_is_an_error_at_its_key_that_says_why() {
    let check = |gpu: Gpu, path: &str, words: &str| {
        let catalog = catalog();
        let error = candidates(&gpu, Cloud::Secure, &catalog.gpus).unwrap_err();
        let PlanError::Config {
            path: at,
            message,
            help,
            ..
        } = error
        else {
            panic!("{error:?}")
        };
        assert_eq!(at, path, "{message}");
        let said = format!("{message} {}", help.unwrap_or_default());
        assert!(said.contains(words), "{said}");
    };
    check(named("NVIDIA L4O"), GPU_TYPE, "`NVIDIA L4`");
    check(named("RTX 4091"), GPU_TYPE, "unknown GPU type `RTX 4091`");
    check(
        named("HOPPER_141"),
        GPU_TYPE,
        "unknown GPU type `HOPPER_141`",
    );
    check(
        Gpu {
            count: 9,
            ..named("NVIDIA L4")
        },
        "providers.runpod.gpuCount",
        "at most 8",
    );
    check(
        Gpu {
            min_memory_gb: Some(48),
            ..named("NVIDIA L4")
        },
        "deployment.resources.gpu.memory",
        "has 24 GB, 48 GB are asked for",
    );
    check(
        Gpu {
            manufacturer: Some(Manufacturer::Amd),
            ..named("NVIDIA L4")
        },
        "deployment.resources.gpu.type",
        "not made by AMD",
    );
}

#[test]
fn a_card_that_a_cloud_does_not_offer_is_an_error_at_the_cloud() {
    let mut catalog = catalog();
    for gpu in &mut catalog.gpus {
        gpu.community.offered = false;
    }
    let error = candidates(&named("NVIDIA L4"), Cloud::Community, &catalog.gpus).unwrap_err();
    assert!(
        matches!(error, PlanError::Config { path, .. } if path == "providers.runpod.cloudType")
    );
}

#[test]
fn the_first_card_with_stock_is_chosen_and_the_others_are_accounted_for() {
    let catalog = catalog();
    let found = candidates(&named("AMPERE_48"), Cloud::Secure, &catalog.gpus).unwrap();
    let choice = found.choose(&Place::Anywhere, None).unwrap();
    assert_eq!(choice.id, "NVIDIA RTX A6000");
    let passed: Vec<_> = choice
        .passed_over
        .iter()
        .map(|passed| passed.id.as_str())
        .collect();
    assert_eq!(passed, ["NVIDIA A40"]);
    assert_eq!(choice.passed_over[0].reason, "out of stock");
}

#[test]
fn the_price_is_that_of_the_cloud_times_the_count() {
    let catalog = catalog();
    let check = |cloud, count, expected: f64| {
        let gpu = Gpu {
            count,
            ..named("NVIDIA L4")
        };
        let found = candidates(&gpu, cloud, &catalog.gpus).unwrap();
        let price = found.choose(&Place::Anywhere, None).unwrap().usd_per_hour;
        assert!((price - expected).abs() < 1e-9, "{price}");
    };
    check(Cloud::Secure, 1, 0.39);
    check(Cloud::Secure, 4, 1.56);
    check(Cloud::Community, 2, 0.39);
}

#[test]
fn a_place_without_stock_is_an_error_that_names_places_with_stock() {
    let catalog = catalog();
    let found = candidates(&named("NVIDIA L4"), Cloud::Secure, &catalog.gpus).unwrap();
    let in_texas = Place::In(vec!["US-TX-3".to_owned()]);
    assert_eq!(
        offers(&found.choose(&in_texas, None).unwrap()),
        ["NVIDIA L4 in US-TX-3"]
    );
    let error = found
        .choose(&Place::In(vec!["US-KS-2".to_owned()]), None)
        .unwrap_err();
    let PlanError::NoStock { details, help, .. } = error else {
        panic!("{error:?}")
    };
    assert_eq!(
        details,
        ["NVIDIA L4: no stock in US-KS-2; there is in US-TX-3, EU-RO-1"]
    );
    assert!(help.iter().any(|help| help.contains("region")));
}

fn offers(choice: &Choice) -> Vec<String> {
    choice.offers.iter().map(ToString::to_string).collect()
}

#[test]
fn offers_are_tried_by_price_then_by_stock_and_name_one_data_center_each() {
    let catalog = catalog();
    let found = candidates(&named("A100 80GB"), Cloud::Secure, &catalog.gpus).unwrap();
    let choice = found.choose(&Place::Anywhere, None).unwrap();
    assert_eq!(
        offers(&choice),
        [
            "NVIDIA A100 80GB PCIe in US-TX-3",
            "NVIDIA A100 80GB PCIe in EU-RO-1",
            "NVIDIA A100-SXM4-80GB in US-TX-3",
            "NVIDIA A100-SXM4-80GB in EU-RO-1",
        ]
    );
    assert!((choice.offers[3].usd_per_hour - 1.49).abs() < 1e-9);
}

#[test]
fn a_cloud_that_tells_of_no_data_centers_is_asked_once_for_any() {
    let mut catalog = catalog();
    for gpu in &mut catalog.gpus {
        gpu.data_centers.clear();
    }
    let found = candidates(&named("NVIDIA L4"), Cloud::Community, &catalog.gpus).unwrap();
    let choice = found.choose(&Place::Anywhere, None).unwrap();
    assert_eq!(offers(&choice), ["NVIDIA L4 anywhere"]);
}

#[test]
fn what_costs_too_much_is_passed_over_and_nothing_else_is_an_error() {
    let catalog = catalog();
    let found = candidates(&named("A100 80GB"), Cloud::Secure, &catalog.gpus).unwrap();
    let choice = found.choose(&Place::Anywhere, Some(1.4)).unwrap();
    assert_eq!(choice.offers.len(), 2);
    assert_eq!(choice.passed_over[0].reason, "$1.49/h is more than $1.4/h");
    let PlanError::NoStock {
        message,
        details,
        help,
    } = found.choose(&Place::Anywhere, Some(1.0)).unwrap_err()
    else {
        panic!("another error")
    };
    assert!(message.ends_with("for at most $1/h"), "{message}");
    assert_eq!(details.len(), 2);
    assert!(help[0].contains("`--max-price 1.39` allows it"), "{help:?}");
}

#[test]
fn a_pod_tied_to_its_volume_is_advised_no_region_and_no_other_cloud() {
    let catalog = catalog();
    let found = candidates(&named("NVIDIA L4"), Cloud::Secure, &catalog.gpus).unwrap();
    let with_volume = Place::WithVolume {
        id: "vol1".to_owned(),
        data_center: "US-KS-2".to_owned(),
    };
    let PlanError::NoStock { help, .. } = found.choose(&with_volume, None).unwrap_err() else {
        panic!("another error")
    };
    let help = help.join("; ");
    assert!(
        help.contains("network volume vol1 ties the pod to US-KS-2"),
        "{help}"
    );
    assert!(
        !help.contains("region") && !help.contains("COMMUNITY"),
        "{help}"
    );
}
