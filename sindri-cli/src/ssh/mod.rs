//! SSH to a deployment: which way, which key, which options, and what is missing when it does not work.
//!
//! Host-key checks are never off. Everything here is pure but `files` (the files it keeps), `banner` (whether
//! a server answers) and `program` (the `ssh` program itself).

mod address;
mod banner;
mod config_file;
mod diagnosis;
mod ending;
mod files;
mod identity;
mod options;
mod program;

pub(crate) use address::{Need, NoWay, Way, choose};
pub(crate) use banner::{NoBanner, wait_for_banner};
pub(crate) use diagnosis::{Facts, Story};
pub(crate) use ending::{Trouble, trouble};
pub(crate) use files::{FileError, Files, Pinned, Refreshed, local_keys};
pub(crate) use identity::{Authorized, Identity, LocalKey};
pub(crate) use options::{Connection, Copy, host_alias, host_key_alias, include_line};
pub(crate) use program::{Ended, Program, ProgramName, Watch, find_program, tethered, version};
