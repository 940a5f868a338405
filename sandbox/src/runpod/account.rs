//! SSH keys and secrets of the account.

use serde_json::{Value, json};

use crate::problem::Problem;
use crate::reply::Reply;
use crate::runpod::call::Call;
use crate::runpod::model::{Account, Secret, new_id};

/// `GET /v2/account/ssh-keys`
pub(crate) fn ssh_keys(call: &Call<'_>) -> Reply {
    Reply::ok(json!({ "keys": call.account.ssh_keys }))
}

/// `PUT /v2/account/ssh-keys`: replaces the whole set.
pub(crate) fn replace_ssh_keys(call: &mut Call<'_>) -> Reply {
    let keys = call.body().texts("keys").unwrap_or_default();
    call.account.ssh_keys = keys.into_iter().map(str::to_owned).collect();
    ssh_keys(call)
}

/// `GET /v2/account/secrets`
pub(crate) fn list_secrets(call: &Call<'_>) -> Reply {
    let name = call.parameters().text("name");
    let wanted = |secret: &&Secret| name.is_none_or(|name| secret.name == name);
    let rows: Vec<Value> = call
        .account
        .secrets
        .iter()
        .filter(wanted)
        .map(view)
        .collect();
    Reply::ok(json!({ "secrets": rows }))
}

/// `POST /v2/account/secrets`: a name serves once in an account.
pub(crate) fn create_secret(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let body = call.body();
    let name = body.text("name").unwrap_or_default();
    if call
        .account
        .secrets
        .iter()
        .any(|secret| secret.name == name)
    {
        return Err(Problem::conflict(format!(
            "there is a secret `{name}` already"
        )));
    }
    let secret = Secret {
        id: new_id(12),
        name: name.to_owned(),
        description: body.text("description").map(str::to_owned),
        created_at: call.now,
    };
    let reply = Reply::created(view(&secret));
    call.account.secrets.push(secret);
    Ok(reply)
}

/// `GET /v2/account/secrets/{id}`
pub(crate) fn get_secret(call: &Call<'_>) -> Result<Reply, Problem> {
    let index = find(call.account, call.id())?;
    Ok(Reply::ok(view(&call.account.secrets[index])))
}

/// `PATCH /v2/account/secrets/{id}`
pub(crate) fn update_secret(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let index = find(call.account, call.id())?;
    let description = call.body().text("description");
    let secret = &mut call.account.secrets[index];
    if let Some(description) = description {
        secret.description = Some(description.to_owned());
    }
    Ok(Reply::ok(view(secret)))
}

/// `DELETE /v2/account/secrets/{id}`
pub(crate) fn delete_secret(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let index = find(call.account, call.id())?;
    call.account.secrets.remove(index);
    Ok(Reply::no_content())
}

fn view(secret: &Secret) -> Value {
    let mut row = json!({
        "id": secret.id,
        "name": secret.name,
        "createdAt": secret.created_at,
    });
    if let Some(description) = &secret.description {
        row["description"] = json!(description);
    }
    row
}

fn find(account: &Account, id: &str) -> Result<usize, Problem> {
    let index = account.secrets.iter().position(|secret| secret.id == id);
    index.ok_or_else(|| Problem::not_found("secret", id))
}
