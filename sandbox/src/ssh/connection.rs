//! One connection from its first byte to its last.

use std::sync::Arc;
use std::time::Duration;

use russh::server::{Config, Handle, run_stream};
use russh::{Disconnect, MethodKind, MethodSet, SshId};
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::ssh::admission::Admission;
use crate::ssh::handler::{Handler, Login};
use crate::ssh::inside::Inside;
use crate::ssh::{LOGIN_GRACE, LOOK_INTERVAL, MAX_SILENCE};

/// How long an ended connection may take to say goodbye.
const FAREWELL: Duration = Duration::from_secs(1);

/// A key that does not fit is answered after this long, whatever is wrong with it.
const REJECTION_TIME: Duration = Duration::from_millis(20);

/// Serves a connection until either side ends it, or the pod's boot is over.
pub(crate) async fn serve(stream: TcpStream, inside: Inside, closed: watch::Receiver<()>) {
    let Some(admission) = inside.admission().await else {
        return;
    };
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "small packets may be late");
    }
    let config = Arc::new(config(&admission));
    let login = Login::default();
    let handler = Handler::new(inside.clone(), admission, login.clone());
    let jobs = handler.jobs();
    let setup = tokio::time::timeout(LOGIN_GRACE, run_stream(config, stream, handler));
    let mut session = match setup.await {
        Ok(Ok(session)) => session,
        Ok(Err(error)) => {
            tracing::debug!(%error, "no SSH connection came about");
            return;
        }
        Err(_elapsed) => return,
    };
    let handle = session.handle();
    let reason = tokio::select! {
        ended = &mut session => {
            if let Err(error) = ended {
                tracing::debug!(%error, "an SSH connection ended");
            }
            jobs.end();
            return;
        }
        () = end_of_boot(&inside, closed) => "the pod was stopped",
        () = too_late(&login) => "no key was shown in time",
    };
    jobs.end();
    say_goodbye(&handle, reason).await;
    if tokio::time::timeout(FAREWELL, session).await.is_err() {
        tracing::debug!("an SSH connection does not end");
    }
}

async fn say_goodbye(handle: &Handle, reason: &str) {
    let told = handle.disconnect(Disconnect::ByApplication, reason.to_owned(), String::new());
    if told.await.is_err() {
        tracing::debug!("an SSH connection ended by itself");
    }
}

/// Waits until the door is closed, or another process has ended the boot.
async fn end_of_boot(inside: &Inside, mut closed: watch::Receiver<()>) {
    loop {
        tokio::select! {
            _ = closed.changed() => return,
            () = tokio::time::sleep(LOOK_INTERVAL), if inside.is_shared() => {
                if !inside.is_there().await {
                    return;
                }
            }
        }
    }
}

async fn too_late(login: &Login) {
    tokio::time::sleep(LOGIN_GRACE).await;
    if login.is_done() {
        std::future::pending::<()>().await;
    }
}

fn config(admission: &Admission) -> Config {
    Config {
        server_id: SshId::Standard("SSH-2.0-SindriSandbox".into()),
        methods: MethodSet::from(&[MethodKind::PublicKey][..]),
        auth_rejection_time: REJECTION_TIME,
        auth_rejection_time_initial: Some(Duration::ZERO),
        keys: vec![admission.host_key.clone()],
        max_auth_attempts: 10,
        inactivity_timeout: Some(MAX_SILENCE),
        // Larger than what an SFTP client has under way, so that neither side waits for the other.
        channel_buffer_size: 1024,
        event_buffer_size: 1024,
        ..Config::default()
    }
}
