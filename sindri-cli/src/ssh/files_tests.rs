//! The files, in a directory of their own.

use super::*;
use crate::ssh::address::Address;
use crate::ssh::{Identity, Way};

const FIRST: Option<&str> = Some("2026-11-25T10:00:00Z");
const SECOND: Option<&str> = Some("2026-11-25T12:00:00Z");

fn see_key(path: &Path) {
    let text = fs::read_to_string(path).unwrap();
    fs::write(path, format!("{text}sindri-abc ssh-ed25519 AAAA\n")).unwrap();
}

fn connection(port: u16) -> Connection {
    Connection {
        way: Way::Direct(Address {
            host: "203.0.113.7".to_owned(),
            port,
            user: "root".to_owned(),
        }),
        identity: Identity::Unknown,
        known_hosts: PathBuf::from("/k"),
        host_key_alias: None,
    }
}

#[test]
fn a_host_key_is_dropped_by_a_start_and_by_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let files = Files::new(dir.path());
    let check = |start, expected, key_is_there: bool| {
        let (path, pinned) = files.pin("abc", start).unwrap();
        assert_eq!(pinned, expected, "{start:?}");
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.contains("AAAA"), key_is_there, "{start:?}: {text}");
        path
    };
    let path = check(FIRST, Pinned::AsBefore, false);
    check(SECOND, Pinned::AsBefore, false);
    see_key(&path);
    check(SECOND, Pinned::AsBefore, true);
    check(None, Pinned::AsBefore, true);
    check(FIRST, Pinned::Dropped, false);
    check(FIRST, Pinned::AsBefore, false);
    fs::write(&path, "sindri-abc ssh-ed25519 AAAA\n").unwrap();
    check(SECOND, Pinned::AsBefore, true);
    assert_eq!(files.forget("abc").unwrap(), Forgotten::Something);
    assert_eq!(files.forget("abc").unwrap(), Forgotten::Nothing);
    check(None, Pinned::AsBefore, false);
    check(None, Pinned::AsBefore, false);
}

#[test]
fn the_key_of_a_server_that_is_not_the_pods_stays() {
    let dir = tempfile::tempdir().unwrap();
    let files = Files::new(dir.path());
    let path = files.pin_of_host("ssh.runpod.io").unwrap();
    see_key(&path);
    assert_eq!(files.pin_of_host("ssh.runpod.io").unwrap(), path);
    assert!(fs::read_to_string(path).unwrap().contains("AAAA"));
}

#[test]
fn an_id_never_leads_out_of_the_directory() {
    let dir = tempfile::tempdir().unwrap();
    let files = Files::new(dir.path());
    for id in ["", ".", "..", "../x", "a/b", "a\nb", "a b"] {
        let error = files.pin(id, None).unwrap_err();
        assert!(matches!(error, FileError::NoName(_)), "{id:?}: {error}");
    }
    let files = Files::new(&dir.path().join("${HOME}"));
    let error = files.pin("abc", None).unwrap_err();
    assert!(matches!(error, FileError::Variable(_)), "{error}");
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_files_and_git_ignores_them() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let files = Files::new(dir.path());
    let (pin, _) = files.pin("abc", FIRST).unwrap();
    files
        .write_host(&files.config(), "demo", &connection(1))
        .unwrap();
    for path in [pin, files.config()] {
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", path.display());
    }
    let ignored = fs::read_to_string(dir.path().join(".sindri/.gitignore")).unwrap();
    assert_eq!(ignored, "*\n");
}

#[test]
fn a_block_is_replaced_and_removed_and_the_others_stay() {
    let dir = tempfile::tempdir().unwrap();
    let files = Files::new(dir.path());
    let text = || fs::read_to_string(files.config()).unwrap();
    assert!(!files.has_host("demo").unwrap());
    assert_eq!(files.remove_host("demo").unwrap(), Forgotten::Nothing);
    files
        .write_host(&files.config(), "demo", &connection(1001))
        .unwrap();
    files
        .write_host(&files.config(), "other", &connection(1002))
        .unwrap();
    files
        .write_host(&files.config(), "demo", &connection(1003))
        .unwrap();
    assert!(!text().contains("1001") && text().contains("1002") && text().contains("1003"));
    assert!(files.has_host("demo").unwrap());
    assert_eq!(files.remove_host("demo").unwrap(), Forgotten::Something);
    assert!(text().contains("Host sindri-other") && !text().contains("sindri-demo"));
    assert_eq!(files.remove_host("other").unwrap(), Forgotten::Something);
    assert!(!files.config().exists());
}

#[test]
fn a_file_of_the_users_own_is_never_written_over() {
    let dir = tempfile::tempdir().unwrap();
    let files = Files::new(dir.path());
    let path = dir.path().join("config");
    fs::write(&path, "Host *\n  Port 1\n").unwrap();
    let error = files.write_host(&path, "demo", &connection(1)).unwrap_err();
    assert!(matches!(error, FileError::NotOurs(_)), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "Host *\n  Port 1\n");
}

#[test]
fn pairs_are_told_by_their_public_halves_the_usual_ones_first() {
    let home = tempfile::tempdir().unwrap();
    assert!(local_keys(Some(home.path())).is_empty());
    assert!(local_keys(None).is_empty());
    let folder = home.path().join(".ssh");
    fs::create_dir(&folder).unwrap();
    for (name, text) in [
        ("a.pub", "ssh-ed25519 A\n"),
        ("id_rsa.pub", "ssh-rsa B c\n"),
        ("id_rsa", "private"),
        ("id_ed25519.pub", "ssh-ed25519 C\n"),
        ("broken.pub", "nothing\n"),
        ("config", "Host *\n"),
    ] {
        fs::write(folder.join(name), text).unwrap();
    }
    let found: Vec<_> = local_keys(Some(home.path()))
        .iter()
        .map(|key| {
            let name = key
                .private
                .file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            (name, key.has_private)
        })
        .collect();
    let expected = [("id_ed25519", false), ("id_rsa", true), ("a", false)];
    assert_eq!(found, expected.map(|(name, has)| (name.to_owned(), has)));
}
