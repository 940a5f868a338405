//! A large account, made at once.

use serde_json::Value;

use crate::northflank::{Project, new_uid};
use crate::state::Cloud;

/// Adds so many copies of the newest pod and of the newest service, each with a name and an id of its own.
pub(crate) fn multiply(cloud: &mut Cloud, count: usize) {
    let account = &mut cloud.runpod;
    if let Some(model) = account.pods.last().cloned() {
        for _ in 0..count {
            account.pods_created += 1;
            let number = account.pods_created;
            let mut pod = model.clone();
            pod.id = format!("crowd{number:09}");
            pod.name = format!("{}-{number}", model.name);
            pod.number = number;
            account.pods.push(pod);
        }
    }
    let created = &mut cloud.northflank.created;
    let mut projects = cloud.northflank.projects.iter_mut();
    if let Some(project) = projects.rfind(|project| !project.services.is_empty()) {
        multiply_services(project, created, count);
    }
}

fn multiply_services(project: &mut Project, created: &mut u64, count: usize) {
    let Some(model) = project.services.last().cloned() else {
        return;
    };
    for _ in 0..count {
        *created += 1;
        let mut service = model.clone();
        let item = &mut service.item;
        item.id = format!("{}-{created}", model.item.id);
        item.uid = new_uid();
        item.number = *created;
        let name = format!("{}-{created}", model.item.name());
        item.spec.insert("name".to_owned(), Value::String(name));
        project.services.push(service);
    }
}
