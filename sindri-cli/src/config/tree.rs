//! Reads YAML text into a tree with places. The only file that knows the YAML library.
//!
//! Aliases and merge keys are expanded here, within a budget; duplicate keys, missing anchors and keys that
//! are not text become findings, and reading goes on. Only broken syntax ends it.

use std::collections::BTreeMap;

use serde_saphyr::granit_parser::{
    ErrorKind, Event, Parser, ScalarStyle, ScanError, Span as RawSpan, StructureStyle, Tag, options,
};

use super::diagnostic::Finding;
use super::findings::Findings;
use super::node::{Entry, Node, NodeKind, Scalar, Style};
use super::source::{Source, Span};
use super::syntax::{self, Known, Mistake};

/// Nodes that aliases may add in total. The largest sensible file needs a few hundred.
const ALIAS_BUDGET: usize = 10_000;

/// Blocks within blocks. The format itself needs seven.
const NESTING_LIMIT: usize = 64;

/// Reads `text`. `None` when the syntax is broken or the text holds no document; a finding says which.
pub(super) fn read(source: &Source, findings: &mut Findings) -> Option<Node> {
    let text = source.text();
    if let Some(finding) = syntax::forbidden_character(text) {
        findings.push(finding);
        return None;
    }
    let options = options! {
        flow_nesting_limit: NESTING_LIMIT,
        block_nesting_limit: NESTING_LIMIT,
        emit_unresolved_aliases: true,
        emit_comments: false,
    };
    let mut builder = Builder::new(source, findings);
    for event in Parser::new_from_str_with_options(text, options) {
        match event {
            Ok((event, span)) => builder.event(event, bytes(&span)),
            Err(error) => {
                let finding = scan_failure(text, &error);
                findings.push(finding);
                return None;
            }
        }
    }
    let root = builder.root;
    if root.is_none() {
        findings.push(
            Finding::error("", Span::new(0, 0), "the file is empty")
                .binding()
                .label("holds nothing")
                .help("write at least `version`, `name` and `deployment.provider`"),
        );
    }
    root
}

fn bytes(span: &RawSpan) -> Span {
    let start = span.start.byte_offset().unwrap_or_default();
    Span::new(start, span.end.byte_offset().unwrap_or(start).max(start))
}

fn scan_failure(text: &str, error: &ScanError) -> Finding {
    let at = error.marker().byte_offset().unwrap_or_default();
    let mistake = match error.kind() {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInIndentation
        | ErrorKind::TabInPlainScalar => Mistake::Known(Known::Tab),
        ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => {
            Mistake::Known(Known::UnclosedQuote)
        }
        ErrorKind::UnknownQuotedScalarEscape | ErrorKind::InvalidQuotedScalarHexEscape => {
            Mistake::Known(Known::Escape)
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar
        | ErrorKind::InvalidTrailingDoubleQuotedScalar => Mistake::Known(Known::AfterQuote),
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping
        | ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator => Mistake::Known(Known::UnclosedBracket),
        ErrorKind::MismatchedFlowCollectionEnd { .. } | ErrorKind::MisplacedFlowCollectionEnd => {
            Mistake::Known(Known::StrayBracket)
        }
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => {
            Mistake::Known(Known::StrayColon)
        }
        ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::InvalidIndentation
        | ErrorKind::ExpectedDocumentStart
        | ErrorKind::InvalidFlowScalarIndent
        | ErrorKind::InvalidBlockScalarIndent
        | ErrorKind::InvalidQuotedScalarIndent => Mistake::Known(Known::Indentation),
        ErrorKind::BlockSequenceEntryNotAllowed | ErrorKind::BlockEntryInFlowCollection => {
            Mistake::Known(Known::StrayDash)
        }
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            Mistake::Known(Known::MissingColon)
        }
        ErrorKind::UnexpectedCharacter { character } => Mistake::Character(*character),
        ErrorKind::RecursionLimitExceeded => Mistake::TooDeep(NESTING_LIMIT),
        other => Mistake::Other(other.to_string()),
    };
    syntax::failure(text, at, &mistake)
}

/// A collection that is still open.
struct Frame {
    start: Span,
    style: StructureStyle,
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map(OpenMap),
}

#[derive(Default)]
struct OpenMap {
    entries: Vec<Entry>,
    /// Where each key was first set.
    seen: BTreeMap<String, Span>,
    /// The key whose value comes next.
    key: Option<PendingKey>,
    /// Values of merge keys (`<<`), to fill in what the map does not set itself.
    merged: Vec<Node>,
}

