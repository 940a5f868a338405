//! A body that arrives in pieces.

use bytes::{Bytes, BytesMut};

/// What arrived so far. One piece alone is handed on as it is; several are put together once, in room for as
/// many bytes as were announced.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    announced: usize,
    first: Bytes,
    /// All pieces, from the second on.
    joined: BytesMut,
}

impl Pieces {
    /// Nothing yet. The room is taken only when a second piece arrives.
    pub(crate) fn announced(bytes: usize) -> Self {
        Self {
            announced: bytes,
            ..Self::default()
        }
    }

    /// Bytes that arrived.
    pub(crate) fn len(&self) -> usize {
        self.first.len().max(self.joined.len())
    }

    pub(crate) fn push(&mut self, piece: Bytes) {
        if piece.is_empty() {
            return;
        }
        if self.len() == 0 {
            self.first = piece;
            return;
        }
        if self.joined.is_empty() {
            let known = self.first.len() + piece.len();
            self.joined.reserve(self.announced.max(known));
            self.joined.extend_from_slice(&self.first);
            self.first = Bytes::new();
        }
        self.joined.extend_from_slice(&piece);
    }

    /// All that arrived.
    pub(crate) fn whole(self) -> Bytes {
        if self.joined.is_empty() {
            self.first
        } else {
            self.joined.freeze()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pieces;
    use bytes::Bytes;

    fn joined(announced: usize, pieces: &[&'static str]) -> Bytes {
        let mut all = Pieces::announced(announced);
        for piece in pieces {
            all.push(Bytes::from_static(piece.as_bytes()));
        }
        let length = all.len();
        let whole = all.whole();
        assert_eq!(whole.len(), length);
        whole
    }

    #[test]
    fn a_body_in_one_piece_is_not_copied() {
        let piece = "{\"id\":\"a\"}";
        assert_eq!(joined(0, &[piece, ""]).as_ptr(), piece.as_ptr());
        assert_eq!(joined(10, &["", piece]).as_ptr(), piece.as_ptr());
    }

    #[test]
    fn pieces_are_put_together_in_their_order_whatever_was_announced() {
        for announced in [0, 3, 6, 100] {
            assert_eq!(joined(announced, &["ab", "cd", "", "ef"]), "abcdef");
        }
        assert_eq!(joined(7, &[]), "");
    }
}
