//! A body that is read as it arrives.

use bytes::Bytes;
use futures::{Stream, StreamExt, stream::BoxStream};
use std::{
    fmt, io,
    pin::Pin,
    task::{Context, Poll},
};

/// A body that is read as it arrives. It has no time limit: dropping it ends the call.
pub struct ByteStream(BoxStream<'static, io::Result<Bytes>>);

impl ByteStream {
    /// A body of these parts, for tests and for stand-ins.
    pub fn of(parts: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> Self {
        Self(parts.boxed())
    }

    pub(crate) fn new(response: reqwest::Response) -> Self {
        let chunks = response.bytes_stream();
        Self(
            chunks
                .map(|chunk| chunk.map_err(|e| io::Error::other(e.without_url())))
                .boxed(),
        )
    }
}

impl Stream for ByteStream {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(cx)
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ByteStream")
    }
}
