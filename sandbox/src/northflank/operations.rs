//! Which operations are modelled, by the ids of the description.

use crate::northflank::call::Call;
use crate::northflank::{
    account, addons, builds, catalog, global_secrets, integrations, jobs, logs, metrics, projects,
    secrets, services, streams, tags, volumes,
};
use crate::problem::Problem;
use crate::reply::Reply;

/// Does the work of one operation.
pub(crate) type Handler = fn(&mut Call<'_>) -> Result<Reply, Problem>;

/// Operations that take no token, or take it in the first message of a stream.
const OPEN: [&str; 5] = [
    "list_plans",
    "list_regions",
    "exec",
    "tail_service_logs",
    "tail_job_logs",
];

/// Operations that open a WebSocket.
const STREAMS: [&str; 4] = ["exec", "tail_service_logs", "tail_job_logs", "tunnel"];

/// The handler of an operation; `None` if it is described, but not modelled.
pub(crate) fn handler(operation_id: &str) -> Option<Handler> {
    HANDLERS
        .iter()
        .find(|(id, _)| *id == operation_id)
        .map(|(_, handler)| *handler)
}

/// Whether an operation is answered without the header `Authorization`.
pub(crate) fn is_open(operation_id: &str) -> bool {
    OPEN.contains(&operation_id)
}

/// Whether an operation opens a WebSocket.
pub(crate) fn is_stream(operation_id: &str) -> bool {
    STREAMS.contains(&operation_id)
}

const HANDLERS: &[(&str, Handler)] = &[
    ("get_auth", |call| Ok(account::auth(call))),
    ("list_teams", |call| account::list_teams(call)),
    ("get_team", |call| account::get_team(call)),
    ("list_domains", |call| account::list_domains(call)),
    ("get_dns_id", |call| Ok(account::dns_id(call))),
    ("list_plans", |call| Ok(catalog::list_plans(call))),
    ("list_regions", |call| Ok(catalog::list_regions(call))),
    ("list_addon_types", |call| Ok(addons::list_types(call))),
    ("list_addons", |call| addons::list(call)),
    ("get_addon", |call| addons::get(call)),
    ("list_projects", |call| projects::list_projects(call)),
    ("create_project", projects::create_project),
    ("put_project", projects::put_project),
    ("get_project", |call| projects::get_project(call)),
    ("patch_project", projects::patch_project),
    ("delete_project", projects::delete_project),
    ("list_services", |call| services::list_services(call)),
    ("create_build_service", services::create_build),
    ("create_combined_service", services::create_combined),
    ("create_deployment_service", services::create_deployment),
    ("put_build_service", services::put_build),
    ("put_combined_service", services::put_combined),
    ("put_deployment_service", services::put_deployment),
    ("patch_build_service", services::patch_build),
    ("patch_combined_service", services::patch_combined),
    ("patch_deployment_service", services::patch_deployment),
    ("get_service", |call| services::get_service(call)),
    ("delete_service", services::delete_service),
    ("pause_service", services::pause),
    ("resume_service", services::resume),
    ("restart_service", services::restart),
    ("scale_service", services::scale),
    ("list_service_containers", |call| {
        services::list_containers(call)
    }),
    ("list_service_ports", |call| services::list_ports(call)),
    ("update_service_ports", services::set_ports),
    ("list_service_health_checks", |call| {
        services::health_checks(call)
    }),
    ("update_service_health_checks", services::set_health_checks),
    ("get_service_deployment", |call| services::deployment(call)),
    ("update_service_deployment", services::set_deployment),
    ("get_service_runtime_environment", |call| {
        services::runtime_environment(call)
    }),
    (
        "update_service_runtime_environment",
        services::set_runtime_environment,
    ),
    ("get_service_runtime_environment_details", |call| {
        services::runtime_environment_details(call)
    }),
    ("list_service_builds", |call| builds::list_builds(call)),
    ("get_service_build", |call| builds::get_build(call)),
    ("start_service_build", builds::create_build),
    ("get_service_logs", |call| logs::service_logs(call)),
    ("get_service_metrics", |call| metrics::service_metrics(call)),
    ("list_volumes", |call| volumes::list_volumes(call)),
    ("create_volume", volumes::create_volume),
    ("get_volume", |call| volumes::get_volume(call)),
    ("update_volume", volumes::update_volume),
    ("delete_volume", volumes::delete_volume),
    ("attach_volume", volumes::attach_volume),
    ("detach_volume", volumes::detach_volume),
    ("list_secrets", |call| secrets::list_secrets(call)),
    ("create_secret", secrets::create_secret),
    ("put_secret", secrets::put_secret),
    ("get_secret", |call| secrets::get_secret(call)),
    ("get_secret_details", |call| secrets::secret_details(call)),
    ("patch_secret", secrets::patch_secret),
    ("update_secret", secrets::update_secret),
    ("delete_secret", secrets::delete_secret),
    ("list_global_secrets", |call| global_secrets::list(call)),
    ("create_global_secret", global_secrets::create),
    ("put_global_secret", global_secrets::put),
    ("get_global_secret", |call| global_secrets::get(call)),
    ("patch_global_secret", global_secrets::patch),
    ("delete_global_secret", global_secrets::delete),
    ("list_registry_credentials", |call| {
        integrations::list_registries(call)
    }),
    ("add_registry_credentials", integrations::create_registry),
    ("get_registry_credentials", |call| {
        integrations::get_registry(call)
    }),
    ("update_registry_credentials", integrations::update_registry),
    ("delete_registry_credentials", integrations::delete_registry),
    ("list_ssh_identities", |call| {
        integrations::list_identities(call)
    }),
    ("add_ssh_identity", integrations::create_identity),
    ("get_ssh_identity", |call| integrations::get_identity(call)),
    ("update_ssh_identity", integrations::update_identity),
    ("put_ssh_identity", integrations::put_identity),
    ("delete_ssh_identity", integrations::delete_identity),
    ("list_tags", |call| tags::list(call)),
    ("add_tag", tags::create),
    ("put_tag", tags::put),
    ("get_tag", |call| tags::get(call)),
    ("patch_tag", tags::patch),
    ("delete_tag", tags::delete),
    ("list_jobs", |call| jobs::list_jobs(call)),
    ("create_job", jobs::create_job),
    ("create_manual_job", jobs::create_manual_job),
    ("create_cron_job", jobs::create_cron_job),
    ("put_job", jobs::put_job),
    ("get_job", |call| jobs::get_job(call)),
    ("patch_job", jobs::patch_job),
    ("delete_job", jobs::delete_job),
    ("pause_job", jobs::pause_job),
    ("resume_job", jobs::resume_job),
    ("suspend_job", jobs::suspend_job),
    ("list_job_runs", |call| jobs::list_runs(call)),
    ("start_job_run", jobs::start_run),
    ("get_job_run", |call| jobs::get_run(call)),
    ("abort_job_run", jobs::abort_run),
    ("list_job_containers", |call| jobs::list_containers(call)),
    ("get_job_logs", |call| logs::job_logs(call)),
    ("get_job_metrics", |call| metrics::job_metrics(call)),
    ("exec", |call| streams::exec(call)),
    ("tail_service_logs", |call| logs::tail_service_logs(call)),
    ("tail_job_logs", |call| logs::tail_job_logs(call)),
    ("get_port_forward_info", |call| streams::forward_info(call)),
    ("tunnel", |call| streams::tunnel(call)),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Api;

    #[test]
    fn every_handler_has_its_operation_and_no_operation_has_two() {
        let described: Vec<&str> = Api::Northflank
            .operations()
            .unwrap()
            .map(|operation| operation.id.as_str())
            .collect();
        for (index, (id, _)) in HANDLERS.iter().enumerate() {
            assert!(described.contains(id), "`{id}` is not described");
            let first = HANDLERS.iter().position(|(other, _)| other == id);
            assert_eq!(first, Some(index), "`{id}` is there twice");
        }
        for id in OPEN.iter().chain(&STREAMS) {
            assert!(handler(id).is_some(), "`{id}` is not modelled");
        }
    }
}
