//! The line that is being typed at a terminal.

use bytes::Bytes;

/// A longer line is not taken: the bell rings.
const MAX_LINE: usize = 4096;

const BELL: &str = "\x07";

/// What typing came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Key {
    /// A line with its end.
    Line(Bytes),
    /// Ctrl-C: the line is dropped.
    Interrupt,
    /// Ctrl-D on an empty line.
    End,
}

/// Edits a line as a terminal does: letters, backspace, Ctrl-U, Ctrl-W, Ctrl-C, Ctrl-D and enter.
/// Arrows and other keys of several bytes do nothing.
#[derive(Debug, Default)]
pub(crate) struct LineEditor {
    line: Vec<u8>,
    escape: Escape,
    after_return: bool,
}

/// Where in a key of several bytes the input is.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Escape {
    #[default]
    None,
    /// After ESC.
    Begun,
    /// After ESC and `[` or `O`, until a letter.
    Inside,
}

impl LineEditor {
    /// Takes input; gives what is to be shown and what it came to, in this order.
    pub(crate) fn feed(&mut self, input: &[u8]) -> (Vec<u8>, Vec<Key>) {
        let (mut shown, mut keys) = (Vec::new(), Vec::new());
        for byte in input {
            if self.escaped(*byte) {
                continue;
            }
            let after_return = std::mem::take(&mut self.after_return);
            match byte {
                0x03 => {
                    self.line.clear();
                    shown.extend_from_slice(b"^C\r\n");
                    keys.push(Key::Interrupt);
                }
                0x04 if self.line.is_empty() => keys.push(Key::End),
                // A terminal that sends both ends one line with them.
                b'\n' if after_return => {}
                b'\r' | b'\n' => {
                    self.after_return = *byte == b'\r';
                    shown.extend_from_slice(b"\r\n");
                    let mut line = std::mem::take(&mut self.line);
                    line.push(b'\n');
                    keys.push(Key::Line(line.into()));
                }
                0x08 | 0x7f => self.erase(&mut shown),
                0x15 => {
                    while !self.line.is_empty() {
                        self.erase(&mut shown);
                    }
                }
                0x17 => self.erase_word(&mut shown),
                0x1b => self.escape = Escape::Begun,
                0x00..=0x1f => {}
                letter if self.line.len() < MAX_LINE => {
                    self.line.push(*letter);
                    shown.push(*letter);
                }
                _too_much => shown.extend_from_slice(BELL.as_bytes()),
            }
        }
        (shown, keys)
    }

    /// The line as it is, where the input ends without an end of line.
    pub(crate) fn rest(&mut self) -> Option<Bytes> {
        let line = std::mem::take(&mut self.line);
        (!line.is_empty()).then(|| line.into())
    }

    fn escaped(&mut self, byte: u8) -> bool {
        let (next, taken) = match (self.escape, byte) {
            (Escape::Begun, b'[' | b'O') | (Escape::Inside, 0x20..=0x3f) => (Escape::Inside, true),
            (Escape::Inside, 0x40..=0x7e) | (Escape::Begun, 0x20..=0x7e) => (Escape::None, true),
            // No key goes on with any other byte: it is one of its own.
            (Escape::None | Escape::Begun | Escape::Inside, _) => (Escape::None, false),
        };
        self.escape = next;
        taken
    }

    /// Takes the last letter away, which may be of several bytes.
    fn erase(&mut self, shown: &mut Vec<u8>) {
        while let Some(byte) = self.line.pop() {
            if byte & 0b1100_0000 != 0b1000_0000 {
                shown.extend_from_slice(b"\x08 \x08");
                break;
            }
        }
    }

    fn erase_word(&mut self, shown: &mut Vec<u8>) {
        while self.line.last() == Some(&b' ') {
            self.erase(shown);
        }
        while self.line.last().is_some_and(|byte| *byte != b' ') {
            self.erase(shown);
        }
    }
}
