//! What could stand between two computers: the checks for somebody who cannot get in, and the firewall of the
//! one who hosts.

use egui::Ui;

use super::model::{Action, Model};
use super::text::{firewall as words, join};
use super::tokens::{self, SPACE_1, SPACE_2, SPACE_3};
use super::widgets::{self, button, code_box};
use crate::platform::firewall::{firewalld_rules, ufw_rule, windows_rule};
use crate::platform::{Desktop, System};

/// The tabs, with the running system first.
pub(super) fn systems(running: System) -> [System; 3] {
    match running {
        System::Windows => [System::Windows, System::MacOs, System::Linux],
        System::MacOs => [System::MacOs, System::Windows, System::Linux],
        System::Linux => [System::Linux, System::Windows, System::MacOs],
    }
}

/// For somebody who cannot get in: what usually goes wrong, in order.
pub(super) fn checks_ui(ui: &mut Ui, model: &Model, out: &mut Vec<Action>) {
    steps_ui(ui, join::CHECKS);
    ui.add_space(SPACE_2);
    if button(ui, words::TITLE).clicked() {
        let port = model.settings.port;
        out.push(Action::Open(super::model::Dialog::Firewall { port, first: false }));
    }
}

/// For the host: how to let Hallway through, on the system of the chosen tab.
pub(super) fn firewall_ui(ui: &mut Ui, desktop: &dyn Desktop, tab: &mut System, port: u16) -> Vec<Action> {
    let mut out = Vec::new();
    ui.horizontal(|ui| {
        for system in systems(desktop.system()) {
            let here = *tab == system;
            let label = egui::RichText::new(words::system(system));
            let chosen = ui.add(egui::Button::selectable(here, label).frame_when_inactive(true));
            if chosen.clicked() {
                *tab = system;
            }
        }
    });
    ui.add_space(SPACE_3);
    match *tab {
        System::Windows => windows_ui(ui, desktop, port),
        System::MacOs => steps_ui(ui, words::MACOS_CLICKS),
        System::Linux => linux_ui(ui, port),
    }
    if *tab == desktop.system() && desktop.has_firewall_settings() {
        ui.add_space(SPACE_3);
        let label = if *tab == System::MacOs { words::OPEN_PAGE_MACOS } else { words::OPEN_PAGE };
        if button(ui, label).clicked() {
            out.push(Action::OpenFirewallPage);
        }
    }
    out
}

fn windows_ui(ui: &mut Ui, desktop: &dyn Desktop, port: u16) {
    // On another system the path would be that system's: a name to be replaced is more honest.
    let program = match desktop.system() {
        System::Windows => desktop.program(),
        _ => words::WINDOWS_EXAMPLE.into(),
    };
    widgets::strong(ui, words::BY_CLICKS);
    steps_ui(ui, words::WINDOWS_CLICKS);
    widgets::hint(ui, words::PRIVATE_ONLY);
    ui.add_space(SPACE_3);
    widgets::strong(ui, words::BY_COMMAND_WINDOWS);
    code_box(ui, words::COMMAND, &windows_rule(&program, port));
    widgets::hint(ui, &words::program(&program.display().to_string()));
}

fn linux_ui(ui: &mut Ui, port: u16) {
    widgets::body(ui, words::LINUX_INTRO);
    ui.add_space(SPACE_2);
    widgets::strong(ui, words::UFW);
    code_box(ui, words::COMMAND, &ufw_rule(port));
    ui.add_space(SPACE_2);
    widgets::strong(ui, words::FIREWALLD);
    code_box(ui, words::COMMAND, &firewalld_rules(port).join("\n"));
}

fn steps_ui(ui: &mut Ui, steps: &[&str]) {
    let (color, quiet) = (tokens::palette(ui).text, tokens::palette(ui).quiet);
    for (n, step) in steps.iter().enumerate() {
        ui.horizontal_top(|ui| {
            widgets::wrapped(ui, &format!("{}", n + 1), &egui::TextStyle::Body, quiet);
            ui.vertical(|ui| widgets::wrapped(ui, step, &egui::TextStyle::Body, color));
        });
        ui.add_space(SPACE_1);
    }
}
