//! Findings as people read them: file, line, column, the text meant, one label, one help.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, SourceCode, SourceSpan, SpanContents,
};

use super::diagnostic::{Finding, Severity};
use super::source::{Source, Span};

/// How findings are drawn.
#[derive(Debug, Clone)]
pub struct Look {
    /// Colours and lines. The caller decides, from `NO_COLOR`, options and whether it is a terminal.
    pub theme: GraphicalTheme,
    /// Columns to wrap words at.
    pub width: usize,
}

/// Draws findings with the text they are about, in the order given, one blank line between them.
pub fn render(findings: &[Finding], source: &Source, look: &Look) -> String {
    let handler = GraphicalReportHandler::new_themed(look.theme.clone())
        .with_width(look.width)
        .with_links(false)
        .without_cause_chain();
    let harmless = harmless(source);
    let mut drawn = String::new();
    for finding in findings {
        if !drawn.is_empty() {
            drawn.push('\n');
        }
        let shown = Shown {
            finding,
            source,
            harmless: harmless.clone(),
        };
        // Writing to a string fails only if the theme cannot draw it: then the plain form still says all.
        if handler.render_report(&mut drawn, &shown).is_err() {
            drawn.push_str(&finding.one_line(source));
            drawn.push('\n');
        }
    }
    drawn
}

/// The same source with nothing in it that a terminal would obey. Every character stays as long as it was,
/// so that places stay where they are.
fn harmless(source: &Source) -> Source {
    let obeyed = |c: char| {
        c.is_control() && !matches!(c, '\n' | '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !source.text().contains(obeyed) {
        return source.clone();
    }
    let text = source.text();
    let ends_line = |at| text.get(at..).is_some_and(|rest| rest.starts_with("\r\n"));
    let replaced = text.char_indices().map(|(at, c)| match c.len_utf8() {
        _ if !obeyed(c) || ends_line(at) => c,
        1 => '?',
        2 => '\u{bf}',
        _ => char::REPLACEMENT_CHARACTER,
    });
    Source::new(source.name(), replaced.collect::<String>())
}

struct Shown<'f> {
    finding: &'f Finding,
    source: &'f Source,
    /// The source as it may be shown.
    harmless: Source,
}

impl Shown<'_> {
    /// The marked bytes, cut at the end of the line: several lines of marks hide more than they show.
    fn marked(&self) -> (usize, usize) {
        let span = self.finding.span;
        let text = self.source.slice(span);
        let line = text.split(['\n', '\r']).next().unwrap_or_default();
        (span.start, line.trim_end().len())
    }
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.finding.path.is_empty() {
            write!(f, "{}: ", self.finding.path)?;
        }
        f.write_str(&self.finding.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.finding.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help(&self) -> Option<Box<dyn fmt::Display + '_>> {
        self.finding
            .help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.harmless)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let (start, length) = self.marked();
        let label = Some(self.finding.label.clone()).filter(|label| !label.is_empty());
        Some(Box::new(std::iter::once(LabeledSpan::new(
            label, start, length,
        ))))
    }
}

/// The drawing library counts columns in bytes; editors and the one-line form count characters.
impl SourceCode for Source {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self.text().read_span(span, lines_before, lines_after)?;
        let start = inner.span().offset();
        Ok(Box::new(MietteSpanContents::new_named(
            self.name().to_owned(),
            inner.data(),
            *inner.span(),
            inner.line(),
            self.place(Span::new(start, start)).column - 1,
            inner.line_count(),
        )))
    }
}
