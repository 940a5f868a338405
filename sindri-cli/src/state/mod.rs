//! What this program remembers of a deployment between two runs.
//!
//! A create can bill, and its answer can be lost. So the intent is written down before a create is sent
//! and the id before anything else happens; the next run settles what is open.

mod files;
mod journal;
mod known;
mod orphans;
mod places;
mod record;
mod remembered;
mod service_record;
mod settle;
mod settle_service;
mod store;
mod survey;

pub(crate) use files::{keep_out_of_git, remove_file, replace_file};
pub(crate) use journal::{Act, Deed, Outcome, Told};
pub(crate) use known::known;
pub(crate) use orphans::{Marked, MarkedKind, Marker, Orphan, orphans};
pub(crate) use places::{Directories, Places};
pub(crate) use record::{CreateOnly, HostRecord, Record, VolumeRecord, new_deployment_id};
pub(crate) use remembered::{Creates, Intent, Remembered};
pub(crate) use service_record::{ServiceRecord, TAG, deployment_of};
pub(crate) use settle::{Ambiguous, Settled, Sighting, settle};
pub(crate) use settle_service::{
    ServiceSighting, ServiceSightings, SettledService, settle_service,
};
pub(crate) use store::{Found, Lock, Realm, StateError, Store};
pub(crate) use survey::survey;
