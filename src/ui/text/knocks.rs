//! Who wants to come into a room whose host is asked.

/// The switch.
pub const ASK: &str = "Ask me before anybody new comes in";
/// Under it.
pub const ASK_HINT: &str = "Whoever you let in once comes in by themselves from then on";
/// Lets somebody in.
pub const LET_IN: &str = "Let in";
/// Does not.
pub const REFUSE: &str = "Refuse";
/// Does not, and never will.
pub const BLOCK: &str = "Refuse and block";
/// While the host is asked.
pub const WAITING: &str = "Waiting for the host to let you in …";

/// On the card.
pub fn wants(name: &str) -> String {
    format!("{name} wants to come in")
}

/// A button's name for those who do not see which card it stands on.
pub fn about(label: &str, name: &str) -> String {
    format!("{label}: {name}")
}

/// Under the cards.
pub fn more(count: usize) -> String {
    match count {
        1 => "1 more waits".to_owned(),
        count => format!("{count} more wait"),
    }
}
