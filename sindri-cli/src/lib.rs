//! sindri
