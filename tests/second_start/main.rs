//! A second start with the same profile, and rooms that come back with a start that shows no window.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod rooms;
mod window;

use hallway::session::{
    Command, Event, Failure, Running, Session, Setup, Wish, ask_running, forget_renderer,
};
use hallway::types::{InviteText, Renderer};

use window::Window;

#[test]
fn a_second_start_hands_its_link_to_the_first_window_damaged_or_not_and_opens_none() {
    let profile = tempfile::tempdir().unwrap();
    assert_eq!(ask_running(profile.path(), &Wish::Front), Running::Nowhere, "nobody runs yet");
    let mut first = Window::on(profile.path());
    first.started();
    let link: InviteText = "hallway://join/1?cut".parse().unwrap();
    // A hidden start only ends.
    assert_eq!(ask_running(profile.path(), &Wish::Nothing), Running::Asked);
    for (wish, link) in [(Wish::Front, None), (Wish::Link(link.clone()), Some(link))] {
        assert_eq!(ask_running(profile.path(), &wish), Running::Asked);
        let asked = first.wait("the call", |event| match event {
            Event::ToFront(link) => Some(link.clone()),
            _ => None,
        });
        assert_eq!(asked, link);
    }
    first.end();
    assert!(!profile.path().join("front").exists());
    assert_eq!(ask_running(profile.path(), &Wish::Front), Running::Nowhere, "it has ended");
}

#[test]
fn of_two_starts_in_the_same_moment_one_window_stays_and_comes_forward() {
    let profile = tempfile::tempdir().unwrap();
    let mut first = Window::on(profile.path());
    first.started();
    let mut second = Window::on(profile.path());
    first.wait("the call", |event| matches!(event, Event::ToFront(None)).then_some(()));
    second.wait("its end", |event| (*event == Event::Ended).then_some(()));
}

#[test]
fn of_two_starts_in_the_same_moment_the_window_that_stays_gets_the_link_of_the_other() {
    let profile = tempfile::tempdir().unwrap();
    let link: InviteText = "hallway://join/1?a=192.168.1.5:7666".parse().unwrap();
    let setup = Setup { data_dir: profile.path().to_owned(), ..Setup::default() };
    let mut plain = Window::start(setup.clone());
    let mut linked = Window::start(Setup { link: Some(link.clone()), ..setup });
    // Each opens its window on what it was started with, so only what the other one is told counts here.
    let told = |event: &Event| match event {
        Event::ToFront(link) => Some(link.clone()),
        _ => None,
    };
    let first = |event: &Event| matches!(event, Event::Started(_) | Event::Ended).then(|| event.clone());
    if linked.wait("a start or an end", first) == Event::Ended {
        assert_eq!(plain.wait("the call", told), Some(link));
    } else {
        assert_eq!(linked.wait("the call", told), None);
        plain.wait("its end", |event| (*event == Event::Ended).then_some(()));
    }
}

#[test]
fn a_link_that_comes_while_the_first_window_starts_is_not_lost() {
    let profile = tempfile::tempdir().unwrap();
    let link: InviteText = "hallway://join/1?a=192.168.1.5:7666".parse().unwrap();
    let mut first = Window::on(profile.path());
    first.started();
    // It looked before the first one could be found, and so begins.
    let setup = Setup { data_dir: profile.path().to_owned(), link: Some(link.clone()), ..Setup::default() };
    let mut second = Window::start(setup);
    let told = first.wait("the call", |event| match event {
        Event::ToFront(link) => link.clone(),
        _ => None,
    });
    assert_eq!(told, link);
    second.wait("its end", |event| (*event == Event::Ended).then_some(()));
}

#[test]
fn what_a_start_that_was_killed_left_behind_does_no_harm() {
    let profile = tempfile::tempdir().unwrap();
    std::fs::write(
        profile.path().join("front"),
        "1 000102030405060708090a0b0c0d0e0f 000102030405060708090a0b0c0d0e0f",
    )
    .unwrap();
    assert_eq!(ask_running(profile.path(), &Wish::Front), Running::Nowhere);
    Window::on(profile.path()).started();
}

