//! Clusters: identical pods in one place, which come and go together.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::params::Fields;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::runpod::call::Call;
use crate::runpod::catalog::{DataCenter, Inventory};
use crate::runpod::create::{self, attached};
use crate::runpod::interior::Interior;
use crate::runpod::model::{Account, Boot, Compute, Container, Mount, Pod, Power, Tier, new_id};
use crate::runpod::place::{self, Wanted};
use crate::runpod::settings::read_mount;
use crate::runpod::{billing, view};

/// The port that VXLAN has by its standard.
const VXLAN_PORT: u16 = 4789;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Cluster {
    pub(crate) id: String,
    /// Counts clusters, and is the id of its network.
    pub(crate) number: u32,
    pub(crate) name: String,
    pub(crate) kind: String,
    /// What each pod has.
    pub(crate) compute: Compute,
    /// How many pods there are.
    pub(crate) pods: u64,
    pub(crate) data_center: String,
    pub(crate) created_at: Timestamp,
}

/// A pod's place in its cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Member {
    pub(crate) cluster: String,
    pub(crate) rank: u64,
    pub(crate) role: Option<String>,
    pub(crate) ip: String,
}

impl Member {
    pub(crate) fn to_json(&self) -> Value {
        let mut row = json!({ "id": self.cluster, "rank": self.rank, "ip": self.ip });
        if let Some(role) = &self.role {
            row["role"] = json!(role);
        }
        row
    }
}

impl Cluster {
    /// Its members, the first of which leads.
    fn members<'a>(&'a self, account: &'a Account) -> impl Iterator<Item = &'a Pod> {
        let own = |pod: &&Pod| {
            let member = pod.cluster.as_ref();
            member.is_some_and(|member| member.cluster == self.id)
        };
        account.pods.iter().filter(own)
    }

    /// The part of a member, in the kinds of cluster that have parts.
    fn role(&self, rank: u64) -> Option<&'static str> {
        match (self.kind.as_str(), rank) {
            ("SLURM", 0) => Some("SLURM_CONTROLLER"),
            ("SLURM", _) => Some("SLURM_COMPUTE"),
            ("RAY", 0) => Some("RAY_HEAD"),
            ("RAY", _) => Some("RAY_WORKER"),
            _without_parts => None,
        }
    }

    /// The network's first three numbers; the largest cluster fits in the fourth.
    fn network(&self) -> String {
        let number = self.number % (128 * 256);
        format!("10.{}.{}", 128 + number / 256, number % 256)
    }

    fn member(&self, rank: u64) -> Member {
        Member {
            cluster: self.id.clone(),
            rank,
            role: self.role(rank).map(str::to_owned),
            ip: format!("{}.{}", self.network(), rank + 2),
        }
    }
}

/// `GET /v2/clusters`
pub(crate) fn list_clusters(call: &Call<'_>) -> Reply {
    let clusters = call.account.clusters.iter();
    let rows: Vec<Value> = clusters
        .map(|cluster| cluster_json(call.account, cluster, call.now))
        .collect();
    Reply::ok(json!({ "clusters": rows }))
}

/// `GET /v2/clusters/{id}`
pub(crate) fn get_cluster(call: &Call<'_>) -> Result<Reply, Problem> {
    let index = find(call.account, call.id())?;
    let cluster = &call.account.clusters[index];
    Ok(Reply::ok(cluster_json(call.account, cluster, call.now)))
}

/// `GET /v2/clusters/{id}/pods`
pub(crate) fn list_cluster_pods(call: &Call<'_>) -> Result<Reply, Problem> {
    let index = find(call.account, call.id())?;
    let members = call.account.clusters[index].members(call.account);
    let rows: Vec<Value> = members.map(|pod| view::pod(pod, call.now)).collect();
    Ok(Reply::ok(json!({ "pods": rows })))
}

/// `POST /v2/clusters`: all of its pods or none.
pub(crate) fn create_cluster(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let body = call.body();
    let mut container = create::container(call.account, body, None)?;
    let mount = body.object("mounts").map(read_mount).transpose()?.flatten();
    let (compute, pods) = wanted_pods(body)?;
    let place = data_center(call, &compute, pods, mount.as_ref())?;
    create::add_access(call.account, &mut container, body, None);
    let cluster = Cluster {
        id: new_id(14),
        number: call.account.clusters_created,
        name: body.text("name").unwrap_or_default().to_owned(),
        kind: body.text("type").unwrap_or_default().to_owned(),
        compute,
        pods,
        data_center: place.id.to_owned(),
        created_at: call.now,
    };
    call.account.clusters_created += 1;
    for rank in 0..pods {
        let pod = member_pod(call, &cluster, rank, container.clone(), mount.clone());
        let id = pod.id.clone();
        call.account.pods.push(pod);
        call.account.pods_created += 1;
        billing::meter_pod(call.account, &id, call.now);
    }
    let reply = Reply::created(cluster_json(call.account, &cluster, call.now));
    call.account.clusters.push(cluster);
    Ok(reply)
}

