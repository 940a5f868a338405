//! Base64 that comes in pieces.

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{
        DecodePaddingMode,
        general_purpose::{GeneralPurpose, GeneralPurposeConfig},
    },
};
use bytes::Bytes;

/// Takes padding that is there, and does without where there is none.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Decodes base64 that comes in pieces.
///
/// Each piece should decode by itself. Where one is cut in the middle of four characters, the rest is
/// kept for the next.
#[derive(Debug, Default)]
pub(crate) struct Base64Pieces {
    rest: String,
}

impl Base64Pieces {
    /// What the piece holds, with what was kept of those before.
    ///
    /// # Errors
    ///
    /// In words, when it is no base64.
    pub(crate) fn decode(&mut self, piece: &str) -> Result<Bytes, String> {
        self.rest.push_str(piece);
        let whole = self.rest.len() - self.rest.len() % 4;
        // Base64 is ASCII: where this is none, decoding says so.
        let kept = if self.rest.is_char_boundary(whole) {
            self.rest.split_off(whole)
        } else {
            String::new()
        };
        let whole = std::mem::replace(&mut self.rest, kept);
        decode(&whole)
    }

    /// What was kept of the last piece.
    ///
    /// # Errors
    ///
    /// As for [`decode`](Self::decode).
    pub(crate) fn finish(&mut self) -> Result<Bytes, String> {
        decode(&std::mem::take(&mut self.rest))
    }
}

fn decode(text: &str) -> Result<Bytes, String> {
    LENIENT
        .decode(text)
        .map(Bytes::from)
        .map_err(|error| format!("output that is no base64: {error}"))
}

#[cfg(test)]
mod tests {
    use super::Base64Pieces;

    #[test]
    fn pieces_decode_wherever_they_were_cut() {
        let check = |pieces: &[&str], expected: Option<&[&str]>| {
            let mut decoder = Base64Pieces::default();
            let all: Result<Vec<_>, _> = pieces.iter().map(|piece| decoder.decode(piece)).collect();
            let all = all.and_then(|mut all| {
                all.push(decoder.finish()?);
                Ok(all)
            });
            let texts = all.ok().map(|all| {
                let texts = all
                    .into_iter()
                    .map(|bytes| String::from_utf8(bytes.to_vec()).unwrap());
                texts.collect::<Vec<_>>()
            });
            let expected = expected.map(|all| all.iter().map(ToString::to_string).collect());
            assert_eq!(texts, expected, "{pieces:?}");
        };
        check(&["YWJj", "ZGVm"], Some(&["abc", "def", ""]));
        check(&["YWI=", "Yw=="], Some(&["ab", "c", ""]));
        check(&["YW", "Jj", "Z", "GVm"], Some(&["", "abc", "", "def", ""]));
        check(&["YWJjZA"], Some(&["abc", "d"]));
        check(&[], Some(&[""]));
        check(&["", ""], Some(&["", "", ""]));
        check(&["####"], None);
        check(&["é€"], None);
        check(&["Y"], None);
    }
}
