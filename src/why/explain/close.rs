//! Adds up what happened in a loop when it closes.

use super::begin::Begin;
use super::bins::bin_of;
use super::collect::{Explain, ROOM_SCARCE};
use super::item::{Item, Spot};
use super::values::{each_value, values_of};
use crate::event::Event;
use crate::key::{GroupValue, Key, KeyValue};
use crate::why::states::{LoopStates, State};

/// A loop that has closed.
pub struct ClosedLoop<'a> {
    /// The index of the loop.
    pub loop_index: usize,
    /// The key by which the loop is followed; `None` if it takes its key from fields.
    pub key: Option<Key>,
    /// The time of each position, in nanoseconds.
    pub times: &'a [u64],
    /// The closing event.
    pub last: &'a Event<'a>,
    pub begin: Begin,
    /// True if a `sched_switch` has come so far.
    pub has_switches: bool,
    /// The words of the snapshots of its thread; see [`LoopStates::record`].
    pub snapshots: &'a [u64],
    /// The values of `-b`, with their names.
    pub by: &'a [(Vec<u8>, GroupValue)],
}

impl Explain {
    /// Takes a loop that has closed with the event that was read last.
    pub fn close(&mut self, closed: &ClosedLoop<'_>) {
        let total = closed.times.last().zip(closed.times.first()).map_or(0, |(last, first)| last - first);
        self.amounts.clear();
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
        self.list.extend(self.amounts.drain().filter(|(_, amount)| *amount > 0));
        self.counts.add(closed.loop_index, bin_of(total), &self.list);
    }

    /// Adds what the log of the key has since the loop began. Returns false if the log does not reach so far.
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
        let Some(entries) = subject.log.since(closed.begin.entry) else { return false };
        let (mut has_fallen, mut found) = (false, 0_u64);
        let mut add = |item: Item, amount: u64| {
            let sum = self.amounts.entry(item.code()).or_default();
            *sum = sum.saturating_add(amount);
        };
        for (code, amount) in entries {
            let item = code.item();
            match item {
                Item::Fall => has_fallen = true,
                Item::Where(spot) => {
                    found = found.saturating_add(amount);
                    // As long as no sched_switch has come, it is not known whether the states mean anything.
                    if !closed.has_switches && key == Key::Tid {
                        add(Item::Where(Spot { state: None, ..spot }), amount);
                    }
                }
                _ => {}
            }
            add(item.without_event_of_runnable(), amount);
        }
        // The closing event is not inside the loop, but it is in the log if another loop begins with it.
        if let Some(inside) = subject.begun_with.and_then(|event| self.amounts.get_mut(&Item::Inside(event).code())) {
            *inside = inside.saturating_sub(1);
        }
        self.amounts.remove(&Item::Fall.code());
        if has_fallen || found != total {
            self.amounts.retain(|code, _| !matches!(code.item(), Item::Where(_) | Item::By(..) | Item::Origin(..)));
            if key == Key::Tid {
                self.amounts.insert(Item::Where(Spot { state: Some(State::Unknown), event: None }).code(), total);
            }
            if key != Key::Tid || !closed.has_switches {
                self.amounts.insert(Item::Where(Spot { state: None, event: None }).code(), total);
            }
        }
        subject.log.release(closed.begin.entry, self.closes_oldest);
        if self.room_left < ROOM_SCARCE {
            self.room_left += subject.log.shrink();
        }
        true
    }

    /// Adds the events of other threads. Returns false if the loop began too long ago to count them.
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
        let mut push = |number: Option<(u8, u8)>| {
            list.extend(number.map(|(field, value)| (Item::Value(field, value).code(), 1)));
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
