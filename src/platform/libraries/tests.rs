//! The check before a window is opened, on computers made up for it.

use super::super::surroundings::tests::Pretend;
use super::*;
use Renderer::{Glow, Wgpu};

const FOLDER: &str = "/usr/lib/x86_64-linux-gnu";

fn bare() -> Pretend {
    Pretend::default()
        .with_file("/etc/ld.so.conf", "include /etc/ld.so.conf.d/*.conf\n")
        .with_file("/etc/ld.so.conf.d/x86_64-linux-gnu.conf", &format!("# Multiarch support\n{FOLDER}\n"))
        .with_file(format!("{FOLDER}/libc.so.6"), "")
}

fn with_all(here: Pretend, needs: &[Need]) -> Pretend {
    needs
        .iter()
        .flat_map(|need| need.files)
        .fold(here, |here, file| here.with_file(format!("{FOLDER}/{file}"), ""))
}

fn x11(here: Pretend) -> Pretend {
    here.with_variable("DISPLAY", ":0")
}

fn missing(here: &Pretend) -> Vec<&'static str> {
    match obstacle(here, Glow) {
        Some(Obstacle::Missing(needs)) => needs.iter().map(|need| need.debian).collect(),
        other => panic!("expected missing libraries, got {other:?}"),
    }
}

#[test]
fn without_a_display_there_is_nothing_to_open_a_window_on() {
    assert_eq!(obstacle(&with_all(bare(), &X11), Glow), Some(Obstacle::NoDisplay));
    let empty = with_all(bare(), &X11).with_variable("DISPLAY", "").with_variable("WAYLAND_DISPLAY", "");
    assert_eq!(obstacle(&empty, Glow), Some(Obstacle::NoDisplay));
}

#[test]
fn a_bare_system_lacks_everything_that_x11_needs() {
    let missing = missing(&x11(bare()));
    for package in ["libx11-6", "libx11-xcb1", "libxcursor1", "libxi6", "libxkbcommon0", "libxkbcommon-x11-0"]
    {
        assert!(missing.contains(&package), "{package} in {missing:?}");
    }
}

#[test]
fn a_system_with_every_library_has_no_obstacle() {
    assert_eq!(obstacle(&with_all(with_all(x11(bare()), &X11), &[GL]), Glow), None);
    let wayland =
        with_all(with_all(bare(), &WAYLAND), &WAYLAND_GL).with_variable("WAYLAND_DISPLAY", "wayland-0");
    assert_eq!(obstacle(&wayland, Glow), None);
}

#[test]
fn one_missing_library_is_named_with_its_packages() {
    let others: Vec<Need> = X11.into_iter().filter(|need| need.debian != "libxkbcommon-x11-0").collect();
    let here = with_all(with_all(x11(bare()), &others), &[GL]);
    assert_eq!(
        obstacle(&here, Glow).map(|obstacle| obstacle.to_string()).as_deref(),
        Some(
            "The window needs libxkbcommon-x11.so.0, which this computer does not have\n\
             On Debian or Ubuntu: sudo apt install libxkbcommon-x11-0\n\
             On Fedora: sudo dnf install libxkbcommon-x11"
        )
    );
}

#[test]
fn where_wayland_and_x11_are_both_there_wayland_counts() {
    let here = with_all(with_all(x11(bare()), &X11), &[GL]).with_variable("WAYLAND_DISPLAY", "wayland-0");
    assert!(missing(&here).contains(&"libwayland-client0"));
}

#[test]
fn either_kind_of_opengl_will_do_on_x11() {
    let here = with_all(x11(bare()), &X11);
    assert_eq!(missing(&here), ["libgl1 libgl1-mesa-dri"]);
    assert_eq!(obstacle(&here.clone().with_file(format!("{FOLDER}/libEGL.so.1"), ""), Glow), None);
    assert_eq!(obstacle(&here.with_file(format!("{FOLDER}/libGL.so.1"), ""), Glow), None);
}

#[test]
fn what_one_renderer_lacks_is_no_obstacle_for_the_other() {
    let driver = "/usr/share/vulkan/icd.d/lvp_icd.x86_64.json";
    let x11 = with_all(x11(bare()), &X11);
    let vulkan = with_all(x11.clone(), &[VULKAN]).with_file(driver, "{}");
    assert_eq!(missing(&vulkan), ["libgl1 libgl1-mesa-dri"]);
    assert_eq!(obstacle(&vulkan, Wgpu), None);
    let gl_alone = x11.with_file(format!("{FOLDER}/libGL.so.1"), "");
    assert_eq!(obstacle(&gl_alone, Glow), None);
    assert_eq!(obstacle(&gl_alone, Wgpu), Some(Obstacle::Missing(vec![VULKAN])));
}

#[test]
fn vulkan_without_a_driver_draws_nothing_but_egl_will_do() {
    let here = with_all(with_all(x11(bare()), &X11), &[VULKAN]);
    assert_eq!(obstacle(&here, Wgpu), Some(Obstacle::Missing(vec![VULKAN])));
    assert_eq!(obstacle(&with_all(here.clone(), &[EGL]), Wgpu), None);
    assert_eq!(obstacle(&here.with_variable("VK_DRIVER_FILES", "/opt/driver.json"), Wgpu), None);
    let wayland = with_all(bare(), &WAYLAND).with_variable("WAYLAND_DISPLAY", "wayland-0");
    assert_eq!(obstacle(&with_all(wayland.clone(), &[EGL]), Wgpu), Some(Obstacle::Missing(vec![VULKAN])));
    assert_eq!(obstacle(&with_all(wayland, &WAYLAND_GL), Wgpu), None);
}

#[test]
fn a_folder_of_the_persons_own_is_searched_first() {
    let needs: Vec<Need> = X11.into_iter().chain([GL]).collect();
    let here = needs
        .iter()
        .flat_map(|need| need.files)
        .fold(x11(bare()), |here, file| here.with_file(format!("/opt/libs/{file}"), ""))
        .with_variable("LD_LIBRARY_PATH", ":/opt/libs");
    assert_eq!(obstacle(&here, Glow), None);
}

#[test]
fn a_system_with_a_layout_of_its_own_is_believed() {
    assert_eq!(obstacle(&x11(Pretend::default()), Glow), None);
    assert!(is_present(&Pretend::default(), "libdbus-1.so.3"));
    assert!(!is_present(&bare(), "libdbus-1.so.3"));
}

#[test]
fn settings_that_include_themselves_come_to_an_end() {
    let here = bare().with_file("/etc/ld.so.conf", "include /etc/ld.so.conf\ninclude ld.so.conf.d/*.conf\n");
    assert!(folders(&here).contains(&PathBuf::from(FOLDER)));
}

#[test]
fn the_computer_that_runs_this_test_keeps_its_libraries_where_we_look() {
    let folders = folders(&super::super::surroundings::Here);
    assert!(is_trustworthy(&super::super::surroundings::Here, &folders) || !cfg!(target_env = "gnu"));
}
