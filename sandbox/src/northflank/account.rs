//! The team that a token is of.

use serde_json::{Value, json};

use crate::northflank::call::Call;
use crate::northflank::item::derived;
use crate::northflank::page::{Page, data};
use crate::problem::Problem;
use crate::reply::Reply;

/// The one team of the sandbox.
pub(crate) const TEAM: &str = "sandbox";

/// When the team and its token were made: they have always been there.
const BEGINNING: &str = "2026-01-01T00:00:00Z";

/// `GET /v1/auth`: any token is one of the team, and may do all.
pub(crate) fn auth(_call: &Call<'_>) -> Reply {
    data(json!({
        "id": "sandbox-token",
        "name": "Sandbox token",
        "tokenKind": "api",
        "entityType": "team",
        "entityId": TEAM,
        "entityUid": uid(),
        "createdAt": BEGINNING,
        "expiresAt": null,
        "scope": "role",
        "role": { "roleId": "admin", "name": "Admin", "entityType": "team", "roleType": "team" },
        "permissions": { "teamScope": [], "projectScope": [], "orgScope": [] },
        "projectRestrictions": { "enabled": false, "projects": [], "restrictionMode": "in" },
    }))
}

/// `GET /v1/teams`
pub(crate) fn list_teams(call: &Call<'_>) -> Result<Reply, Problem> {
    let teams = [team()];
    let page = Page::of(call, &teams, |_| 1)?;
    Ok(page.reply("teams", Value::clone))
}

/// `GET /v1/teams/{teamId}`
pub(crate) fn get_team(call: &Call<'_>) -> Result<Reply, Problem> {
    let id = call.id("teamId");
    if id != TEAM {
        return Err(Problem::not_found("team", id));
    }
    Ok(data(team()))
}

/// `GET /v1/domains`: there are none, and none can be added.
pub(crate) fn list_domains(call: &Call<'_>) -> Result<Reply, Problem> {
    let page = Page::of(call, &[], |_: &Value| 0)?;
    Ok(page.reply("domains", Value::clone))
}

/// `GET /v1/dns-id`
pub(crate) fn dns_id(_call: &Call<'_>) -> Reply {
    data(json!({ "dns": derived(TEAM, 12) }))
}

fn uid() -> String {
    derived(TEAM, 24)
}

fn team() -> Value {
    json!({ "id": TEAM, "name": "Sandbox", "uid": uid(), "createdAt": BEGINNING })
}
