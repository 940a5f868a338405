//! Values of the `secrets` list: looked up here, injected by the provider, shown nowhere.

mod dotenv;
mod resolve;

pub(crate) use resolve::{Resolved, Sources, resolve};
