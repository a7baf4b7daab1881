//! The sums of all items for each bin, over the closed loops of all loops.

use super::bins::Bin;
use super::item::{Code, Item};
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// The largest number of sums. The table of so many takes less than 16 MiB.
const SUMS_MAX: usize = 229_376;

/// The sums of one item, over the closed loops of one bin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// The sum of the amounts.
    pub amount: u64,
    /// The number of closed loops that have such an amount.
    pub loops: u32,
}

/// The place of a sum: the index of the loop, the bin, and the item.
type Key = (u16, Bin, Code);

/// The sums of all items for each loop and bin. Their number is limited: a closed loop that would need more is left out of
/// all of them.
#[derive(Default)]
pub struct Counts {
    sums: HashMap<Key, Sum, RandomState>,
    left_out: u64,
}

impl Counts {
    /// Adds a closed loop. Each item may occur only once.
    pub fn add(&mut self, loop_index: usize, bin: Bin, amounts: &[(Code, u64)]) {
        let Ok(loop_index) = u16::try_from(loop_index) else { return self.leave_out() };
        if self.sums.len() + amounts.len() > SUMS_MAX {
            let is_new = |(item, _): &&(Code, u64)| !self.sums.contains_key(&(loop_index, bin, *item));
            if self.sums.len() + amounts.iter().filter(is_new).count() > SUMS_MAX {
                return self.leave_out();
            }
        }
        for &(item, amount) in amounts {
            let sum = self.sums.entry((loop_index, bin, item)).or_default();
            sum.amount = sum.amount.saturating_add(amount);
            sum.loops = sum.loops.saturating_add(1);
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
