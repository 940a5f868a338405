//! Files that nobody meant to be read: a clear error or the right result, soon and in little memory.
#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

use std::fs;
use std::time::{Duration, Instant};

use crate::cli_context::PROGRAM;
use crate::load::peak_memory_mb;
use tests::Context;

/// A file that is valid.
const VALID: &str = "version: \"3.0\"\nname: demo\ndeployment:\n  provider: runpod\n  image: a/b:1\n\
                     extensions:\n  profile: minimal\nproviders:\n  runpod:\n    gpuType: NVIDIA L4\n";

/// Validates these bytes; gives the exit code and what was said.
#[track_caller]
fn validate(bytes: &[u8]) -> (i32, String) {
    let context = Context::new(PROGRAM);
    fs::write(context.path("sindri.yaml"), bytes).expect("a file");
    let begun = Instant::now();
    let (run, memory) = peak_memory_mb(context.start("config validate"));
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
    assert!(memory < 200.0, "{memory} MB");
    assert!(
        run.stderr.len() < 1 << 20,
        "{} bytes of talk",
        run.stderr.len()
    );
    (run.code, run.stderr)
}

#[track_caller]
fn refused(bytes: &[u8], words: &str) {
    let (code, said) = validate(bytes);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains(words), "{words}: {said}");
}

#[track_caller]
fn read(bytes: &[u8]) {
    let (code, said) = validate(bytes);
    assert_eq!(code, 0, "{said}");
}

fn utf16(text: &str, big_endian: bool, mark: bool) -> Vec<u8> {
    let mark = if mark { "\u{feff}" } else { "" };
    let units: Vec<u16> = mark.encode_utf16().chain(text.encode_utf16()).collect();
    let bytes = units.iter().flat_map(|unit| {
        if big_endian {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        }
    });
    bytes.collect()
}

#[test]
fn an_alias_bomb_is_refused() {
    let lists = ('a'..'n').zip('b'..='n').map(|(before, now)| {
        let ten = vec![format!("*{before}"); 10].join(",");
        format!("{now}: &{now} [{ten}]")
    });
    let lists: Vec<String> = lists.collect();
    let bomb = format!("a: &a [x,x,x,x,x,x,x,x,x,x]\n{}\n", lists.join("\n"));
    refused(bomb.as_bytes(), "alias");
    let maps = (1..40).map(|n| format!("k{n}: &k{n} {{a: *k{0}, b: *k{0}}}", n - 1));
    let maps: Vec<String> = maps.collect();
    refused(
        format!("k0: &k0 x\n{}\n", maps.join("\n")).as_bytes(),
        "alias",
    );
}

#[test]
fn ten_megabytes_are_refused_and_a_long_file_is_not() {
    refused(&vec![b'#'; 10 << 20], "larger than 1 MiB");
    refused("- a\n".repeat(5 << 20).as_bytes(), "larger than 1 MiB");
    read(format!("{VALID}{}", "# a comment\n".repeat(80_000)).as_bytes());
}

#[test]
fn nesting_without_end_is_refused() {
    refused("[".repeat(500_000).as_bytes(), "deep");
    refused("{a: ".repeat(200_000).as_bytes(), "deep");
    refused("- ".repeat(300_000).as_bytes(), "deep");
    let blocks = (0..700).map(|depth| format!("{}a:", " ".repeat(depth)));
    let blocks = blocks.collect::<Vec<String>>().join("\n");
    refused(blocks.as_bytes(), "deep");
}

#[test]
fn a_nul_is_refused_wherever_it_stands() {
    refused(b"\0", "control character (U+0000)");
    refused(
        format!("{VALID}\0ignored: true\n").as_bytes(),
        "control character (U+0000)",
    );
    refused(&[0; 4096], "control character (U+0000)");
}

#[test]
fn encodings_are_named_and_a_byte_order_mark_is_none_of_them() {
    read(format!("\u{feff}{VALID}").as_bytes());
    refused(&utf16(VALID, false, true), "UTF-16");
    refused(&utf16(VALID, true, true), "UTF-16");
    // Without a mark it is ASCII with a NUL after every letter.
    refused(&utf16(VALID, false, false), "UTF-16");
    refused(&utf16(VALID, true, false), "UTF-16");
    let latin = [VALID.as_bytes(), b"# caf\xe9\n"].concat();
    refused(&latin, "is not UTF-8 text, first on line 11");
    refused(b"\xff\xff\xff\xff", "UTF-8");
    // The same letter in UTF-8 is fine, and so are other scripts.
    read(format!("{VALID}# café 日本\n").as_bytes());
}

#[test]
fn duplicate_keys_and_tabs_are_refused_with_their_place() {
    refused(
        format!("{VALID}name: other\n").as_bytes(),
        "sindri.yaml:11:1",
    );
    refused(
        format!("{VALID}\ttabbed: 1\n").as_bytes(),
        "a tab is used for indentation",
    );
}

#[test]
fn line_ends_of_any_kind_and_anchors_are_read() {
    read(VALID.replace('\n', "\r\n").as_bytes());
    read(VALID.trim_end().as_bytes());
    let anchored = VALID.replace("name: demo", "name: &n demo");
    read(anchored.as_bytes());
    let aliased =
        VALID.replace("image: a/b:1", "image: &image a/b:1") + "    region: &region US-TX-3\n";
    read(aliased.as_bytes());
}

#[test]
fn what_is_no_mapping_is_refused() {
    for text in [
        "",
        "\n",
        "---\n",
        "- a\n",
        "text\n",
        "3\n",
        "null\n",
        "--- \na: 1\n--- \nb: 2\n",
    ] {
        let (code, said) = validate(text.as_bytes());
        assert_eq!(code, 2, "{text:?}: {said}");
        assert!(said.contains("help"), "{text:?}: {said}");
    }
}
