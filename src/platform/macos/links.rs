//! Invites that somebody clicked on, which a Mac hands to the running program and not to a new one. Compiled for macOS
//! only, and one of its two places with `unsafe`: the window's libraries do not pass these on.

use objc2::rc::Retained;
use objc2::runtime::NSObject;
use objc2::{AllocAnyThread, DefinedClass, define_class, msg_send, sel};
use objc2_foundation::{NSAppleEventDescriptor, NSAppleEventManager};

use crate::platform::links::Handed;

/// The class of the event "open this address", and its name in that class: both are `GURL`.
const OPEN_ADDRESS: u32 = u32::from_be_bytes(*b"GURL");
/// The key that the address has in the event.
const DIRECT_OBJECT: u32 = u32::from_be_bytes(*b"----");

define_class!(
    // SAFETY: NSObject asks nothing of those who inherit from it, and there is no Drop.
    #[unsafe(super(NSObject))]
    #[name = "HallwayLinks"]
    #[ivars = Handed]
    struct Links;

    impl Links {
        // SAFETY: the arguments and the result are those that NSAppleEventManager calls it with.
        #[unsafe(method(openAddress:withReplyEvent:))]
        fn open_address(&self, event: &NSAppleEventDescriptor, _reply: &NSAppleEventDescriptor) {
            if let Some(address) = address_of(event) {
                self.ivars().hand(address);
            }
        }
    }
);

impl Links {
    #[expect(unsafe_code, reason = "how a class of Objective-C is made")]
    fn new(handed: Handed) -> Retained<Self> {
        let this = Self::alloc().set_ivars(handed);
        // SAFETY: NSObject's `init` takes nothing and returns the object.
        unsafe { msg_send![super(this), init] }
    }
}

/// Listens for invites, for as long as the program runs. To be called before the window runs, or those are missed that
/// the program was started for.
#[expect(unsafe_code, reason = "a call of the system that takes the name of a method")]
pub(in crate::platform) fn listen(handed: Handed) {
    let links = Links::new(handed);
    let manager = NSAppleEventManager::sharedAppleEventManager();
    // SAFETY: the object has a method of this name, with the arguments that it is called with; the two numbers are
    // 32 bits wide there as well.
    let () = unsafe {
        msg_send![
            &manager,
            setEventHandler: &*links,
            andSelector: sel!(openAddress:withReplyEvent:),
            forEventClass: OPEN_ADDRESS,
            andEventID: OPEN_ADDRESS,
        ]
    };
    // The manager does not keep it alive.
    std::mem::forget(links);
}

#[expect(
    unsafe_code,
    reason = "a call of the system that its typed library does not have without another one"
)]
fn address_of(event: &NSAppleEventDescriptor) -> Option<String> {
    // SAFETY: it takes a number of 32 bits and returns a descriptor or none.
    let address: Option<Retained<NSAppleEventDescriptor>> =
        unsafe { msg_send![event, paramDescriptorForKeyword: DIRECT_OBJECT] };
    Some(address?.stringValue()?.to_string())
}
