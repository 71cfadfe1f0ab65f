//! What one frame of the conversation costs, without a window: `conversation_frame LINES FRAMES`.
//!
//! `benches/frame_instructions.sh` runs it under callgrind and compares a short conversation with a long one.
//! Called without arguments it draws a few frames of each, so that `cargo bench` shows that it runs.

#![expect(clippy::expect_used, reason = "the texts are our own")]

use std::hint::black_box;

use egui::{Context, Event, MouseWheelUnit, Pos2, RawInput, Rect, TouchPhase, Vec2};
use hallway::session::{LogPage, PageAsk, RoomEvent};
use hallway::types::{Content, MemberId, MemberKey, Message, MessageText, Nickname, OpId, Seq, Theme};
use hallway::ui::conversation::{ViewState, conversation_ui};
use hallway::ui::model::timeline::Timeline;
use hallway::ui::{fonts, tokens};
use jiff::tz::TimeZone;

fn main() {
    let numbers: Vec<u64> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    match numbers[..] {
        [lines, frames] => draw(lines, frames),
        _ => [100, 100_000].into_iter().for_each(|lines| draw(lines, 20)),
    }
}

/// Draws `frames` frames of a conversation of `lines` lines, turning the wheel in every fourth.
fn draw(lines: u64, frames: u64) {
    let ctx = Context::default();
    fonts::install(&ctx);
    tokens::apply(&ctx, Theme::Light, 14);
    let timeline = conversation(lines);
    let mut view = ViewState::new();
    for frame in 0..frames {
        let mut input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, Vec2::new(800.0, 720.0))),
            time: Some(frame as f64 / 60.0),
            events: vec![Event::PointerMoved(Pos2::new(400.0, 300.0))],
            ..RawInput::default()
        };
        if frame % 4 == 3 {
            input.events.push(Event::MouseWheel {
                unit: MouseWheelUnit::Point,
                delta: Vec2::new(0.0, if frame % 8 == 3 { 40.0 } else { -40.0 }),
                phase: TouchPhase::Move,
                source: egui::MouseWheelSource::Wheel,
                modifiers: egui::Modifiers::NONE,
            });
        }
        let mut output = ctx.run_ui(input, |ui| {
            black_box(conversation_ui(ui, &mut view, &timeline));
        });
        output.textures_delta.clear();
        black_box(output.shapes.len());
    }
}

fn conversation(lines: u64) -> Timeline {
    let mut timeline = Timeline::with_limit(TimeZone::UTC, usize::MAX);
    let messages = (1..=lines).map(line).collect();
    timeline.apply(&RoomEvent::Page(LogPage {
        asked: PageAsk::Newest,
        messages,
        at_start: true,
        at_end: true,
    }));
    timeline
}

fn line(seq: u64) -> Message {
    let person = (seq / 3 % 7) as u8;
    let text = format!(
        "Line {seq}: {}",
        "is there room for two more at the table by the window? ".repeat((seq % 4) as usize)
    );
    Message {
        seq: Seq(seq),
        prev: Seq(seq - 1),
        id: OpId(u128::from(seq).to_be_bytes()),
        author: hallway::types::Author::Member(MemberKey([person; 32])),
        member: MemberId(person.into()),
        name: Nickname::new(&format!("Person {person}")).expect("a good name"),
        at_ms: 1_704_110_400_000 + seq as i64 * 20_000,
        content: Content::Post(MessageText::new(&text).expect("a good text")),
    }
}
