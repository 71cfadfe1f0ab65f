//! Notifications of Windows, asked for without `notify-rust`: that takes each of them for a new one, and tells of a
//! banner's end as the end of it, while it stands in the notification centre and can still be clicked.

use std::sync::Arc;

use windows::Data::Xml::Dom::XmlDocument;
use windows::Foundation::TypedEventHandler;
use windows::UI::Notifications::{
    ToastFailedEventArgs, ToastNotification, ToastNotificationManager, ToastNotifier,
};
use windows::core::{HSTRING, IInspectable, Result};

use super::super::{APP_USER_MODEL_ID, this_program};
use super::{LIVE, Note, Notifier, Tell, Told, toast_xml};

/// A program that has given itself no name speaks under one that every Windows has.
const NAMELESS: &str = r"{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\WindowsPowerShell\v1.0\powershell.exe";

/// Those that stand there, oldest first. Windows tells of clicks for as long as somebody holds them, banner or not.
#[derive(Default)]
pub(super) struct Notes {
    live: Vec<Live>,
}

struct Live {
    about: u64,
    _toast: ToastNotification,
}

impl Notifier for Notes {
    fn look(&mut self, tell: Tell) {
        tell(notifier().map_or_else(|error| Told::NotShown(error.message()), |_| Told::Ready));
    }

    fn show(&mut self, note: Note, tell: Tell) {
        let tell = Arc::new(tell);
        match raise(&note, &tell) {
            Ok(toast) => {
                self.live.retain(|shown| shown.about != note.about);
                if self.live.len() >= LIVE {
                    remove(self.live.remove(0).about);
                }
                self.live.push(Live { about: note.about, _toast: toast });
            }
            Err(error) => tell(Told::NotShown(error.message())),
        }
    }

    fn clear(&mut self) {
        self.live.drain(..).for_each(|shown| remove(shown.about));
    }
}

fn notifier() -> Result<ToastNotifier> {
    ToastNotificationManager::CreateToastNotifierWithId(&sender())
}

/// Shows it. Windows puts it in place of the one with the same tag and group.
fn raise(note: &Note, tell: &Arc<Tell>) -> Result<ToastNotification> {
    let content = XmlDocument::new()?;
    content.LoadXml(&toast_xml::toast(note).into())?;
    let toast = ToastNotification::CreateToastNotification(&content)?;
    toast.SetTag(&tag(note.about))?;
    toast.SetGroup(&group())?;
    let clicked = Arc::clone(tell);
    toast.Activated(&TypedEventHandler::<ToastNotification, IInspectable>::new(move |_, _| {
        clicked(Told::Clicked);
        Ok(())
    }))?;
    let failed = Arc::clone(tell);
    toast.Failed(&TypedEventHandler::<ToastNotification, ToastFailedEventArgs>::new(move |_, why| {
        let why = why.ok().and_then(ToastFailedEventArgs::ErrorCode);
        failed(Told::NotShown(why.map_or_else(|error| error.message(), |code| code.message())));
        Ok(())
    }))?;
    notifier()?.Show(&toast)?;
    Ok(toast)
}

/// Takes it away, from the screen and from the notification centre. It may be gone already.
fn remove(about: u64) {
    let history = ToastNotificationManager::History();
    drop(history.and_then(|history| history.RemoveGroupedTagWithId(&tag(about), &group(), &sender())));
}

/// Sixteen letters are what the first Windows 10 takes.
fn tag(about: u64) -> HSTRING {
    format!("{about:x}").into()
}

/// This process: another one on a profile of its own numbers its rooms as we do.
fn group() -> HSTRING {
    format!("{:x}", std::process::id()).into()
}

/// Windows shows what comes from a name that the installer gave it. A portable copy has none.
fn sender() -> HSTRING {
    let installed = this_program().with_file_name("uninstall.exe").exists();
    if installed { APP_USER_MODEL_ID.into() } else { NAMELESS.into() }
}
