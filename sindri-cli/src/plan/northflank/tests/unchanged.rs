//! What is not changed, and is said.

use super::*;

#[test]
fn a_changed_price_list_restarts_no_service() {
    let at_least = |resources: &str| {
        let deployment = format!("{IMAGE}  resources:\n{resources}");
        config_for("northflank", &deployment, PROJECT)
    };
    let config = at_least("    cpus: 2\n");
    let mut observed = empty();
    observed.project = Some(ProjectSeen {
        id: "lab".to_owned(),
        region: Some("us-central".to_owned()),
    });
    // The one that was the cheapest when it was made.
    observed.service = Some(Box::new(ServiceSeen {
        plan: Some("nf-compute-200-8".to_owned()),
        ..service(&config)
    }));
    let kept = planned(&config, &observed);
    assert_eq!(kept.target.plan.as_deref(), Some("nf-compute-200-8"));
    let notes = kept.notes.join("\n");
    assert!(
        notes.contains("plan nf-compute-200-8 is kept") && notes.contains("nf-compute-200` takes"),
        "{notes}"
    );
    assert!(
        !format!("{:?}", actions(&kept)).contains("update"),
        "{kept:?}"
    );
    let hourly = kept.estimated_cost.map(|cost| cost.hourly);
    assert_eq!(hourly, Some(0.1), "the plan that bills");
    let larger = planned(&at_least("    cpus: 4\n"), &observed);
    assert_eq!(larger.target.plan.as_deref(), Some("nf-compute-400-16"));
}

#[test]
fn what_the_answer_does_not_show_is_said_and_not_compared() {
    let config = config("    volumeSizeGb: 10\n");
    let mut observed = empty();
    observed.service = Some(Box::new(ServiceSeen {
        plan: None,
        ..service(&config)
    }));
    observed.volume = Some(ServiceVolumeSeen {
        ours: true,
        id: "demo-data".to_owned(),
        name: "demo-data".to_owned(),
        size_gb: SizeSeen(Some(10)),
        path: None,
        attachment: Attachment::Ours,
    });
    let plan = planned(&config, &observed);
    let notes = plan.notes.join("\n");
    for words in [
        "not compared: the compute plan",
        "not compared: where volume demo-data is mounted",
    ] {
        assert!(notes.contains(words), "{words}: {notes}");
    }
    let changes = format!("{:?}", plan.actions);
    assert!(!changes.contains("compute plan"), "{changes}");
}

#[test]
fn a_port_that_the_file_cannot_say_is_not_lost_by_another_one() {
    let other = config("    ports: [{name: web, internalPort: 8080}]\n");
    let seen = ServiceSeen {
        odd_ports: vec!["sctp".to_owned()],
        ..service(&other)
    };
    let plan = planned(&other, &with(seen));
    let blockers = plan.blockers.join("\n");
    assert!(blockers.contains("sctp would be lost"), "{blockers}");
}
