//! The system's dialog for choosing a file, to save or to read, without holding up the window.
//!
//! It has to be opened by the window's thread (macOS allows no other) and may be answered minutes later, so
//! the answer is awaited on a thread of its own, which wakes the window when it has it.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};

use egui::Context;

use super::text::{history as words, moving};
use crate::types::ExportFormat;

/// What the person chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// This file. One to save may exist: the dialog asked whether to replace it.
    Path(PathBuf),
    /// Nothing, or the system could not show its dialog.
    Cancelled,
}

/// A dialog that is open.
#[derive(Debug)]
pub struct SaveDialog {
    answer: Receiver<Outcome>,
}

/// Asks where a history is to be saved, with a name to begin with. Ask [`crate::platform::Desktop::has_file_dialogs`]
/// before.
///
/// # Errors
/// The system has no thread left.
pub fn start(ctx: &Context, suggested_name: &str) -> std::io::Result<SaveDialog> {
    let dialog = rfd::AsyncFileDialog::new().set_file_name(file_name(suggested_name));
    // The end of the name decides; what the person chooses here puts it there where the system does so.
    let dialog = ExportFormat::ALL
        .into_iter()
        .fold(dialog, |dialog, format| dialog.add_filter(words::format(format), format.endings()));
    shown(ctx, dialog.save_file())
}

/// Asks where my identity is to be saved. As [`start`].
///
/// # Errors
/// The system has no thread left.
pub fn start_identity(ctx: &Context) -> std::io::Result<SaveDialog> {
    shown(ctx, rfd::AsyncFileDialog::new().set_file_name(moving::FILE_NAME).save_file())
}

/// Asks which file holds an identity. As [`start`].
///
/// # Errors
/// The system has no thread left.
pub fn open_identity(ctx: &Context) -> std::io::Result<SaveDialog> {
    shown(ctx, rfd::AsyncFileDialog::new().pick_file())
}

/// Waits for the answer on a thread of its own.
fn shown(
    ctx: &Context,
    dialog: impl Future<Output = Option<rfd::FileHandle>> + Send + 'static,
) -> std::io::Result<SaveDialog> {
    let (sender, answer) = sync_channel(1);
    let ctx = ctx.clone();
    std::thread::Builder::new().name("save dialog".to_owned()).spawn(move || {
        let chosen = pollster::block_on(dialog);
        let outcome = chosen.map_or(Outcome::Cancelled, |file| Outcome::Path(file.path().to_owned()));
        // The window may be gone; then nobody wants the answer.
        if sender.send(outcome).is_ok() {
            ctx.request_repaint();
        }
    })?;
    Ok(SaveDialog { answer })
}

impl SaveDialog {
    /// The answer, once there is one. Ask once a frame, and let go of the dialog after the answer.
    pub fn poll(&self) -> Option<Outcome> {
        match self.answer.try_recv() {
            Ok(outcome) => Some(outcome),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Outcome::Cancelled),
        }
    }
}

/// A name that every system takes for one file: without what separates folders or is forbidden somewhere.
pub fn file_name(name: &str) -> String {
    let forbidden =
        |c: char| c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    let clean: String = name.chars().map(|c| if forbidden(c) { '-' } else { c }).collect();
    clean.trim_matches([' ', '.']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_name_cannot_lead_out_of_the_folder() {
        assert_eq!(file_name("../Lunch: 12/1?.txt"), "-Lunch- 12-1-.txt");
        assert_eq!(file_name("Lunch.txt"), "Lunch.txt");
    }

    #[test]
    fn a_dialog_that_went_away_counts_as_cancelled() {
        let (sender, answer) = sync_channel(1);
        let dialog = SaveDialog { answer };
        assert_eq!(dialog.poll(), None);
        drop(sender);
        assert_eq!(dialog.poll(), Some(Outcome::Cancelled));
    }
}
