//! Notifications of Windows and macOS.

use notify_rust::{Notification, NotificationHandle, NotificationResponse};
use tokio::sync::oneshot;

use super::{Tell, Told};

/// What was shown stays until the system takes it away.
pub(super) const CAN_CLOSE: bool = false;

/// Text is text here, and the service is a part of the system.
pub(super) fn takes_markup() -> Result<bool, String> {
    Ok(false)
}

/// Shows it. The number has no meaning here.
pub(super) fn send(mut notification: Notification) -> Result<(u32, NotificationHandle), String> {
    say_whose(&mut notification);
    notification.show().map(|shown| (0, shown)).map_err(|error| error.to_string())
}

/// Waits until it is clicked or gone.
pub(super) fn wait(shown: NotificationHandle, end: oneshot::Receiver<()>, tell: Tell) {
    let told = shown.wait_for_response(move |response: &NotificationResponse| {
        if !matches!(response, NotificationResponse::Closed(_)) {
            tell(Told::Clicked);
        }
    });
    // Whoever waits for nothing any more, or was never told anything, lets go of it.
    drop((told, end));
}

/// Windows shows what comes from a name that the installer gave it. A portable copy has none, and what it says
/// stands under the name that every Windows has.
#[cfg(target_os = "windows")]
fn say_whose(notification: &mut Notification) {
    if super::super::this_program().with_file_name("uninstall.exe").exists() {
        notification.app_id(super::super::APP_USER_MODEL_ID);
    }
}

/// Without a name macOS asks the person for an application to choose. Only the first call counts.
#[cfg(not(target_os = "windows"))]
fn say_whose(_: &mut Notification) {
    drop(notify_rust::set_application("arpa.home.hallway"));
}
