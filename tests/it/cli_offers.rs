//! One create for each card and place, until one has capacity.

use crate::cli_context::PROGRAM;
use serde_json::Value;
use tests::{Cloud, Context, Fault, Proxy};

/// A cloud with these faults, and a context for any card of 48 GB.
fn behind(faults: &[&str]) -> (Cloud, Context) {
    let cloud = Cloud::with_faults(faults);
    let context = Context::at(PROGRAM, cloud.url());
    context.edit("gpuType: NVIDIA L4", "gpuType: AMPERE_48");
    (cloud, context)
}

/// Card and place of every create.
fn creates(cloud: &Cloud) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let creates = cloud.requests("create_pod").into_iter().map(|request| {
        let body = request.body.unwrap_or_default();
        (text(&body["gpu"]["id"]), text(&body["dataCenterIds"][0]))
    });
    creates.collect()
}

#[test]
fn a_full_place_leads_to_the_next_offer_and_each_is_told() {
    let (cloud, context) = behind(&["create_pod:no-capacity:2"]);
    let (_, plan) = context.json("plan");
    let planned: Vec<(String, String)> = plan["choice"]["offers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|offer| {
            let text = |key: &str| offer[key].as_str().unwrap().to_owned();
            (text("id"), text("data_center"))
        })
        .collect();
    assert!(planned.len() > 3, "{planned:?}");
    let (code, deployed) = context.json("deploy");
    assert_eq!(code, 0, "{deployed}");
    assert_eq!(creates(&cloud), planned[..3], "in the order of the plan");
    let outcomes: Vec<_> = deployed["offers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|offer| offer["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(outcomes, ["no_capacity", "no_capacity", "created"]);
    assert_eq!(cloud.pods().len(), 1);
    let pod = &cloud.pods()[0];
    assert_eq!(pod.data_center_id.as_deref(), Some(planned[2].1.as_str()));
    let (code, again) = context.json("deploy");
    assert_eq!((code, again["applied"].as_array().unwrap().len()), (0, 0));
}

#[test]
fn a_secret_that_is_a_word_of_the_refusal_hides_no_want_of_capacity() {
    let (cloud, mut context) = behind(&["create_pod:no-capacity:1"]);
    context.set("TOKEN", "available");
    context.run("deploy").expect(0);
    assert_eq!(creates(&cloud).len(), 2);
}

#[test]
fn no_capacity_anywhere_ends_with_3_lists_all_and_leaves_nothing() {
    let (cloud, context) = behind(&["create_pod:no-capacity"]);
    let run = context.run("deploy").expect(3);
    let tried = creates(&cloud);
    assert!(tried.len() > 3);
    for (gpu, place) in tried {
        let words = format!("tried {gpu} in {place}: no capacity");
        assert!(run.stderr.contains(&words), "{words}\n{}", run.stderr);
    }
    assert!(cloud.pods().is_empty());
    assert!(
        context
            .state()
            .is_none_or(|state| state["intent"].is_null())
    );
}

#[test]
fn another_refusal_than_for_want_of_capacity_ends_the_deploy_at_once() {
    for (status, code) in [("402", 3), ("403", 5), ("422", 3), ("400", 3)] {
        let (cloud, context) = behind(&[&format!("create_pod:{status}")]);
        context.run("deploy").expect(code);
        assert_eq!(creates(&cloud).len(), 1, "{status}");
    }
}

#[test]
fn a_lost_answer_in_the_middle_of_the_offers_ends_with_one_pod() {
    let (cloud, context) = behind(&["create_pod:no-capacity:1", "create_pod:lost-answer:1"]);
    let run = context.run("deploy").expect(0);
    assert!(run.stderr.contains("the answer to the create was lost"));
    assert_eq!((creates(&cloud).len(), cloud.pods().len()), (2, 1));
}

#[test]
fn what_costs_more_than_the_limit_is_never_asked_for() {
    let (cloud, context) = behind(&[]);
    let run = context.run("deploy --max-price 0.01").expect(3);
    assert!(run.stderr.contains("for at most $0.01/h"), "{}", run.stderr);
    assert!(cloud.changes().is_empty());
    context.run("plan --max-price cheap").expect(2);
    context.run("deploy --max-price 100").expect(0);
}

