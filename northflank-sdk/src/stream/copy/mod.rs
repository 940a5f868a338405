//! Files and folders to and from containers: tar over exec.

mod download;
mod pack;
mod pipe;
mod progress;
mod remote;
mod request;
mod unpack;
mod upload;

pub use progress::{CopyProgress, CopyReport};
pub use request::CopyRequest;
