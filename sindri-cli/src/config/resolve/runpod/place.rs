//! Where a pod may run, and at what terms.

use crate::config::data::{data_center_near, is_known_data_center};
use crate::config::fields::shape::is_data_center;
use crate::config::findings::Findings;
use crate::config::model::{Blocker, BlockerKind, Cloud, Region, Spot};
use crate::config::suggest;
use crate::config::values::Scope;

pub(super) fn cloud(block: &Scope<'_>) -> Cloud {
    match block.text("cloudType").map(|cloud| cloud.value) {
        Some("COMMUNITY") => Cloud::Community,
        _ => Cloud::Secure,
    }
}

pub(super) fn region(block: &Scope<'_>, findings: &mut Findings) -> Region {
    let Some(region) = block.text("region") else {
        return Region::Any;
    };
    match region.value {
        "" => Region::Any,
        area @ ("US" | "EU" | "CA") => Region::Area(area.to_owned()),
        id => {
            // Of another form, it has a finding already.
            let is_formed = is_data_center(id);
            if is_formed && !is_known_data_center(id) {
                let near = data_center_near(id);
                let finding = region
                    .warning(format!(
                        "RunPod has no data center `{id}` that is known here"
                    ))
                    .label("looked up in the live catalog");
                findings.push(if near.is_empty() {
                    finding.help("write an id such as `US-TX-3`, or remove it to run anywhere")
                } else {
                    finding.help(format!("did you mean {}?", suggest::list(near, "or")))
                });
            }
            Region::DataCenter(id.to_owned())
        }
    }
}

pub(super) fn public_ip(block: &Scope<'_>, cloud: Cloud, findings: &mut Findings) -> bool {
    let Some(wanted) = block.flag("publicIp").filter(|flag| flag.value) else {
        return false;
    };
    if cloud == Cloud::Community {
        findings.push(
            wanted
                .warning("a COMMUNITY host may have no public address, and none can be asked for")
                .label("may never come")
                .help("write `cloudType: SECURE`, which always has one"),
        );
    }
    true
}

pub(super) fn spot(
    block: &Scope<'_>,
    blockers: &mut Vec<Blocker>,
    findings: &mut Findings,
) -> Option<Spot> {
    let spot = block.flag("spot");
    let bid = block.number("spotBid").filter(|bid| bid.value > 0.0);
    if let (Some(spot), Some(bid)) = (&spot, &bid)
        && !spot.value
    {
        findings.push(
            bid.error("`spot: false` and a `spotBid` above 0 contradict each other")
                .label("a bid is for spot pods")
                .help("write `spotBid: 0`, or remove it"),
        );
        return None;
    }
    let wanted = spot.is_some_and(|spot| spot.value);
    if !wanted && bid.is_none() {
        return None;
    }
    let key = if wanted { "spot" } else { "spotBid" };
    let finding = block
        .warning(key, "RunPod no longer has spot pods")
        .label("`plan` and `deploy` refuse this")
        .help("write `spot: false` without `spotBid`, or deploy with `--on-demand`");
    blockers.push(Blocker {
        kind: BlockerKind::Spot,
        finding,
    });
    Some(Spot {
        max_usd_per_hour: bid.map(|bid| bid.value),
    })
}
