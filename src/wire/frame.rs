//! Frames: cut from a stream of bytes, and written into one.
//!
//! A length is believed only so far as its bytes have arrived: the buffer grows by what was received and
//! never by what was announced, and an announcement beyond the limit is an error before anything else.

use bytes::{BufMut, Bytes, BytesMut};

/// Bytes of the length field, which the length does not count.
const LENGTH_BYTES: usize = 4;

/// Why a stream cannot be cut into frames any further. The stream is out of step from there on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// A frame without even a kind.
    #[error("a frame of no bytes")]
    Empty,
    /// More than the limit that holds at that point.
    #[error("a frame of {len} bytes where at most {limit} are allowed")]
    TooLong {
        /// Bytes announced.
        len: usize,
        /// Bytes allowed.
        limit: usize,
    },
}

/// One frame: what its body is, and the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// One of [`super::kind`].
    pub kind: u8,
    /// Protobuf that the kind names. Shares memory with what was received: do not keep it.
    pub body: Bytes,
}

impl Frame {
    /// Appends this frame to `out`.
    pub fn encode(&self, out: &mut BytesMut) {
        put_header(self.kind, self.body.len(), out);
        out.put_slice(&self.body);
    }
}

/// Received bytes on their way to be frames.
#[derive(Debug)]
pub struct FrameBuffer {
    received: BytesMut,
    limit: usize,
}

impl FrameBuffer {
    /// An empty buffer that takes frames of up to `limit` bytes, kind included and length field not.
    pub fn new(limit: usize) -> Self {
        Self { received: BytesMut::new(), limit }
    }

    /// From here on frames may have up to `limit` bytes.
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
    }

    /// Adds what was received.
    pub fn push(&mut self, bytes: &[u8]) {
        self.received.extend_from_slice(bytes);
    }

    /// The end of the buffer, with room for at least `room` bytes, to receive into without a copy. Only ever
    /// append to it.
    pub fn tail(&mut self, room: usize) -> &mut BytesMut {
        self.received.reserve(room);
        &mut self.received
    }

    /// Received bytes that no frame has taken yet.
    pub fn waiting(&self) -> usize {
        self.received.len()
    }

    /// The next whole frame, or nothing until more is received.
    ///
    /// # Errors
    /// [`FrameError`], again and again: after it, close the connection.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, FrameError> {
        let Some(&[a, b, c, d]) = self.received.first_chunk::<LENGTH_BYTES>() else {
            self.let_go_when_empty();
            return Ok(None);
        };
        let len = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX);
        if len == 0 {
            return Err(FrameError::Empty);
        }
        if len > self.limit {
            return Err(FrameError::TooLong { len, limit: self.limit });
        }
        if self.received.len() - LENGTH_BYTES < len {
            return Ok(None);
        }
        let mut frame = self.received.split_to(LENGTH_BYTES + len).freeze();
        let kind = frame.get(LENGTH_BYTES).copied().ok_or(FrameError::Empty)?;
        Ok(Some(Frame { kind, body: frame.split_off(LENGTH_BYTES + 1) }))
    }

    /// An idle connection keeps no memory for what it once received.
    fn let_go_when_empty(&mut self) {
        if self.received.is_empty() {
            self.received = BytesMut::new();
        }
    }
}

