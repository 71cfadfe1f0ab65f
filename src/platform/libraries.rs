//! Whether a window can be opened on this Linux.
//!
//! The window's libraries are opened while the program runs, so that it starts (and hosts, without a window)
//! on a computer that has none. But where one is missing the window's code may panic, so we look for them
//! first, the way the system's loader does, and name the package. What is missing for one renderer only is a
//! reason to take the other.

use std::fmt;
use std::path::{Path, PathBuf};

use super::surroundings::Surroundings;
use crate::types::Renderer;

/// Why no window can be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// Neither Wayland nor X11 is there to open it on.
    NoDisplay,
    /// These are not installed; at least one.
    Missing(Vec<Need>),
}

/// A library that the window opens, and the packages that hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// File names; any one of them will do.
    pub files: &'static [&'static str],
    /// Its packages on Debian and Ubuntu.
    pub debian: &'static str,
    /// Its packages on Fedora.
    pub fedora: &'static str,
}

const KEYBOARD: Need = need(&["libxkbcommon.so.0"], "libxkbcommon0", "libxkbcommon");
const EGL: Need = need(&["libEGL.so.1"], "libegl1 libgl1-mesa-dri", "mesa-libEGL mesa-dri-drivers");
const GL: Need =
    need(&["libGL.so.1", "libEGL.so.1"], "libgl1 libgl1-mesa-dri", "mesa-libGL mesa-dri-drivers");

const X11: [Need; 6] = [
    need(&["libX11.so.6"], "libx11-6", "libX11"),
    need(&["libX11-xcb.so.1"], "libx11-xcb1", "libX11-xcb"),
    need(&["libXcursor.so.1"], "libxcursor1", "libXcursor"),
    need(&["libXi.so.6"], "libxi6", "libXi"),
    KEYBOARD,
    need(&["libxkbcommon-x11.so.0"], "libxkbcommon-x11-0", "libxkbcommon-x11"),
];
const WAYLAND: [Need; 2] =
    [need(&["libwayland-client.so.0"], "libwayland-client0", "libwayland-client"), KEYBOARD];
/// What drawing with OpenGL adds to [`WAYLAND`].
const WAYLAND_GL: [Need; 2] = [need(&["libwayland-egl.so.1"], "libwayland-egl1", "libwayland-egl"), EGL];
/// What wgpu draws with: Vulkan where it has a driver, or OpenGL by EGL.
const VULKAN: Need =
    need(&["libvulkan.so.1"], "libvulkan1 mesa-vulkan-drivers", "vulkan-loader mesa-vulkan-drivers");
/// Folders in which Vulkan finds its drivers, and variables that name drivers elsewhere.
const VULKAN_DRIVERS: [&str; 4] = [
    "/usr/share/vulkan/icd.d",
    "/usr/local/share/vulkan/icd.d",
    "/etc/vulkan/icd.d",
    "/usr/local/etc/vulkan/icd.d",
];
const VULKAN_VARIABLES: [&str; 2] = ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"];

/// Folders that the loader searches without being told to.
const DEFAULT_FOLDERS: [&str; 6] =
    ["/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib", "/usr/local/lib64"];
/// How deep `include` lines of the loader's settings may lead. Real ones lead one step.
const INCLUDES: usize = 4;

const fn need(files: &'static [&'static str], debian: &'static str, fedora: &'static str) -> Need {
    Need { files, debian, fedora }
}

/// What stands in the way of a window that this renderer draws, if anything does.
#[must_use]
pub fn obstacle(here: &dyn Surroundings, renderer: Renderer) -> Option<Obstacle> {
    let wayland = is_wayland(here);
    // Wayland is taken first where both are there; the window does not go back to X11 by itself.
    let (needs, gl): (&[Need], &[Need]) = if wayland {
        (&WAYLAND, &WAYLAND_GL)
    } else if here.variable("DISPLAY").is_some() {
        (&X11, &[GL])
    } else {
        return Some(Obstacle::NoDisplay);
    };
    let folders = folders(here);
    if !is_trustworthy(here, &folders) {
        return None;
    }
    let is_there = |need: &Need| need.files.iter().any(|file| is_in(here, &folders, file));
    let mut missing: Vec<Need> = needs.iter().filter(|need| !is_there(need)).copied().collect();
    match renderer {
        Renderer::Glow => missing.extend(gl.iter().filter(|need| !is_there(need))),
        Renderer::Wgpu if is_there(&VULKAN) && has_vulkan_driver(here) => {}
        Renderer::Wgpu if is_there(&EGL) && (!wayland || WAYLAND_GL.iter().all(is_there)) => {}
        Renderer::Wgpu => missing.push(VULKAN),
    }
    (!missing.is_empty()).then_some(Obstacle::Missing(missing))
}

