//! What a container sends is not trusted with the file system of this machine.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use crate::northflank_container::{copy, end, folder, noise, take, text, tree};
use crate::northflank_server::Server;
use flate2::{Compression, write::GzEncoder};
use futures::future::join;
use northflank_sdk::stream::StreamError;
use std::fs;
use std::path::Path;
use tar::{Builder, EntryType, Header};

/// An archive with one entry of this path, written past what `tar` itself refuses.
fn hostile(path: &str, kind: EntryType, target: &str) -> Vec<u8> {
    let mut archive = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    add(&mut archive, path, kind, target, b"evil");
    archive.into_inner().unwrap().finish().unwrap()
}

fn add(
    archive: &mut Builder<GzEncoder<Vec<u8>>>,
    path: &str,
    kind: EntryType,
    target: &str,
    contents: &[u8],
) {
    let mut header = Header::new_gnu();
    let raw = header.as_gnu_mut().unwrap();
    raw.name[..path.len()].copy_from_slice(path.as_bytes());
    raw.linkname[..target.len()].copy_from_slice(target.as_bytes());
    let contents = if kind == EntryType::Regular {
        contents
    } else {
        b""
    };
    header.set_size(contents.len() as u64);
    header.set_mode(0o644);
    header.set_entry_type(kind);
    header.set_cksum();
    archive.append(&header, contents).unwrap();
}

/// What comes of a download of a folder that the container packed so.
async fn downloaded(archive: &[u8], local: &Path) -> StreamError {
    let server = Server::start().await;
    let serve = async {
        for _ in 0..2 {
            end(take(&server).await.0, 0, b"", "").await;
        }
        end(take(&server).await.0, 0, archive, "").await;
    };
    join(serve, copy(&server).download("/data", local))
        .await
        .1
        .unwrap_err()
}

#[tokio::test]
async fn nothing_is_written_outside_of_the_folder_or_through_a_link() {
    let outside = folder();
    let local = outside.path().join("in");
    let absolute = format!("{}/abs", outside.path().display());
    let evil = [
        hostile("../evil", EntryType::Regular, ""),
        hostile("a/../../evil", EntryType::Regular, ""),
        hostile(&absolute, EntryType::Regular, ""),
        hostile("../evil", EntryType::Directory, ""),
        hostile("../evil", EntryType::Symlink, "x"),
        hostile("hard", EntryType::Link, "../secret"),
        hostile("hard", EntryType::Link, "/etc/passwd"),
    ];
    fs::write(outside.path().join("secret"), "secret").unwrap();
    for archive in evil {
        let error = downloaded(&archive, &local).await;
        assert!(
            matches!(error, StreamError::UnsafeEntry { .. }),
            "{error:?}"
        );
    }
    for target in ["..", text(outside.path())] {
        let mut archive = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        add(&mut archive, "out", EntryType::Symlink, target, b"");
        add(&mut archive, "out/evil", EntryType::Regular, "", b"evil");
        let archive = archive.into_inner().unwrap().finish().unwrap();
        let error = downloaded(&archive, &local).await;
        let StreamError::UnsafeEntry { entry, reason, .. } = &error else {
            panic!("{error:?}")
        };
        assert_eq!(entry, Path::new("out/evil"));
        assert_eq!(*reason, "leads through a symbolic link");
    }
    let names: Vec<_> = tree(outside.path())
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["in", "in/out", "secret"]);
}

#[tokio::test]
async fn an_archive_that_breaks_off_is_an_error_and_leaves_no_file() {
    let there = folder();
    fs::write(there.path().join("f"), noise(200_000)).unwrap();
    let packed = std::process::Command::new("tar")
        .args(["-zcf", "-", "-C", text(there.path()), "f"])
        .output()
        .unwrap();
    let whole = packed.stdout;
    let mut changed = whole.clone();
    // In the checksum, at the end.
    let at = changed.len() - 6;
    changed[at] ^= 1;
    for archive in [
        &whole[..100_000],
        &whole[..0],
        b"no archive at all",
        &changed,
    ] {
        let server = Server::start().await;
        let local = folder();
        let serve = async {
            end(take(&server).await.0, 0, b"", "").await;
            end(take(&server).await.0, 1, b"", "").await;
            end(take(&server).await.0, 0, archive, "").await;
        };
        let download = copy(&server).download("/data/f", local.path().join("g"));
        let error = join(serve, download).await.1.unwrap_err();
        assert!(
            matches!(
                error,
                StreamError::Local { .. } | StreamError::Protocol { .. }
            ),
            "{error:?}"
        );
        assert_eq!(tree(local.path()).len(), 0);
    }
}

#[tokio::test]
async fn a_single_file_that_is_a_link_is_refused_with_what_to_do() {
    let archive = hostile("f", EntryType::Symlink, "/etc/passwd");
    let server = Server::start().await;
    let local = folder();
    let serve = async {
        end(take(&server).await.0, 0, b"", "").await;
        end(take(&server).await.0, 1, b"", "").await;
        end(take(&server).await.0, 0, &archive, "").await;
    };
    let download = copy(&server).download("/data/f", local.path().join("g"));
    let error = join(serve, download).await.1.unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("is a symbolic link: copy what it points to"),
        "{error}"
    );
    assert_eq!(tree(local.path()).len(), 0);
}
