//! How high each row is, and where on the way down it stands.
//!
//! A Fenwick tree over the rows: finding the row at a height, and the height of a row, take a few dozen steps
//! however many rows there are. Rows that were never drawn have an estimate.

/// Heights of rows, in points.
#[derive(Debug, Default)]
pub(super) struct Heights {
    rows: Vec<Height>,
    /// `sums[i]` covers the rows `i + 1 - lowest_bit(i + 1) ..= i`.
    sums: Vec<f64>,
}

#[derive(Debug, Clone, Copy)]
struct Height {
    points: f32,
    measured: bool,
}

impl Heights {
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn total(&self) -> f32 {
        self.above(self.rows.len())
    }

    /// The height of all rows before this one.
    pub(super) fn above(&self, row: usize) -> f32 {
        let mut end = row.min(self.sums.len());
        let mut sum = 0.0;
        while end > 0 {
            sum += self.sums.get(end - 1).copied().unwrap_or_default();
            end &= end - 1;
        }
        sum as f32
    }

    /// The row that stands at `y`: the last one where `y` lies below all of them.
    pub(super) fn at(&self, y: f32) -> usize {
        let mut row = 0;
        let mut left = f64::from(y);
        let mut step = (self.sums.len() + 1).next_power_of_two();
        while step > 0 {
            if let Some(sum) = (row + step).checked_sub(1).and_then(|end| self.sums.get(end))
                && *sum <= left
            {
                row += step;
                left -= sum;
            }
            step /= 2;
        }
        row.min(self.rows.len().saturating_sub(1))
    }

    pub(super) fn of(&self, row: usize) -> f32 {
        self.rows.get(row).map_or(0.0, |height| height.points)
    }

    pub(super) fn is_measured(&self, row: usize) -> bool {
        self.rows.get(row).is_none_or(|height| height.measured)
    }

    /// Adds a row below the others.
    pub(super) fn push(&mut self, points: f32, measured: bool) {
        self.rows.push(Height { points, measured });
        let place = self.rows.len();
        let first = place & (place - 1);
        let sum = f64::from(self.above(place - 1)) - f64::from(self.above(first)) + f64::from(points);
        self.sums.push(sum);
    }

    /// Takes away every row from this one on.
    pub(super) fn truncate(&mut self, rows: usize) {
        self.rows.truncate(rows);
        self.sums.truncate(rows);
    }

    /// The row is measured: it has this height.
    pub(super) fn set(&mut self, row: usize, points: f32) {
        let Some(height) = self.rows.get_mut(row) else { return };
        let change = f64::from(points) - f64::from(height.points);
        *height = Height { points, measured: true };
        let mut place = row + 1;
        while let Some(sum) = self.sums.get_mut(place - 1) {
            *sum += change;
            place += place & place.wrapping_neg();
        }
    }

    /// The row looks different now.
    pub(super) fn forget(&mut self, row: usize) {
        if let Some(height) = self.rows.get_mut(row) {
            height.measured = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sums_are_those_of_a_plain_list(
            heights in prop::collection::vec(0_u16..200, 1..300),
            changes in prop::collection::vec((0_usize..300, 0_u16..200), 0..50),
            cut in 0_usize..300,
            y in 0_u32..60_000,
        ) {
            let mut plain: Vec<f32> = heights.iter().map(|h| f32::from(*h)).collect();
            let mut tree = Heights::default();
            for height in &plain {
                tree.push(*height, false);
            }
            for (row, height) in changes {
                tree.set(row, f32::from(height));
                if let Some(plain) = plain.get_mut(row) {
                    *plain = f32::from(height);
                }
            }
            tree.truncate(cut.max(1));
            plain.truncate(cut.max(1));
            tree.push(7.0, true);
            plain.push(7.0);

            let mut sum = 0.0;
            for (row, height) in plain.iter().enumerate() {
                prop_assert!((tree.above(row) - sum).abs() < 0.5);
                prop_assert!((tree.of(row) - *height).abs() < 0.5);
                sum += height;
            }
            prop_assert!((tree.total() - sum).abs() < 0.5);

            let y = y as f32;
            let mut bottom = 0.0;
            let expected = plain.iter().position(|h| { bottom += h; y < bottom }).unwrap_or(plain.len() - 1);
            prop_assert_eq!(tree.at(y), expected);
        }
    }
}