#[test]
fn a_window_of_somebody_else_with_the_same_folder_is_not_asked_to_come_forward() {
    let profile = tempfile::tempdir().unwrap();
    let mut first = Window::on(profile.path());
    first.started();
    let front = profile.path().join("front");
    let mut words: Vec<String> =
        std::fs::read_to_string(&front).unwrap().split(' ').map(str::to_owned).collect();
    words[2] = "ff".repeat(16);
    std::fs::write(&front, words.join(" ")).unwrap();
    assert_eq!(ask_running(profile.path(), &Wish::Front), Running::Elsewhere);
    let mut second = Window::on(profile.path());
    second.wait("the reason", |event| matches!(event, Event::Unusable(Failure::ProfileInUse)).then_some(()));
    first.session.send(Command::End).unwrap();
    first.wait("the end", |event| {
        assert!(!matches!(event, Event::ToFront(_)), "it came forward for somebody else");
        (*event == Event::Ended).then_some(())
    });
}

#[test]
fn a_profile_that_could_not_be_used_is_used_once_it_can_and_ports_are_looked_at_meanwhile() {
    let profile = tempfile::tempdir().unwrap();
    let dir = profile.path().join("data");
    std::fs::write(&dir, "a file").unwrap();
    let mut window = Window::on(&dir);
    let unusable = |event: &Event| match event {
        Event::Unusable(Failure::Storage(said)) => Some(said.clone()),
        _ => None,
    };
    assert!(window.wait("the failure", unusable).starts_with("it is a file, not a folder"));
    window.session.send(Command::CheckPort(1)).unwrap();
    window.wait("an answer", |event| matches!(event, Event::PortChecked { .. }).then_some(()));
    window.session.send(Command::TryAgain).unwrap();
    window.wait("the failure again", unusable);
    std::fs::remove_file(&dir).unwrap();
    let held = hallway::store::Profile::open(&dir).unwrap();
    window.session.send(Command::TryAgain).unwrap();
    window.wait("another failure", |event| {
        matches!(event, Event::Unusable(Failure::ProfileInUse)).then_some(())
    });
    drop(held);
    window.session.send(Command::TryAgain).unwrap();
    window.started();
    window.host("Lunch");
    window.end();
}

#[cfg(unix)]
#[test]
fn where_the_window_listens_can_be_read_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let profile = tempfile::tempdir().unwrap();
    let mut window = Window::on(profile.path());
    window.started();
    let front = std::fs::metadata(profile.path().join("front")).unwrap();
    assert_eq!(front.permissions().mode() & 0o777, 0o600);
}
#[test]
fn what_draws_the_window_is_remembered_where_it_is_not_what_is_tried_first() {
    let profile = tempfile::tempdir().unwrap();
    for (draws, kept) in [
        (None, None),
        (Some(Renderer::Wgpu), Some(Renderer::Wgpu)),
        (None, Some(Renderer::Wgpu)),
        (Some(Renderer::Glow), None),
        (None, None),
    ] {
        let setup = Setup { data_dir: profile.path().to_owned(), renderer: draws, ..Setup::default() };
        let mut window = Window::start(setup);
        assert_eq!(window.started().settings.renderer, kept, "{draws:?}");
        window.end();
        assert_eq!(hallway::session::window_before(profile.path()).1, kept);
    }
}

#[test]
fn what_failed_while_it_drew_the_window_is_forgotten_once_the_window_is_gone() {
    let profile = tempfile::tempdir().unwrap();
    let setup =
        Setup { data_dir: profile.path().to_owned(), renderer: Some(Renderer::Wgpu), ..Setup::default() };
    let mut window = Window::start(setup);
    window.started();
    // As in a panic, nobody ends it.
    drop(window);
    forget_renderer(profile.path());
    assert_eq!(hallway::session::window_before(profile.path()).1, None);
}

#[test]
fn a_background_that_never_began_has_touched_nothing_and_ends() {
    let profile = tempfile::tempdir().unwrap();
    let data_dir = profile.path().join("new");
    let setup = Setup { data_dir: data_dir.clone(), window: true, ..Setup::default() };
    let (session, begin) = Session::prepare(setup, || {}).unwrap();
    drop(begin);
    let (_commands, mut events) = session.split();
    assert_eq!(events.next_event(), None);
    assert!(!data_dir.exists());
}
