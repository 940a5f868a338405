//! What Northflank serves on web sockets: commands, logs that are followed, and tunnels to ports.

mod exec;
mod host;
mod link;
mod opening;
mod tail;
mod tunnel;
mod wish;

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use crate::exchange::Service;
use crate::fault::StreamFault;
use crate::northflank::call::Call;
use crate::northflank::logs::{Filter, Writer};
use crate::northflank::projects::namespace;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::sandbox::ended;
use crate::websocket::Handshake;

/// What to serve on a WebSocket.
#[derive(Debug, Clone)]
pub(crate) enum Socket {
    /// A command or a shell in a service or a job.
    Exec(Inside),
    /// A log that is followed.
    Tail {
        writer: Writer,
        filter: Filter,
        /// Number of wanted lines that are not sent any more.
        next: usize,
    },
    /// A port of a service.
    Tunnel,
}

/// What a command runs in.
#[derive(Debug, Clone)]
pub(crate) struct Inside {
    pub(crate) project: String,
    /// `service` or `job`.
    pub(crate) kind: &'static str,
    pub(crate) id: String,
}

/// `GET /v1/command-exec/projects/{projectId}/services/{serviceId}`, and the same for jobs. The token comes
/// in the first message.
pub(crate) fn exec(call: &Call<'_>) -> Result<Reply, Problem> {
    let project = call.project()?;
    let (kind, item) = match call.parameters().text("jobId") {
        Some(id) => ("job", &project.job(id)?.item),
        None => ("service", &project.service(call.id("serviceId"))?.item),
    };
    let id = item.id.clone();
    upgraded(call)?;
    Ok(Reply::socket(Socket::Exec(Inside {
        project: project.item.id.clone(),
        kind,
        id,
    })))
}

/// `GET /v1/port-forwarding/info/projects/{projectId}/services/{serviceId}`: what can be forwarded, without
/// the usual envelope.
pub(crate) fn forward_info(call: &Call<'_>) -> Result<Reply, Problem> {
    let project = call.project()?;
    let service = project.service(call.id("serviceId"))?;
    let instances = service
        .running(call.now)
        .map(|container| json!({ "podName": container.name }));
    let ports = service.item.fields().objects("ports").unwrap_or_default();
    let ports = ports.into_iter().map(|port| {
        let protocol = match port.text("protocol") {
            Some("HTTP/2") | None => "HTTP",
            Some(protocol) => protocol,
        };
        json!({
            "name": port.text("name"),
            "internalPort": port.integer("internalPort"),
            "protocol": protocol,
        })
    });
    Ok(Reply::ok(json!({
        "namespace": namespace(project),
        // A tunnel to this machine comes without TLS, which is only for public networks.
        "targetDomain": format!("127.0.0.1:{}", call.port),
        "instances": instances.collect::<Vec<Value>>(),
        "ports": ports.collect::<Vec<Value>>(),
    })))
}

/// `GET /tunnel/projects/{projectId}/services/{serviceId}/instance/{podName}/port/{port}`
pub(crate) fn tunnel(call: &Call<'_>) -> Result<Reply, Problem> {
    let service = call.project()?.service(call.id("serviceId"))?;
    let name = call.id("podName");
    if !service
        .running(call.now)
        .any(|container| container.name == name)
    {
        return Err(Problem::not_found("running instance", name));
    }
    let number = call.parameters().integer("port").unwrap_or_default();
    let ports = service.item.fields().objects("ports").unwrap_or_default();
    if !ports
        .iter()
        .any(|port| port.integer("internalPort") == Some(number))
    {
        return Err(Problem::not_found("port", &number.to_string()));
    }
    upgraded(call)?;
    Ok(Reply::socket(Socket::Tunnel))
}

/// Refuses a request that asks for no WebSocket.
fn upgraded(call: &Call<'_>) -> Result<(), Problem> {
    if call.upgrade {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UPGRADE_REQUIRED,
        "this path is for WebSockets",
    ))
}

/// Serves one WebSocket until one side ends it.
pub(crate) async fn serve(
    service: Arc<Service>,
    handshake: Handshake,
    socket: Socket,
    fault: Option<StreamFault>,
) {
    let Some(connection) = handshake.open().await else {
        return;
    };
    let stopped = ended(service.stopped.clone());
    let serving = async {
        match socket {
            Socket::Exec(inside) => exec::exec(&service, connection, inside, fault).await,
            Socket::Tail {
                writer,
                filter,
                next,
            } => tail::tail(&service, connection, (writer, filter, next), fault).await,
            Socket::Tunnel => tunnel::tunnel(connection, fault).await,
        }
    };
    tokio::select! {
        () = serving => {}
        () = stopped => {}
    }
}
