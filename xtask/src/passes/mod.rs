//! The passes that turn a vendor's document into the normal form the client is made from.
//!
//! [`mend`] makes the document sound and keeps its shape, so that an overlay can be written against
//! it. [`lower`] follows the overlay: it leaves structs, open enums and unions under
//! `components.schemas`, and one body and one success for each operation.

mod aliases;
mod all_of;
mod alternatives;
mod arguments;
mod auth;
mod baseline;
mod bodies;
mod check;
mod conditionals;
mod constants;
mod context;
mod defaults;
mod discriminators;
mod docs;
mod enums;
mod envelope;
mod field_names;
mod hoist;
mod hybrid;
mod inheritance;
mod literals;
mod media;
mod merge;
mod named_places;
pub(crate) mod names;
mod nonempty;
mod nullability;
mod nulls_inside;
mod objects;
mod operation_ids;
mod operation_names;
mod parameters;
mod path_parameters;
mod reach;
mod references;
mod refine;
mod required;
mod responses;
mod rustdoc;
mod schema;
mod schema_refs;
mod share;
mod sources;
mod strip;
mod structure;
mod styles;
mod team_paths;
mod tell;
#[cfg(test)]
mod testing;
mod trim;
mod twins;
mod type_names;
mod types;
mod unions;
mod unshare;
mod walk;

use std::fmt;

use serde_json::Value;

use crate::stack;

pub(crate) use walk::METHODS;

pub use context::{Context, Outcome, PassError, Warning};

/// When a pass runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Before the overlay.
    Mend,
    /// After the overlay.
    Lower,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mend => "mend",
            Self::Lower => "lower",
        })
    }
}

/// One step of the pipeline.
#[derive(Debug)]
pub struct Pass {
    /// Its name, also that of its file.
    pub name: &'static str,
    /// When it runs.
    pub stage: Stage,
    /// What it does, in one line.
    pub doc: &'static str,
    run: fn(&mut Value, &mut Context) -> Outcome,
}

macro_rules! passes {
    ($($stage:ident $name:ident: $doc:literal,)*) => {
        &[$(Pass {
            name: stringify!($name),
            stage: Stage::$stage,
            doc: $doc,
            run: $name::run,
        }),*]
    };
}

/// Every pass, in the order in which they run.
pub static PASSES: &[Pass] = passes![
    Mend references: "puts the targets of `$ref` to parameters, headers, bodies, responses and path items in their place",
    Mend hybrid: "reads what half converted documents still spell as in Swagger 2.0",
    Mend structure: "checks that every keyword holds a value of the right kind; drops what only describes",
    Mend sources: "notes on every schema and operation where it stood",
    Mend nonempty: "refuses a document without operations",
    Mend schema_refs: "makes every `$ref` of a schema point at a named schema; broken and external ones are errors",
    Mend path_parameters: "moves parameters of a path into its operations; an undeclared path parameter is an error",
    Mend twins: "makes one operation of an operation that is listed with and without a team",
    Mend operation_ids: "gives every operation an id of its own by a stable rule",
    Lower named_places: "gives inline schemas the names that the document's overlay has for their places",
    Lower responses: "leaves one success for each operation and says how its body is read",
    Lower envelope: "unwraps answers that stand under one key, and says how a list goes on",
    Lower team_paths: "keeps an operation and its twin for one team together",
    Lower bodies: "leaves one media type for each request body",
    Lower parameters: "leaves the parameters a caller gives, each with a schema",
    Lower auth: "finds how a call proves who makes it",
    Lower trim: "leaves out what has no part in a client",
    Lower operation_names: "gives every operation its function name, group and method name",
    Lower nullability: "one mark for all spellings of \"may be null\"",
    Lower constants: "`const` becomes an `enum` of one value",
    Lower conditionals: "tells rules between fields in words and takes them away",
    Lower literals: "reads values written as another type than their schema has",
    Lower types: "writes the `type` that other keywords imply",
    Lower inheritance: "makes the base of a discriminator a choice between what is built on it",
    Lower all_of: "makes one schema out of everything that must hold at once",
    Lower discriminators: "completes the mapping of every discriminator",
    Lower type_names: "gives every named schema the name of its Rust type",
    Lower enums: "turns lists of strings into open enums",
    Lower objects: "decides between struct and map",
    Lower unions: "says how the alternatives of a choice are told apart",
    Lower hoist: "gives every inline object, enum and union a name",
    Lower share: "makes one type out of inline schemas that are the same",
    Lower aliases: "writes out named schemas that are no type of their own",
    Lower nulls_inside: "reads as any JSON what may be null where Rust has no place for it",
    Lower defaults: "drops defaults that do not fit their own schema",
    Lower arguments: "puts what is required in the order in which a constructor asks for it",
    Lower field_names: "keeps the fields of a struct apart in Rust",
    Lower styles: "says how each parameter is written on the wire",
    Lower reach: "marks types by whether they are sent, received or both",
    Lower required: "says of each field whether its key must be there",
    Lower docs: "writes doc comments, limits included",
    Lower strip: "takes away every keyword the normal form does not have",
    Lower check: "makes sure that the normal form came out",
];

/// Makes `document` a sound OpenAPI document without changing what it describes.
///
/// # Errors
///
/// What cannot be mended, with a JSON pointer into the document as it was given.
pub fn mend(document: &mut Value, cx: &mut Context) -> Outcome {
    sources::forget(document);
    run(&[Stage::Mend], document, cx)
}

/// Resolves the references of a document half converted from Swagger 2.0, reads what it still spells the
/// old way, and makes one operation of those that are listed with and without a team.
///
/// # Errors
///
/// As [`mend`].
pub fn resolve(document: &mut Value) -> Outcome {
    let cx = &mut Context::new();
    let ended = stack::run(|| {
        references::run(document, cx)?;
        hybrid::run(document, cx)?;
        twins::run(document, cx)
    });
    ended.unwrap_or_else(|failure| Err(PassError::new("", failure.0)))
}

/// Brings a mended document into the normal form. What an overlay added is mended first.
///
/// # Errors
///
/// What cannot be represented, with a JSON pointer into the document as it was given.
pub fn lower(document: &mut Value, cx: &mut Context) -> Outcome {
    run(&[Stage::Mend, Stage::Lower], document, cx)
}

/// Applies only what plain progenitor 0.15 needs in order not to stop on our RunPod document, for
/// comparison.
///
/// # Errors
///
/// As [`mend`].
pub fn baseline(document: &mut Value) -> Outcome {
    baseline::run(document)
}

/// Writes every named schema out where it is used, for comparison with documents that share nothing.
///
/// # Errors
///
/// Schemas that hold each other without end.
pub fn unshare(document: &mut Value) -> Outcome {
    unshare::run(document)
}

fn run(stages: &[Stage], document: &mut Value, cx: &mut Context) -> Outcome {
    let in_order = stages
        .iter()
        .flat_map(|stage| PASSES.iter().filter(|pass| pass.stage == *stage));
    let mut current = "";
    let ended = stack::run(|| {
        in_order.into_iter().try_for_each(|pass| {
            current = pass.name;
            (pass.run)(document, cx)
        })
    });
    ended.unwrap_or_else(|failure| {
        Err(
            PassError::new("", format!("the pass `{current}` failed: {}", failure.0))
                .with_help("this is a mistake in the generator, not in the document"),
        )
    })
}

#[cfg(test)]
mod tests;
