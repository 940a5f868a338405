//! The top level of the file.

use super::deployment::{DEPLOYMENT, EXTENSIONS};
use super::northflank::NORTHFLANK;
use super::runpod::RUNPOD;
use super::secrets::SECRET;
use super::shape::{NAME, VERSION};
use super::table::{Block, Field, Kind, Unknown};

/// The whole file.
pub(in crate::config) static TOP: Block = Block {
    unknown: Unknown::Warning,
    renamed: &[],
    hints: &[],
    fields: &[
        Field::new(
            "version",
            Kind::NumberLikeText(VERSION),
            "Version of the file format; write `\"3.0\"`",
        )
        .required(),
        Field::new(
            "name",
            Kind::Text(NAME),
            "Name of the deployment: of the pod on RunPod, of the service on Northflank",
        )
        .required(),
        Field::new(
            "deployment",
            Kind::Block(&DEPLOYMENT),
            "What runs, and where",
        )
        .required(),
        Field::new(
            "extensions",
            Kind::Block(&EXTENSIONS),
            "Software that the image installs when it starts; passed on as environment variables",
        )
        .default("`{profile: minimal}`"),
        Field::new(
            "secrets",
            Kind::Blocks(&SECRET),
            "Values to inject as environment variables; each has one source",
        )
        .default("`[]`"),
        Field::new(
            "providers",
            Kind::Providers(&[
                Field::new("runpod", Kind::Block(&RUNPOD), "Options of RunPod pods"),
                Field::new(
                    "northflank",
                    Kind::Block(&NORTHFLANK),
                    "Options of Northflank services",
                ),
            ]),
            "One block per provider; only the block of the chosen provider counts",
        )
        .default("`{}`"),
    ],
};
