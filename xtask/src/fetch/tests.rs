//! Documents of both dialects from a local server, and what becomes of them.

use super::download::{Answer, Known, get};
use super::{Fetched, From, Reduced, fetch, in_our_form, write};
use crate::diff::Class;
use crate::generate::{self, APIS, Api};
use crate::workspace::Workspace;
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

/// A server that gives one answer after the other, and what it was asked.
struct Server {
    url: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn new(answers: Vec<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/openapi.json", listener.local_addr().unwrap());
        let heads = Arc::new(Mutex::new(Vec::new()));
        let asked = Arc::clone(&heads);
        std::thread::spawn(move || {
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let head: Vec<_> = lines
                    .map(Result::unwrap)
                    .take_while(|line| !line.is_empty())
                    .collect();
                asked.lock().unwrap().push(head.join("\n").to_lowercase());
                // Whoever asked may have enough of a long one.
                drop(stream.write_all(answer.as_bytes()));
            }
        });
        Self { url, heads }
    }

    fn asked(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    )
}

fn no_pause(_: std::time::Duration) {}

#[test]
fn what_may_pass_is_tried_again_and_what_was_seen_is_asked_for_only_if_it_changed() {
    let server = Server::new(vec![
        answer("503 Service Unavailable", "", ""),
        answer("429 Too Many Requests", "", ""),
        answer(
            "200 OK",
            "etag: \"one\"\r\nlast-modified: Mon, 01 Jun 2026 00:00:00 GMT\r\n",
            "{}",
        ),
        answer("304 Not Modified", "", ""),
    ]);
    let found = get(&server.url, &Known::default(), no_pause).unwrap();
    let Answer::Document {
        bytes,
        etag,
        last_modified,
    } = found
    else {
        panic!("there is a document");
    };
    assert_eq!(bytes, b"{}");
    let known = Known {
        etag,
        last_modified,
    };
    assert!(matches!(
        get(&server.url, &known, no_pause).unwrap(),
        Answer::NotModified
    ));
    let asked = server.asked();
    assert!(!asked[2].contains("if-none-match"), "{}", asked[2]);
    assert!(asked[3].contains("if-none-match: \"one\""), "{}", asked[3]);
    assert!(
        asked[3].contains("if-modified-since: mon, 01 jun 2026"),
        "{}",
        asked[3]
    );
}

#[test]
fn a_refusal_is_final_and_an_outage_is_given_up_on() {
    let error = |answers: Vec<String>| {
        let server = Server::new(answers);
        let error = get(&server.url, &Known::default(), no_pause)
            .unwrap_err()
            .to_string();
        (server.asked().len(), error)
    };
    let (asked, told) = error(vec![answer("404 Not Found", "", "")]);
    assert!(asked == 1 && told.contains("404 Not Found"), "{told}");
    let (asked, told) = error(vec![answer("502 Bad Gateway", "", ""); 4]);
    assert!(asked == 4 && told.contains("502 Bad Gateway"), "{told}");
}

#[test]
fn a_document_without_end_is_refused() {
    let body = " ".repeat(super::MAX_BYTES + 1);
    let server = Server::new(vec![answer("200 OK", "", &body)]);
    let error = get(&server.url, &Known::default(), no_pause).unwrap_err();
    assert!(
        error.to_string().contains("more than 67108864 bytes"),
        "{error}"
    );
    assert_eq!(server.asked().len(), 1);
}

/// A repository of descriptions only.
struct Repository {
    folder: tempfile::TempDir,
    api: &'static Api,
}

impl Repository {
    /// With the description `ours`, or a copy of the one that is committed.
    fn new(name: &str, ours: Option<&Value>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let api = APIS.iter().find(|api| api.name == name).unwrap();
        fs::create_dir(folder.path().join("openapi")).unwrap();
        for file in [api.description, api.overlay, super::SOURCES] {
            fs::copy(Workspace::default().path(file), folder.path().join(file)).unwrap();
        }
        if let Some(ours) = ours {
            let text = format!("{ours:#}\n");
            fs::write(folder.path().join(api.description), text).unwrap();
        }
        Self { folder, api }
    }

    fn workspace(&self) -> Workspace {
        Workspace::at(self.folder.path().to_path_buf())
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.folder.path().join(file)).unwrap()
    }

    fn description(&self) -> Value {
        serde_json::from_str(&self.read(self.api.description)).unwrap()
    }

    /// Fetches a document that a server has.
    fn fetch(&self, document: &Value) -> Reduced {
        let server = Server::new(vec![answer(
            "200 OK",
            "etag: \"x\"\r\n",
            &document.to_string(),
        )]);
        let from = From::Url(server.url.clone());
        match fetch(&self.workspace(), self.api, &from).unwrap() {
            Fetched::Document(reduced) => *reduced,
            Fetched::NotModified => panic!("there is a document"),
        }
    }
}

fn told(reduced: &Reduced) -> Vec<String> {
    let changes = reduced.changes.iter();
    changes
        .map(|it| format!("{}: {}", it.about.name(), it.what))
        .collect()
}

