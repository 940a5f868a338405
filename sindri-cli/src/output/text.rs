//! Text that grows line by line.

/// Text that grows line by line.
#[derive(Debug, Default)]
pub(crate) struct Text(String);

impl Text {
    /// A text that begins with this line.
    pub(crate) fn new(line: impl AsRef<str>) -> Self {
        let mut text = Self::default();
        text.line(line);
        text
    }

    /// A text as it is, whether or not it ends with a break.
    pub(crate) fn verbatim(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Adds a line.
    pub(crate) fn line(&mut self, line: impl AsRef<str>) {
        self.0.push_str(line.as_ref());
        self.0.push('\n');
    }

    /// Adds lines that end with a break already.
    pub(crate) fn lines(&mut self, lines: &Self) {
        self.0.push_str(&lines.0);
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0
    }
}
