//! What must hold for any messages of a server, checked by `fuzz/` and by a test over its corpus. Not part
//! of the public interface.

/// Reads messages of an exec or log stream, one a line: what is said about them is harmless to a terminal,
/// and no output is longer than what came.
///
/// # Panics
///
/// When that does not hold.
pub fn exec_frames(data: &[u8]) {
    crate::stream::checked_frames(data.split(|byte| *byte == b'\n'));
}
