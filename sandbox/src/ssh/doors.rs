//! Opens and closes doors as pods start and stop.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tokio::runtime::Handle;

use crate::clock::Clock;
use crate::disk::Contents;
use crate::runpod::{Account, Pod};
use crate::ssh::door::Door;
use crate::ssh::inside::{Inside, World};
use crate::ssh::keys;
use crate::state::{Cloud, Store};

/// The doors of all pods.
pub(crate) struct Doors {
    world: Arc<World>,
    open: Mutex<BTreeMap<String, Door>>,
    runtime: Handle,
}

impl Doors {
    /// No doors yet. Must be called on a tokio runtime: what comes through doors is served there.
    pub(crate) fn new(store: Arc<Store>, clock: Arc<dyn Clock>, contents: Arc<Contents>) -> Self {
        let world = World {
            store,
            clock,
            contents,
        };
        Self {
            world: Arc::new(world),
            open: Mutex::default(),
            runtime: Handle::current(),
        }
    }

    /// Goes on from a state: opens its doors, and removes what no file needs any more.
    pub(crate) fn resume(&self, cloud: &mut Cloud, now: Timestamp) {
        self.world.tidy(cloud);
        self.sync(&mut cloud.runpod, now);
    }

    /// Opens the doors of pods that take SSH now, closes all others, and notes at each pod which
    /// port its door has. Only within a transaction.
    pub(crate) fn sync(&self, account: &mut Account, now: Timestamp) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|id, door| account.pod_inside(id, door.boot(), now).is_some());
        for pod in &mut account.pods {
            pod.interior.door = None;
            if !pod.takes_ssh(now) {
                continue;
            }
            let door = match open.entry(pod.id.clone()) {
                Entry::Occupied(door) => door.into_mut(),
                Entry::Vacant(place) => match self.open(pod) {
                    Ok(door) => place.insert(door),
                    Err(error) => {
                        tracing::error!(pod = pod.id, %error, "no door can be opened");
                        continue;
                    }
                },
            };
            pod.interior.door = Some(door.port());
        }
    }

    /// Ends all connections and takes no more.
    pub(crate) fn close(&self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.clear();
    }

    fn open(&self, pod: &mut Pod) -> io::Result<Door> {
        keys::host_key(&mut pod.interior).map_err(io::Error::other)?;
        let listener = match pod.interior.port {
            Some((boot, port)) if boot == pod.boots => listen(port).or_else(|_taken| listen(0))?,
            Some(_) | None => {
                let listener = listen(0)?;
                pod.interior.port = Some((pod.boots, listener.local_addr()?.port()));
                listener
            }
        };
        let inside = Inside::new(Arc::clone(&self.world), &pod.id, pod.boots);
        let _entered = self.runtime.enter();
        Door::open(listener, inside)
    }
}

fn listen(port: u16) -> io::Result<TcpListener> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}
