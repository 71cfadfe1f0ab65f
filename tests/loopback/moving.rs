//! My identity on another computer: rooms take me for the same person there.

use hallway::session::{Command, Event, Import, Moved, MovingError, RoomEvent, RoomRef, SealedError};
use hallway::types::{Passphrase, Password};

use crate::peer::{Peer, ROOM, join_ask};

fn words(text: &str) -> Password {
    Password::new(text).unwrap()
}

fn moved(peer: &mut Peer) -> Result<Moved, MovingError> {
    peer.wait("what became of it", |event| match event {
        Event::IdentityMoved(moved) => Some(moved.clone()),
        _ => None,
    })
}

#[test]
fn rooms_know_an_identity_that_moved_and_it_moves_while_no_room_is_open() {
    let mut host = Peer::start();
    let port = host.host("Lunch", 0);
    let mut old = Peer::start();
    old.join("Bo", port);
    let known = old.online().key;
    let away = tempfile::tempdir().unwrap();
    let file = away.path().join("bo");
    let passphrase = Passphrase::new(words("census moment olympic")).unwrap();
    old.ask(Command::ExportIdentity(file.clone(), passphrase.clone()));
    assert_eq!(moved(&mut old), Ok(Moved::Exported(file.clone())), "also while a room is open");
    let import = |words: &Password, replace| Command::ImportIdentity(file.clone(), words.clone(), replace);
    old.ask(import(passphrase.password(), true));
    assert_eq!(moved(&mut old), Err(MovingError::RoomsOpen));
    old.end();

    let mut new = Peer::start();
    new.ask(import(&words("census moment olympia"), false));
    assert_eq!(moved(&mut new), Err(MovingError::Sealed(SealedError::Wrong)));
    new.ask(import(passphrase.password(), false));
    assert!(matches!(moved(&mut new), Ok(Moved::Imported(Import::Replaced(_)))));
    new.join("Bo", port);
    assert_eq!(new.online().key, known, "at once, and without a restart");
    let profile = new.end();
    let mut new = Peer::with(profile);
    new.join("Bo", port);
    assert_eq!(new.online().key, known, "and after it");

    // Rooms are kept there now, that know somebody by this identity.
    let profile = new.end();
    let mut stranger = Peer::start();
    let theirs = away.path().join("stranger");
    stranger.ask(Command::ExportIdentity(theirs.clone(), passphrase.clone()));
    assert!(moved(&mut stranger).is_ok());
    let mut new = Peer::with(profile);
    let import = |replace| Command::ImportIdentity(theirs.clone(), passphrase.password().clone(), replace);
    new.ask(import(false));
    assert_eq!(moved(&mut new), Err(MovingError::Known));
    new.join("Bo", port);
    assert_eq!(new.online().key, known, "nothing changed");
    new.ask(Command::Leave(ROOM));
    new.wait_room("over", |event| matches!(event, RoomEvent::Over).then_some(()));
    new.ask(import(true));
    assert!(matches!(moved(&mut new), Ok(Moved::Imported(Import::Replaced(_)))));
    let again = RoomRef(2);
    new.ask(Command::Join(again, join_ask("Cy", port)));
    let key = new.wait("online", |event| match event {
        Event::Room(room, RoomEvent::Online(online)) if *room == again => Some(online.key),
        _ => None,
    });
    assert_ne!(key, known);
}
