//! `cargo xtask generate`: from a description to a crate.

use crate::files::{self, Files};
use crate::passes::{self, Context, PassError, Warning};
use crate::standalone;
use crate::syntax::{self, Scale, Style, SyntaxError, model::Model, take_groups};
use crate::workspace::Workspace;
use crate::{document, overlay, progenitor};

mod untyped;

use serde_json::Value;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// An API whose client is part of this repository.
#[derive(Clone, Copy, Debug)]
pub struct Api {
    /// The name on the command line.
    pub name: &'static str,
    /// The description and its overlay, below the root.
    pub description: &'static str,
    /// Our words, names and repairs.
    pub overlay: &'static str,
    /// The crate, below the root.
    pub sdk: &'static str,
    /// Its name in Rust.
    pub crate_name: &'static str,
    /// How much of it a user takes.
    pub scale: Scale,
    /// Where the sandbox keeps the description it checks requests against.
    pub checked: &'static str,
}

/// All of them.
pub const APIS: &[Api] = &[
    Api {
        name: "runpod",
        description: "openapi/runpod.json",
        overlay: "openapi/runpod.overlay.yaml",
        sdk: "runpod-sdk",
        crate_name: "runpod_sdk",
        scale: Scale::Whole,
        checked: "sandbox/src/openapi/runpod.json",
    },
    Api {
        name: "northflank",
        description: "openapi/northflank.json",
        overlay: "openapi/northflank.overlay.yaml",
        sdk: "northflank-sdk",
        crate_name: "northflank_sdk",
        scale: Scale::Parts,
        checked: "sandbox/src/openapi/northflank.json",
    },
];

/// Why nothing was generated.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the file system says.
        source: io::Error,
    },
    /// The document cannot be turned into a client.
    #[error("{}: {error}", path.display())]
    Document {
        /// The document.
        path: PathBuf,
        /// Where and why, beginning with the JSON pointer.
        error: PassError,
    },
    /// The overlay does not fit.
    #[error("{}: {message}", path.display())]
    Overlay {
        /// The overlay.
        path: PathBuf,
        /// Which action, and why.
        message: String,
    },
    /// The folder holds what is not ours to replace.
    #[error("{} is not empty and was not made by this command; name another folder", .0.display())]
    Occupied(PathBuf),
}

impl From<SyntaxError> for PassError {
    fn from(error: SyntaxError) -> Self {
        Self::new(error.pointer, error.message)
    }
}

/// The files of one API in this repository, by path below the root.
///
/// # Errors
///
/// [`Error`]; a warning of a pass is an error here, for our own descriptions must need none.
pub fn repository_files(workspace: &Workspace, api: &Api) -> Result<Files, Error> {
    let description = workspace.path(api.description);
    let doc = described(workspace, api)?;
    let checked = pretty(&doc);
    let mut context = Context::new();
    let name = api
        .description
        .rsplit('/')
        .next()
        .unwrap_or(api.description);
    let style = Style {
        document: name,
        runtime_is_module: false,
        crate_name: Some(api.crate_name),
        scale: api.scale,
    };
    let (model, modules) =
        client(doc, &mut context, &style).map_err(|error| in_file(&description, error))?;
    untyped::check(&model).map_err(|error| in_file(&description, error))?;
    if let Some(warning) = context.warnings.first() {
        let message = format!(
            "{} (in a description of our own this is an error)",
            warning.message
        );
        return Err(in_file(
            &description,
            PassError::new(warning.pointer.clone(), message),
        ));
    }
    let mut files: Files = modules
        .into_iter()
        .map(|(name, text)| {
            (
                format!("{}/src/generated/{name}", api.sdk),
                header(api, &text),
            )
        })
        .collect();
    files.insert(api.checked.to_owned(), checked);
    Ok(files)
}

/// The description of an API in this repository, with its overlay.
///
/// # Errors
///
/// [`Error`] when either cannot be read, or an action of the overlay does not fit.
pub fn described(workspace: &Workspace, api: &Api) -> Result<Value, Error> {
    let mut doc = read(&workspace.path(api.description))?;
    let overlay = workspace.path(api.overlay);
    apply_overlay(&overlay, &mut doc, overlay::Mode::Strict)?;
    Ok(doc)
}

/// The API of this repository that a document describes, by its title.
///
/// # Errors
///
/// [`Error`] when a description of this repository cannot be read.
pub fn api_of(workspace: &Workspace, document: &Value) -> Result<Option<&'static Api>, Error> {
    let title = |document: &Value| {
        let title = document.pointer("/info/title").and_then(Value::as_str);
        title.map(|title| title.trim().to_lowercase())
    };
    let Some(wanted) = title(document) else {
        return Ok(None);
    };
    for api in APIS {
        let path = workspace.path(api.description);
        if path.exists() && title(&read(&path)?).as_ref() == Some(&wanted) {
            return Ok(Some(api));
        }
    }
    Ok(None)
}

/// The API of this repository that a file describes, by its title.
///
/// # Errors
///
/// [`Error`] when it, or a description of this repository, cannot be read.
pub fn api_of_file(workspace: &Workspace, path: &Path) -> Result<Option<&'static Api>, Error> {
    api_of(workspace, &read(path)?)
}

