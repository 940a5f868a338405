//! Which operations are modelled, by the ids of the description.

use crate::problem::Problem;
use crate::reply::Reply;
use crate::runpod::call::Call;
use crate::runpod::{
    account, billing, catalog, clusters, create, delegations, logs, pods, registries, serverless,
    templates, update, volumes,
};

/// Does the work of one operation.
pub(crate) type Handler = fn(&mut Call<'_>) -> Result<Reply, Problem>;

/// The handler of an operation; `None` if it is described, but not modelled.
pub(crate) fn handler(operation_id: &str) -> Option<Handler> {
    HANDLERS
        .iter()
        .find(|(id, _)| *id == operation_id)
        .map(|(_, handler)| *handler)
}

pub(crate) const HANDLERS: &[(&str, Handler)] = &[
    ("listPods", |call| pods::list_pods(call)),
    ("createPod", create::create_pod),
    ("getPod", |call| pods::get_pod(call)),
    ("updatePod", update::update_pod),
    ("deletePod", pods::delete_pod),
    ("podAction", pods::pod_action),
    ("getPodLogs", |call| logs::pod_logs(call)),
    ("listGpuTypes", |call| catalog::list_gpus(call)),
    ("getGpuType", |call| catalog::get_gpu(call)),
    ("listCpuTypes", |call| catalog::list_cpus(call)),
    ("getCpuType", |call| catalog::get_cpu(call)),
    ("listDataCenters", |call| {
        Ok(catalog::list_data_centers(call))
    }),
    ("getDataCenter", |call| catalog::get_data_center(call)),
    ("listPublicTemplates", |call| {
        Ok(templates::list_public_templates(call))
    }),
    ("listNetworkVolumes", |call| Ok(volumes::list_volumes(call))),
    ("createNetworkVolume", volumes::create_volume),
    ("getNetworkVolume", |call| volumes::get_volume(call)),
    ("updateNetworkVolume", volumes::update_volume),
    ("deleteNetworkVolume", volumes::delete_volume),
    ("getSshKeys", |call| Ok(account::ssh_keys(call))),
    ("updateSshKeys", |call| Ok(account::replace_ssh_keys(call))),
    ("listSecrets", |call| Ok(account::list_secrets(call))),
    ("createSecret", account::create_secret),
    ("getSecret", |call| account::get_secret(call)),
    ("updateSecret", account::update_secret),
    ("deleteSecret", account::delete_secret),
    ("listTemplates", |call| Ok(templates::list_templates(call))),
    ("createTemplate", templates::create_template),
    ("getTemplate", |call| templates::get_template(call)),
    ("updateTemplate", templates::update_template),
    ("deleteTemplate", templates::delete_template),
    ("listRegistries", |call| {
        Ok(registries::list_registries(call))
    }),
    ("createRegistry", |call| {
        Ok(registries::create_registry(call))
    }),
    ("getRegistry", |call| registries::get_registry(call)),
    ("deleteRegistry", registries::delete_registry),
    ("listDelegations", |call| {
        Ok(delegations::list_delegations(call))
    }),
    ("createDelegation", delegations::create_delegation),
    ("revokeDelegation", delegations::revoke_delegation),
    ("listClusters", |call| Ok(clusters::list_clusters(call))),
    ("createCluster", clusters::create_cluster),
    ("getCluster", |call| clusters::get_cluster(call)),
    ("updateCluster", clusters::update_cluster),
    ("deleteCluster", clusters::delete_cluster),
    ("listClusterPods", |call| clusters::list_cluster_pods(call)),
    ("listEndpoints", |call| Ok(serverless::list_endpoints(call))),
    ("createEndpoint", serverless::create_endpoint),
    ("getEndpoint", |call| serverless::get_endpoint(call)),
    ("updateEndpoint", serverless::update_endpoint),
    ("deleteEndpoint", serverless::delete_endpoint),
    ("listEndpointWorkers", serverless::list_workers),
    ("listEndpointReleases", |call| {
        serverless::list_releases(call)
    }),
    ("getWorkerLogs", |call| logs::worker_logs(call)),
    ("listBilling", billing::list_all),
    ("listPodBilling", billing::list_pod_charges),
    ("listServerlessBilling", billing::list_serverless_charges),
    ("listEndpointBilling", billing::list_endpoint_charges),
    ("listNetworkVolumeBilling", billing::list_volume_charges),
    ("listClusterBilling", billing::list_cluster_charges),
];
