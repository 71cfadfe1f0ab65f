//! Notifications of Linux desktops: the Desktop Notifications Specification, over D-Bus.

use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::task::Poll;

use notify_rust::{Hint, Notification, NotificationHandle, NotificationResponse};
use tokio::sync::oneshot;

use super::{Tell, Told};

/// What was shown can be taken away again.
pub(super) const CAN_CLOSE: bool = true;
/// What a click on the notification itself is called, by the specification.
const CLICK: &str = "default";
/// What is missing. The bus's own words name addresses and interfaces, which help nobody who reads settings.
const NOBODY: &str = "no program that does so answers. Desktops have one; elsewhere, dunst or mako is one";

/// Whether the service reads markup in a text.
///
/// # Errors
/// Why nobody answers.
pub(super) fn takes_markup() -> Result<bool, String> {
    let can = notify_rust::get_capabilities().map_err(|_| NOBODY.to_owned())?;
    Ok(can.iter().any(|word| word == "body-markup"))
}

/// Shows it, and tells its number.
pub(super) fn send(mut notification: Notification) -> Result<(u32, NotificationHandle), String> {
    notification.action(CLICK, "Open").hint(Hint::DesktopEntry("hallway".to_owned()));
    let shown = notification.show().map_err(|_| NOBODY.to_owned())?;
    Ok((shown.id(), shown))
}

/// Waits until it is clicked or gone, or is to be taken away, or nobody wants to know any more.
pub(super) fn wait(shown: NotificationHandle, end: oneshot::Receiver<()>, tell: Tell) {
    let mut clicked = false;
    let close = {
        let answer = |response: &NotificationResponse| {
            clicked = match response {
                NotificationResponse::Default => true,
                NotificationResponse::Action(name) => name == CLICK,
                _ => false,
            };
        };
        let mut answered = pin!(shown.wait_for_action_async(answer));
        let mut end = pin!(end);
        pollster::block_on(poll_fn(|cx| match answered.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(false),
            Poll::Pending => end.as_mut().poll(cx).map(|told| told.is_ok()),
        }))
    };
    if close {
        shown.close();
    } else if clicked {
        tell(Told::Clicked);
    }
}