#[test]
fn our_own_descriptions_come_out_as_they_went_in() {
    for api in APIS {
        let repository = Repository::new(api.name, None);
        let reduced = repository.fetch(&repository.description());
        assert!(!reduced.drift, "{}", api.name);
        assert_eq!((told(&reduced), reduced.overlay), (vec![], None));
    }
}

#[test]
fn sentences_and_examples_stay_with_the_vendor() {
    let repository = Repository::new("runpod", None);
    let mut document = repository.description();
    document["info"]["description"] = json!("Prose.");
    document["x-logo"] = json!("Prose.");
    let operation = &mut document["paths"]["/v2/pods"]["get"];
    operation["summary"] = json!("Prose.");
    operation["x-codeSamples"] = json!(["Prose."]);
    operation["responses"]["200"]["description"] = json!("Prose.");
    operation["parameters"][0]["example"] = json!("Prose.");
    let pod = &mut document["components"]["schemas"]["PodSsh"];
    pod["title"] = json!("Prose.");
    pod["examples"] = json!(["Prose."]);
    // A field may have the name of a keyword.
    pod["properties"]["description"] = json!({"type": "string", "description": "Prose."});
    let reduced = repository.fetch(&document);
    assert!(!reduced.text.contains("Prose."));
    assert_eq!(
        told(&reduced),
        ["PodSsh: has the field `description: Option<String>`"]
    );
}

#[test]
fn where_a_document_came_from_is_noted_with_its_sum() {
    let repository = Repository::new("northflank", None);
    let mut document = repository.description();
    document["info"]["version"] = json!("9");
    let reduced = repository.fetch(&document);
    write(&repository.workspace(), repository.api, &reduced).unwrap();
    let sources = repository.read(super::SOURCES);
    let table: toml::Table = sources.parse().unwrap();
    let noted = &table["northflank"];
    assert_eq!(noted["version"].as_str(), Some("9"));
    assert_eq!(noted["etag"].as_str(), Some("\"x\""));
    assert_eq!(noted["sha256"].as_str().unwrap().len(), 64);
    assert!(
        noted["url"]
            .as_str()
            .unwrap()
            .starts_with("http://127.0.0.1")
    );
    // The comments and the other API stay.
    let before = fs::read_to_string(Workspace::default().path(super::SOURCES)).unwrap();
    let runpod = before.find("[runpod]").unwrap();
    assert!(sources.starts_with(before.get(..runpod).unwrap()));
    assert_eq!(
        table["runpod"],
        before.parse::<toml::Table>().unwrap()["runpod"]
    );
    assert_eq!(repository.description()["info"]["version"], "9");
}

#[test]
fn nothing_of_a_file_is_noted_as_its_vendors() {
    let repository = Repository::new("runpod", None);
    let noted = |key: &str| {
        let table: toml::Table = repository.read(super::SOURCES).parse().unwrap();
        table["runpod"].get(key).map(ToString::to_string)
    };
    // After a download, whose marks are kept.
    let mut document = repository.description();
    let reduced = repository.fetch(&document);
    write(&repository.workspace(), repository.api, &reduced).unwrap();
    assert!(noted("etag").is_some());
    let keys = ["url", "version", "date", "sha256"];
    let before = keys.map(noted);
    document["info"]["version"] = json!("0");
    let file = repository.folder.path().join("mine.json");
    fs::write(&file, document.to_string()).unwrap();
    let fetched = fetch(&repository.workspace(), repository.api, &From::File(file)).unwrap();
    let Fetched::Document(reduced) = fetched else {
        panic!("a file is always a document");
    };
    write(&repository.workspace(), repository.api, &reduced).unwrap();
    assert_eq!(keys.map(noted), before);
    // Else the vendor would be asked only for what is newer than the document before.
    assert_eq!(noted("etag"), None);
}

#[test]
fn an_overlay_that_does_not_fit_any_more_is_told() {
    let repository = Repository::new("runpod", None);
    let text = repository.description().to_string();
    let text = text.replace("Last-Event-ID", "Last-Seen");
    let reduced = repository.fetch(&serde_json::from_str(&text).unwrap());
    let told = reduced.overlay.unwrap();
    assert!(told.contains("Last-Event-ID"), "{told}");
}

#[test]
fn a_field_that_the_vendor_takes_away_is_not_kept_by_our_words() {
    let repository = Repository::new("runpod", None);
    let mut document = repository.description();
    let gpu = &mut document["components"]["schemas"]["GpuType"];
    gpu["properties"].as_object_mut().unwrap().remove("pool");
    gpu["required"]
        .as_array_mut()
        .unwrap()
        .retain(|it| it != "pool");
    let reduced = repository.fetch(&document);
    assert_eq!(told(&reduced), ["GpuType: the field `pool` is gone"]);
    let misfit = reduced.overlay.as_ref().unwrap();
    let words = repository.read(repository.api.overlay);
    let line = words
        .lines()
        .position(|line| line.contains("pool: {description"))
        .unwrap()
        + 1;
    assert!(
        misfit.starts_with(&format!("line {line}, "))
            && misfit.contains("words for /components/schemas/GpuType/properties/pool,"),
        "{misfit}"
    );
    // Nor does it come back when the clients are made.
    write(&repository.workspace(), repository.api, &reduced).unwrap();
    let error = generate::repository_files(&repository.workspace(), repository.api).unwrap_err();
    assert!(error.to_string().contains(misfit), "{error}");
}