/// What the generator understands of a description in any file, with an overlay as far as it fits.
///
/// # Errors
///
/// [`Error`] when either cannot be read or understood.
pub fn model_of(path: &Path, overlay: Option<&Path>) -> Result<Model, Error> {
    let mut doc = read(path)?;
    if let Some(overlay) = overlay {
        apply_overlay(overlay, &mut doc, overlay::Mode::Lenient)?;
    }
    model(doc).map_err(|error| in_file(path, error))
}

/// The folders that hold generated files and nothing else.
pub fn owned_folders(api: &Api) -> Vec<String> {
    vec![format!("{}/src/generated", api.sdk)]
}

/// A complete crate of any document, and what the passes had to say.
///
/// # Errors
///
/// [`Error`] with a JSON pointer for what cannot be represented.
pub fn crate_of(
    workspace: &Workspace,
    spec: &Path,
    overlay: Option<&Path>,
) -> Result<(Files, Vec<Warning>), Error> {
    let mut doc = read(spec)?;
    if let Some(overlay) = overlay {
        apply_overlay(overlay, &mut doc, overlay::Mode::Lenient)?;
    }
    let name = spec
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or("openapi");
    let mut context = Context::new();
    let files = crate_files(workspace, doc, name, &mut context).map_err(|error| match error {
        CrateError::Document(error) => in_file(spec, error),
        CrateError::File(source) => Error::File {
            path: workspace.path("sdk-core"),
            source,
        },
    })?;
    Ok((files, context.warnings))
}

/// Why [`crate_files`] made none.
#[derive(Debug)]
pub enum CrateError {
    /// The document.
    Document(PassError),
    /// A file of `sdk-core`.
    File(io::Error),
}

/// A complete crate of a document.
///
/// # Errors
///
/// [`CrateError`].
pub fn crate_files(
    workspace: &Workspace,
    doc: Value,
    document: &str,
    context: &mut Context,
) -> Result<Files, CrateError> {
    let style = Style {
        document,
        runtime_is_module: true,
        crate_name: None,
        scale: Scale::Whole,
    };
    let (model, modules) = client(doc, context, &style).map_err(CrateError::Document)?;
    let mut files = standalone::wrap(&model, workspace).map_err(CrateError::File)?;
    files.extend(
        modules
            .into_iter()
            .map(|(name, text)| (format!("src/generated/{name}"), text)),
    );
    Ok(files)
}

/// Writes a crate into a folder that is empty or holds an earlier one.
///
/// # Errors
///
/// [`Error::Occupied`], and what the file system says.
pub fn write_crate(folder: &Path, files: &Files) -> Result<(), Error> {
    let failed = |source| Error::File {
        path: folder.to_path_buf(),
        source,
    };
    let present = files::list(folder).map_err(failed)?;
    let manifest = match fs::read_to_string(folder.join("Cargo.toml")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => read.map_err(failed)?,
    };
    if !present.is_empty() && !manifest.starts_with(standalone::MARKER) {
        return Err(Error::Occupied(folder.to_path_buf()));
    }
    files::write(folder, files, &["src"]).map_err(failed)?;
    Ok(())
}

fn read(path: &Path) -> Result<Value, Error> {
    let bytes = fs::read(path).map_err(|source| Error::File {
        path: path.to_path_buf(),
        source,
    })?;
    document::parse(&bytes).map_err(|error| in_file(path, error))
}

fn apply_overlay(path: &Path, doc: &mut Value, mode: overlay::Mode) -> Result<(), Error> {
    let bytes = fs::read(path).map_err(|source| Error::File {
        path: path.to_path_buf(),
        source,
    })?;
    let failed = |message: String| Error::Overlay {
        path: path.to_path_buf(),
        message,
    };
    let overlay = overlay::Overlay::parse(&bytes).map_err(|error| failed(error.to_string()))?;
    overlay
        .apply(doc, mode)
        .map_err(|error| failed(error.to_string()))?;
    Ok(())
}

/// What the generator understands of a document.
///
/// # Errors
///
/// What cannot be represented, with a JSON pointer.
pub fn model(mut doc: Value) -> Result<Model, PassError> {
    let mut context = Context::new();
    let groups = take_groups(&mut doc);
    passes::mend(&mut doc, &mut context)?;
    passes::lower(&mut doc, &mut context)?;
    let mut model = Model::read(&doc)?;
    model.groups = groups;
    Ok(model)
}

/// Mending, lowering, progenitor, syntax passes.
fn client(
    mut doc: Value,
    context: &mut Context,
    style: &Style<'_>,
) -> Result<(Model, Files), PassError> {
    let groups = take_groups(&mut doc);
    passes::mend(&mut doc, context)?;
    passes::lower(&mut doc, context)?;
    let tokens = progenitor::generate(&doc)?;
    let mut model = Model::read(&doc)?;
    model.groups = groups;
    let modules = syntax::modules(&model, tokens, style)?;
    Ok((model, modules))
}

fn header(api: &Api, text: &str) -> String {
    format!(
        "// @generated by `cargo xtask generate --api {}`. Do not edit.\n{text}",
        api.name
    )
}

fn pretty(doc: &Value) -> String {
    format!("{doc:#}\n")
}

fn in_file(path: &Path, error: PassError) -> Error {
    Error::Document {
        path: path.to_path_buf(),
        error,
    }
}
