//! Adds up what happened in a loop when it closes.

use super::begin::Begin;
use super::bins::bin_of;
use super::collect::Explain;
use super::item::{Code, Item, Spot};
use super::log::{Log, ROOM_SCARCE};
use super::values::{each_value, values_of};
use crate::event::Event;
use crate::key::{GroupValue, Key, KeyValue};
use crate::why::states::{LoopStates, State};
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::ops::Range;

/// A loop that has closed.
pub struct ClosedLoop<'a> {
    /// The index of the loop.
    pub loop_index: usize,
    /// The key by which the loop is followed; `None` if the key consists of fields of the events' payloads.
    pub key: Option<Key>,
    /// The time of each position, in nanoseconds.
    pub times: &'a [u64],
    /// The closing event.
    pub last: &'a Event<'a>,
    pub begin: Begin,
    /// One word for each position between the first and the last one, which [`Explain::cut`] returned at its event.
    /// Words behind these are not looked at.
    pub cuts: &'a [u64],
    /// True if a `sched_switch` has come so far. Before the first one, the states of threads are not known.
    pub has_switches: bool,
    /// For each position, a snapshot of how long the loop's thread had been in each state up to the event there. Each
    /// snapshot is a row of words, and [`LoopStates::record`] takes the differences of neighbouring ones.
    pub snapshots: &'a [u64],
    /// The values of `-b`, with their names.
    pub by: &'a [(Vec<u8>, GroupValue)],
}

impl Explain {
    /// Takes a loop that has closed. Its closing event is the event that was read last.
    pub fn close(&mut self, closed: &ClosedLoop<'_>) {
        let total = closed.times.last().zip(closed.times.first()).map_or(0, |(last, first)| last - first);
        self.amounts.clear();
        self.spots.clear();
        self.list.clear();
        self.list.push((Item::Transition(Item::TOTAL).code(), total));
        for (at, ends) in closed.times.windows(2).enumerate() {
            self.list.push((Item::Transition(at as u16).code(), ends[1] - ends[0]));
        }
        if closed.key == Some(Key::Tid) {
            let mut states = LoopStates::default();
            states.record(closed.times, closed.snapshots);
            for (at, times) in states.transitions.iter().enumerate() {
                let times = State::ALL.map(|state| (Item::State(at as u8, state).code(), times.of(state) as u64));
                self.list.extend(times.into_iter().filter(|(_, time)| *time > 0));
            }
        }
        if !self.add_log(closed, total) || !self.add_around(closed) {
            return self.counts.leave_out();
        }
        self.add_values(closed);
        // `Counts` gives rows to spots in the order of the list, and it has only so many rows. So the spots go first,
        // in the order in which the loop came to them.
        for spot in self.spots.drain(..) {
            self.list.extend(self.amounts.remove_entry(&spot).filter(|(_, amount)| *amount > 0));
        }
        self.list.extend(self.amounts.drain().filter(|(_, amount)| *amount > 0));
        self.counts.add(closed.loop_index, bin_of(total), &mut self.list);
    }

    /// Adds the entries that the log of the key has since the loop began. Returns false if the log does not reach back
    /// to the loop's begin.
    fn add_log(&mut self, closed: &ClosedLoop<'_>, total: u64) -> bool {
        let Some(key) = closed.key else { return true };
        let subject = match key {
            Key::Tid => self.threads.get_mut(self.own),
            key => {
                let keyed = self.keyed.iter_mut().find(|(known, _)| *known == key);
                keyed.and_then(|(_, keyed)| keyed.known(KeyValue::of(key, closed.last)?))
            }
        };
        let Some(subject) = subject else { return false };
        if !subject.log.reaches(closed.begin.entry) {
            return false;
        }
        let mut sums =
            Sums { amounts: &mut self.amounts, spots: &mut self.spots, key, has_switches: closed.has_switches };
        let mut parts = Parts::new(closed, subject.log.end());
        // If the times of all entries add up to the total, the loop can be added as one part. Otherwise each transition
        // is checked alone, so that time is unknown only in the transitions whose entries do not add up.
        if parts.ends.len() > 1 && is_exact(&subject.log, parts.whole(), total) {
            sums.add(&subject.log, parts.whole(), total);
        } else {
            let mut from = closed.begin.entry;
            for (end, time) in parts.ends.drain(..) {
                sums.add(&subject.log, from..end, time);
                from = end;
            }
        }
        // The closing event does not count as inside the loop. An event is written to the log only when the next event
        // comes, so most often the closing event is not there yet. But it is there if another loop begins with it.
        if let Some(inside) = subject.begun_with.and_then(|event| self.amounts.get_mut(&Item::Inside(event).code())) {
            *inside = inside.saturating_sub(1);
        }
        subject.log.release(closed.begin.entry, self.closes_oldest);
        if self.room_left < ROOM_SCARCE {
            self.room_left += subject.log.shrink();
        }
        true
    }

    /// Adds the events of other threads, which are all events since the loop began except those on the loop's own key.
    /// Returns false if the loop began too long ago to count them.
    fn add_around(&mut self, closed: &ClosedLoop<'_>) -> bool {
        let amounts = &mut self.amounts;
        self.around.since(closed.begin.around, |pair, count| {
            let own = amounts.get(&Item::Around(pair).code()).copied().unwrap_or(0);
            amounts.insert(Item::Around(pair).code(), count.saturating_sub(own));
        })
    }

