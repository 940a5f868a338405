//! Every field of the format that a RunPod deployment can have: it arrives in a request, is refused, or says
//! what becomes of it. A field without a row here fails the last test.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what goes wrong here is a failed test"
)]
#![expect(
    clippy::needless_pass_by_value,
    reason = "a row is easier to read with `json!` in it than with `&json!`"
)]

mod deployment;
mod others;
mod provider;

use std::collections::BTreeSet;

use crate::cli_context::{PROGRAM, cloud_and_context};
use runpod_sdk::types::{CreateNetworkVolumeRequest, CreateTemplateRequest};
use serde_json::{Value, json};
use tests::{Cloud, Context, VAULT_TOKEN, Vault};
use wiremock::matchers::{method, path};
use wiremock::{Mock, ResponseTemplate};

use Seen::{NotSent, Refused, Said, Sent, Shown, VolumeMade};

/// A field, what is written into the file, and where that shows.
type Row = (&'static str, Value, Seen);

/// Where a field shows.
#[derive(Debug)]
enum Seen {
    /// In the request that creates the pod, at this place.
    Sent(&'static str, Value),
    /// In the request that creates the pod, by the absence of this place.
    NotSent(&'static str),
    /// In the request that makes a network volume.
    VolumeMade(Value),
    /// In an exit code of `deploy` and its words; nothing is sent that changes anything.
    Refused(i32, &'static str),
    /// In words of a `deploy` that is otherwise the same.
    Said(&'static str),
    /// In `config show`, because it changes how the rest is read.
    Shown(&'static str, Value),
}

/// Stands for a network volume of the account in US-TX-3.
const VOLUME: &str = "[VOLUME]";

/// Stands for a template of the account.
const TEMPLATE: &str = "[TEMPLATE]";

/// A file that can be deployed.
fn base() -> Value {
    json!({
        "version": "3.0",
        "name": "demo",
        "deployment": {"provider": "runpod", "image": "ghcr.io/org/app:1"},
        "extensions": {"profile": "minimal"},
        "providers": {"runpod": {"gpuType": "NVIDIA L4"}},
    })
}

/// Lays one value over another, key by key; null takes a key away.
fn merge(onto: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        onto.clone_from(patch);
        return;
    };
    for (key, value) in patch {
        if !onto.is_object() {
            *onto = json!({});
        }
        if value.is_null() {
            onto.as_object_mut().unwrap().remove(key);
        } else {
            merge(&mut onto[key], value);
        }
    }
}

/// Keys below `providers.runpod`.
fn pod(keys: Value) -> Value {
    json!({"providers": {"runpod": keys}})
}

/// Keys of a pod without cards.
fn cpu(mut keys: Value) -> Value {
    keys["gpuType"] = Value::Null;
    keys["cpuOnly"] = json!(true);
    pod(keys)
}

/// Keys below `deployment`.
fn below(keys: Value) -> Value {
    json!({"deployment": keys})
}

/// Keys below `deployment.resources.gpu`, where the shared block names the card.
fn gpu(mut keys: Value) -> Value {
    keys["enabled"] = json!(true);
    let mut file = below(json!({"resources": {"gpu": keys}}));
    file["providers"] = json!({"runpod": {"gpuType": null}});
    file
}

/// An image in parts, which replaces that of the file.
fn parts(mut keys: Value) -> Value {
    keys["registry"] = json!("ghcr.io/org/other");
    below(json!({"image": null, "image_config": keys}))
}

/// One entry of `secrets`, called `TOKEN2` unless it says otherwise: the shell of the tests has no such variable.
fn secret(keys: Value) -> Value {
    let mut entry = json!({"name": "TOKEN2", "source": "env"});
    merge(&mut entry, &keys);
    json!({"secrets": [entry]})
}

/// Makes what the row speaks of, and puts its id in the place of the word for it.
fn with_ids(text: &str, cloud: &Cloud) -> Box<dyn Fn(&str) -> String> {
    let client = cloud.client();
    let id = cloud.runtime().block_on(async {
        if text.contains(VOLUME) {
            let request = CreateNetworkVolumeRequest::new("data", "US-TX-3", 20);
            let made = client.network_volumes().create(&request).await;
            made.unwrap().id.clone()
        } else if text.contains(TEMPLATE) {
            let request = CreateTemplateRequest::new("mine").image("debian:13");
            client
                .templates()
                .create(&request)
                .await
                .unwrap()
                .id
                .clone()
        } else {
            String::new()
        }
    });
    Box::new(move |text| text.replace(VOLUME, &id).replace(TEMPLATE, &id))
}

/// Deletes all pods, so that the next row begins with none.
fn clear(cloud: &Cloud) {
    let client = cloud.client();
    for pod in cloud.pods() {
        let deleted = cloud
            .runtime()
            .block_on(async { client.pods().delete(&pod.id).await });
        deleted.unwrap();
    }
}

/// The words without the frame that they are drawn in.
fn words(drawn: &str) -> String {
    let bare = drawn.replace('│', " ");
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The file of a row is deployed, and looked at where the row says.
fn check((field, patch, seen): &Row, cloud: &Cloud) {
    let context = Context::at(PROGRAM, cloud.url());
    let created = cloud.requests("create_pod").len();
    let mut file = base();
    merge(&mut file, patch);
    let ids = with_ids(&file.to_string(), cloud);
    let text = ids(&file.to_string());
    context.file("sindri.yaml", &text);
    context.file("token.txt", "from a file\n");
    let before = cloud.changes();
    if let Shown(place, expected) = seen {
        let (code, shown) = context.json("config show");
        assert_eq!(code, 0, "{field}: {shown}");
        assert_eq!(
            shown["config"].pointer(place),
            Some(expected),
            "{field}: {shown}"
        );
        return;
    }
    let run = context.run("deploy --no-wait");
    if let Refused(code, expected) = seen {
        let said = words(&run.expect(*code).stderr);
        assert!(said.contains(expected), "{field}: {expected}\n{said}");
        assert_eq!(cloud.changes(), before, "{field}");
        return;
    }
    let run = run.expect(0);
    let sent = cloud.requests("create_pod").remove(created).body.unwrap();
    match seen {
        Sent(place, expected) => {
            let expected: Value = serde_json::from_str(&ids(&expected.to_string())).unwrap();
            assert_eq!(sent.pointer(place), Some(&expected), "{field}: {sent:#}");
        }
        NotSent(place) => assert_eq!(sent.pointer(place), None, "{field}: {sent:#}"),
        VolumeMade(expected) => {
            let made = cloud.request("create_network_volume");
            assert_eq!(
                (&made["size"], &sent["mounts"]["network"][0]["path"]),
                (&expected["size"], &expected["path"]),
                "{field}: {made}\n{sent:#}"
            );
        }
        Said(expected) => {
            let said = words(&run.stderr);
            assert!(said.contains(expected), "{field}: {expected}\n{said}");
        }
        Refused(..) | Shown(..) => panic!("{field}: seen before"),
    }
    clear(cloud);
}

fn check_all(rows: &[Row]) {
    // Each row waits for a process of its own most of the time.
    std::thread::scope(|scope| {
        for part in rows.chunks(rows.len().div_ceil(2)) {
            scope.spawn(move || {
                let cloud = Cloud::start();
                for row in part {
                    check(row, &cloud);
                }
            });
        }
    });
}

#[test]
fn every_field_of_the_provider_arrives_or_is_refused() {
    check_all(&provider::rows());
}

#[test]
fn every_field_of_the_deployment_arrives_or_is_refused() {
    check_all(&deployment::rows());
}

#[test]
fn every_other_field_arrives_or_is_refused() {
    check_all(&others::rows());
}

/// A secret comes from the shell as well as from a file; the table's files have no shell.
#[test]
fn a_secret_arrives_under_its_name() {
    let (cloud, mut context) = cloud_and_context();
    context.set("TOKEN", "from the shell");
    context.run("deploy --no-wait").expect(0);
    assert_eq!(
        cloud.request("create_pod")["env"]["TOKEN"],
        "from the shell"
    );
}

#[test]
fn a_secret_of_vault_arrives_from_its_mount_its_path_and_its_key() {
    let (cloud, mut context) = cloud_and_context();
    let vault = Vault::start();
    let answer = tests::secret(&json!({"token": "of Vault", "other": "unused"}));
    let asked = Mock::given(method("GET")).and(path("/v1/kv/data/apps/mine"));
    vault.mount(asked.respond_with(ResponseTemplate::new(200).set_body_json(answer)));
    context
        .set("VAULT_ADDR", &vault.url())
        .set("VAULT_TOKEN", VAULT_TOKEN);
    let mut file = base();
    file["secrets"] = json!([{
        "name": "OF_VAULT", "source": "vault", "required": true,
        "vaultMount": "kv", "vaultPath": "apps/mine", "vaultKey": "token",
    }]);
    context.file("sindri.yaml", &file.to_string());
    context.run("deploy --no-wait").expect(0);
    assert_eq!(cloud.request("create_pod")["env"]["OF_VAULT"], "of Vault");
}

/// The fields of the program's own table, except those of the other provider.
fn fields() -> BTreeSet<String> {
    let schema = Context::new(PROGRAM)
        .run("config schema")
        .expect(0)
        .document();
    let mut fields = BTreeSet::new();
    collect("", &schema, &mut fields);
    collect("providers.runpod", &schema["$defs"]["runpod"], &mut fields);
    fields
}

/// Adds every key below this block that holds no further block of keys.
fn collect(prefix: &str, block: &Value, fields: &mut BTreeSet<String>) {
    for (key, field) in block["properties"].as_object().into_iter().flatten() {
        let path = match prefix {
            "" => key.clone(),
            prefix => format!("{prefix}.{key}"),
        };
        if field["properties"].is_object() {
            collect(&path, field, fields);
        } else if field["items"]["properties"].is_object() {
            collect(&format!("{path}[]"), &field["items"], fields);
        } else if path != "providers" {
            fields.insert(path);
        }
    }
}

#[test]
fn no_field_is_without_a_row() {
    let rows = [provider::rows(), deployment::rows(), others::rows()];
    let rows = rows.into_iter().flatten();
    let named: BTreeSet<String> = rows.map(|(field, ..)| field.to_owned()).collect();
    let fields = fields();
    assert!(
        fields.len() > 50,
        "the walk has to reach every block: {fields:?}"
    );
    assert_eq!(
        fields.difference(&named).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "no row"
    );
    assert_eq!(
        named.difference(&fields).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "no field"
    );
}
