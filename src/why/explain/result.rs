//! Compares the tail with the rest.

use super::bins::{Bin, begin_of, tail_bin};
use super::collect::{Explain, IDLE, IRQ, NOBODY, TIMER};
use super::counts::Sum;
use super::item::{Item, Spot};
use super::names::CommId;
use super::rows::{AroundRow, ValueRow};
use crate::event::Nanos;
use crate::pattern::typed_names;
use crate::why::states::State;
use std::collections::HashMap;

/// The largest number of rows of `where`.
const WHERE_MAX: usize = 12;
/// The largest number of causes of a row, and of origins.
const CAUSES_MAX: usize = 3;
/// The largest number of events inside.
const INSIDE_MAX: usize = 12;
/// The number of names of events inside that have a count each.
const INSIDE_NAMES_MAX: usize = 256;

/// A value per loop, in the tail and in the rest. `rest` is `None` if there is no rest.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Means {
    pub tail: f64,
    pub rest: Option<f64>,
}

impl Means {
    /// Returns by how much the tail is above the rest.
    pub fn excess(&self) -> f64 {
        self.tail - self.rest.unwrap_or(0.0)
    }
}

/// A part of a loop's total, and its share of the time by which the tail is above the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share {
    /// Times in nanoseconds.
    pub means: Means,
    /// `None` if the tail is not above the rest, or if there is no rest.
    pub share: Option<f64>,
}

/// A part of the time of the loops.
#[derive(Clone, Debug, PartialEq)]
pub struct WhereRow {
    /// `None` where the states are not known, and for the other rows together.
    pub state: Option<State>,
    /// `others` for the other rows together.
    pub event: Option<Vec<u8>>,
    pub time: Share,
    /// The number of loops of the tail that have it. Of the other rows together it is the greatest one.
    pub loops: u64,
    /// Who caused it: the comm, `None` if nobody is known, and the time in nanoseconds.
    pub by: Vec<(Option<Vec<u8>>, Means)>,
}

/// A thread for which the loops waited in the end.
#[derive(Clone, Debug, PartialEq)]
pub struct OriginRow {
    pub comm: Option<Vec<u8>>,
    pub state: Option<State>,
    pub event: Option<Vec<u8>>,
    pub time: Share,
}

/// What is different in the slow loops of one loop.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The number of loops in the tail, and the smallest total that a loop of the tail can have.
    pub tail: (u64, Nanos),
    /// The number of loops in the rest.
    pub rest: u64,
    /// The transitions, and last the total.
    pub transitions: Vec<Share>,
    /// The times by state of each transition per loop, in nanoseconds, in the tail and in the rest, in the order of
    /// [`State::ALL`]; `None` if the states are not known.
    pub states: Option<Vec<[Means; 5]>>,
    pub where_: Vec<WhereRow>,
    pub origins: Vec<OriginRow>,
    /// The names of events and how often they came per loop.
    pub inside: Vec<(Vec<u8>, Means)>,
    pub around: Vec<AroundRow>,
    pub values: Vec<ValueRow>,
}

/// The sums of the tail and of the rest for each item.
pub(super) struct Sides {
    pub(super) tail: u64,
    pub(super) rest: u64,
    pub(super) sums: HashMap<Item, [Sum; 2]>,
    /// The time by which the mean total of the tail is above that of the rest; `None` if it is not.
    excess: Option<f64>,
}

