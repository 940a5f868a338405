//! Registry credentials and SSH identities of the team.

use serde_json::{Map, Value, json};

use crate::northflank::call::Call;
use crate::northflank::item::{Item, check_free, find, position};
use crate::northflank::page::{Page, data, done};
use crate::problem::Problem;
use crate::reply::Reply;

const REGISTRY: &str = "registry credential";
const IDENTITY: &str = "SSH identity";

/// `GET /v1/integrations/registries`
pub(crate) fn list_registries(call: &Call<'_>) -> Result<Reply, Problem> {
    let page = Page::named(call, &call.account.registries)?;
    Ok(page.reply("credentials", registry))
}

/// `POST /v1/integrations/registries`
pub(crate) fn create_registry(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let number = call.account.next_number();
    let item = Item::new(&without_password(call.whole_body()), number, call.now);
    check_free(&call.account.registries, REGISTRY, &item.id)?;
    let reply = data(registry(&item));
    call.account.registries.push(item);
    Ok(reply)
}

/// `GET /v1/integrations/registries/{credentialId}`
pub(crate) fn get_registry(call: &Call<'_>) -> Result<Reply, Problem> {
    let id = call.id("credentialId");
    Ok(data(registry(find(
        &call.account.registries,
        REGISTRY,
        id,
    )?)))
}

/// `PATCH /v1/integrations/registries/{credentialId}`
pub(crate) fn update_registry(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let index = position(&call.account.registries, REGISTRY, call.id("credentialId"))?;
    let (now, body) = (call.now, without_password(call.whole_body()));
    let item = &mut call.account.registries[index];
    item.merge(&body, now);
    Ok(data(registry(item)))
}

/// `DELETE /v1/integrations/registries/{credentialId}`: refused while a service pulls with it.
pub(crate) fn delete_registry(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let id = call.id("credentialId");
    let index = position(&call.account.registries, REGISTRY, id)?;
    for project in &call.account.projects {
        for service in &project.services {
            let deployment = service.item.fields().object("deployment");
            let external = deployment.and_then(|deployment| deployment.object("external"));
            if external.and_then(|external| external.text("credentials")) == Some(id) {
                return Err(Problem::conflict(format!(
                    "service `{}` of project `{}` pulls with these credentials",
                    service.item.id, project.item.id
                )));
            }
        }
    }
    call.account.registries.remove(index);
    Ok(done())
}

/// A password is never read back, and so not kept.
fn without_password(body: &Map<String, Value>) -> Map<String, Value> {
    let mut body = body.clone();
    if let Some(Value::Object(credentials)) = body.get_mut("credentials") {
        credentials.remove("password");
    }
    body
}

fn registry(item: &Item) -> Value {
    let mut row = item.to_json();
    let healthy = json!({ "failureCount": 0, "retryDelay": 0, "status": "healthy" });
    row.insert("registryCredentialRefresh".to_owned(), healthy);
    Value::Object(row)
}

/// `GET /v1/integrations/ssh-identities`
pub(crate) fn list_identities(call: &Call<'_>) -> Result<Reply, Problem> {
    let page = Page::named(call, &call.account.ssh_identities)?;
    Ok(page.reply("identities", identity))
}

/// `POST /v1/integrations/ssh-identities`
pub(crate) fn create_identity(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let number = call.account.next_number();
    let item = Item::new(call.whole_body(), number, call.now);
    check_free(&call.account.ssh_identities, IDENTITY, &item.id)?;
    let reply = data(identity(&item));
    call.account.ssh_identities.push(item);
    Ok(reply)
}

/// `GET /v1/integrations/ssh-identities/{identityId}`
pub(crate) fn get_identity(call: &Call<'_>) -> Result<Reply, Problem> {
    let id = call.id("identityId");
    Ok(data(identity(find(
        &call.account.ssh_identities,
        IDENTITY,
        id,
    )?)))
}

/// `PATCH /v1/integrations/ssh-identities/{identityId}`: a list of keys replaces the old one.
pub(crate) fn update_identity(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let (now, body) = (call.now, call.whole_body());
    change_identity(call, |item| item.merge(body, now))
}

/// `PUT /v1/integrations/ssh-identities/{identityId}`
pub(crate) fn put_identity(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let (now, body) = (call.now, call.whole_body());
    change_identity(call, |item| item.replace(body, now))
}

fn change_identity(call: &mut Call<'_>, work: impl FnOnce(&mut Item)) -> Result<Reply, Problem> {
    let index = position(
        &call.account.ssh_identities,
        IDENTITY,
        call.id("identityId"),
    )?;
    let item = &mut call.account.ssh_identities[index];
    work(item);
    Ok(data(identity(item)))
}

/// `DELETE /v1/integrations/ssh-identities/{identityId}`
pub(crate) fn delete_identity(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let index = position(
        &call.account.ssh_identities,
        IDENTITY,
        call.id("identityId"),
    )?;
    call.account.ssh_identities.remove(index);
    Ok(done())
}

fn identity(item: &Item) -> Value {
    Value::Object(item.to_json())
}
