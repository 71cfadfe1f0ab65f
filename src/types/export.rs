//! In which shapes a room's history can be had.

use std::path::Path;
use std::str::FromStr;

/// The shape of an exported history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExportFormat {
    /// As a person would read it.
    #[default]
    Text,
    /// For notes and web pages that take Markdown.
    Markdown,
    /// For programs.
    Json,
}

impl ExportFormat {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Text, Self::Markdown, Self::Json];

    /// The word for it on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Json => "json",
        }
    }

    /// How the names of its files end, without the dot; the first is the usual one.
    #[must_use]
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Text => &["txt"],
            Self::Markdown => &["md", "markdown"],
            Self::Json => &["json"],
        }
    }

    /// The format that the end of a file's name asks for. What ends otherwise is a text.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        let asked = |format: &Self| ending.as_deref().is_some_and(|e| format.endings().contains(&e));
        Self::ALL.into_iter().find(asked).unwrap_or_default()
    }
}

impl FromStr for ExportFormat {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let format = Self::ALL.into_iter().find(|format| format.word() == word);
        format.ok_or_else(|| "there are text, markdown and json".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_name_decides_and_what_ends_otherwise_is_a_text() {
        for (name, format) in [
            ("a.txt", ExportFormat::Text),
            ("a.md", ExportFormat::Markdown),
            ("a.MD", ExportFormat::Markdown),
            ("a.json.markdown", ExportFormat::Markdown),
            ("a.json", ExportFormat::Json),
            ("a", ExportFormat::Text),
            ("md", ExportFormat::Text),
            ("a.html", ExportFormat::Text),
        ] {
            assert_eq!(ExportFormat::of(Path::new(name)), format, "{name}");
        }
    }
}