impl Sides {
    fn new(sums: &[(Bin, Item, Sum)], from: Bin) -> Sides {
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

    pub(super) fn of(&self, item: Item) -> [Sum; 2] {
        self.sums.get(&item).copied().unwrap_or_default()
    }

    pub(super) fn means(&self, item: Item) -> Means {
        self.means_of(self.of(item))
    }

    fn means_of(&self, [tail, rest]: [Sum; 2]) -> Means {
        let mean = |sum: Sum, loops: u64| sum.amount as f64 / loops as f64;
        Means { tail: mean(tail, self.tail), rest: (self.rest > 0).then(|| mean(rest, self.rest)) }
    }

    fn share_of(&self, sums: [Sum; 2]) -> Share {
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

impl Explain {
    /// Returns what is different in the slow loops of a loop with this many positions; `None` if it has not closed.
    /// `has_states` says whether the states of its threads are known, and `names` are the names of all events as the input
    /// prints them.
    pub fn explanation<'n>(
        &self,
        loop_index: usize,
        positions: usize,
        has_states: bool,
        names: impl Iterator<Item = &'n [u8]>,
    ) -> Option<Explanation> {
        let sums = self.counts.of_loop(loop_index);
        let totals = sums.iter().filter(|(_, item, _)| *item == Item::Transition(Item::TOTAL));
        let from = tail_bin(totals.map(|(bin, _, sum)| (*bin, sum.loops.into())))?;
        let sides = Sides::new(&sums, from);
        let texts = event_texts(names);
        let transition = |at: u16| sides.share_of(sides.of(Item::Transition(at)));
        let state_means = |at: usize| State::ALL.map(|state| sides.means(Item::State(at as u8, state)));
        let transitions = (0..positions as u16 - 1).chain([Item::TOTAL]).map(transition).collect();
        Some(Explanation {
            tail: (sides.tail, Nanos(begin_of(from))),
            rest: sides.rest,
            transitions,
            states: has_states.then(|| (0..positions - 1).map(state_means).collect()),
            where_: self.where_rows(&sides, has_states, &texts),
            origins: if has_states { self.origin_rows(&sides, &texts) } else { Vec::new() },
            inside: self.inside_rows(&sides, &texts),
            around: self.around_rows(&sides, &texts),
            values: self.value_rows(loop_index, &sides),
        })
    }

    /// Returns the text of a comm; `None` where nobody is known.
    pub(super) fn comm_text(&self, comm: CommId) -> Option<Vec<u8>> {
        match comm {
            IDLE => Some(b"idle".to_vec()),
            IRQ => Some(b"irq".to_vec()),
            TIMER => Some(b"timer".to_vec()),
            NOBODY => None,
            comm => Some(self.comms.name(comm).to_vec()),
        }
    }

    /// Returns the name of an event in the form in which a user types it.
    pub(super) fn event_text(&self, event: u16, texts: &EventTexts) -> Vec<u8> {
        let name = self.events.name(event);
        texts.get(name).cloned().unwrap_or_else(|| name.to_vec())
    }

    fn where_rows(&self, sides: &Sides, has_states: bool, texts: &EventTexts) -> Vec<WhereRow> {
        let mut spots: Vec<(Spot, [Sum; 2])> = sides
            .sums
            .iter()
            .filter_map(|(item, sums)| match item {
                Item::Where(spot) if spot.state.is_some() == has_states => Some((*spot, *sums)),
                _ => None,
            })
            .collect();
        sort_by_excess(&mut spots, |(_, sums)| sides.means_of(*sums), |(spot, _)| *spot);
        let others = spots.split_off(spots.len().min(WHERE_MAX));
        let mut rows: Vec<WhereRow> = spots
            .into_iter()
            .map(|(spot, sums)| WhereRow {
                state: spot.state,
                event: spot.event.map(|event| self.event_text(event, texts)),
                time: sides.share_of(sums),
                loops: sums[0].loops.into(),
                by: self.by(spot, sides),
            })
            .collect();
        if !others.is_empty() {
            let mut sums = [Sum::default(); 2];
            for (_, other) in &others {
                for (sum, other) in sums.iter_mut().zip(other) {
                    sum.amount = sum.amount.saturating_add(other.amount);
                    sum.loops = sum.loops.max(other.loops);
                }
            }
            let (event, loops) = (Some(b"others".to_vec()), sums[0].loops.into());
            rows.push(WhereRow { state: None, event, time: sides.share_of(sums), loops, by: Vec::new() });
        }
        rows
    }

    fn by(&self, spot: Spot, sides: &Sides) -> Vec<(Option<Vec<u8>>, Means)> {
        let of_spot = sides.sums.iter().filter_map(|(item, sums)| match item {
            Item::By(of, comm) if *of == spot => Some((*comm, sides.means_of(*sums))),
            _ => None,
        });
        let mut causes: Vec<(CommId, Means)> = of_spot.collect();
        sort_by_excess(&mut causes, |(_, means)| *means, |(comm, _)| *comm);
        causes.into_iter().take(CAUSES_MAX).map(|(comm, means)| (self.comm_text(comm), means)).collect()
    }

    fn origin_rows(&self, sides: &Sides, texts: &EventTexts) -> Vec<OriginRow> {
        let origins = sides.sums.iter().filter_map(|(item, sums)| match item {
            Item::Origin(comm, spot) => Some(((*comm, *spot), *sums)),
            _ => None,
        });
        let mut origins: Vec<((CommId, Spot), [Sum; 2])> = origins.collect();
        sort_by_excess(&mut origins, |(_, sums)| sides.means_of(*sums), |(origin, _)| *origin);
        let row = |((comm, spot), sums): ((CommId, Spot), [Sum; 2])| OriginRow {
            comm: self.comm_text(comm),
            state: spot.state,
            event: spot.event.map(|event| self.event_text(event, texts)),
            time: sides.share_of(sums),
        };
        origins.into_iter().take(CAUSES_MAX).map(row).collect()
    }

    fn inside_rows(&self, sides: &Sides, texts: &EventTexts) -> Vec<(Vec<u8>, Means)> {
        let mut sums: HashMap<Vec<u8>, [Sum; 2]> = HashMap::new();
        for (item, [tail, rest]) in &sides.sums {
            let Item::Inside(event) = item else { continue };
            let is_named = usize::from(*event) < INSIDE_NAMES_MAX;
            let name = if is_named { self.event_text(*event, texts) } else { b"others".to_vec() };
            let known = sums.entry(name).or_default();
            for (known, sum) in known.iter_mut().zip([tail, rest]) {
                known.amount = known.amount.saturating_add(sum.amount);
            }
        }
        let mut rows: Vec<_> = sums.into_iter().map(|(name, sums)| (name, sides.means_of(sums))).collect();
        sort_by_excess(&mut rows, |(_, means)| *means, |(name, _)| name.clone());
        rows.truncate(INSIDE_MAX);
        rows
    }
}

/// Sorts rows by how far the tail is above the rest, the furthest first. Equal rows are sorted by `identity`.
fn sort_by_excess<T, I: Ord>(rows: &mut [T], means: impl Fn(&T) -> Means, identity: impl Fn(&T) -> I) {
    rows.sort_by(|one, other| {
        let by_excess = means(other).excess().total_cmp(&means(one).excess());
        by_excess.then_with(|| identity(one).cmp(&identity(other)))
    });
}

fn event_texts<'n>(names: impl Iterator<Item = &'n [u8]>) -> EventTexts {
    let printed: Vec<&[u8]> = names.collect();
    let typed = typed_names(printed.iter().map(|name| (*name, 1)));
    let typed: std::collections::HashSet<&[u8]> = typed.into_iter().map(|(name, _)| name).collect();
    let text = |name: &[u8]| {
        let ends = (0..name.len()).filter(|at| *at == 0 || name[at - 1] == b':');
        let candidates = ends.flat_map(|at| [&name[at..], before_modifier(&name[at..])]);
        candidates.filter(|candidate| typed.contains(candidate)).last().unwrap_or(name).to_vec()
    };
    printed.iter().map(|name| (name.to_vec(), text(name))).collect()
}

fn before_modifier(name: &[u8]) -> &[u8] {
    name.iter().rposition(|byte| *byte == b':').map_or(name, |at| &name[..at])
}