enum PendingKey {
    Named(String, Span),
    Merge,
    /// Not text; a finding says so. Its value is read and dropped.
    Unusable,
}

struct Builder<'f> {
    source: &'f Source,
    findings: &'f mut Findings,
    frames: Vec<Frame>,
    anchors: BTreeMap<usize, Node>,
    spent: usize,
    documents: usize,
    root: Option<Node>,
}

impl<'f> Builder<'f> {
    fn new(source: &'f Source, findings: &'f mut Findings) -> Self {
        Self {
            source,
            findings,
            frames: Vec::new(),
            anchors: BTreeMap::new(),
            spent: 0,
            documents: 0,
            root: None,
        }
    }

    fn event(&mut self, event: Event<'_>, span: Span) {
        match event {
            Event::DocumentStart(..) => self.document_start(span),
            Event::Scalar(text, style, anchor, tag) => {
                let node = self.scalar(&text, style, tag.as_deref(), span);
                self.finish(node, anchor);
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.open(
                    style,
                    anchor,
                    tag.as_deref(),
                    span,
                    Content::List(Vec::new()),
                );
            }
            Event::MappingStart(style, anchor, tag) => {
                let content = Content::Map(OpenMap::default());
                self.open(style, anchor, tag.as_deref(), span, content);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(anchor) => {
                let node = self.alias(anchor, span);
                self.finish(node, 0);
            }
            Event::UnresolvedAlias(name) => {
                self.findings.push(
                    Finding::error("", span, format!("nothing is anchored as `&{name}`"))
                        .binding()
                        .label("refers to nothing")
                        .help(format!(
                            "put `&{name}` before the value meant, above this line; \
                             text that starts with `*` needs quotes"
                        )),
                );
                self.finish(Node::new(span, NodeKind::Broken), 0);
            }
            // Stream and document ends, and whatever later versions of the parser add, hold no data.
            _ => {}
        }
    }

    fn document_start(&mut self, span: Span) {
        self.documents += 1;
        if self.documents == 2 {
            self.findings.push(
                Finding::error("", span, "the file holds more than one document")
                    .binding()
                    .label("a second document starts here")
                    .help("keep one document in the file: remove this `---` and what follows"),
            );
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Node {
        let plain = style == ScalarStyle::Plain;
        let tagged_text = tag.is_some_and(|tag| tag.is_yaml_core_schema_tag("str"));
        self.check_tag(tag, span);
        if plain && !tagged_text && matches!(text, "" | "~" | "null" | "Null" | "NULL") {
            return Node::new(span, NodeKind::Null);
        }
        let scalar = Scalar {
            text: text.to_owned(),
            style: if plain && !tagged_text {
                Style::Plain
            } else {
                Style::Text
            },
        };
        Node::new(span, NodeKind::Scalar(scalar))
    }

    fn check_tag(&mut self, tag: Option<&Tag>, span: Span) {
        if let Some(tag) = tag
            && !tag.is_yaml_core_schema()
            && tag.suffix() != ""
        {
            self.findings.push(
                Finding::warning(
                    "",
                    span,
                    format!("the tag `{}` means nothing here", tag.original()),
                )
                .label("tagged value")
                .help("remove the tag"),
            );
        }
    }

    fn open(
        &mut self,
        style: StructureStyle,
        anchor: usize,
        tag: Option<&Tag>,
        start: Span,
        content: Content,
    ) {
        self.check_tag(tag, start);
        self.frames.push(Frame {
            start,
            style,
            anchor,
            content,
        });
    }

    fn close(&mut self, end: Span) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        let (kind, last) = match frame.content {
            Content::List(items) => {
                let last = items.last().map(|item| item.span.end);
                (NodeKind::List(items), last)
            }
            Content::Map(map) => {
                let last = map.entries.last().map(|entry| entry.value.span.end);
                (NodeKind::Map(self.merge(map)), last)
            }
        };
        // A block ends, for the library, where the next thing starts: that would mark blank lines.
        let until = match frame.style {
            StructureStyle::Flow => end.end,
            StructureStyle::Block => last.unwrap_or(frame.start.end),
        };
        let span = Span::new(frame.start.start, until.max(frame.start.start));
        self.finish(Node::new(span, kind), frame.anchor);
    }

    /// Fills in the entries of merge keys that the map does not set itself.
    fn merge(&mut self, map: OpenMap) -> Vec<Entry> {
        let OpenMap {
            mut entries,
            mut seen,
            merged,
            ..
        } = map;
        let sources = merged.into_iter().flat_map(|node| match node.kind {
            NodeKind::List(items) => items,
            _ => vec![node],
        });
        for node in sources {
            match node.kind {
                NodeKind::Map(inherited) => {
                    for entry in inherited {
                        if !seen.contains_key(&entry.key) {
                            seen.insert(entry.key.clone(), entry.key_span);
                            entries.push(entry);
                        }
                    }
                }
                NodeKind::Broken => {}
                NodeKind::Null | NodeKind::Scalar(_) | NodeKind::List(_) => self.findings.push(
                    Finding::error(
                        "",
                        node.span,
                        "`<<` takes a block of keys or a list of them",
                    )
                    .binding()
                    .label("cannot be merged")
                    .help("write `<<: *name`, with `&name` on a block of keys above"),
                ),
            }
        }
        entries
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Node {
        let Some(node) = self.anchors.get(&anchor) else {
            self.findings.push(
                Finding::error("", span, "this alias refers to the value it stands in")
                    .binding()
                    .label("would never end")
                    .help("write the value out"),
            );
            return Node::new(span, NodeKind::Broken);
        };
        let before = self.spent;
        self.spent = before.saturating_add(node.size());
        if self.spent <= ALIAS_BUDGET {
            return Node::new(span, node.kind.clone());
        }
        if before <= ALIAS_BUDGET {
            self.findings.push(
                Finding::error("", span, "the aliases of this file stand for too much")
                    .binding()
                    .label("one alias too many")
                    .help(format!(
                        "aliases may add {ALIAS_BUDGET} values in all: write values out"
                    )),
            );
        }
        // Counted once more would overflow into a second message.
        self.spent = ALIAS_BUDGET + 1;
        Node::new(span, NodeKind::Broken)
    }

    /// Puts a complete node where it belongs: under a name, into a list or map, or at the top.
    fn finish(&mut self, node: Node, anchor: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.frames.last_mut().map(|frame| &mut frame.content) {
            None if self.documents <= 1 => self.root = Some(node),
            None => {}
            Some(Content::List(items)) => items.push(node),
            Some(Content::Map(map)) => match map.key.take() {
                None => {
                    let key = pending_key(node, self.findings);
                    map.key = Some(key);
                }
                Some(key) => {
                    if let Some(duplicate) = map.set(key, node) {
                        self.report_duplicate(&duplicate);
                    }
                }
            },
        }
    }

    fn report_duplicate(&mut self, duplicate: &Duplicate) {
        let outer = self.frames.iter().filter_map(|frame| match &frame.content {
            Content::List(items) => Some(format!("[{}]", items.len())),
            Content::Map(map) => match &map.key {
                Some(PendingKey::Named(key, _)) => Some(format!(".{key}")),
                _ => None,
            },
        });
        let path: String = outer.chain([format!(".{}", duplicate.key)]).collect();
        let before = self.source.place(duplicate.first).line;
        self.findings.push(
            Finding::error(
                path.trim_start_matches('.'),
                duplicate.again,
                format!("`{}` is set twice in one block", duplicate.key),
            )
            .label(format!("already set on line {before}"))
            .help("keep one of the two"),
        );
    }
}

fn pending_key(node: Node, findings: &mut Findings) -> PendingKey {
    match node.kind {
        NodeKind::Scalar(scalar) if scalar.text == "<<" && scalar.style == Style::Plain => {
            PendingKey::Merge
        }
        NodeKind::Scalar(scalar) => PendingKey::Named(scalar.text, node.span),
        NodeKind::Broken => PendingKey::Unusable,
        NodeKind::Null | NodeKind::List(_) | NodeKind::Map(_) => {
            findings.push(
                Finding::error("", node.span, "a key must be text")
                    .binding()
                    .label("not a key")
                    .help("write `key: value`; text that holds `{`, `[` or starts with `?` needs quotes"),
            );
            PendingKey::Unusable
        }
    }
}

/// A key set a second time.
struct Duplicate {
    key: String,
    first: Span,
    again: Span,
}

impl OpenMap {
    /// Adds an entry, unless its key is there already: the first one counts.
    fn set(&mut self, key: PendingKey, value: Node) -> Option<Duplicate> {
        match key {
            PendingKey::Unusable => None,
            PendingKey::Merge => {
                self.merged.push(value);
                None
            }
            PendingKey::Named(key, key_span) => {
                if let Some(first) = self.seen.get(&key).copied() {
                    return Some(Duplicate {
                        key,
                        first,
                        again: key_span,
                    });
                }
                self.seen.insert(key.clone(), key_span);
                self.entries.push(Entry {
                    key,
                    key_span,
                    value,
                });
                None
            }
        }
    }
}

#[cfg(test)]
mod tests;
