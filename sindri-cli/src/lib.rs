//! sindri
pub mod config;