/// What each pod has, and how many there are.
fn wanted_pods(body: Fields<'_>) -> Result<(Compute, u64), Problem> {
    let compute = body.object("compute");
    let number = |key| compute.and_then(|compute| compute.integer(key));
    let count = number("gpuCountPerPod").unwrap_or_default();
    let id = compute.and_then(|compute| compute.text("gpuTypeId"));
    let gpu = create::gpu_type(id.unwrap_or_default(), count, Tier::Secure)?;
    let compute = Compute::Gpu {
        id: gpu.id.to_owned(),
        count,
    };
    Ok((compute, number("podCount").unwrap_or_default()))
}

/// A data center that has enough for all pods at once.
fn data_center(
    call: &Call<'_>,
    compute: &Compute,
    pods: u64,
    mount: Option<&Mount>,
) -> Result<&'static DataCenter, Problem> {
    let volume = mount.map(|mount| attached(call.account, mount)).transpose();
    // Creating a cluster is not described to answer 404.
    let volume = volume
        .map_err(|problem| Problem::rule(problem.detail))?
        .flatten();
    let places = create::places(call.body(), volume, false)?;
    let inventory = Inventory::of(call.account, call.now);
    let wanted = Wanted::all_of(compute, pods).ok_or_else(Problem::no_capacity)?;
    place::choose(&inventory, &wanted, Tier::Secure, &places)
}

fn member_pod(
    call: &Call<'_>,
    cluster: &Cluster,
    rank: u64,
    container: Container,
    mount: Option<Mount>,
) -> Pod {
    Pod {
        id: new_id(14),
        number: call.account.pods_created,
        name: format!("{}-{rank}", cluster.name),
        container,
        mount,
        compute: cluster.compute.clone(),
        cloud: Tier::Secure,
        data_center: cluster.data_center.clone(),
        proxy_token: format!("{:08x}", fastrand::u32(..)),
        locked: false,
        global_networking: false,
        created_at: call.now,
        started_at: None,
        past_boots: Vec::new(),
        power: Power::On(Boot::cold(call.now, call.pace)),
        boots: 1,
        disk_wipes: 0,
        cluster: Some(cluster.member(rank)),
        interior: Interior::default(),
    }
}

/// `PATCH /v2/clusters/{id}`: its name is all that can change.
pub(crate) fn update_cluster(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let index = find(call.account, call.id())?;
    if let Some(name) = call.body().text("name") {
        name.clone_into(&mut call.account.clusters[index].name);
    }
    get_cluster(call)
}

/// `DELETE /v2/clusters/{id}`: its pods go with it.
pub(crate) fn delete_cluster(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let index = find(call.account, call.id())?;
    let cluster = call.account.clusters[index].clone();
    let members = cluster.members(call.account);
    let ids: Vec<String> = members.map(|pod| pod.id.clone()).collect();
    for id in &ids {
        billing::end(call.account, id, call.now);
    }
    call.account.pods.retain(|pod| !ids.contains(&pod.id));
    call.account.clusters.remove(index);
    Ok(Reply::no_content())
}

fn cluster_json(account: &Account, cluster: &Cluster, now: Timestamp) -> Value {
    let members: Vec<&Pod> = cluster.members(account).collect();
    let mut by_status: BTreeMap<&str, u64> = BTreeMap::new();
    for pod in &members {
        *by_status.entry(pod.status(now).as_str()).or_default() += 1;
    }
    let (gpu, count) = match &cluster.compute {
        Compute::Gpu { id, count } => (id.as_str(), *count),
        // There are clusters of GPU pods only.
        Compute::Cpu { id, .. } => (id.as_str(), 0),
    };
    let mut row = json!({
        "id": cluster.id,
        "name": cluster.name,
        "type": cluster.kind,
        "compute": { "gpuTypeId": gpu, "gpuCountPerPod": count, "podCount": cluster.pods },
        "dataCenterId": cluster.data_center,
        "pods": { "total": members.len(), "byStatus": by_status },
        "network": {
            "cidr": format!("{}.0/24", cluster.network()),
            "vxlanId": cluster.number + 1,
            "vxlanPort": VXLAN_PORT,
        },
        "createdAt": cluster.created_at,
    });
    if let Some(primary) = members.first() {
        row["primary"] = primary_json(primary, now);
    }
    row
}

/// The pod that leads; its address once it takes SSH.
fn primary_json(pod: &Pod, now: Timestamp) -> Value {
    let mut row = json!({ "podId": pod.id, "status": pod.status(now).as_str() });
    let shown = view::pod(pod, now);
    let direct = &shown["ssh"]["direct"];
    if let (Some(host), Some(port)) = (direct["host"].as_str(), direct["port"].as_u64()) {
        row["sshEndpoint"] = json!(format!("{host}:{port}"));
    }
    row
}

fn find(account: &Account, id: &str) -> Result<usize, Problem> {
    let index = account.clusters.iter().position(|cluster| cluster.id == id);
    index.ok_or_else(|| Problem::not_found("cluster", id))
}
