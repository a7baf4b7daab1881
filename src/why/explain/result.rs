//! Compares the tail, which is the slow loops, with the rest.

use super::bins::{begin_of, tail_bin};
use super::collect::Explain;
use super::counts::Sum;
use super::explanation::{Explanation, Means, OriginRow, WhereRow};
use super::item::{Item, Spot};
use super::names::{CommId, IDLE, IRQ, NOBODY, TIMER};
use super::sides::{EventTexts, Sides, event_texts};
use crate::event::Nanos;
use crate::why::states::State;
use std::collections::{BTreeSet, HashMap};

/// The largest number of rows of `where`.
const WHERE_MAX: usize = 12;
/// The largest number of causes that are shown of a row, and of origins that are shown.
const CAUSES_MAX: usize = 3;
/// The largest number of rows of events inside the loops.
const INSIDE_MAX: usize = 12;
/// The number of event names, the earliest in the input, with a count of their own inside the loops. The others are
/// counted together.
const INSIDE_NAMES_MAX: usize = 256;

impl Explain {
    /// Returns what is different in the slow loops of a loop with this many positions; `None` if no loop of it has
    /// closed. `has_states` says whether the states of its threads are known, and `names` are the names of all events
    /// as the input prints them.
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
        // How short a name may be typed depends on all names in the input, also on those of events that were not
        // selected.
        let mut all: BTreeSet<&[u8]> = self.events.iter().collect();
        for name in names {
            all.insert(name);
        }
        let texts = event_texts(all.into_iter());
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

    /// Returns the text of a comm; `None` for [`NOBODY`], where the thread is not known.
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
        let mut others: Vec<[Sum; 2]> = others.into_iter().map(|(_, sums)| sums).collect();
        others.extend(sides.sums.get(&Item::Elsewhere(has_states)));
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
            for other in &others {
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