/// The vendor's document that shares nothing, and our description of its operations.
fn shares_nothing() -> (Value, Value) {
    let fixture = "xtask/tests/fixtures/inline-with-team-twins.json";
    let fixture = fs::read(Workspace::default().path(fixture)).unwrap();
    let vendors: Value = serde_json::from_slice(&fixture).unwrap();
    let ours = fs::read(Workspace::default().path("openapi/northflank.json")).unwrap();
    let mut ours: Value = serde_json::from_slice(&ours).unwrap();
    let paths = vendors["paths"].as_object().unwrap().clone();
    let kept = ours["paths"].as_object_mut().unwrap();
    kept.retain(|path, _| paths.contains_key(path));
    for (path, item) in kept.iter_mut() {
        let methods = &paths[path];
        item.as_object_mut()
            .unwrap()
            .retain(|method, _| methods.get(method).is_some());
    }
    (vendors, ours)
}

#[test]
fn a_document_that_shares_nothing_gets_our_names_and_a_second_one_changes_nothing() {
    let (vendors, ours) = shares_nothing();
    let (first, proposed) = in_our_form(vendors.clone(), &ours).unwrap();
    let at = |pointer: &str| {
        first
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or("none")
            .to_owned()
    };
    let content = "application~1json/schema";
    for (pointer, expected) in [
        (
            format!(
                "/paths/~1v1~1projects~1{{projectId}}~1services~1deployment/post/requestBody/content/{content}/$ref"
            ),
            "DeploymentServiceInput",
        ),
        (
            "/components/schemas/DeploymentServiceInput/properties/ports/items/$ref".to_owned(),
            "ServicePort",
        ),
        (
            "/components/schemas/ServicePort/properties/protocol/$ref".to_owned(),
            "PortProtocol",
        ),
    ] {
        assert_eq!(
            at(&pointer),
            format!("#/components/schemas/{expected}"),
            "{pointer}"
        );
    }
    assert_eq!(at("/paths/~1v1~1projects/get/operationId"), "list_projects");
    assert_eq!(
        at("/paths/~1v1~1projects/get/x-team-path"),
        "/v1/teams/{teamId}/projects"
    );
    assert_eq!(
        at("/paths/~1v1~1projects/get/responses/default/$ref"),
        "#/components/responses/Error"
    );
    // Once it is ours, it stays.
    let (second, again) = in_our_form(vendors, &first).unwrap();
    assert_eq!(second, first, "proposed at first: {proposed:?}");
    assert_eq!(again, []);
}

#[test]
fn what_is_new_in_a_document_that_shares_nothing_is_the_whole_difference() {
    let (mut vendors, ours) = shares_nothing();
    let (first, _) = in_our_form(vendors.clone(), &ours).unwrap();
    let repository = Repository::new("northflank", Some(&first));
    let port = json!({"type": "object", "required": ["rank"], "properties": {"rank": {"type": "integer"}, "kind": {"type": "string", "enum": ["a", "b"]}}});
    for (id, place) in [
        ("create-deployment-service", "requestBody"),
        ("team-create-deployment-service", "requestBody"),
    ] {
        let item = &mut vendors["components"]["pathItems"][id];
        let schema = item.pointer_mut(&format!(
            "/{place}/content/application~1json/schema/properties"
        ));
        schema.unwrap()["placement"] = port.clone();
    }
    vendors["paths"]["/v1/projects/{projectId}/volumes/{volumeId}/snapshots"] = json!({"get": {
        "operationId": "list-volume-snapshots",
        "parameters": [
            {"name": "projectId", "in": "path", "required": true, "type": "string"},
            {"name": "volumeId", "in": "path", "required": true, "type": "string"},
        ],
        "responses": {"200": {"description": "Prose.", "schema": {"type": "object", "properties": {"data": {
            "type": "object", "properties": {"snapshots": {"type": "array", "items": port}},
        }}}}},
    }});
    let reduced = repository.fetch(&vendors);
    assert!(!reduced.text.contains("Prose."));
    let names: Vec<_> = reduced
        .proposed
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "DeploymentServiceInputPlacement",
            "DeploymentServiceInputPlacementKind"
        ]
    );
    assert_eq!(
        told(&reduced),
        [
            "volumes.list_snapshots: is new: `GET /v1/projects/{projectId}/volumes/{volumeId}/snapshots`",
            "DeploymentServiceInput: has the field `placement: Option<DeploymentServiceInputPlacement>`",
            "DeploymentServiceInputPlacement: is new",
            "DeploymentServiceInputPlacementKind: is new",
        ]
    );
    assert!(
        reduced
            .changes
            .iter()
            .all(|change| change.class == Class::Additive)
    );
}
