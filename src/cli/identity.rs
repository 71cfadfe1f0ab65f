//! `hallway identity`: what rooms know me by, moved to another computer.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::fail;
use crate::session::{self, Import, MovingError};
use crate::types::{Passphrase, Password};

/// Which way.
#[derive(Debug, Subcommand)]
pub(super) enum Asked {
    /// Write it into a file that a passphrase opens; move it there, do not use it at both places
    Export(Sealed),
    /// Make another one, because somebody else has this one; rooms that know you are told when you go there next
    Renew,
    /// Use the one in such a file from now on
    Import {
        #[command(flatten)]
        sealed: Sealed,
        /// Also where rooms that are kept here know you by another one, which is kept beside it
        #[arg(long)]
        replace: bool,
    },
}

/// The file, and what opens it.
#[derive(Debug, Args)]
pub(super) struct Sealed {
    /// The file
    file: PathBuf,
    /// Its passphrase is the first line of this file
    #[arg(long, value_name = "FILE")]
    passphrase_file: PathBuf,
}

/// Does it, and says what became of it.
pub(super) fn run(asked: &Asked, data_dir: &Path) -> ExitCode {
    let done = match asked {
        Asked::Export(sealed) => export(sealed, data_dir),
        Asked::Renew => renew(data_dir),
        Asked::Import { sealed, replace } => import(sealed, *replace, data_dir),
    };
    match done {
        Ok(said) => {
            // Whoever closed the output does not want to know.
            let _closed = writeln!(io::stdout(), "{said}");
            ExitCode::SUCCESS
        }
        Err(reason) => fail(&reason),
    }
}

fn export(sealed: &Sealed, data_dir: &Path) -> Result<String, String> {
    if sealed.file.exists() {
        return Err(format!("{} is there already; name another file", sealed.file.display()));
    }
    let words = passphrase(&sealed.passphrase_file)?;
    let words = Passphrase::new(words).map_err(|short| format!("the passphrase is {short}"))?;
    session::export_identity(data_dir, &sealed.file, &words).map_err(|error| reason(&error))?;
    Ok(format!(
        "{} holds your identity; import it on the other computer, and use it on one at a time",
        sealed.file.display()
    ))
}

fn import(sealed: &Sealed, replace: bool, data_dir: &Path) -> Result<String, String> {
    let words = passphrase(&sealed.passphrase_file)?;
    let import = session::import_identity(data_dir, &sealed.file, &words, replace);
    Ok(match import.map_err(|error| reason(&error))? {
        Import::Same => "this is your identity here already".to_owned(),
        Import::First => "rooms know you by this identity from now on".to_owned(),
        Import::Replaced(former) => {
            format!(
                "rooms know you by this identity from now on; the one before is kept at {}",
                former.display()
            )
        }
    })
}

fn renew(data_dir: &Path) -> Result<String, String> {
    session::renew_identity(data_dir).map_err(|error| reason(&error))?;
    Ok("you have a new key; go to each of your rooms soon, and nobody comes in there with the lost one any more; rooms that \
        you host know you by the key that they knew"
        .to_owned())
}

fn passphrase(file: &Path) -> Result<Password, String> {
    let read = session::password_in(file);
    read.map_err(|error| format!("{}: {error}; write the passphrase into its first line", file.display()))
}

fn reason(error: &MovingError) -> String {
    match error {
        MovingError::Known => format!("{error}; add --replace to use the one in the file all the same"),
        error => error.to_string(),
    }
}
