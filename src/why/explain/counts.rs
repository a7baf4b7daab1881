//! The sums of all items over the closed loops, for each loop and each bin of totals.

use super::bins::Bin;
use super::item::{Code, Item};
use foldhash::fast::RandomState;
use std::collections::{HashMap, HashSet};

/// The largest number of sums. The table of so many takes less than 16 MiB.
const SUMS_MAX: usize = 229_376;

/// The sums of one item, over the closed loops of one bin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// The sum of the amounts.
    pub amount: u64,
    /// The number of closed loops that have an amount of this item.
    pub loops: u32,
}

/// The place of a sum: the index of the loop, the bin, and the item.
type Key = (u16, Bin, Code);

/// The largest number of rows of `where` with a state that a loop has. It may have as many rows without a state.
const ROWS_MAX: u16 = 256;

/// The sums of all items for each loop and bin. The number of sums is limited: a closed loop that would need more is
/// left out of all sums.
#[derive(Default)]
pub struct Counts {
    sums: HashMap<Key, Sum, RandomState>,
    /// The spots that have a row of `where` of their own, of each loop. Each has at least one sum in `sums`, so the
    /// number of sums limits that of the spots.
    rows: HashSet<(u16, Code), RandomState>,
    /// The number of rows of each loop, without states and with them.
    row_counts: Vec<[u16; 2]>,
    left_out: u64,
}

impl Counts {
    /// Adds a closed loop. `amounts` has the time or the number of events of each item, and each item only once.
    ///
    /// An [`Item::Where`] is a spot of the table `where`: a state of the thread together with the event that it was in.
    /// Each new spot gets a row of that table, in the order of `amounts`. If there is no row left, the time of the spot
    /// is added to [`Item::Elsewhere`] instead, so `amounts` must not have that item itself.
    pub fn add(&mut self, loop_index: usize, bin: Bin, amounts: &mut Vec<(Code, u64)>) {
        let Ok(loop_index) = u16::try_from(loop_index) else { return self.leave_out() };
        self.fold_rows(loop_index, bin, amounts);
        if self.sums.len() + amounts.len() > SUMS_MAX {
            let is_new = |(item, _): &&(Code, u64)| !self.sums.contains_key(&(loop_index, bin, *item));
            if self.sums.len() + amounts.iter().filter(is_new).count() > SUMS_MAX {
                return self.leave_out();
            }
        }
        for &(item, amount) in amounts.iter() {
            let sum = self.sums.entry((loop_index, bin, item)).or_default();
            let is_new = sum.loops == 0;
            sum.amount = sum.amount.saturating_add(amount);
            sum.loops = sum.loops.saturating_add(1);
            if is_new {
                self.add_row(loop_index, item);
            }
        }
    }

    /// Adds up the amounts at spots for which the loop has no row left, and drops the causes ([`Item::By`]) of these
    /// spots.
    fn fold_rows(&mut self, loop_index: u16, bin: Bin, amounts: &mut Vec<(Code, u64)>) {
        let Counts { sums, rows, row_counts, .. } = self;
        let at = usize::from(loop_index);
        if row_counts.len() <= at {
            row_counts.resize(at + 1, [0; 2]);
        }
        let mut counts = row_counts[at];
        if counts.iter().all(|count| usize::from(*count) + amounts.len() <= usize::from(ROWS_MAX)) {
            return;
        }
        // The rows that this closed loop adds. A cause may stand before its spot in `amounts`, so the causes are looked
        // at in a second pass, when it is known which spots have rows.
        let mut added: Vec<Code> = Vec::new();
        let mut elsewhere = [0_u64; 2];
        amounts.retain(|(code, amount)| {
            let Item::Where(spot) = code.item() else { return true };
            if sums.contains_key(&(loop_index, bin, *code)) || rows.contains(&(loop_index, *code)) {
                return true;
            }
            let side = usize::from(spot.state.is_some());
            let has_row = counts[side] < ROWS_MAX;
            if has_row {
                counts[side] += 1;
                added.push(*code);
            } else {
                elsewhere[side] = elsewhere[side].saturating_add(*amount);
            }
            has_row
        });
        amounts.retain(|(code, _)| {
            let Item::By(spot, _) = code.item() else { return true };
            let row = Item::Where(spot).code();
            rows.contains(&(loop_index, row)) || added.contains(&row)
        });
        let elsewhere = [false, true].into_iter().zip(elsewhere).filter(|(_, amount)| *amount > 0);
        amounts.extend(elsewhere.map(|(has_state, amount)| (Item::Elsewhere(has_state).code(), amount)));
    }

    /// Notes that a loop has a sum of an item, which may be a row of `where`.
    fn add_row(&mut self, loop_index: u16, item: Code) {
        let Item::Where(spot) = item.item() else { return };
        if self.rows.insert((loop_index, item)) {
            self.row_counts[usize::from(loop_index)][usize::from(spot.state.is_some())] += 1;
        }
    }

    /// Counts a closed loop that is left out of the sums.
    pub fn leave_out(&mut self) {
        self.left_out += 1;
    }

    /// Returns how many closed loops were left out of the sums.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Returns all sums of one loop.
    pub fn of_loop(&self, loop_index: usize) -> Vec<(Bin, Item, Sum)> {
        let of_loop = self.sums.iter().filter(|((of, ..), _)| usize::from(*of) == loop_index);
        of_loop.map(|(&(_, bin, item), &sum)| (bin, item.item(), sum)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::why::explain::item::Spot;
    use crate::why::states::State;

    #[test]
    fn the_first_256_spots_have_rows_with_their_causes() {
        let mut counts = Counts::default();
        let spot = |event: u16| Spot { state: Some(State::Running), event: Some(event) };
        let amounts = |event: u16| {
            vec![
                (Item::By(spot(event), 1).code(), 2),
                (Item::Inside(event).code(), 1),
                (Item::Where(spot(event)).code(), 3),
            ]
        };
        for event in (0..300).chain([7, 298]) {
            counts.add(0, 5, &mut amounts(event));
        }
        // The 256 rows are those of one loop with a state. So the spot 299 still gets a row in another loop, and a row
        // for time without a state.
        counts.add(1, 5, &mut amounts(299));
        counts.add(0, 6, &mut vec![(Item::Where(Spot { state: None, event: Some(299) }).code(), 4)]);
        let sums = counts.of_loop(0);
        let of = |item: Item| {
            sums.iter().filter(|(_, of, _)| *of == item).map(|(.., sum)| (sum.amount, sum.loops)).collect::<Vec<_>>()
        };
        assert_eq!(of(Item::Where(spot(255))), [(3, 1)]);
        assert_eq!(of(Item::By(spot(255), 1)), [(2, 1)]);
        assert_eq!(of(Item::Where(spot(7))), [(6, 2)]);
        assert_eq!(of(Item::Where(spot(256))), []);
        assert_eq!(of(Item::By(spot(256), 1)), []);
        assert_eq!(of(Item::Inside(256)), [(1, 1)]);
        assert_eq!(of(Item::Elsewhere(true)), [(3 * 45, 45)]);
        assert_eq!(of(Item::Where(Spot { state: None, event: Some(299) })), [(4, 1)]);
        assert_eq!(counts.of_loop(1).len(), 3);
        assert_eq!(counts.left_out(), 0);
    }
}
