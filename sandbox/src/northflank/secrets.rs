//! Secret groups of a project. A change of one restarts nothing: it holds from the next start on.

use serde_json::{Map, Value, json};

use crate::northflank::call::Call;
use crate::northflank::item::{Item, check_free, find, position, slug};
use crate::northflank::model::Project;
use crate::northflank::page::{Page, data, done};
use crate::params::Fields;
use crate::problem::Problem;
use crate::reply::Reply;

/// What reading a group shows of what was asked for, beside its values.
const SHOWN: [&str; 5] = ["description", "stageId", "secretType", "priority", "tags"];

/// Parts of a group that hold values.
const PARTS: [&str; 3] = ["variables", "files", "dockerSecretMounts"];

/// `GET /v1/projects/{projectId}/secrets`
pub(crate) fn list_secrets(call: &Call<'_>) -> Result<Reply, Problem> {
    let project = call.project()?;
    let page = Page::named(call, &project.secrets)?;
    Ok(page.reply("secrets", |group| Value::Object(row(project, group))))
}

/// `POST /v1/projects/{projectId}/secrets`
pub(crate) fn create_secret(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let now = call.now;
    check(call.project()?, call.body())?;
    let number = call.account.next_number();
    let group = Item::new(call.whole_body(), number, now);
    let project = call.project_mut()?;
    check_free(&project.secrets, "secret group", &group.id)?;
    let reply = data(Value::Object(group.to_json()));
    project.secrets.push(group);
    Ok(reply)
}

/// `PUT /v1/projects/{projectId}/secrets`
pub(crate) fn put_secret(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let id = slug(call.body().text("name").unwrap_or_default());
    let (now, body) = (call.now, call.whole_body());
    let project = call.project()?;
    if !project.secrets.iter().any(|group| group.id == id) {
        return create_secret(call);
    }
    check(project, call.body())?;
    let group = change(call, &id, |group| group.replace(body, now))?;
    Ok(data(Value::Object(group.to_json())))
}

/// `GET /v1/projects/{projectId}/secrets/{secretId}`. Values come under one key, without their parts.
pub(crate) fn get_secret(call: &Call<'_>) -> Result<Reply, Problem> {
    let project = call.project()?;
    let group = find(&project.secrets, "secret group", call.id("secretId"))?;
    Ok(data(Value::Object(whole(project, group))))
}

/// `GET /v1/projects/{projectId}/secrets/{secretId}/details`
pub(crate) fn secret_details(call: &Call<'_>) -> Result<Reply, Problem> {
    let project = call.project()?;
    let group = find(&project.secrets, "secret group", call.id("secretId"))?;
    let mut whole = whole(project, group);
    whole.insert("addonSecrets".to_owned(), json!([]));
    Ok(data(Value::Object(whole)))
}

/// `PATCH /v1/projects/{projectId}/secrets/{secretId}`
pub(crate) fn patch_secret(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let group = merge(call)?;
    Ok(data(Value::Object(group.to_json())))
}

/// `POST /v1/projects/{projectId}/secrets/{secretId}`, which does the same and answers nothing.
pub(crate) fn update_secret(call: &mut Call<'_>) -> Result<Reply, Problem> {
    merge(call)?;
    Ok(done())
}

/// `DELETE /v1/projects/{projectId}/secrets/{secretId}`
pub(crate) fn delete_secret(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let id = call.id("secretId");
    let project = call.project_mut()?;
    let index = position(&project.secrets, "secret group", id)?;
    project.secrets.remove(index);
    Ok(done())
}

fn merge(call: &mut Call<'_>) -> Result<Item, Problem> {
    let (now, body, id) = (call.now, call.whole_body(), call.id("secretId"));
    check(call.project()?, call.body())?;
    change(call, id, |group| {
        // Of the values, the parts that are named are replaced and the others stay.
        let mut body = body.clone();
        if let (Some(Value::Object(new)), Some(Value::Object(old))) =
            (body.get_mut("secrets"), group.spec.get("secrets"))
        {
            for (part, values) in old {
                new.entry(part).or_insert_with(|| values.clone());
            }
        }
        group.merge(&body, now);
    })
}

fn change(call: &mut Call<'_>, id: &str, work: impl FnOnce(&mut Item)) -> Result<Item, Problem> {
    let project = call.project_mut()?;
    let index = position(&project.secrets, "secret group", id)?;
    let group = &mut project.secrets[index];
    work(group);
    Ok(group.clone())
}

fn check(project: &Project, body: Fields<'_>) -> Result<(), Problem> {
    if body
        .integer("priority")
        .is_some_and(|priority| priority > 100)
    {
        return Err(Problem::rule("`priority` must be from 0 to 100"));
    }
    for key in ["addonDependencies", "externalAddonDependencies"] {
        let dependencies = body.objects(key).unwrap_or_default();
        if let Some(addon) = dependencies.first() {
            let id = addon.text("addonId").unwrap_or_default();
            return Err(Problem::not_found("addon", id));
        }
    }
    let restrictions = body.object("restrictions");
    let objects = restrictions
        .and_then(|r| r.objects("nfObjects"))
        .unwrap_or_default();
    for object in objects {
        let id = object.text("id").unwrap_or_default();
        if object.text("type") == Some("job") {
            project.job(id)?;
        } else {
            project.service(id)?;
        }
    }
    Ok(())
}

fn row(project: &Project, group: &Item) -> Map<String, Value> {
    let mut map = group.row(&SHOWN);
    map.insert("tags".to_owned(), json!(group.tags()));
    map.insert("projectId".to_owned(), json!(project.item.id));
    let kind = group.fields().text("type").unwrap_or("secret");
    map.insert("type".to_owned(), json!(kind));
    let restrictions = group.spec.get("restrictions").cloned();
    let open = || json!({ "restricted": false, "nfObjects": [], "tags": [] });
    map.insert("restrictions".to_owned(), restrictions.unwrap_or_else(open));
    map
}

fn whole(project: &Project, group: &Item) -> Map<String, Value> {
    let mut map = row(project, group);
    map.insert("createdAt".to_owned(), json!(group.created_at));
    map.insert("updatedAt".to_owned(), json!(group.updated_at));
    let secrets = group.fields().object("secrets");
    let mut values = Map::new();
    for part in PARTS {
        if let Some(Value::Object(part)) = secrets.and_then(|secrets| secrets.value(part)) {
            values.extend(part.clone());
        }
    }
    map.insert("secrets".to_owned(), Value::Object(values));
    map
}
