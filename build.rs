//! Gives the Windows programs their icon, version and manifest. Does nothing for other systems.

use std::{env, io};

/// What Windows 10 and later need to know before the program runs.
const MANIFEST: &str = "assets/windows/hallway.manifest";
const ICON: &str = "assets/icon.ico";

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    if env::var_os("CARGO_CFG_WINDOWS").is_none() {
        return Ok(());
    }
    println!("cargo:rerun-if-changed={MANIFEST}");
    println!("cargo:rerun-if-changed={ICON}");
    let mut resource = winresource::WindowsResource::new();
    resource.set_icon(ICON);
    resource.set_manifest_file(MANIFEST);
    // The task manager and the taskbar show the description as the program's name.
    resource.set("FileDescription", "Hallway");
    resource.set("ProductName", "Hallway");
    resource.set("CompanyName", "The Hallway authors");
    resource.set("LegalCopyright", "MIT or Apache-2.0");
    resource.compile()
}
