//! Finds the operation of a path. Nearly every path is there twice: plain, and below
//! `teams/TEAM` for naming the team. The sandbox has one team, which goes by any name.

use http::Method;

use crate::description::{Description, Target};

/// Looks in these descriptions, in this order, with the path as it is and without its team.
pub(crate) fn find(
    descriptions: [&'static Description; 2],
    method: &Method,
    path: &str,
) -> Target<'static> {
    let mut found = Target::Unknown;
    for path in [Some(path.to_owned()), without_team(path)]
        .into_iter()
        .flatten()
    {
        for description in descriptions {
            match description.find(method, &path) {
                target @ Target::Operation { .. } => return target,
                target @ Target::WrongMethod { .. } if matches!(found, Target::Unknown) => {
                    found = target;
                }
                Target::WrongMethod { .. } | Target::Unknown => {}
            }
        }
    }
    found
}

/// The path without `teams` and the name after it.
fn without_team(path: &str) -> Option<String> {
    let mut segments: Vec<&str> = path.split('/').collect();
    let teams = segments.iter().position(|segment| *segment == "teams")?;
    let name = segments.get(teams + 1)?;
    if name.is_empty() || teams + 2 == segments.len() {
        return None;
    }
    segments.drain(teams..teams + 2);
    Some(segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_team_is_left_out() {
        let check = |path: &str, expected: Option<&str>| {
            assert_eq!(without_team(path).as_deref(), expected, "{path}");
        };
        check("/v1/teams/t/projects", Some("/v1/projects"));
        check(
            "/v1/command-exec/teams/t/projects/p/services/s",
            Some("/v1/command-exec/projects/p/services/s"),
        );
        check("/v1/teams/t", None);
        check("/v1/teams//projects", None);
        check("/v1/projects", None);
    }
}
