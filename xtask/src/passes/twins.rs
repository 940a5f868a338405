//! `twins`: some documents list an operation twice, under one id: at its path, and at the same path
//! below `/teams/{team}` or the like. The two become one operation, whose `x-team-path` is the other
//! path.

use serde_json::Value;

use super::context::{Context, Outcome};
use super::walk::METHODS;

/// Runs the pass.
#[expect(clippy::unnecessary_wraps, reason = "all passes have one signature")]
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return Ok(());
    };
    let names: Vec<String> = paths.keys().cloned().collect();
    for longer in &names {
        if let Some(shorter) = shortened(longer) {
            for method in METHODS {
                let id = |path: &str| {
                    let operation = paths.get(path)?.get(method)?;
                    Some(operation.get("operationId")?.as_str()?.to_owned())
                };
                if id(longer).is_none() || id(longer) != id(&shorter) {
                    continue;
                }
                if let Some(item) = paths.get_mut(longer).and_then(Value::as_object_mut) {
                    item.remove(method);
                }
                let kept = paths
                    .get_mut(&shorter)
                    .and_then(|item| item.get_mut(method));
                if let Some(kept) = kept {
                    super::schema::mark(kept, "x-team-path", longer.as_str());
                }
            }
        }
    }
    paths.retain(|path, item| {
        let left = METHODS.iter().any(|method| item.get(*method).is_some());
        left || shortened(path).is_none()
    });
    Ok(())
}

/// The path without one word and the parameter after it, where that leaves the parameters in order
/// and takes the first.
fn shortened(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').collect();
    let first = parts.iter().position(|part| part.starts_with('{'));
    let at = first.filter(|at| *at > 1)?;
    let kept = parts
        .iter()
        .enumerate()
        .filter(|(index, _)| *index != at && *index + 1 != at);
    let kept: Vec<&str> = kept.map(|(_, part)| *part).collect();
    Some(kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_operation_at_two_paths_is_one() {
        let list = || json!({"operationId": "list"});
        let mut document = json!({"paths": {
            "/v1/pods": {"get": list(), "post": {"operationId": "create"}},
            "/v1/teams/{team}/pods": {"get": list(), "post": {"operationId": "createForTeam"}},
            "/v1/teams/{team}": {"get": {"operationId": "get-team"}},
            "/v1/pods/{pod}": {"get": {"operationId": "get"}},
            "/v1/teams/{team}/pods/{pod}": {"get": {"operationId": "get"}},
        }});
        run(&mut document, &mut Context::new()).unwrap();
        let paths = &document["paths"];
        assert_eq!(
            paths["/v1/pods"]["get"]["x-team-path"],
            "/v1/teams/{team}/pods"
        );
        assert_eq!(
            paths["/v1/pods/{pod}"]["get"]["x-team-path"],
            "/v1/teams/{team}/pods/{pod}"
        );
        // Another id is another operation; a path that is left without any goes away.
        assert!(paths["/v1/pods"]["post"].get("x-team-path").is_none());
        assert!(paths["/v1/teams/{team}/pods"].get("get").is_none());
        assert!(paths["/v1/teams/{team}/pods"]["post"].is_object());
        assert!(paths["/v1/teams/{team}"]["get"].is_object());
        assert!(paths.get("/v1/teams/{team}/pods/{pod}").is_none());
    }
}
