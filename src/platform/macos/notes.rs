//! Notifications of macOS. Compiled for macOS only, and one of the few places with `unsafe`: whoever is to hear of
//! clicks is an object of Objective-C.
//!
//! Asked for here and not by `notify-rust`, which waits for every notification in a thread, looks twice a second
//! whether it still stands there, never takes one away, and lends the program another one's name. All of it happens on
//! the thread of the window: macOS takes a notification without an answer, and tells of clicks there.
//!
//! It is the older of the two ways that macOS has. The newer one is for signed programs only, and asks the person.
#![expect(deprecated, reason = "the way that a program without a signature has")]

use std::cell::RefCell;

use objc2::rc::Retained;
use objc2::runtime::{NSObject, ProtocolObject};
use objc2::{DefinedClass, MainThreadMarker, MainThreadOnly, define_class, msg_send};
use objc2_foundation::{
    NSBundle, NSObjectProtocol, NSString, NSUserNotification, NSUserNotificationCenter,
    NSUserNotificationCenterDelegate,
};

use crate::platform::notify::{LIVE, Note, Notifier, Tell, Told};

/// What is missing where the program lies outside of its bundle: macOS has no name for it then.
const NO_BUNDLE: &str = "macOS shows those of Hallway.app, and this program was not started from it";

/// Those that stand there, and whoever hears of clicks on them.
#[derive(Default)]
pub(in crate::platform) struct Notes {
    listener: Option<Retained<Listener>>,
}

struct Live {
    about: u64,
    shown: Retained<NSUserNotification>,
    tell: Tell,
}

define_class!(
    // SAFETY: NSObject asks nothing of those who inherit from it, and there is no Drop.
    #[unsafe(super(NSObject))]
    #[thread_kind = MainThreadOnly]
    #[name = "HallwayNotes"]
    #[ivars = RefCell<Vec<Live>>]
    struct Listener;

    // SAFETY: NSObjectProtocol asks for nothing more.
    unsafe impl NSObjectProtocol for Listener {}

    // SAFETY: the methods take and return what the protocol says. It calls them on the main thread.
    unsafe impl NSUserNotificationCenterDelegate for Listener {
        #[unsafe(method(userNotificationCenter:didActivateNotification:))]
        fn clicked(&self, center: &NSUserNotificationCenter, shown: &NSUserNotification) {
            center.removeDeliveredNotification(shown);
            let clicked = self.take(|live| live.shown.identifier() == shown.identifier());
            clicked.into_iter().for_each(|live| (live.tell)(Told::Clicked));
        }

        // Shown even while the program is the one in front: its window may be minimized all the same.
        #[unsafe(method(userNotificationCenter:shouldPresentNotification:))]
        fn is_shown(&self, _center: &NSUserNotificationCenter, _shown: &NSUserNotification) -> bool {
            true
        }
    }
);

impl Listener {
    #[expect(unsafe_code, reason = "how an object of Objective-C is made")]
    fn new(thread: MainThreadMarker) -> Retained<Self> {
        let this = Self::alloc(thread).set_ivars(RefCell::default());
        // SAFETY: NSObject's `init` takes nothing and returns the object.
        unsafe { msg_send![super(this), init] }
    }

    /// Takes these out of the list. Nothing of ours runs while it is borrowed.
    fn take(&self, which: impl Fn(&Live) -> bool) -> Vec<Live> {
        let mut all = self.ivars().borrow_mut();
        all.extract_if(.., |live| which(live)).collect()
    }
}

impl Notes {
    /// Whoever hears of clicks, who is made when first asked for.
    #[expect(unsafe_code, reason = "a call of the system that keeps a pointer")]
    fn listener(&mut self) -> Result<&Listener, String> {
        if self.listener.is_none() {
            let thread =
                MainThreadMarker::new().ok_or("they can be shown on the thread of the window only")?;
            if NSBundle::mainBundle().bundleIdentifier().is_none() {
                return Err(NO_BUNDLE.to_owned());
            }
            let listener = Listener::new(thread);
            let center = NSUserNotificationCenter::defaultUserNotificationCenter();
            // SAFETY: the center does not keep the object alive. We do, and take it back before we let go of it.
            unsafe { center.setDelegate(Some(ProtocolObject::from_ref(&*listener))) };
            self.listener = Some(listener);
        }
        self.listener.as_deref().ok_or_else(|| NO_BUNDLE.to_owned())
    }
}

impl Notifier for Notes {
    fn look(&mut self, tell: Tell) {
        tell(self.listener().map_or_else(Told::NotShown, |_| Told::Ready));
    }

    fn show(&mut self, note: Note, tell: Tell) {
        let listener = match self.listener() {
            Ok(listener) => listener,
            Err(words) => return tell(Told::NotShown(words)),
        };
        let shown = NSUserNotification::new();
        let name = format!("{:x}-{:x}", std::process::id(), note.about);
        shown.setIdentifier(Some(&NSString::from_str(&name)));
        shown.setTitle(Some(&NSString::from_str(&note.title)));
        shown.setInformativeText(Some(&NSString::from_str(&note.text)));
        shown.setHasActionButton(false);
        remove(listener.take(|live| live.about == note.about));
        let oldest = listener.ivars().borrow().first().map(|live| live.about);
        if listener.ivars().borrow().len() >= LIVE {
            remove(listener.take(|live| Some(live.about) == oldest));
        }
        NSUserNotificationCenter::defaultUserNotificationCenter().deliverNotification(&shown);
        listener.ivars().borrow_mut().push(Live { about: note.about, shown, tell });
    }

    fn clear(&mut self) {
        if let Some(listener) = &self.listener {
            remove(listener.take(|_| true));
        }
    }
}

impl Drop for Notes {
    #[expect(unsafe_code, reason = "a call of the system that keeps a pointer")]
    fn drop(&mut self) {
        if self.listener.is_some() {
            // SAFETY: nothing is a pointer to nobody.
            unsafe { NSUserNotificationCenter::defaultUserNotificationCenter().setDelegate(None) };
        }
    }
}

/// Takes them away, from the screen and from the notification center.
fn remove(those: Vec<Live>) {
    let center = NSUserNotificationCenter::defaultUserNotificationCenter();
    those.iter().for_each(|live| center.removeDeliveredNotification(&live.shown));
}
