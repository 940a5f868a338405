//! Templates: the account's own, and a few public ones that everybody has.

use serde_json::{Value, json};

use crate::params::Fields;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::runpod::call::Call;
use crate::runpod::model::{Access, Account, Container, Mount, Template, new_id};
use crate::runpod::settings::read_mount;

/// Public templates: id, source, name, image, port and category.
const PUBLIC: &[(&str, &str, &str, &str, &str, &str)] = &[
    (
        "tplpytorch",
        "official",
        "PyTorch",
        "pytorch/pytorch:2.8.0-cuda12.8-cudnn9-runtime",
        "8888/http",
        "NVIDIA",
    ),
    (
        "tplubuntu0",
        "official",
        "Ubuntu",
        "ubuntu:24.04",
        "22/tcp",
        "CPU",
    ),
    (
        "tplrocm000",
        "verified",
        "PyTorch on ROCm",
        "rocm/pytorch:rocm6.4",
        "8888/http",
        "AMD",
    ),
    (
        "tpljupyter",
        "community",
        "Jupyter",
        "quay.io/jupyter/base-notebook:latest",
        "8888/http",
        "CPU",
    ),
];

/// `GET /v2/templates`
pub(crate) fn list_templates(call: &Call<'_>) -> Reply {
    let rows: Vec<Value> = call.account.templates.iter().map(view).collect();
    Reply::ok(json!({ "templates": rows }))
}

/// `GET /v2/catalog/templates`
pub(crate) fn list_public_templates(call: &Call<'_>) -> Reply {
    let source = call.parameters().text("source").unwrap_or("official");
    let rows = PUBLIC.iter().filter(|row| row.1 == source);
    let rows: Vec<Value> = rows.map(|row| view(&public(row))).collect();
    Reply::ok(json!({ "templates": rows }))
}

/// `POST /v2/templates`
pub(crate) fn create_template(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let mut template = Template {
        id: new_id(10),
        name: String::new(),
        container: Container::default(),
        persistent: None,
        public: false,
        serverless: false,
        category: "NVIDIA".into(),
        access: Access {
            ssh: true,
            jupyter: true,
        },
        cuda_versions: Vec::new(),
    };
    apply(&mut template, call.body(), call.account)?;
    let reply = Reply::created(view(&template));
    call.account.templates.push(template);
    Ok(reply)
}

/// `GET /v2/templates/{id}`
pub(crate) fn get_template(call: &Call<'_>) -> Result<Reply, Problem> {
    let id = call.id();
    let template = find(call.account, id).ok_or_else(|| Problem::not_found("template", id))?;
    Ok(Reply::ok(view(&template)))
}

/// `PATCH /v2/templates/{id}`
pub(crate) fn update_template(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let index = find_own(call.account, call.id())?;
    let mut template = call.account.templates[index].clone();
    apply(&mut template, call.body(), call.account)?;
    let reply = Reply::ok(view(&template));
    call.account.templates[index] = template;
    Ok(reply)
}

/// `DELETE /v2/templates/{id}`: refused while an endpoint uses it. Pods keep no link to theirs.
pub(crate) fn delete_template(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let index = find_own(call.account, call.id())?;
    let mut endpoints = call.account.endpoints.iter();
    if let Some(endpoint) = endpoints.find(|one| one.template.as_deref() == Some(call.id())) {
        let endpoint = &endpoint.id;
        return Err(Problem::rule(format!(
            "endpoint `{endpoint}` uses the template"
        )));
    }
    call.account.templates.remove(index);
    Ok(Reply::no_content())
}

/// A template that the account may read: its own or a public one.
pub(crate) fn find(account: &Account, id: &str) -> Option<Template> {
    let own = account
        .templates
        .iter()
        .find(|template| template.id == id)
        .cloned();
    own.or_else(|| PUBLIC.iter().find(|row| row.0 == id).map(public))
}

fn find_own(account: &Account, id: &str) -> Result<usize, Problem> {
    let index = account
        .templates
        .iter()
        .position(|template| template.id == id);
    index.ok_or_else(|| Problem::not_found("template", id))
}

fn apply(template: &mut Template, body: Fields<'_>, account: &Account) -> Result<(), Problem> {
    template.container.apply(body, account)?;
    if let Some(name) = body.text("name") {
        name.clone_into(&mut template.name);
    }
    if let Some(category) = body.text("category") {
        category.clone_into(&mut template.category);
    }
    if let Some(versions) = body.texts("allowedCudaVersions") {
        template.cuda_versions = versions.into_iter().map(str::to_owned).collect();
    }
    if let Some(mounts) = body.object("mounts") {
        template.persistent = match read_mount(mounts)? {
            Some(Mount::Persistent { size, path }) => Some((size, path)),
            Some(Mount::Network { .. }) | None => None,
        };
    }
    let flags = [
        ("public", &mut template.public),
        ("serverless", &mut template.serverless),
        ("startSsh", &mut template.access.ssh),
        ("startJupyter", &mut template.access.jupyter),
    ];
    for (key, flag) in flags {
        *flag = body.flag(key).unwrap_or(*flag);
    }
    Ok(())
}

fn public(row: &(&str, &str, &str, &str, &str, &str)) -> Template {
    let (id, _source, name, image, port, category) = *row;
    let container = Container {
        image: image.to_owned(),
        disk: Some(20),
        ports: vec![port.to_owned()],
        ..Container::default()
    };
    Template {
        id: id.to_owned(),
        name: name.to_owned(),
        container,
        persistent: None,
        public: true,
        serverless: false,
        category: category.to_owned(),
        access: Access {
            ssh: true,
            jupyter: true,
        },
        cuda_versions: Vec::new(),
    }
}

fn view(template: &Template) -> Value {
    let mut map = template.container.to_json();
    let mounts = match &template.persistent {
        Some((size, path)) => json!({ "persistent": { "size": size, "path": path } }),
        None => json!({}),
    };
    map.insert("id".into(), json!(template.id));
    map.insert("name".into(), json!(template.name));
    map.insert("mounts".into(), mounts);
    map.insert("public".into(), json!(template.public));
    map.insert("serverless".into(), json!(template.serverless));
    map.insert("category".into(), json!(template.category));
    map.insert("startSsh".into(), json!(template.access.ssh));
    map.insert("startJupyter".into(), json!(template.access.jupyter));
    map.insert("allowedCudaVersions".into(), json!(template.cuda_versions));
    Value::Object(map)
}
