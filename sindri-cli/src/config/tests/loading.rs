//! From a file on disk to a configuration, or to the reason why not.

use std::path::Path;

use super::*;

const GOOD: &str = "version: \"3.0\"\nname: app\ndeployment: {provider: runpod, image: 'a/b:1'}\nextensions: {profile: full}\n";

/// Loads `dir/sindri.yaml` with this content, seen from `dir`.
fn load_bytes(
    content: &[u8],
    provider: Option<&str>,
) -> (tempfile::TempDir, Result<Loaded, LoadError>) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("sindri.yaml"), content).unwrap();
    let loaded = load_in(dir.path(), dir.path(), None, provider);
    (dir, loaded)
}

fn load_in(
    current_dir: &Path,
    home: &Path,
    option: Option<&Path>,
    provider: Option<&str>,
) -> Result<Loaded, LoadError> {
    load(LoadOptions {
        search: Search {
            option,
            variable: None,
            current_dir,
            home: Some(home),
            system: None,
        },
        provider,
        validation: Validation::Strict,
    })
}

#[track_caller]
fn refused(content: &[u8]) -> String {
    let (_dir, loaded) = load_bytes(content, None);
    loaded.unwrap_err().to_string()
}

#[test]
fn a_good_file_is_loaded_with_its_place() {
    let (dir, loaded) = load_bytes(GOOD.as_bytes(), None);
    let loaded = loaded.unwrap();
    assert_eq!(loaded.config.path, dir.path().join("sindri.yaml"));
    assert_eq!(loaded.config.base_dir, dir.path());
    assert_eq!(loaded.source.name(), "sindri.yaml");
    assert!(loaded.findings.is_empty());
}

#[test]
fn relative_paths_start_at_the_directory_of_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let below = dir.path().join("a/b");
    std::fs::create_dir_all(&below).unwrap();
    std::fs::write(dir.path().join("sindri.yaml"), GOOD).unwrap();
    let found = load_in(&below, dir.path(), None, None).unwrap();
    assert_eq!(found.config.base_dir, dir.path());
    let named = load_in(
        dir.path(),
        dir.path(),
        Some(Path::new("a/../sindri.yaml")),
        None,
    )
    .unwrap();
    assert_eq!(named.config.base_dir, dir.path().join("a/.."));
    assert_eq!(named.source.name(), "a/../sindri.yaml");
}

#[test]
fn all_findings_come_with_an_invalid_file() {
    let (_dir, loaded) = load_bytes(b"name: app\nnmae: x\n", None);
    let error = loaded.unwrap_err();
    assert_eq!(error.to_string(), "sindri.yaml has 2 errors");
    let LoadError::Invalid { findings, text } = error else {
        panic!("{error:?}");
    };
    assert_eq!(findings.len(), 4, "{}", lines(&text, &findings));
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_fine() {
    let text = format!("\u{feff}nmae: x\r\n{}", GOOD.replace('\n', "\r\n"));
    let (_dir, loaded) = load_bytes(text.as_bytes(), None);
    let loaded = loaded.unwrap();
    assert_eq!(
        lines(&loaded.source, &loaded.findings),
        "warning 1:1: nmae: unknown key `nmae`. did you mean `name`?"
    );
}

#[test]
fn what_is_no_text_is_refused_with_the_reason() {
    assert_eq!(
        refused(b"name: app\nversion: \"\xff\"\n"),
        "sindri.yaml is not UTF-8 text, first on line 2: save it as UTF-8"
    );
    assert_eq!(
        refused(b"\xff\xfen\0"),
        "sindri.yaml is UTF-16: save it as UTF-8"
    );
    let comment = |length: usize| [b"#".repeat(length), b"\n".to_vec(), GOOD.into()].concat();
    let limit = 1024 * 1024 - GOOD.len() - 1;
    assert!(load_bytes(&comment(limit), None).1.is_ok());
    assert_eq!(
        refused(&comment(limit + 1)),
        "sindri.yaml is larger than 1 MiB: this cannot be the file meant"
    );
}

#[test]
fn a_path_that_cannot_be_read_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let said = |path: &str| {
        load_in(dir.path(), dir.path(), Some(Path::new(path)), None)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(said("gone.yaml"), "cannot read gone.yaml");
    std::fs::create_dir(dir.path().join("sub")).unwrap();
    assert_eq!(said("sub"), "sub is a directory: name the file in it");
}

#[test]
fn no_file_names_the_places_of_user_and_machine() {
    let dir = tempfile::tempdir().unwrap();
    let home = Path::new("/home/somebody");
    let error = load_in(dir.path(), home, None, None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no sindri.yaml here, in a directory above, or in /home/somebody/.config/sindri"
    );
}

#[test]
fn an_unknown_provider_on_the_command_line_is_refused_before_the_file_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let error = load_in(dir.path(), dir.path(), None, Some("runpot")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no provider `runpot`: did you mean `runpod`? There are `runpod`, `northflank`, `docker`, \
         `docker-compose`, `fly`, `devpod`, `e2b`, `kubernetes` and `packer`"
    );
    let (_dir, loaded) = load_bytes(GOOD.as_bytes(), Some("fly"));
    assert_eq!(
        loaded.unwrap().config.target,
        Target::Other(OtherProvider::Fly)
    );
}
