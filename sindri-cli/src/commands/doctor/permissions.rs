//! What a token of Northflank may do.

use crate::output::{Tool, ToolState};
use crate::provider::{AreaSeen, Reading, TokenAccess, TokenSeen};

/// An action, and the names that its permission has had.
type Action = (&'static str, &'static [&'static str]);

/// What a deployment needs, by area.
const NEEDS: [(&str, &[Action]); 5] = [
    (
        "projects",
        &[
            ("create", &["Project > Projects > Manage > Create"]),
            ("read", &["Project > Projects > Manage > Read"]),
        ],
    ),
    (
        "services",
        &[
            ("create", &["Project > Services > General > Create"]),
            ("read", &["Project > Services > General > Read"]),
            ("update", &["Project > Services > General > Update"]),
            ("delete", &["Project > Services > General > Delete"]),
        ],
    ),
    (
        "volumes",
        &[
            ("create", &["Project > Volumes > General > Create"]),
            ("read", &["Project > Volumes > General > Read"]),
            ("update", &["Project > Volumes > General > Update"]),
            ("delete", &["Project > Volumes > General > Delete"]),
        ],
    ),
    (
        "tags",
        &[
            (
                "create",
                &[
                    "Account > Platform > Tags > Create",
                    "Account > Tags > General > Create",
                ],
            ),
            (
                "delete",
                &[
                    "Account > Platform > Tags > Delete",
                    "Account > Tags > General > Delete",
                ],
            ),
        ],
    ),
    (
        "logs",
        &[(
            "view",
            &["Project > Services > Deployment > View Instance Logs"],
        )],
    ),
];

/// What its role names, and what could be read.
pub(super) fn permissions(access: &TokenAccess) -> Tool {
    let mut tool = Tool::required("northflank-permissions", "permissions of the token");
    for line in about(access.token.as_ref()) {
        tool = tool.detail(line);
    }
    let named = access
        .token
        .as_ref()
        .map(|token| token.permissions.as_slice())
        .filter(|names| names.iter().any(|name| name.contains(" > ")));
    let lacking = match named {
        Some(told) => lacking(told),
        None => Vec::new(),
    };
    tool = match named {
        Some(_) if lacking.is_empty() => {
            tool.detail("may do all that a deployment needs, by the names of its permissions")
        }
        Some(_) => lacking.iter().fold(tool, Tool::detail),
        None => tool.detail("what it may create is not told: nothing is made to find out"),
    };
    let refused = |area: &&AreaSeen| area.reading == Reading::Refused;
    for area in &access.areas {
        tool = tool.detail(match area.reading {
            Reading::Allowed => format!("may list {}", area.what),
            Reading::Refused => format!("may not list {}", area.what),
            Reading::NoProject => format!("{}: there is no project to look into", area.what),
        });
    }
    // Without tags a deployment is made all the same.
    let stops = access
        .areas
        .iter()
        .filter(refused)
        .any(|area| area.what != "tags");
    if stops || lacking.iter().any(|line| !line.starts_with("tags")) {
        tool = tool.state(ToolState::Invalid).help(
            "give the token's role projects, services, volumes and tags to create, read, update and delete, \
             or use another token",
        );
    }
    tool
}

fn about(token: Option<&TokenSeen>) -> Vec<String> {
    let Some(token) = token else {
        return vec!["Northflank tells nothing of the token itself".to_owned()];
    };
    let role = token.role.as_ref().map(|role| format!("role {role}"));
    let projects = token
        .projects
        .as_ref()
        .map(|projects| format!("reaches these projects only: {projects}"));
    let expires = token
        .expires_at
        .as_ref()
        .map(|at| format!("the token ends at {at}"));
    [role, projects, expires].into_iter().flatten().collect()
}

/// What is not among the names, a line for each area.
fn lacking(names: &[String]) -> Vec<String> {
    let has = |known: &[&str]| known.iter().any(|name| names.iter().any(|has| has == name));
    let lines = NEEDS.iter().filter_map(|(area, actions)| {
        let lacking: Vec<&str> = actions
            .iter()
            .filter(|(_, known)| !has(known))
            .map(|(action, _)| *action)
            .collect();
        (!lacking.is_empty())
            .then(|| format!("{area}: not among its permissions: {}", lacking.join(", ")))
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::AnswerSeen;

    fn check(permissions: &[&str], readings: [Reading; 2]) -> Tool {
        let token = TokenSeen {
            role: Some("deployer".to_owned()),
            expires_at: None,
            projects: Some("lab".to_owned()),
            permissions: permissions.iter().map(|name| (*name).to_owned()).collect(),
        };
        super::permissions(&TokenAccess {
            answer: AnswerSeen {
                quotas: Vec::new(),
                date: None,
            },
            token: Some(token),
            areas: ["tags", "services"]
                .into_iter()
                .zip(readings)
                .map(|(what, reading)| AreaSeen { what, reading })
                .collect(),
        })
    }

    #[test]
    fn what_is_missing_among_named_permissions_is_named_by_area() {
        let all: Vec<&str> = NEEDS
            .iter()
            .flat_map(|(_, actions)| actions.iter().map(|(_, known)| known[0]))
            .collect();
        let allowed = [Reading::Allowed; 2];
        let whole = check(&all, allowed);
        assert_eq!(whole.state, ToolState::Available);
        assert!(whole.details[2].contains("all that a deployment needs"));
        let without: Vec<&str> = all
            .iter()
            .copied()
            .filter(|name| !name.contains("Volumes") || !name.ends_with("Delete"))
            .collect();
        let some = check(&without, allowed);
        assert_eq!(some.state, ToolState::Invalid);
        assert_eq!(
            some.details[2],
            "volumes: not among its permissions: delete"
        );
        // Northflank has renamed those of tags.
        let older: Vec<String> = all
            .iter()
            .map(|name| name.replace("Platform > Tags", "Tags > General"))
            .collect();
        let older: Vec<&str> = older.iter().map(String::as_str).collect();
        assert_eq!(check(&older, allowed).state, ToolState::Available);
    }

    #[test]
    fn without_names_a_read_decides_and_tags_can_be_done_without() {
        use Reading::{Allowed, NoProject, Refused};
        assert_eq!(check(&[], [Allowed, NoProject]).state, ToolState::Available);
        assert_eq!(check(&[], [Refused, Allowed]).state, ToolState::Available);
        let refused = check(&[], [Allowed, Refused]);
        assert_eq!(refused.state, ToolState::Invalid);
        assert!(
            refused
                .details
                .contains(&"may not list services".to_owned())
        );
    }
}
