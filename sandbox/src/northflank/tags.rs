//! Tags of the team.

use serde_json::Value;

use crate::northflank::call::Call;
use crate::northflank::item::{Item, check_free, find, position, slug};
use crate::northflank::page::{Page, data, done};
use crate::problem::Problem;
use crate::reply::Reply;

const KIND: &str = "tag";

/// `GET /v1/tags`
pub(crate) fn list(call: &Call<'_>) -> Result<Reply, Problem> {
    let page = Page::named(call, &call.account.tags)?;
    Ok(page.reply("tags", view))
}

/// `POST /v1/tags`
pub(crate) fn create(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let number = call.account.next_number();
    let tag = Item::new(call.whole_body(), number, call.now);
    check_free(&call.account.tags, KIND, &tag.id)?;
    let reply = data(view(&tag));
    call.account.tags.push(tag);
    Ok(reply)
}

/// `PUT /v1/tags`
pub(crate) fn put(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let id = slug(call.body().text("name").unwrap_or_default());
    let (now, body) = (call.now, call.whole_body());
    match call.account.tags.iter_mut().find(|tag| tag.id == id) {
        Some(tag) => {
            tag.replace(body, now);
            Ok(data(view(tag)))
        }
        None => create(call),
    }
}

/// `GET /v1/tags/{resourceTagId}`
pub(crate) fn get(call: &Call<'_>) -> Result<Reply, Problem> {
    let tag = find(&call.account.tags, KIND, call.id("resourceTagId"))?;
    Ok(data(view(tag)))
}

/// `PATCH /v1/tags/{resourceTagId}`
pub(crate) fn patch(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let (now, body) = (call.now, call.whole_body());
    let index = position(&call.account.tags, KIND, call.id("resourceTagId"))?;
    call.account.tags[index].merge(body, now);
    Ok(done())
}

/// `DELETE /v1/tags/{resourceTagId}`
pub(crate) fn delete(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let index = position(&call.account.tags, KIND, call.id("resourceTagId"))?;
    call.account.tags.remove(index);
    Ok(done())
}

fn view(tag: &Item) -> Value {
    let mut row = tag.to_json();
    row.remove("updatedAt");
    Value::Object(row)
}
