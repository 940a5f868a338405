//! Secrets of the team, which templates read.

use serde_json::Value;

use crate::northflank::call::Call;
use crate::northflank::item::{Item, check_free, find, position, slug};
use crate::northflank::page::{Page, data, done};
use crate::problem::Problem;
use crate::reply::Reply;

const KIND: &str = "secret";

/// `GET /v1/secrets`
pub(crate) fn list(call: &Call<'_>) -> Result<Reply, Problem> {
    let page = Page::named(call, &call.account.secrets)?;
    Ok(page.reply("secrets", |secret| {
        let mut row = secret.to_json();
        row.remove("secrets");
        Value::Object(row)
    }))
}

/// `POST /v1/secrets`
pub(crate) fn create(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let number = call.account.next_number();
    let secret = Item::new(call.whole_body(), number, call.now);
    check_free(&call.account.secrets, KIND, &secret.id)?;
    let reply = data(Value::Object(secret.to_json()));
    call.account.secrets.push(secret);
    Ok(reply)
}

/// `PUT /v1/secrets`
pub(crate) fn put(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let id = slug(call.body().text("name").unwrap_or_default());
    let (now, body) = (call.now, call.whole_body());
    match call
        .account
        .secrets
        .iter_mut()
        .find(|secret| secret.id == id)
    {
        Some(secret) => {
            secret.replace(body, now);
            Ok(data(Value::Object(secret.to_json())))
        }
        None => create(call),
    }
}

/// `GET /v1/secrets/{secretId}`
pub(crate) fn get(call: &Call<'_>) -> Result<Reply, Problem> {
    let secret = find(&call.account.secrets, KIND, call.id("secretId"))?;
    Ok(data(Value::Object(secret.to_json())))
}

/// `PATCH /v1/secrets/{secretId}`
pub(crate) fn patch(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let (now, body) = (call.now, call.whole_body());
    let index = position(&call.account.secrets, KIND, call.id("secretId"))?;
    let secret = &mut call.account.secrets[index];
    secret.merge(body, now);
    Ok(data(Value::Object(secret.to_json())))
}

/// `DELETE /v1/secrets/{secretId}`
pub(crate) fn delete(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let index = position(&call.account.secrets, KIND, call.id("secretId"))?;
    call.account.secrets.remove(index);
    Ok(done())
}
