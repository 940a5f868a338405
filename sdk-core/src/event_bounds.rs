//! Where the events of a body end: how large each is, and whether the last one is whole.

/// The longest field name that is looked for, with its colon.
const DATA: &[u8] = b"data:";

/// Follows a body byte by byte, whatever its lines end with.
#[derive(Debug, Default)]
pub(crate) struct EventBounds {
    /// The begin of the line that is being read.
    begin: [u8; DATA.len()],
    /// Bytes of that line.
    line: usize,
    /// Bytes of the event that is being read, without its comments.
    event: usize,
    has_data: bool,
    /// A line feed now belongs to the line end before it.
    after_return: bool,
}

impl EventBounds {
    /// Reads on.
    ///
    /// # Errors
    ///
    /// For an event of more than `most` bytes: how many bytes of `chunk` belong to events before it.
    pub(crate) fn read(&mut self, chunk: &[u8], most: usize) -> Result<(), usize> {
        let mut whole = 0;
        for (index, byte) in chunk.iter().enumerate() {
            let ends_line = match byte {
                b'\n' if std::mem::take(&mut self.after_return) => {
                    if self.line == 0 && self.event == 0 {
                        whole = index + 1;
                    }
                    continue;
                }
                b'\n' | b'\r' => true,
                _ => false,
            };
            self.after_return = *byte == b'\r';
            if !ends_line {
                if let Some(place) = self.begin.get_mut(self.line) {
                    *place = *byte;
                }
                self.line += 1;
            }
            if ends_line && self.end_line() {
                whole = index + 1;
            }
            if self.event + self.line > most && !self.in_comment() {
                return Err(whole);
            }
        }
        Ok(())
    }

    /// Whether all that is missing is the empty line which ends an event: its data and the end of its
    /// last line are there.
    pub(crate) fn lacks_only_its_end(&self) -> bool {
        self.has_data && self.line == 0
    }

    fn in_comment(&self) -> bool {
        self.line > 0 && self.begin.first() == Some(&b':')
    }

    /// Whether the line was empty, which ends an event.
    fn end_line(&mut self) -> bool {
        let empty = self.line == 0;
        if empty {
            self.event = 0;
            self.has_data = false;
        } else if !self.in_comment() {
            self.event += self.line;
            self.has_data |= self.line >= DATA.len() && self.begin == *DATA;
        }
        self.line = 0;
        empty
    }
}

#[cfg(test)]
mod tests {
    use super::EventBounds;

    /// Reads a text whole and byte by byte: the same comes of both.
    fn check(text: &str, lacks_only_its_end: bool) {
        let mut whole = EventBounds::default();
        whole.read(text.as_bytes(), 1000).unwrap();
        let mut single = EventBounds::default();
        for byte in text.as_bytes() {
            single.read(&[*byte], 1000).unwrap();
        }
        for bounds in [whole, single] {
            assert_eq!(bounds.lacks_only_its_end(), lacks_only_its_end, "{text:?}");
        }
    }

    #[test]
    fn an_event_lacks_its_end_once_a_line_of_data_is_whole() {
        for end in ["\n", "\r", "\r\n"] {
            let with = |text: &str| text.replace('\n', end);
            check(&with("id: 1\ndata: a\n"), true);
            check(&with("data:\n"), true);
            check(&with("data: a\nid: 1\n"), true);
            check(&with("data: a\n: comment\n"), true);
            check(&with("data: a\n\n"), false);
            check(&with("data: a\n\nid: 2\n"), false);
            check(&with("data: a"), false);
            check(&with("data: a\ndata: b"), false);
            check(&with("dat\n"), false);
            check(&with("datax: 1\n"), false);
            check(&with(": comment\n"), false);
            check("", false);
        }
    }

    #[test]
    fn an_event_is_measured_alone() {
        let check = |chunks: &[&str], expected: Result<(), usize>| {
            let mut bounds = EventBounds::default();
            let result = chunks
                .iter()
                .try_for_each(|chunk| bounds.read(chunk.as_bytes(), 8));
            assert_eq!(result, expected, "{chunks:?}");
        };
        check(&["data: a\n\n", "data: b\n\ndata: c\n\n"], Ok(()));
        check(&[": 0123456789\n: 0123456789\n"], Ok(()));
        check(&["data: abc"], Err(0));
        check(&["data: a\n\ndata: abc"], Err(9));
        check(&["data: a\r\n\r\ndata: abc"], Err(11));
        check(&["data: a\n", "x: y\n"], Err(0));
        check(&["data:", " abc"], Err(0));
    }
}
