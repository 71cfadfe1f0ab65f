//! Starting with the computer: an entry of the person's own, never one for everybody on it.
//!
//! What is started is this very program with `--hidden`, wherever it lies: an installed one, a portable one, a
//! build.

mod entry;

use auto_launch::{AutoLaunch, AutoLaunchBuilder, MacOSLaunchMode, WindowsEnableMode};

use self::entry::Entry;
use super::surroundings::Here;
use super::{System, this_program, this_system};

/// What the entry is called where the system keeps it by name.
const NAME: &str = "Hallway";
/// Opens no window.
const HIDDEN: &str = "--hidden";

/// Whether the program starts with the computer.
pub trait Autostart {
    /// True if it does.
    ///
    /// # Errors
    /// What the system said, in a sentence.
    fn is_on(&self) -> Result<bool, String>;
    /// Makes it so, or no longer.
    ///
    /// # Errors
    /// What the system said, in a sentence.
    fn set(&self, on: bool) -> Result<(), String>;
}

/// The way of this system.
pub(super) fn native() -> Box<dyn Autostart> {
    let program = this_program();
    match this_system() {
        System::Linux => Box::new(Entry::new(&Here, program)),
        // The line is run as it stands there: a path with spaces needs its quotes.
        System::Windows => Box::new(Registered { program: format!("\"{}\"", program.display()) }),
        System::MacOs => Box::new(Registered { program: program.display().to_string() }),
    }
}

/// The person's own Run key of Windows, or their own launch agent of macOS.
struct Registered {
    program: String,
}

impl Registered {
    fn entry(&self) -> Result<AutoLaunch, String> {
        AutoLaunchBuilder::new()
            .set_app_name(NAME)
            .set_app_path(&self.program)
            .set_args(&[HIDDEN])
            .set_windows_enable_mode(WindowsEnableMode::CurrentUser)
            .set_macos_launch_mode(MacOSLaunchMode::LaunchAgent)
            .build()
            .map_err(|error| error.to_string())
    }
}

impl Autostart for Registered {
    fn is_on(&self) -> Result<bool, String> {
        self.entry()?.is_enabled().map_err(|error| error.to_string())
    }

    fn set(&self, on: bool) -> Result<(), String> {
        let entry = self.entry()?;
        let done = if on { entry.enable() } else { entry.disable() };
        done.map_err(|error| error.to_string())
    }
}
