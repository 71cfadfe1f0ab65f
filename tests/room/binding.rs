//! What a connection shares with the room, for words that two people compare.

use hallway::room::{ConnId, Input, Output, RoomNotice};

use super::{Bench, connected, hello, key};

#[test]
fn the_host_is_told_what_a_members_own_connection_shares_with_the_room_while_it_is_there() {
    let mut bench = Bench::new(9, None);
    bench.enter(2);
    bench.enter(3);
    let told = |binding| vec![Output::Tell(RoomNotice::Binding(key(2), binding))];
    assert_eq!(bench.input(Input::AskBinding(key(2))), told(Some([2; 32])));
    let _again = bench.input(connected(99, hello(2, None)));
    assert_eq!(bench.input(Input::AskBinding(key(2))), told(Some([99; 32])), "of the newest connection");
    let _gone = bench.input(Input::Closed(ConnId(99)));
    assert_eq!(bench.input(Input::AskBinding(key(2))), told(None));
}
