//! The words that let a room through a firewall: commands to copy, and the addresses of settings pages.
//!
//! Hallway itself changes no firewall. It shows these lines, each for one program and one port, and the line
//! that takes it back.

use std::path::Path;

/// The page of Windows Security that lists networks and their firewalls.
pub const WINDOWS_SECURITY_NETWORK: &str = "windowsdefender://network/";
/// The pane of macOS 15 and later where a program is allowed to reach the local network. Older ones open
/// Privacy & Security.
pub const MACOS_LOCAL_NETWORK: &str =
    "x-apple.systempreferences:com.apple.preference.security?Privacy_LocalNetwork";
/// The pane of macOS for its firewall, which is off unless somebody turned it on.
pub const MACOS_FIREWALL: &str = "x-apple.systempreferences:com.apple.preference.security?Firewall";

/// Lets others reach this program on this port, on private and company networks only.
///
/// For a Command Prompt that was started as administrator.
#[must_use]
pub fn windows_rule(program: &Path, port: u16) -> String {
    let program = windows_quoted(program);
    format!(
        "netsh advfirewall firewall add rule name=\"Hallway\" dir=in action=allow program={program} \
         protocol=TCP localport={port} profile=private,domain"
    )
}

/// Takes back [`windows_rule`], and nothing that was not made by it.
#[must_use]
pub fn windows_remove_rule(program: &Path, port: u16) -> String {
    let program = windows_quoted(program);
    format!(
        "netsh advfirewall firewall delete rule name=\"Hallway\" dir=in program={program} protocol=TCP \
         localport={port}"
    )
}

/// Opens this port in `ufw`, the firewall of Ubuntu and its relatives.
#[must_use]
pub fn ufw_rule(port: u16) -> String {
    format!("sudo ufw allow {port}/tcp comment 'Hallway'")
}

/// Takes back [`ufw_rule`].
#[must_use]
pub fn ufw_remove_rule(port: u16) -> String {
    format!("sudo ufw delete allow {port}/tcp")
}

/// Opens this port in `firewalld`, the firewall of Fedora and openSUSE, in its default zone. Two lines, in
/// this order.
#[must_use]
pub fn firewalld_rules(port: u16) -> Vec<String> {
    vec![
        format!("sudo firewall-cmd --permanent --add-port={port}/tcp"),
        "sudo firewall-cmd --reload".to_owned(),
    ]
}

/// Takes back [`firewalld_rules`].
#[must_use]
pub fn firewalld_remove_rules(port: u16) -> Vec<String> {
    vec![
        format!("sudo firewall-cmd --permanent --remove-port={port}/tcp"),
        "sudo firewall-cmd --reload".to_owned(),
    ]
}

/// Lets others reach this program through the firewall of macOS, where that is on. Two lines, in this order.
#[must_use]
pub fn macos_rules(program: &Path) -> Vec<String> {
    let program = shell_quoted(program);
    let tool = "sudo /usr/libexec/ApplicationFirewall/socketfilterfw";
    vec![format!("{tool} --add {program}"), format!("{tool} --unblockapp {program}")]
}

/// A file name of Windows holds no quotation mark; one that does is not from Windows, and must not end the
/// argument early.
fn windows_quoted(program: &Path) -> String {
    let name: String =
        program.to_string_lossy().chars().filter(|sign| *sign != '"' && !sign.is_control()).collect();
    format!("\"{name}\"")
}

fn shell_quoted(program: &Path) -> String {
    let name: String = program.to_string_lossy().chars().filter(|sign| !sign.is_control()).collect();
    format!("'{}'", name.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_for_windows_names_the_program_and_the_port_on_private_networks_only() {
        assert_eq!(
            windows_rule(Path::new(r"C:\Program Files\Hallway\hallway.exe"), 7666),
            "netsh advfirewall firewall add rule name=\"Hallway\" dir=in action=allow \
             program=\"C:\\Program Files\\Hallway\\hallway.exe\" protocol=TCP localport=7666 \
             profile=private,domain"
        );
    }

    #[test]
    fn the_rule_for_windows_can_be_taken_back() {
        assert_eq!(
            windows_remove_rule(Path::new(r"C:\Hallway\hallway.exe"), 7700),
            "netsh advfirewall firewall delete rule name=\"Hallway\" dir=in \
             program=\"C:\\Hallway\\hallway.exe\" protocol=TCP localport=7700"
        );
    }

    #[test]
    fn a_program_name_cannot_end_its_quotation_or_add_a_line() {
        let rule = windows_rule(Path::new("C:\\a\" dir=out \r\nshutdown\\hallway.exe"), 1);
        assert_eq!(rule.matches('"').count(), 4, "{rule}");
        assert!(!rule.contains(['\r', '\n']), "{rule}");
        let rules = macos_rules(Path::new("/Users/o'neil/$(id)/hallway\n"));
        let add = rules.first().map(String::as_str);
        assert_eq!(
            add,
            Some(
                r"sudo /usr/libexec/ApplicationFirewall/socketfilterfw --add '/Users/o'\''neil/$(id)/hallway'"
            )
        );
    }

    #[test]
    fn the_rules_for_linux_open_one_port_for_tcp() {
        assert_eq!(ufw_rule(7666), "sudo ufw allow 7666/tcp comment 'Hallway'");
        assert_eq!(
            firewalld_rules(65535),
            ["sudo firewall-cmd --permanent --add-port=65535/tcp", "sudo firewall-cmd --reload"]
        );
    }

    #[test]
    fn the_rules_for_linux_can_be_taken_back() {
        assert_eq!(ufw_remove_rule(7666), "sudo ufw delete allow 7666/tcp");
        assert_eq!(
            firewalld_remove_rules(7666),
            ["sudo firewall-cmd --permanent --remove-port=7666/tcp", "sudo firewall-cmd --reload"]
        );
    }
}
