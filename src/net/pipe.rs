//! Frames over one stream, read and written by one task.
//!
//! Reading goes on while a write waits, so two sides that both have much to say cannot block each other; and
//! there is no second task and no lock per connection. What a call to [`Pipe::step`] has begun is kept in the
//! pipe, so it may be dropped in a `select!` at any time.

use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::types::limits::{FRAME_BEFORE_WELCOME_BYTES, FRAME_BYTES, TURN_BYTES};
use crate::wire::frame::{Frame, FrameBuffer, FrameError};

/// Bytes that one read may bring.
const READ_BYTES: usize = 16 * 1024;

/// Bytes both ways, whatever carries them.
pub trait ByteStream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> ByteStream for S {}

/// A TCP connection or a stream in memory, secured or not.
pub type AnyStream = Box<dyn ByteStream>;

/// One connection's stream and buffers.
#[derive(Debug)]
pub struct Pipe<S> {
    stream: S,
    incoming: FrameBuffer,
    outgoing: BytesMut,
    /// What was written may still be in the stream's own buffer.
    unflushed: bool,
    reads_first: bool,
}

/// What a step did.
#[derive(Debug)]
pub enum Step {
    /// A whole frame came.
    Frame(Frame),
    /// Bytes came, and no whole frame yet.
    Heard,
    /// Something was written.
    Wrote,
    /// The other side has ended the stream.
    Ended,
}

/// Why a pipe ends.
#[derive(Debug, thiserror::Error)]
pub enum PipeError {
    /// The stream broke.
    #[error("the connection broke: {0}")]
    Io(#[from] io::Error),
    /// What came is not made of frames.
    #[error("{0}")]
    Frame(#[from] FrameError),
}

impl<S: AsyncRead + AsyncWrite + Unpin> Pipe<S> {
    /// A pipe over `stream`, with the frame limit that holds before Welcome.
    pub fn new(stream: S) -> Self {
        Self {
            stream,
            incoming: FrameBuffer::new(FRAME_BEFORE_WELCOME_BYTES),
            outgoing: BytesMut::new(),
            unflushed: false,
            reads_first: false,
        }
    }

    /// From here on, frames may be as long as after Welcome.
    pub fn welcomed(&mut self) {
        self.incoming.set_limit(FRAME_BYTES);
    }

    /// The stream below.
    pub fn stream(&self) -> &S {
        &self.stream
    }

    /// True where a turn's worth still waits to be written: queue nothing more.
    pub fn is_full(&self) -> bool {
        self.outgoing.len() >= TURN_BYTES
    }

    /// True where nothing waits to be written.
    pub fn is_idle(&self) -> bool {
        self.outgoing.is_empty() && !self.unflushed
    }

    /// The buffer to encode frames into; the next steps write it.
    pub fn out(&mut self) -> &mut BytesMut {
        &mut self.outgoing
    }

    /// Queues frames that are encoded already.
    pub fn queue(&mut self, frames: &[Bytes]) {
        for frame in frames {
            self.outgoing.extend_from_slice(frame);
        }
    }

    /// The next thing that happens on this stream. Safe to drop and to call again.
    ///
    /// # Errors
    /// [`PipeError`] ends the connection.
    pub async fn step(&mut self) -> Result<Step, PipeError> {
        if let Some(frame) = self.incoming.next_frame()? {
            return Ok(Step::Frame(frame));
        }
        let step = std::future::poll_fn(|cx| self.poll_step(cx)).await?;
        match step {
            Step::Heard => Ok(self.incoming.next_frame()?.map_or(Step::Heard, Step::Frame)),
            other => Ok(other),
        }
    }

    /// Like [`Self::step`], but reads nothing: what the other side says waits on its side, as does what came already.
    ///
    /// # Errors
    /// [`PipeError::Io`] when the stream broke.
    pub async fn step_out(&mut self) -> Result<Step, PipeError> {
        std::future::poll_fn(|cx| if self.is_idle() { Poll::Pending } else { self.poll_out(cx) }).await?;
        Ok(Step::Wrote)
    }

    /// Writes all that waits and ends the stream. For last words; the caller bounds the time.
    ///
    /// # Errors
    /// [`PipeError::Io`] when the stream broke.
    pub async fn finish(&mut self) -> Result<(), PipeError> {
        std::future::poll_fn(|cx| {
            while !self.is_idle() {
                ready!(self.poll_out(cx))?;
            }
            Pin::new(&mut self.stream).poll_shutdown(cx)
        })
        .await?;
        Ok(())
    }

    /// Reading and writing take turns, so that neither starves while the other has always something to do.
    fn poll_step(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Step>> {
        self.reads_first = !self.reads_first;
        if self.reads_first {
            if let Poll::Ready(read) = self.poll_in(cx) {
                return Poll::Ready(read);
            }
            return if self.is_idle() { Poll::Pending } else { self.poll_out(cx).map_ok(|()| Step::Wrote) };
        }
        if !self.is_idle()
            && let Poll::Ready(written) = self.poll_out(cx)
        {
            return Poll::Ready(written.map(|()| Step::Wrote));
        }
        self.poll_in(cx)
    }

    fn poll_in(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Step>> {
        let mut room = [MaybeUninit::uninit(); READ_BYTES];
        let mut buffer = ReadBuf::uninit(&mut room);
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer))?;
        if buffer.filled().is_empty() {
            return Poll::Ready(Ok(Step::Ended));
        }
        self.incoming.push(buffer.filled());
        Poll::Ready(Ok(Step::Heard))
    }

    fn poll_out(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.outgoing.is_empty() {
            ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
            self.unflushed = false;
            return Poll::Ready(Ok(()));
        }
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.outgoing))?;
        if written == 0 {
            return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
        }
        let _sent = self.outgoing.split_to(written);
        if self.outgoing.is_empty() {
            // An idle connection keeps no buffer: thousands of them wait in a large room.
            self.outgoing = BytesMut::new();
        }
        self.unflushed = true;
        Poll::Ready(Ok(()))
    }
}