#[test]
fn an_existing_pod_is_not_started_for_more_than_the_limit() {
    let (cloud, context) = behind(&[]);
    context.run("deploy").expect(0);
    context.run("stop").expect(0);
    let run = context.run("deploy --max-price 0.01").expect(3);
    assert!(run.stderr.contains("more than $0.01/h"), "{}", run.stderr);
    assert_eq!(cloud.requests("pod_action").len(), 1, "the stop");
}

#[test]
fn a_pod_that_runs_for_more_than_the_limit_is_told_and_left_as_it_is() {
    let (cloud, context) = behind(&[]);
    context.run("deploy").expect(0);
    let before = cloud.changes();
    for command in ["plan", "deploy", "deploy --force"] {
        let run = context
            .run(&format!("{command} --max-price 0.01"))
            .expect(3);
        let price = cloud.pods()[0].cost;
        let words = format!("bills ${price}/h, more than $0.01/h");
        assert!(run.stderr.contains(&words), "{}", run.stderr);
        assert!(
            run.stderr.contains("`sindri stop` ends the bill"),
            "{}",
            run.stderr
        );
        context
            .run(&format!("deploy --max-price {price}"))
            .expect(0);
    }
    assert_eq!(cloud.changes(), before);
}

#[test]
fn a_pod_that_bills_more_than_the_limit_is_deleted_at_once() {
    let cloud = Cloud::start();
    let proxy = Proxy::start(&cloud, Fault::Dearer, "POST /v2/pods ", 1);
    let context = Context::at(PROGRAM, &proxy.url());
    let run = context.run("deploy --max-price 0.80").expect(3);
    for words in [
        "bills $99.5/h, more than the $0.8/h allowed",
        "was deleted at once",
    ] {
        assert!(run.stderr.contains(words), "{words}\n{}", run.stderr);
    }
    assert_eq!((creates(&cloud).len(), cloud.pods().len()), (1, 0));
    assert!(
        context
            .state()
            .is_none_or(|state| state["intent"].is_null())
    );
}

#[test]
fn a_dear_pod_that_runpod_does_not_find_yet_is_deleted_or_stays_on_record() {
    for (refusals, is_gone) in [(1, true), (20, false)] {
        let cloud = Cloud::with_faults(&[&format!("delete_pod:404:{refusals}")]);
        let proxy = Proxy::start(&cloud, Fault::Dearer, "POST /v2/pods ", 1);
        let context = Context::at(PROGRAM, &proxy.url());
        let (code, failed) = context.json("deploy --max-price 0.80");
        assert_eq!(code, 3, "{failed}");
        assert_eq!(cloud.pods().is_empty(), is_gone, "{refusals}");
        let said = failed["error"].to_string();
        let words = if is_gone {
            "was deleted at once"
        } else {
            "does not confirm it: it may bill on"
        };
        assert!(said.contains(words), "{said}");
        if !is_gone {
            let id = &cloud.pods()[0].id;
            assert_eq!(context.state().unwrap()["pod_id"], *id);
            let left = &failed["error"]["left"][0]["resource"];
            assert_eq!(left, &format!("pod {id}"));
            cloud.set_faults(&[]);
            context.run("destroy --force").expect(0);
            assert!(cloud.pods().is_empty());
        }
    }
}

#[test]
fn a_price_that_is_not_the_planned_one_is_told_where_no_limit_was_given() {
    let cloud = Cloud::start();
    let proxy = Proxy::start(&cloud, Fault::Dearer, "POST /v2/pods ", 1);
    let context = Context::at(PROGRAM, &proxy.url());
    let run = context.run("deploy -q --no-wait").expect(0);
    assert!(
        run.stderr.contains("bills $99.5/h, the plan said $0.38/h"),
        "{}",
        run.stderr
    );
    assert_eq!(cloud.pods().len(), 1);
}

#[test]
fn too_many_requests_are_waited_out_with_the_same_offer() {
    let (cloud, context) = behind(&["create_pod:429:1"]);
    let (_, plan) = context.json("plan");
    context.run("deploy --no-wait").expect(0);
    let first = &plan["choice"]["offers"][0];
    let text = |key: &str| first[key].as_str().unwrap().to_owned();
    let offer = (text("id"), text("data_center"));
    assert_eq!(creates(&cloud), [offer.clone(), offer]);
    assert_eq!(cloud.pods().len(), 1);
}

