//! Whether a Linux desktop can show a file dialog.
//!
//! The dialog asks the desktop portal over the session bus, through a `libdbus` that it opens at run time, and
//! then falls back to `zenity`. With neither it answers as if the person had cancelled, so we look first and
//! say what is missing instead.

use std::path::{Path, PathBuf};

use super::libraries;
use super::surroundings::Surroundings;

const PORTAL_SERVICE: &str = "dbus-1/services/org.freedesktop.portal.Desktop.service";
const BACKENDS: &str = "xdg-desktop-portal/portals";
const FILE_CHOOSER: &str = "org.freedesktop.impl.portal.FileChooser";

/// True where a file dialog appears when one is asked for.
#[must_use]
pub fn available(here: &dyn Surroundings) -> bool {
    has_portal(here) || here.has_program("zenity")
}

fn has_portal(here: &dyn Surroundings) -> bool {
    let folders = data_folders(here);
    has_session_bus(here)
        && libraries::is_present(here, "libdbus-1.so.3")
        && folders.iter().any(|folder| here.exists(&folder.join(PORTAL_SERVICE)))
        && folders.iter().any(|folder| has_backend(here, &folder.join(BACKENDS)))
}

/// The bus that libdbus would connect to.
fn has_session_bus(here: &dyn Surroundings) -> bool {
    here.variable("DBUS_SESSION_BUS_ADDRESS").is_some()
        || here.variable("XDG_RUNTIME_DIR").is_some_and(|folder| here.exists(&Path::new(&folder).join("bus")))
}

/// The portal itself draws nothing: some backend must offer the file chooser.
fn has_backend(here: &dyn Surroundings, folder: &Path) -> bool {
    here.list(folder)
        .iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "portal"))
        .any(|path| here.read(path).is_some_and(|text| text.contains(FILE_CHOOSER)))
}

/// Where the bus and the portal look for services, as the base directory specification has it.
fn data_folders(here: &dyn Surroundings) -> Vec<PathBuf> {
    let own = here
        .variable("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| here.variable("HOME").map(|home| Path::new(&home).join(".local/share")));
    let shared = here.variable("XDG_DATA_DIRS").unwrap_or_else(|| "/usr/local/share:/usr/share".to_owned());
    own.into_iter().chain(std::env::split_paths(&shared)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::surroundings::tests::Pretend;
    use super::*;

    const SERVICE: &str = "/usr/share/dbus-1/services/org.freedesktop.portal.Desktop.service";
    const GTK: &str = "/usr/share/xdg-desktop-portal/portals/gtk.portal";

    fn libdbus() -> Pretend {
        Pretend::default().with_file("/usr/lib/libc.so.6", "").with_file("/usr/lib/libdbus-1.so.3", "")
    }

    fn bus(here: Pretend) -> Pretend {
        here.with_variable("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/user/1000/bus")
    }

    fn portal(here: Pretend) -> Pretend {
        here.with_file(SERVICE, "")
            .with_file(GTK, "[portal]\nInterfaces=org.freedesktop.impl.portal.FileChooser;\n")
    }

    #[test]
    fn a_bare_system_has_no_file_dialogs() {
        assert!(!available(&Pretend::default()));
    }

    #[test]
    fn a_portal_on_the_session_bus_shows_them() {
        assert!(available(&portal(bus(libdbus()))));
    }

    #[test]
    fn the_bus_may_stand_in_the_runtime_folder() {
        let here = portal(libdbus()).with_variable("XDG_RUNTIME_DIR", "/run/user/1000");
        assert!(!available(&here));
        assert!(available(&here.with_file("/run/user/1000/bus", "")));
    }

    #[test]
    fn a_portal_without_a_bus_without_libdbus_or_without_a_chooser_shows_none() {
        assert!(!available(&portal(libdbus())));
        assert!(!available(&portal(bus(Pretend::default().with_file("/usr/lib/libc.so.6", "")))));
        let chooserless = bus(libdbus())
            .with_file(SERVICE, "")
            .with_file(GTK, "[portal]\nInterfaces=org.freedesktop.impl.portal.Wallpaper;\n");
        assert!(!available(&chooserless));
    }

    #[test]
    fn zenity_shows_them_without_a_portal() {
        let here = Pretend::default().with_variable("PATH", "/usr/bin").with_file("/usr/bin/zenity", "");
        assert!(available(&here));
    }
}
