//! Where the reader is, and how it stays that way while rows come, go and are measured.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use egui::{Key, Modifiers, Rect, Ui};

use super::heights::Heights;
use super::row::{Metrics, Type};
use crate::types::Seq;
use crate::ui::model::timeline::{RowKey, Timeline};
use crate::ui::tokens::{SPACE_2, SPACE_5};

/// Points that count as being at the bottom: less than a line, more than a rounding error.
const AT_BOTTOM: f32 = 4.0;

/// Free space below the newest line.
const FOOT: f32 = SPACE_2;

/// The row that stays where it is on the screen.
#[derive(Debug, Clone, Copy)]
struct Anchor {
    row: usize,
    /// The entry on that row, so that it is found again when rows move.
    seq: Option<Seq>,
    /// How far the screen's top lies below the row's.
    below: f32,
}

/// The heights of all rows and the reader's place among them.
#[derive(Debug, Default)]
pub(super) struct Scroll {
    heights: Heights,
    /// Measured heights, by row. They outlive a new order of the rows.
    known: HashMap<RowKey, f32>,
    metrics: Option<Metrics>,
    version: Option<u64>,
    revision: u64,
    log_len: usize,
    /// None while the newest line is followed.
    anchor: Option<Anchor>,
    offset: f32,
    /// The offset as the scroll area has it.
    area_offset: f32,
    shown: (usize, usize),
    /// A row was just brought into view.
    brought: bool,
}

/// What it takes to measure a row.
struct Measure<'a> {
    ui: &'a Ui,
    timeline: &'a Timeline,
    face: &'a Type,
    unfolded: &'a HashSet<RowKey>,
}

/// How many pages Page Up and Page Down lead down, wherever the focus is; less than none is up.
fn page_keys(ui: &Ui) -> f32 {
    if !ui.memory(|memory| memory.allows_interaction(ui.layer_id())) {
        return 0.0;
    }
    ui.input_mut(|input| {
        let down = input.count_and_consume_key(Modifiers::NONE, Key::PageDown) as f32;
        down - input.count_and_consume_key(Modifiers::NONE, Key::PageUp) as f32
    })
}

impl Scroll {
    /// The newest line is followed.
    pub(super) fn follows(&self) -> bool {
        self.anchor.is_none()
    }

    pub(super) fn follow(&mut self) {
        self.anchor = None;
    }

    /// Brings this row into view, a third of the screen down, where one sees what it follows.
    pub(super) fn bring(&mut self, (row, seq): (usize, Seq), height: f32) {
        self.anchor = Some(Anchor { row, seq: Some(seq), below: -height / 3.0 });
        self.brought = true;
    }

    /// The first and the last row on the screen.
    pub(super) fn shown(&self) -> (usize, usize) {
        self.shown
    }

    /// Takes in what changed and where the keys lead, measures what is about to be seen, and finds where the screen
    /// stands.
    pub(super) fn prepare(
        &mut self,
        ui: &Ui,
        (timeline, face): (&Timeline, &Type),
        unfolded: &HashSet<RowKey>,
        height: f32,
    ) {
        self.sync(timeline, face);
        let measure = Measure { ui, timeline, face, unfolded };
        // A screen more than is seen, so that turning the wheel uncovers nothing that still has to be measured.
        let way = page_keys(ui) * (height - SPACE_5).max(SPACE_5);
        self.measure(&measure, 2.0 * height + way.abs());
        let mut most = self.place(height);
        if way != 0.0 {
            // Behind `sync`: rows that were put above since the last frame would else be passed over.
            let offset = (self.offset + way).clamp(0.0, most);
            self.hold(Some(timeline), offset, most);
            self.measure(&measure, 2.0 * height);
            most = self.place(height);
        }
        // So near the end that the newest line is on the screen with it.
        if std::mem::take(&mut self.brought) && timeline.at_end() && self.offset >= most - AT_BOTTOM {
            self.anchor = None;
        }
    }

    /// Measures the rows as far as these points above what is held, and below it.
    fn measure(&mut self, measure: &Measure<'_>, points: f32) {
        let start = self.anchor.map_or(self.heights.len(), |anchor| anchor.row);
        let mut above = 0.0;
        for row in (0..start).rev() {
            above += self.measured(measure, row);
            if above > points {
                break;
            }
        }
        let mut below = 0.0;
        for row in start..self.heights.len() {
            below += self.measured(measure, row);
            if below > points {
                break;
            }
        }
    }

    /// The height of this row, from now on measured.
    fn measured(&mut self, measure: &Measure<'_>, row: usize) -> f32 {
        if !self.heights.is_measured(row)
            && let Some(shown) = measure.timeline.row(row)
        {
            let key = shown.key();
            let unfolded = measure.unfolded.contains(&key);
            let points = measure.face.set(measure.ui, &shown, measure.timeline, unfolded).height;
            self.known.insert(key, points);
            self.heights.set(row, points);
        }
        self.heights.of(row)
    }