    fn add_values(&mut self, closed: &ClosedLoop<'_>) {
        let of_loop = values_of(&mut self.values, closed.loop_index);
        let list = &mut self.list;
        // A field counts once, also if the user names it in `-b`, or if a payload has its name twice.
        let from = list.len();
        let mut push = |number: Option<(u8, u8)>| {
            let Some((field, value)) = number else { return };
            let is_there = |(code, _): &(Code, u64)| matches!(code.item(), Item::Value(other, _) if other == field);
            if !list[from..].iter().any(is_there) {
                list.push((Item::Value(field, value).code(), 1));
            }
        };
        let last = closed.last;
        if let Some(cpu) = last.cpu {
            push(of_loop.number(b"cpu", 0, cpu.to_string().as_bytes()));
        }
        if let Some(comm) = last.comm {
            push(of_loop.number(b"comm", 0, comm));
        }
        for (name, value) in closed.by.iter().filter(|(_, value)| !value.is_none()) {
            push(of_loop.number(name, 0, &value.text()));
        }
        of_loop.first_of_closed(closed.begin.values, |field, value| push(Some((field, value))));
        let position = closed.times.len() as u8;
        each_value(last, |name, value| push(of_loop.number(name, position, value)));
    }
}

/// The parts of a closed loop between its positions, or the whole loop as one part if the log does not tell the parts
/// apart.
struct Parts {
    /// The number of the loop's first entry in the log.
    begin: u64,
    /// The number behind the last entry of each part, and the time of the part in nanoseconds.
    ends: Vec<(u64, u64)>,
}

impl Parts {
    /// Divides the entries of a log between the positions of the loop. `end` is the number of the log's next entry.
    fn new(closed: &ClosedLoop<'_>, end: u64) -> Parts {
        let begin = closed.begin.entry;
        let between = closed.times.len().saturating_sub(2);
        let cuts = closed.cuts.get(..between).unwrap_or_default().iter().map(|cut| cut.wrapping_sub(1));
        let ends: Vec<u64> = cuts.chain([end]).collect();
        let is_rising = ends.iter().try_fold(begin, |from, end| (from <= *end).then_some(*end)).is_some();
        if ends.len() != between + 1 || !is_rising {
            let total = closed.times.last().zip(closed.times.first()).map_or(0, |(last, first)| last - first);
            return Parts { begin, ends: vec![(end, total)] };
        }
        let times = closed.times.windows(2).map(|ends| ends[1] - ends[0]);
        Parts { begin, ends: ends.into_iter().zip(times).collect() }
    }

    /// Returns the numbers of all entries.
    fn whole(&self) -> Range<u64> {
        self.begin..self.ends.last().map_or(self.begin, |(end, _)| *end)
    }
}

/// Returns whether the times of these entries add up to `time`, in nanoseconds, and whether among their events none had
/// an earlier time than the event before it.
fn is_exact(log: &Log, entries: Range<u64>, time: u64) -> bool {
    let mut found = 0_u64;
    let mut has_fallen = false;
    for (code, amount) in log.entries(entries) {
        match code.item() {
            Item::Fall => has_fallen = true,
            Item::Where(_) => found = found.saturating_add(amount),
            _ => {}
        }
    }
    found == time && !has_fallen
}

/// The sums of a loop that closes.
struct Sums<'a> {
    amounts: &'a mut HashMap<Code, u64, RandomState>,
    /// The items of [`Item::Where`], each once, in the order in which they came first.
    spots: &'a mut Vec<Code>,
    key: Key,
    has_switches: bool,
}

impl Sums<'_> {
    /// Adds a part of the loop. `time` is the time of the part in nanoseconds. If the times of the entries have another
    /// sum, the whole `time` counts as unknown.
    fn add(&mut self, log: &Log, entries: Range<u64>, time: u64) {
        let is_exact = is_exact(log, entries.clone(), time);
        // Before the first sched_switch, the states in the log are mere assumptions.
        let lacks_states = !self.has_switches && self.key == Key::Tid;
        for (code, amount) in log.entries(entries) {
            let item = code.item();
            match item {
                Item::Fall => continue,
                Item::Where(_) | Item::By(..) | Item::Origin(..) if !is_exact => continue,
                Item::Where(spot) if lacks_states => self.add_item(Item::Where(Spot { state: None, ..spot }), amount),
                _ => {}
            }
            self.add_item(item.without_event_of_runnable(), amount);
        }
        if !is_exact && self.key == Key::Tid {
            self.add_item(Item::Where(Spot { state: Some(State::Unknown), event: None }), time);
        }
        if !is_exact && (self.key != Key::Tid || lacks_states) {
            self.add_item(Item::Where(Spot { state: None, event: None }), time);
        }
    }

    fn add_item(&mut self, item: Item, amount: u64) {
        let code = item.code();
        let sum = self.amounts.entry(code).or_insert_with(|| {
            if matches!(item, Item::Where(_)) {
                self.spots.push(code);
            }
            0
        });
        *sum = sum.saturating_add(amount);
    }
}