/// True where a window is opened on Wayland.
#[must_use]
pub fn is_wayland(here: &dyn Surroundings) -> bool {
    here.variable("WAYLAND_DISPLAY").or_else(|| here.variable("WAYLAND_SOCKET")).is_some()
}

/// True if the loader would find this library; also where we cannot tell.
#[must_use]
pub fn is_present(here: &dyn Surroundings, file: &str) -> bool {
    let folders = folders(here);
    is_in(here, &folders, file) || !is_trustworthy(here, &folders)
}

/// Vulkan alone draws nothing: each graphics card has a driver of its own, and one draws without a card.
fn has_vulkan_driver(here: &dyn Surroundings) -> bool {
    VULKAN_VARIABLES.iter().any(|name| here.variable(name).is_some())
        || VULKAN_DRIVERS.iter().any(|folder| !here.list(Path::new(folder)).is_empty())
}

/// The C library is certainly there, for it runs us. Where even that is not found, this system keeps its
/// libraries in a way of its own (`NixOS`, musl), and a search that finds nothing means nothing.
fn is_trustworthy(here: &dyn Surroundings, folders: &[PathBuf]) -> bool {
    is_in(here, folders, "libc.so.6")
}

fn is_in(here: &dyn Surroundings, folders: &[PathBuf], file: &str) -> bool {
    folders.iter().any(|folder| here.exists(&folder.join(file)))
}

fn folders(here: &dyn Surroundings) -> Vec<PathBuf> {
    let chosen = here.variable("LD_LIBRARY_PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> =
        chosen.split([':', ';']).filter(|part| !part.is_empty()).map(PathBuf::from).collect();
    configured(here, Path::new("/etc/ld.so.conf"), INCLUDES, &mut folders);
    folders.extend(DEFAULT_FOLDERS.map(PathBuf::from));
    let triple = format!("{}-linux-gnu", std::env::consts::ARCH);
    folders.extend(["/lib", "/usr/lib"].map(|folder| Path::new(folder).join(&triple)));
    folders
}

/// Reads one file of the loader's settings: a folder a line, `include` with a pattern, comments after `#`.
fn configured(here: &dyn Surroundings, file: &Path, includes: usize, folders: &mut Vec<PathBuf>) {
    for line in here.read(file).unwrap_or_default().lines() {
        let line = line.split_once('#').map_or(line, |(before, _)| before).trim();
        if let Some(pattern) = line.strip_prefix("include").filter(|rest| rest.starts_with([' ', '\t'])) {
            if includes > 0 {
                for file in matching(here, &file.with_file_name("").join(pattern.trim())) {
                    configured(here, &file, includes - 1, folders);
                }
            }
        } else if line.starts_with('/') {
            folders.push(PathBuf::from(line));
        }
    }
}

/// The files that fit a pattern with at most one `*`, in its last part; others are not in use.
fn matching(here: &dyn Surroundings, pattern: &Path) -> Vec<PathBuf> {
    let (Some(folder), Some(name)) = (pattern.parent(), pattern.file_name().and_then(|name| name.to_str()))
    else {
        return Vec::new();
    };
    let Some((start, end)) = name.split_once('*') else {
        return vec![pattern.to_path_buf()];
    };
    let mut files = here.list(folder);
    files.retain(|file| {
        file.file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| name.strip_prefix(start).is_some_and(|rest| rest.ends_with(end)))
    });
    files
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDisplay => f.write_str(
                "There is no display to open a window on (neither WAYLAND_DISPLAY nor DISPLAY is set); \
                 without one, use `hallway host` or `hallway join`",
            ),
            Self::Missing(needs) => {
                let files: Vec<&str> = needs.iter().filter_map(|need| need.files.first().copied()).collect();
                writeln!(f, "The window needs {}, which this computer does not have", files.join(", "))?;
                let debian: Vec<&str> = needs.iter().map(|need| need.debian).collect();
                writeln!(f, "On Debian or Ubuntu: sudo apt install {}", debian.join(" "))?;
                let fedora: Vec<&str> = needs.iter().map(|need| need.fedora).collect();
                write!(f, "On Fedora: sudo dnf install {}", fedora.join(" "))
            }
        }
    }
}

#[cfg(test)]
mod tests;