/// Appends length and kind of a frame whose body of `body_len` bytes follows.
pub(super) fn put_header(kind: u8, body_len: usize, out: &mut BytesMut) {
    let len = u32::try_from(body_len + 1).unwrap_or(u32::MAX);
    out.reserve(LENGTH_BYTES + 1 + body_len);
    out.put_u32(len);
    out.put_u8(kind);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::limits::{FRAME_BEFORE_WELCOME_BYTES, FRAME_BYTES};

    fn header(len: usize, kind: u8) -> Vec<u8> {
        let mut bytes = u32::try_from(len).unwrap().to_be_bytes().to_vec();
        bytes.push(kind);
        bytes
    }

    #[test]
    fn a_frame_comes_out_as_it_went_in_however_it_is_cut() {
        let frame = Frame { kind: 0x12, body: Bytes::from_static(b"hello") };
        let mut bytes = BytesMut::new();
        frame.encode(&mut bytes);
        assert_eq!(&bytes[..], b"\0\0\0\x06\x12hello");
        let mut buffer = FrameBuffer::new(FRAME_BYTES);
        for (index, byte) in bytes.iter().enumerate() {
            assert_eq!(buffer.next_frame(), Ok(None), "{index}");
            buffer.push(&[*byte]);
        }
        assert_eq!(buffer.next_frame(), Ok(Some(frame)));
        assert_eq!(buffer.next_frame(), Ok(None));
    }

    #[test]
    fn frames_that_arrive_together_come_out_one_by_one() {
        let mut buffer = FrameBuffer::new(16);
        buffer.push(b"\0\0\0\x01\x08\0\0\0\x02\x09a\0\0");
        assert_eq!(buffer.next_frame(), Ok(Some(Frame { kind: 8, body: Bytes::new() })));
        assert_eq!(buffer.next_frame(), Ok(Some(Frame { kind: 9, body: Bytes::from_static(b"a") })));
        assert_eq!(buffer.next_frame(), Ok(None));
        assert_eq!(buffer.waiting(), 2);
    }

    #[test]
    fn a_frame_may_have_the_limit_and_not_a_byte_more() {
        for limit in [FRAME_BEFORE_WELCOME_BYTES, FRAME_BYTES] {
            let mut buffer = FrameBuffer::new(limit);
            buffer.push(&header(limit, 1));
            buffer.push(&vec![0; limit - 1]);
            let body_len = buffer.next_frame().unwrap().map(|frame| frame.body.len());
            assert_eq!(body_len, Some(limit - 1));
            let mut buffer = FrameBuffer::new(limit);
            buffer.push(&header(limit + 1, 1));
            assert_eq!(buffer.next_frame(), Err(FrameError::TooLong { len: limit + 1, limit }));
        }
    }

    #[test]
    fn a_raised_limit_holds_for_the_frame_that_is_waiting() {
        let mut buffer = FrameBuffer::new(4);
        buffer.push(b"\0\0\0\x05\x01abcd");
        assert_eq!(buffer.next_frame(), Err(FrameError::TooLong { len: 5, limit: 4 }));
        buffer.set_limit(5);
        assert!(buffer.next_frame().unwrap().is_some());
    }

    #[test]
    fn a_frame_of_nothing_is_an_error() {
        let mut buffer = FrameBuffer::new(16);
        buffer.push(&[0; 4]);
        assert_eq!(buffer.next_frame(), Err(FrameError::Empty));
    }

    #[test]
    fn an_announced_length_sets_no_memory_aside() {
        let mut buffer = FrameBuffer::new(FRAME_BYTES);
        buffer.push(&header(FRAME_BYTES, 1));
        assert_eq!(buffer.next_frame(), Ok(None));
        assert!(buffer.received.capacity() < 1024);
    }

    #[test]
    fn what_is_received_into_the_tail_is_read() {
        let mut buffer = FrameBuffer::new(16);
        let tail = buffer.tail(8);
        assert!(tail.capacity() >= 8);
        tail.put_slice(b"\0\0\0\x02\x08a");
        assert_eq!(buffer.next_frame(), Ok(Some(Frame { kind: 8, body: Bytes::from_static(b"a") })));
    }

    #[test]
    fn an_idle_buffer_keeps_no_memory() {
        let mut buffer = FrameBuffer::new(FRAME_BYTES);
        buffer.push(&header(60_000, 1));
        buffer.push(&vec![0; 59_999]);
        assert!(buffer.next_frame().unwrap().is_some());
        assert_eq!(buffer.next_frame(), Ok(None));
        assert_eq!(buffer.received.capacity(), 0);
    }
}
