//! The end of a console, told in time. Compiled on Windows only.

use std::task::Poll;
use std::thread;

use tokio::signal::windows::{ctrl_close, ctrl_logoff, ctrl_shutdown};

/// Waits in a thread of its own, and calls `end` at most once.
///
/// The handler behind it never returns: Windows ends the process the moment it does.
pub(in crate::platform) fn wait_for(end: impl FnOnce() + Send + 'static) {
    let (Ok(mut close), Ok(mut logoff), Ok(mut shutdown)) = (ctrl_close(), ctrl_logoff(), ctrl_shutdown())
    else {
        return;
    };
    // Without a thread the system's own handler ends us, which loses nothing that was acknowledged.
    let _none = thread::Builder::new().name("closing".to_owned()).spawn(move || {
        pollster::block_on(std::future::poll_fn(|cx| {
            let any = close.poll_recv(cx).is_ready()
                || logoff.poll_recv(cx).is_ready()
                || shutdown.poll_recv(cx).is_ready();
            if any { Poll::Ready(()) } else { Poll::Pending }
        }));
        end();
    });
}
