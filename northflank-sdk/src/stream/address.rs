//! Where streams are: paths under the team and project.

use super::settings::Streams;
use sdk_core::ConfigError;
use std::fmt::Display;

/// What a stream is of, within a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    pub(crate) project: String,
    pub(crate) kind: Kind,
    pub(crate) id: String,
}

/// What kinds of things have streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Service,
    Job,
    Addon,
}

impl Subject {
    pub(crate) fn new(project: &str, kind: Kind, id: &str) -> Self {
        Self {
            project: project.to_owned(),
            kind,
            id: id.to_owned(),
        }
    }

    pub(crate) fn is_service(&self) -> bool {
        self.kind == Kind::Service
    }

    /// The URL of a stream of this subject: `{base}{prefix}[teams/T/]projects/P/KIND/ID{suffix}`.
    ///
    /// `values` fill the braces of `suffix`.
    pub(crate) fn url(
        &self,
        streams: &Streams,
        base: &str,
        prefix: &str,
        suffix: &str,
        values: &[&dyn Display],
        query: &[(&str, &str)],
    ) -> Result<String, ConfigError> {
        let id = match self.kind {
            Kind::Service => "services/{serviceId}",
            Kind::Job => "jobs/{jobId}",
            Kind::Addon => "addons/{addonId}",
        };
        let mut all: Vec<&dyn Display> = Vec::new();
        let team_id = streams.team();
        let team = if team_id.is_some() {
            "teams/{teamId}/"
        } else {
            ""
        };
        if let Some(team_id) = &team_id {
            all.push(team_id);
        }
        all.push(&self.project);
        all.push(&self.id);
        all.extend(values);
        let template = format!("{prefix}{team}projects/{{projectId}}/{id}{suffix}");
        sdk_core::url(base, &template, &all, query)
    }
}

/// Host and port of a URL, for messages.
pub(crate) fn host_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or(rest).to_owned()
}
