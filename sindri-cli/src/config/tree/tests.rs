use std::fmt::Write as _;

use super::*;

/// The tree in one line, keys and values with the text their spans mark.
fn outline(source: &Source, node: &Node) -> String {
    match &node.kind {
        NodeKind::Null => "null".to_owned(),
        NodeKind::Broken => "broken".to_owned(),
        NodeKind::Scalar(scalar) => {
            format!("{}@{:?}", scalar.text, source.slice(node.span))
        }
        NodeKind::List(items) => {
            let items: Vec<_> = items.iter().map(|item| outline(source, item)).collect();
            format!("[{}]", items.join(", "))
        }
        NodeKind::Map(entries) => {
            let entries: Vec<_> = entries
                .iter()
                .map(|entry| {
                    let key = source.slice(entry.key_span);
                    format!("{}({key}): {}", entry.key, outline(source, &entry.value))
                })
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

fn read_text(text: &str) -> (Option<String>, Vec<String>) {
    let source = Source::new("f", text);
    let mut findings = Findings::default();
    let tree = read(&source, &mut findings).map(|node| outline(&source, &node));
    let findings = findings.into_sorted();
    (
        tree,
        findings
            .iter()
            .map(|found| found.one_line(&source))
            .collect(),
    )
}

#[track_caller]
fn reads(text: &str, expected: &str) {
    assert_eq!(read_text(text), (Some(expected.to_owned()), Vec::new()));
}

#[track_caller]
fn fails(text: &str, expected: &str) {
    let (tree, findings) = read_text(text);
    assert_eq!(tree, None);
    assert_eq!(findings, [expected]);
}

#[track_caller]
fn complains(text: &str, tree: &str, expected: &[&str]) {
    assert_eq!(
        read_text(text),
        (
            Some(tree.to_owned()),
            expected.iter().map(ToString::to_string).collect()
        )
    );
}

#[test]
fn every_key_and_value_marks_its_own_text() {
    reads(
        "a: 3.10\nb:\n  - 'x y'\n  - {k: 0755}\nc: # nothing\n",
        r#"{a(a): 3.10@"3.10", b(b): [x y@"'x y'", {k(k): 0755@"0755"}], c(c): null}"#,
    );
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_do_not_disturb_places() {
    reads("\u{feff}a: ü\r\nb: x\r\n", r#"{a(a): ü@"ü", b(b): x@"x"}"#);
}

#[test]
fn text_blocks_and_text_tags_are_text() {
    reads(
        "a: |\n  x\n  y\nb: 1\n",
        "{a(a): x\ny\n@\"x\\n  y\\n\", b(b): 1@\"1\"}",
    );
    let mut findings = Findings::default();
    let tree = read(&Source::new("f", "a: !!str 3\n"), &mut findings);
    let Some(NodeKind::Map(entries)) = tree.map(|node| node.kind) else {
        panic!("a map");
    };
    assert_eq!(entries[0].value.describe(), "text");
}

#[test]
fn merge_keys_fill_in_what_a_block_does_not_set() {
    reads(
        "a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  l: 3\n",
        r#"{a(a): {k(k): 1@"1", l(l): 2@"2"}, b(b): {l(l): 3@"3", k(k): 1@"1"}}"#,
    );
    complains(
        "b:\n  <<: 3\n",
        "{b(b): {}}",
        &[
            "f:2:7: `<<` takes a block of keys or a list of them. write `<<: *name`, with `&name` on a block of keys above",
        ],
    );
}

#[test]
fn what_is_not_yaml_is_said_in_plain_words() {
    fails(
        "",
        "f:1:1: the file is empty. write at least `version`, `name` and `deployment.provider`",
    );
    fails(
        "# only\n",
        "f:1:1: the file is empty. write at least `version`, `name` and `deployment.provider`",
    );
    fails(
        "a:\n\tb: 1\n",
        "f:2:2: a tab is used for indentation. indent with two spaces a level",
    );
    fails(
        "a: \"x\nb: 1\n",
        "f:1:4: a quote is opened and never closed. close the quote on the line where it starts",
    );
    fails(
        "a: [1, 2\n",
        "f:1:4: a `[` or `{` is not closed, or a comma is missing. write `[a, b]` or `{key: value}`; text that holds brackets needs quotes",
    );
    fails(
        "a: {b: 1]\n",
        "f:1:4: this closing bracket does not match an opening one. text that holds brackets needs quotes",
    );
    let colon = "a `:` makes no sense here. put text that holds `: ` in quotes and keys of one block in one column; perhaps the line above lacks its `:` or closing bracket";
    fails("a: b: c\n", &format!("f:1:5: {colon}"));
    fails("a: 1\n  b: 2\n", &format!("f:2:4: {colon}"));
    fails("a 1\nb: 2\n", &format!("f:2:2: {colon}"));
    let column = "the indentation fits no block above. put keys of one block, and the `-` of one list, in one column";
    fails("a:\n  b: 1\n c: 2\n", &format!("f:3:2: {column}"));
    fails("  a: 1\nb: 2\n", &format!("f:2:1: {column}"));
    fails(
        "a: - b\n",
        "f:1:4: a list item cannot start here. put each `- item` on a line of its own below the key",
    );
    fails(
        "- a\n-b\n",
        "f:2:1: a key has no `:`. write `key: value` with a space after the colon, or `- item` with one after the dash",
    );
    fails(
        "a: @x\n",
        "f:1:4: a value cannot start with `@`. put the value in quotes",
    );
    fails(
        "a: \"\\q\"\n",
        r"f:1:4: this escape is not known in double quotes. write `\\` for a backslash, or put the text in single quotes",
    );
    fails(
        "a: 'x' y\n",
        "f:1:8: there is text after the closing quote. put the whole value inside the quotes",
    );
}

#[test]
fn text_after_a_nul_is_not_silently_ignored() {
    fails(
        "a: 1\0b: 2\n",
        "f:1:5: the file holds a control character (U+0000). remove it; save the file as plain UTF-8 text",
    );
}

#[test]
fn a_key_set_twice_is_reported_with_its_path_and_the_first_one_counts() {
    complains(
        "x:\n  y:\n    - j: 0\n    - k: 1\n      'k': 2\n",
        r#"{x(x): {y(y): [{j(j): 0@"0"}, {k(k): 1@"1"}]}}"#,
        &["f:5:7: x.y[1].k: `k` is set twice in one block. keep one of the two"],
    );
}

#[test]
fn what_is_yaml_but_of_no_use_here_is_reported_and_reading_goes_on() {
    complains(
        "a: *no\nb: 1\n",
        r#"{a(a): broken, b(b): 1@"1"}"#,
        &[
            "f:1:4: nothing is anchored as `&no`. put `&no` before the value meant, above this line; text that starts with `*` needs quotes",
        ],
    );
    complains(
        "a: &a [*a]\n",
        "{a(a): [broken]}",
        &["f:1:8: this alias refers to the value it stands in. write the value out"],
    );
    complains(
        "? [a]\n: b\nc: 1\n",
        r#"{c(c): 1@"1"}"#,
        &[
            "f:1:3: a key must be text. write `key: value`; text that holds `{`, `[` or starts with `?` needs quotes",
        ],
    );
    complains(
        "a: !foo x\n",
        r#"{a(a): x@"x"}"#,
        &["f:1:9: the tag `!foo` means nothing here. remove the tag"],
    );
    complains(
        "a: 1\n---\nb: 2\n",
        r#"{a(a): 1@"1"}"#,
        &[
            "f:2:1: the file holds more than one document. keep one document in the file: remove this `---` and what follows",
        ],
    );
}

#[test]
fn nesting_and_aliases_are_bounded() {
    fails(
        &"[".repeat(200),
        "f:1:65: blocks are nested more than 64 deep. the format needs far fewer: look for a bracket too many",
    );
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        writeln!(bomb, "a{level}: &a{level} [{aliases}]").unwrap();
    }
    let (_, findings) = read_text(&bomb);
    assert_eq!(
        findings,
        [
            "f:5:10: the aliases of this file stand for too much. aliases may add 10000 values in all: write values out"
        ],
    );
}
