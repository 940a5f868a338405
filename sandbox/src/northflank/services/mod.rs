//! Services: what builds images and what runs them.

mod actions;
mod aspects;
mod containers;
mod create;
mod environment;
mod ports;
mod read;
mod rollout;
mod rules;
mod update;
mod view;

pub(crate) use actions::{pause, restart, resume, scale};
pub(crate) use aspects::{
    deployment, health_checks, list_ports, runtime_environment, runtime_environment_details,
    set_deployment, set_health_checks, set_ports, set_runtime_environment,
};
pub(crate) use containers::{list_containers, view as container_view};
pub(crate) use create::{create_build, create_combined, create_deployment, scales};
pub(crate) use environment::{Part, Sources, effective as effective_environment};
pub(crate) use read::{delete_service, get_service, list_services};
pub(crate) use rollout::{ContainerState, start_container};
pub(crate) use rules::{check_billing, check_gpu, check_image, check_one_instance};
pub(crate) use update::{
    patch_build, patch_combined, patch_deployment, put_build, put_combined, put_deployment,
};
