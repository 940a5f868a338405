//! What Northflank says of whoever asks. Everything here reads, and nothing is made to find out.

use northflank_sdk::types::{Caller, RestrictionMode};

use super::Northflank;
use super::failure::{explain, status};
use crate::error::Result;
use crate::provider::answer::AnswerSeen;

/// What was learnt about a token.
#[derive(Debug)]
pub(crate) struct TokenAccess {
    /// What the list of projects said beside its content.
    pub(crate) answer: AnswerSeen,
    /// What the token says of itself, where that is answered.
    pub(crate) token: Option<TokenSeen>,
    /// Whether each area could be read.
    pub(crate) areas: Vec<AreaSeen>,
}

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TokenSeen {
    pub(crate) role: Option<String>,
    pub(crate) expires_at: Option<String>,
    /// Which projects it reaches, in words; none for all.
    pub(crate) projects: Option<String>,
    /// Names of what it may do; empty where that is not told.
    pub(crate) permissions: Vec<String>,
}

/// An area of the interface that was tried to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AreaSeen {
    /// What was listed.
    pub(crate) what: &'static str,
    pub(crate) reading: Reading,
}

/// How that ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    Allowed,
    Refused,
    /// What is in a project cannot be looked for where there is no project.
    NoProject,
}

impl Northflank {
    /// Asks who the token is, and reads one list in each area that a deployment is made in.
    pub(crate) async fn access(&self) -> Result<TokenAccess> {
        let listed = self.client.projects().list().await;
        let listed = listed.map_err(|error| explain(&error, "list the projects"))?;
        let project = listed.iter().next().map(|project| project.id.clone());
        let token = match self.client.auth().get().await {
            Ok(caller) => Some(TokenSeen::of(&caller)),
            // Older answers know no such question.
            Err(error) if matches!(status(&error), Some(403 | 404)) => None,
            Err(error) => return Err(explain(&error, "tell about the token")),
        };
        let tags = self.client.tags().list().await;
        let mut areas = vec![
            AreaSeen {
                what: "projects",
                reading: Reading::Allowed,
            },
            area("tags", tags.map(drop))?,
        ];
        let Some(project) = project else {
            areas.extend(["services", "volumes"].map(|what| AreaSeen {
                what,
                reading: Reading::NoProject,
            }));
            return Ok(TokenAccess {
                answer: AnswerSeen::of(&listed),
                token,
                areas,
            });
        };
        let services = self.client.services().list(&project).await;
        areas.push(area("services", services.map(drop))?);
        let volumes = self.client.volumes().list(&project).await;
        areas.push(area("volumes", volumes.map(drop))?);
        Ok(TokenAccess {
            answer: AnswerSeen::of(&listed),
            token,
            areas,
        })
    }
}

fn area(
    what: &'static str,
    listed: std::result::Result<(), northflank_sdk::Error>,
) -> Result<AreaSeen> {
    let reading = match listed {
        Ok(()) => Reading::Allowed,
        Err(error) if status(&error) == Some(403) => Reading::Refused,
        Err(error) => return Err(explain(&error, &format!("list the {what}"))),
    };
    Ok(AreaSeen { what, reading })
}

impl TokenSeen {
    fn of(caller: &Caller) -> Self {
        let permissions = caller.permissions.as_ref().map(|told| {
            let scopes = [&told.org_scope, &told.team_scope, &told.project_scope];
            let names = scopes.into_iter().flatten().flatten();
            names.cloned().collect()
        });
        let restrictions = caller.project_restrictions.as_ref();
        let projects = restrictions
            .filter(|restrictions| restrictions.enabled)
            .map(|restrictions| {
                let names = restrictions.projects.join(", ");
                match &restrictions.restriction_mode {
                    RestrictionMode::In => names,
                    RestrictionMode::NotIn => format!("all but {names}"),
                    other => format!("those that `{other}` leaves of {names}"),
                }
            });
        Self {
            role: caller.role.as_ref().and_then(|role| role.name.clone()),
            expires_at: caller.expires_at.clone(),
            projects,
            permissions: permissions.unwrap_or_default(),
        }
    }
}
