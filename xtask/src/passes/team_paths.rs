//! `team_paths`: an operation with a second path that names a team first (`x-team-path`) stays one
//! operation, which takes the second path when the client has a team.

use serde_json::Value;

use super::context::{Context, Outcome, PassError};
use super::walk;

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    walk::operations(document, &mut |visit, operation| {
        let Some(team_path) = operation.remove("x-team-path") else {
            return Ok(());
        };
        let twin = team_path.as_str().is_some_and(|team_path| {
            let mut names = placeholders(team_path);
            // The first value is the team's; the others are those of the path, in its order.
            names.next().is_some() && names.eq(placeholders(visit.path))
        });
        if !twin {
            let message = "`x-team-path` must hold the parameters of the path in the same order, after one for the team";
            return Err(PassError::new(visit.at, message));
        }
        operation.insert("x-sdk-team-path".to_owned(), team_path);
        Ok(())
    })
}

fn placeholders(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|part| part.split('}').next())
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use serde_json::json;

    fn document(path: &str, team_path: &Value) -> Value {
        json!({"paths": {path: {"get": {"x-team-path": team_path}}}})
    }

    #[test]
    fn a_twin_is_kept_with_its_operation() {
        let mut found = document("/a/{b}", &json!("/teams/{t}/a/{b}"));
        run(&mut found, &mut Context::new()).unwrap();
        let kept = json!({"x-sdk-team-path": "/teams/{t}/a/{b}"});
        assert_eq!(found["paths"]["/a/{b}"]["get"], kept);
    }

    #[test]
    fn a_path_with_other_parameters_is_an_error() {
        for team_path in [json!("/a/{b}"), json!("/teams/{t}/a/{c}"), json!(7)] {
            let error = testing::error(run, &document("/a/{b}", &team_path));
            assert!(error.message.contains("x-team-path"), "{error}");
        }
    }
}