#[test]
fn after_a_failure_of_runpod_it_looks_before_it_tries_again() {
    let (cloud, context) = behind(&["create_pod:500:1"]);
    let (code, failed) = context.json("deploy");
    assert_eq!(code, 3, "{failed}");
    assert_eq!(
        (creates(&cloud).len(), cloud.pods().len()),
        (1, 0),
        "not sent again"
    );
    let asked = cloud.sandbox().requests();
    let create = asked
        .iter()
        .position(|request| request.method == "POST")
        .unwrap();
    assert!(
        asked[create + 1..]
            .iter()
            .any(|request| request.path == "/v2/pods"),
        "looked"
    );
    assert_eq!(
        failed["error"]["left"][0]["certainty"], "may_exist",
        "{failed}"
    );
    context.run("deploy").expect(0);
    assert_eq!((creates(&cloud).len(), cloud.pods().len()), (2, 1));
}

#[test]
fn the_plan_says_of_each_card_that_it_passes_over_why() {
    let (cloud, context) = behind(&[]);
    let (_, plan) = context.json("plan");
    let first = plan["choice"]["id"].as_str().unwrap().to_owned();
    for place in plan["choice"]["offers"].as_array().unwrap() {
        if place["id"] == first {
            let at = place["data_center"].as_str().unwrap();
            cloud
                .sandbox()
                .set_gpu_stock(&first, sandbox::Tier::Secure, at, 0)
                .unwrap();
        }
    }
    let (_, plan) = context.json("plan");
    assert_ne!(plan["choice"]["id"], first);
    let passed = &plan["choice"]["passed_over"][0];
    assert_eq!(
        (
            passed["id"].as_str().unwrap(),
            passed["reason"].as_str().unwrap()
        ),
        (first.as_str(), "out of stock")
    );
    let shown = context.run("plan").expect(0).stdout;
    assert!(
        shown.contains(&format!("  not   {first}: out of stock")),
        "{shown}"
    );
    context.run("deploy --no-wait").expect(0);
    assert!(creates(&cloud).iter().all(|(gpu, _)| *gpu != first));
}

#[test]
fn a_volume_pins_the_place_and_a_full_place_is_not_left() {
    let cloud = Cloud::with_faults(&["create_pod:no-capacity"]);
    let context = Context::at(PROGRAM, cloud.url());
    context.edit("gpuType: NVIDIA L4", "gpuType: AMPERE_24");
    let (_, anywhere) = context.json("plan");
    assert!(anywhere["choice"]["offers"].as_array().unwrap().len() > 1);
    let (_, made) = context.json("volume create data --size 20 --data-center US-TX-3");
    let id = made["volume"]["id"].as_str().unwrap();
    context.edit("volumeSizeGb: 20", &format!("networkVolumeId: {id}"));
    context.run("deploy").expect(3);
    let tried = creates(&cloud);
    assert!(!tried.is_empty());
    assert!(
        tried.iter().all(|(_, place)| place == "US-TX-3"),
        "{tried:?}"
    );
}

#[test]
fn offers_come_by_price_and_at_the_same_price_by_stock() {
    let (_cloud, context) = behind(&[]);
    let (_, plan) = context.json("plan");
    let rank = |stock: &str| {
        ["high", "medium", "low", "unknown"]
            .iter()
            .position(|word| *word == stock)
    };
    let order: Vec<(f64, Option<usize>)> = plan["choice"]["offers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|offer| {
            let price = offer["usd_per_hour"].as_f64().unwrap();
            (price, rank(offer["stock"].as_str().unwrap()))
        })
        .collect();
    assert!(order.is_sorted(), "{order:?}");
    assert!(order.iter().all(|(_, rank)| rank.is_some()), "{order:?}");
    let prices: std::collections::BTreeSet<String> =
        order.iter().map(|(price, _)| price.to_string()).collect();
    assert!(prices.len() > 1, "one price says nothing: {order:?}");
}
