//! The sums of the tail and of the rest, and the names of events.

use super::bins::Bin;
use super::counts::Sum;
use super::explanation::{Means, Share};
use super::item::Item;
use crate::pattern::typed_names;
use std::collections::HashMap;

/// The sums of the tail (the slow loops) and of the rest for each item. In each pair of sums, that of the tail is
/// first.
pub(super) struct Sides {
    pub(super) tail: u64,
    pub(super) rest: u64,
    pub(super) sums: HashMap<Item, [Sum; 2]>,
    /// The time in nanoseconds by which the mean total of the tail is above that of the rest; `None` if the two are
    /// equal or there is no rest.
    excess: Option<f64>,
}

impl Sides {
    /// Adds up the sums of the tail, which are those of the bins from `from` on, and the sums of the rest.
    pub(super) fn new(sums: &[(Bin, Item, Sum)], from: Bin) -> Sides {
        let mut sides: HashMap<Item, [Sum; 2]> = HashMap::new();
        for &(bin, item, sum) in sums {
            add(&mut sides, item, usize::from(bin < from), sum);
        }
        let total = sides.get(&Item::Transition(Item::TOTAL)).copied().unwrap_or_default();
        let mut sides = Sides { tail: total[0].loops.into(), rest: total[1].loops.into(), sums: sides, excess: None };
        let excess = sides.means(Item::Transition(Item::TOTAL));
        sides.excess = excess.rest.map(|_| excess.excess()).filter(|excess| *excess != 0.0);
        sides
    }

    /// Returns the sums of an item.
    pub(super) fn of(&self, item: Item) -> [Sum; 2] {
        self.sums.get(&item).copied().unwrap_or_default()
    }

    /// Returns the means per loop of an item.
    pub(super) fn means(&self, item: Item) -> Means {
        self.means_of(self.of(item))
    }

    /// Returns the means per loop of these sums.
    pub(super) fn means_of(&self, [tail, rest]: [Sum; 2]) -> Means {
        let mean = |sum: Sum, loops: u64| sum.amount as f64 / loops as f64;
        Means { tail: mean(tail, self.tail), rest: (self.rest > 0).then(|| mean(rest, self.rest)) }
    }

    /// Returns the means per loop of these sums, and the share that they have in the time by which the tail is above
    /// the rest.
    pub(super) fn share_of(&self, sums: [Sum; 2]) -> Share {
        let means = self.means_of(sums);
        Share { means, share: self.excess.map(|excess| means.excess() / excess) }
    }
}

fn add(sides: &mut HashMap<Item, [Sum; 2]>, item: Item, side: usize, sum: Sum) {
    let known = &mut sides.entry(item).or_default()[side];
    known.amount = known.amount.saturating_add(sum.amount);
    known.loops = known.loops.saturating_add(sum.loops);
}

/// The names of events, each in the form in which a user types it.
pub(super) type EventTexts = HashMap<Vec<u8>, Vec<u8>>;

/// Returns the form in which a user types it for each name that the input prints.
pub(super) fn event_texts<'n>(names: impl Iterator<Item = &'n [u8]>) -> EventTexts {
    let printed: Vec<&[u8]> = names.collect();
    let typed = typed_names(printed.iter().map(|name| (*name, 1)));
    let typed: std::collections::HashSet<&[u8]> = typed.into_iter().map(|(name, _)| name).collect();
    let text = |name: &[u8]| {
        // The shortest of the candidates that a user can type is taken, for example the name without its subsystem.
        let ends = (0..name.len()).filter(|at| *at == 0 || name[at - 1] == b':');
        let mut candidates = ends.flat_map(|at| [&name[at..], before_modifier(&name[at..])]);
        candidates.rfind(|candidate| typed.contains(candidate)).unwrap_or(name).to_vec()
    };
    printed.iter().map(|name| (name.to_vec(), text(name))).collect()
}

fn before_modifier(name: &[u8]) -> &[u8] {
    name.iter().rposition(|byte| *byte == b':').map_or(name, |at| &name[..at])
}
