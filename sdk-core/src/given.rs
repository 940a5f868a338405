//! What a stream has given before.

use super::events::Event;
use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasher, RandomState},
};

/// What was given before, so that what a new connection repeats is dropped.
///
/// Ids alone do not tell events apart: some servers use the time. Two equal events of one connection
/// are two events.
#[derive(Default)]
pub(crate) struct Given {
    /// Which connection gave an event last.
    connections: HashMap<u64, u32>,
    order: VecDeque<u64>,
    connection: u32,
    hasher: RandomState,
}

impl Given {
    /// More than a server repeats: it keeps 5000 lines at most for this.
    const REMEMBERED: usize = 10_000;

    pub(crate) fn next_connection(&mut self) {
        self.connection += 1;
    }

    pub(crate) fn is_new(&mut self, event: &Event) -> bool {
        if event.id.is_none() {
            return true;
        }
        let hash = self.hasher.hash_one(event);
        match self.connections.get(&hash) {
            Some(connection) if *connection < self.connection => return false,
            Some(_) => return true,
            None => {}
        }
        self.connections.insert(hash, self.connection);
        self.order.push_back(hash);
        if self.order.len() > Self::REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.connections.remove(&oldest);
        }
        true
    }
}