    /// Finds the offset of what is held. Answers the largest that there is.
    fn place(&mut self, height: f32) -> f32 {
        let most = (self.heights.total() + FOOT - height).max(0.0);
        self.offset = match self.anchor {
            None => most,
            Some(anchor) => (self.heights.above(anchor.row) + anchor.below).clamp(0.0, most),
        };
        most
    }

    /// The offset that the scroll area has to take, where it has another.
    pub(super) fn moved(&self) -> Option<f32> {
        ((self.offset - self.area_offset).abs() > 0.01).then_some(self.offset)
    }

    /// The height of everything, at least that of the screen.
    pub(super) fn content_height(&self, screen: f32) -> f32 {
        (self.heights.total() + FOOT).max(screen)
    }

    /// The rows of which something is on the screen.
    pub(super) fn rows_in(&mut self, viewport: Rect) -> Range<usize> {
        let pad = self.pad(viewport.height());
        let first = self.heights.at(viewport.top() - pad);
        let end = (self.heights.at(viewport.bottom() - pad) + 1).min(self.heights.len());
        self.shown = (first, end.saturating_sub(1));
        first..end
    }

    /// Where a row begins, from the top of everything.
    pub(super) fn top_of(&self, row: usize, screen: f32) -> f32 {
        self.heights.above(row) + self.pad(screen)
    }

    pub(super) fn height_of(&self, row: usize) -> f32 {
        self.heights.of(row)
    }

    /// The row looks different from now on.
    pub(super) fn changed(&mut self, row: usize) {
        self.heights.forget(row);
        if self.anchor.is_none() {
            // The reader looks at this row: it stays, and what is below makes room.
            let offset = self.offset;
            self.hold(None, offset, f32::INFINITY);
        }
    }

    /// Takes over where the person scrolled to.
    pub(super) fn settle(&mut self, timeline: &Timeline, offset: f32, height: f32) {
        self.area_offset = offset;
        if (offset - self.offset).abs() > 0.01 {
            let most = (self.heights.total() + FOOT - height).max(0.0);
            self.hold(Some(timeline), offset, most);
        } else if let Some(anchor) = &mut self.anchor
            && anchor.seq.is_none()
        {
            anchor.seq = timeline.seq_at(anchor.row);
        }
    }

    /// Short conversations stand at the bottom.
    fn pad(&self, screen: f32) -> f32 {
        (screen - self.heights.total() - FOOT).max(0.0)
    }

    /// Holds on to the first whole row at this offset, or to the bottom.
    fn hold(&mut self, timeline: Option<&Timeline>, offset: f32, most: f32) {
        self.offset = offset;
        if offset >= most - AT_BOTTOM {
            self.anchor = None;
            return;
        }
        let first = self.heights.at(offset);
        let near = first..(first + 8).min(self.heights.len());
        let held = near.clone().find_map(|row| Some((row, timeline?.seq_at(row)?)));
        let row = held.map_or(first, |(row, _)| row);
        let below = offset - self.heights.above(row);
        self.anchor = Some(Anchor { row, seq: held.map(|(_, seq)| seq), below });
    }

    /// Brings the heights to the rows that there are now.
    fn sync(&mut self, timeline: &Timeline, face: &Type) {
        let same_face = self.metrics == Some(face.metrics);
        if same_face && self.version == Some(timeline.version()) {
            return;
        }
        let same_rows = same_face && self.version.is_some() && self.revision == timeline.revision();
        if !same_face {
            self.known.clear();
        }
        let from = if same_rows { self.log_len.min(timeline.log_len()) } else { 0 };
        self.heights.truncate(from);
        let mut known = if from == 0 { HashMap::new() } else { std::mem::take(&mut self.known) };
        for index in from..timeline.len() {
            let Some(row) = timeline.row(index) else { break };
            let key = row.key();
            match self.known.get(&key).or_else(|| known.get(&key)).copied() {
                Some(points) => {
                    self.heights.push(points, true);
                    known.insert(key, points);
                }
                None => self.heights.push(face.estimate(&row), false),
            }
        }
        self.known = known;
        if from == 0 {
            self.find_anchor(timeline);
        }
        self.metrics = Some(face.metrics);
        self.version = Some(timeline.version());
        self.revision = timeline.revision();
        self.log_len = timeline.log_len();
    }

    /// The rows were put anew: the one that is held is found by its entry, or the next one that is there.
    fn find_anchor(&mut self, timeline: &Timeline) {
        let Some(anchor) = &mut self.anchor else { return };
        let last = timeline.len().saturating_sub(1);
        anchor.row = match anchor.seq {
            Some(seq) => timeline.row_of(seq).unwrap_or(last),
            None => anchor.row.min(last),
        };
    }
}
