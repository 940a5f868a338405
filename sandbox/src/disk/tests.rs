//! What files do, without any pod.

use bytes::Bytes;

use crate::disk::{Contents, Disk, DiskError, MAX_BYTES, MAX_NODES, Tree, absolute};

struct Kept {
    container: Tree,
    mounted: Tree,
    contents: Contents,
}

impl Kept {
    fn new() -> Self {
        Self {
            container: Tree::default(),
            mounted: Tree::default(),
            contents: Contents::memory(),
        }
    }

    fn disk(&mut self) -> Disk<'_> {
        let mount = ("/data/deep".to_owned(), &mut self.mounted);
        Disk::new(&mut self.container, Some(mount), &self.contents, 5)
    }
}

fn names(disk: &Disk<'_>, path: &str) -> Vec<String> {
    let entries = disk.list(path).expect("a directory");
    entries.into_iter().map(|entry| entry.name).collect()
}

fn text(text: &'static str) -> Bytes {
    Bytes::from_static(text.as_bytes())
}

#[track_caller]
fn fails<T: std::fmt::Debug>(result: Result<T, DiskError>, words: &str) {
    let error = result.expect_err("a refusal").to_string();
    assert!(error.contains(words), "{error}");
}

#[test]
fn paths_lead_nowhere_else() {
    let check = |path: &str, expected: &str| assert_eq!(absolute("/root", path), expected);
    check("", "/root");
    check(".", "/root");
    check("a//b/./c/", "/root/a/b/c");
    check("../../../..", "/");
    check("/a/../../b", "/b");
    check("..", "/");
}

#[test]
fn the_mount_is_in_its_place_and_apart() {
    let mut kept = Kept::new();
    let mut disk = kept.disk();
    assert_eq!(names(&disk, "/"), ["data", "root", "tmp"]);
    assert_eq!(names(&disk, "/data"), ["deep"]);
    disk.write("/data/deep/a", &text("on the mount")).unwrap();
    disk.write("/data/b", &text("beside it")).unwrap();
    assert_eq!(names(&disk, "/data/deep"), ["a"]);
    assert_eq!(disk.read("/data/deep/a").unwrap(), "on the mount");
    kept.container = Tree::default();
    let disk = kept.disk();
    assert_eq!(disk.read("/data/deep/a").unwrap(), "on the mount");
    fails(disk.read("/data/b"), "No such file");
}

#[test]
fn renames_move_all_that_is_inside_and_nothing_else() {
    let mut kept = Kept::new();
    let mut disk = kept.disk();
    disk.make_directory("/tmp/a").unwrap();
    disk.make_directory("/tmp/a/b").unwrap();
    disk.write("/tmp/a/b/c", &text("c")).unwrap();
    disk.write("/tmp/ab", &text("ab")).unwrap();
    disk.rename("/tmp/a", "/tmp/z").unwrap();
    assert_eq!(disk.read("/tmp/z/b/c").unwrap(), "c");
    assert_eq!(names(&disk, "/tmp"), ["ab", "z"]);
    disk.rename("/tmp/ab", "/tmp/z/b/c").unwrap();
    assert_eq!(disk.read("/tmp/z/b/c").unwrap(), "ab");
    fails(disk.rename("/tmp/z", "/tmp/z/b/d"), "busy");
    fails(disk.rename("/tmp/z", "/data/deep/z"), "cross-device");
    fails(disk.rename("/data", "/tmp/data"), "busy");
    fails(disk.rename("/tmp/z/b/c", "/tmp/z"), "Is a directory");
    fails(disk.rename("/tmp/z", "/tmp/z/b/c"), "busy");
    fails(disk.rename("/tmp/no", "/tmp/x"), "No such file");
    disk.make_directory("/data/deep/d").unwrap();
    disk.write("/data/deep/d/e", &text("e")).unwrap();
    disk.rename("/data/deep/d", "/data/deep/f").unwrap();
    assert_eq!(disk.read("/data/deep/f/e").unwrap(), "e");
}

#[test]
fn what_cannot_be_is_refused() {
    let mut kept = Kept::new();
    let mut disk = kept.disk();
    disk.write("/tmp/f", &text("f")).unwrap();
    fails(disk.write("/tmp/f/g", &text("g")), "Not a directory");
    fails(disk.write("/no/g", &text("g")), "No such file");
    fails(disk.write("/", &text("g")), "Is a directory");
    fails(disk.make_directory("/tmp/f"), "File exists");
    fails(disk.remove_directory("/tmp"), "not empty");
    fails(disk.remove_directory("/data/deep"), "busy");
    fails(disk.remove_directory("/tmp/f"), "Not a directory");
    fails(disk.remove_file("/tmp"), "Is a directory");
    fails(disk.list("/tmp/f"), "Not a directory");
    fails(disk.set("/no", Some(0o600), None), "No such file");
    fails(
        disk.write(&format!("/tmp/{}", "n".repeat(256)), &text("")),
        "too long",
    );
}

#[test]
fn files_are_bounded_in_size_and_number() {
    let mut kept = Kept::new();
    let mut disk = kept.disk();
    let half = Bytes::from(vec![0; usize::try_from(MAX_BYTES / 2).unwrap()]);
    disk.write("/tmp/a", &half).unwrap();
    disk.write("/data/deep/b", &half).unwrap();
    fails(disk.write("/tmp/c", &text("c")), "keeps 16 MiB of files");
    assert_eq!(names(&disk, "/tmp"), ["a"]);
    disk.write("/tmp/a", &half).unwrap();
    disk.remove_file("/data/deep/b").unwrap();
    disk.write("/tmp/c", &text("c")).unwrap();
    for number in 0..MAX_NODES {
        if let Err(error) = disk.make_directory(&format!("/tmp/{number}")) {
            assert!(error.to_string().contains("keeps 4096"), "{error}");
            assert_eq!(disk.list("/tmp").unwrap().len(), number + 2);
            return;
        }
    }
    panic!("there is no bound");
}

#[test]
fn contents_that_no_file_has_are_removed_and_others_kept() {
    let directory = tempfile::tempdir().unwrap();
    let state = directory.path().join("sandbox.json");
    let mut kept = Kept::new();
    kept.contents = Contents::beside(&state);
    kept.disk().write("/tmp/a", &text("first")).unwrap();
    kept.disk().write("/tmp/a", &text("second")).unwrap();
    kept.disk().write("/tmp/empty", &text("")).unwrap();
    let files = || {
        std::fs::read_dir(directory.path().join("sandbox.json.files"))
            .unwrap()
            .count()
    };
    assert_eq!(files(), 2);
    kept.contents
        .keep(&kept.container.contents().collect())
        .unwrap();
    assert_eq!(files(), 1);
    assert_eq!(kept.disk().read("/tmp/a").unwrap(), "second");
    assert_eq!(kept.disk().read("/tmp/empty").unwrap(), "");
}
