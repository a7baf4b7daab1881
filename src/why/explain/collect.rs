//! Collects the events and the times of each thread, in logs that are added up when a loop closes.

use super::around::{Around, RUNS};
use super::begin::Begin;
use super::counts::Counts;
use super::cpus::Cpus;
use super::item::{Code, Item, Spot};
use super::keyed::Keyed;
use super::log::ROOM_SCARCE;
use super::names::{CommId, EventId, EventNames, IDLE, IRQ, Kind, NOBODY, Names, TIMER};
use super::subject::{Sleep, Subject};
use super::values::{FIELDS_MAX, LoopValues, each_value, values_of};
use crate::event::Event;
use crate::key::{Key, KeyValue};
use crate::why::sched_event::Role;
use crate::why::states::State;
use crate::why::threads::{Part, Seen, Threads, Touch};
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// The number of entries that all logs together may have.
const ENTRIES_MAX: usize = 1 << 18;
/// If all logs together have room for fewer entries than this, the logs of threads without open loops are emptied.
const ROOM_MIN: usize = 1 << 10;

/// The analysis of what is different in slow loops (`--explain`).
pub struct Explain {
    pub(super) events: EventNames,
    pub(super) comms: Names,
    pub(super) counts: Counts,
    pub(super) around: Around,
    pub(super) values: Vec<LoopValues>,
    cpus: Cpus,
    /// The threads, by their slots in [`Threads`].
    pub(super) threads: Vec<Subject>,
    /// The values of the other keys that loops may have.
    pub(super) keyed: Vec<(Key, Keyed)>,
    pub(super) room_left: usize,
    /// The number of events until the logs of threads without open loops may be emptied again. To do so takes a step
    /// for each thread, so as many events must come in between.
    until_shrink: usize,
    /// True if a loop that closes is always the oldest one that is open on its key.
    pub(super) closes_oldest: bool,
    /// The number of the first entry of the next new log. It is above the numbers in all earlier logs, so that a number
    /// which a chain carries is found in its own log only.
    next_entry: u64,
    /// The number and the kind of the name of the event that was read last. `own` is the slot of its thread.
    event: (EventId, Kind),
    pub(super) own: usize,
    /// The amounts of the loop that closes. The memory is used again for the next one, as that of `spots` and `list`.
    pub(super) amounts: HashMap<Code, u64, RandomState>,
    /// The items [`Item::Where`] of the loop that closes, in the order in which they came first.
    pub(super) spots: Vec<Code>,
    pub(super) list: Vec<(Code, u64)>,
}

impl Explain {
    /// Creates an analysis of loops with these keys. It remembers at most `limit` values of each key.
    ///
    /// `closes_oldest` says whether a loop that closes is always the oldest one that is open on its key. It is so if
    /// only one loop is measured, and it does not nest.
    pub fn new(keys: impl IntoIterator<Item = Key>, limit: usize, closes_oldest: bool) -> Self {
        let mut keyed: Vec<(Key, Keyed)> = Vec::new();
        for key in keys {
            if key != Key::Tid && keyed.iter().all(|(known, _)| *known != key) {
                keyed.push((key, Keyed::new(limit)));
            }
        }
        Explain {
            events: EventNames::default(),
            comms: Names::default(),
            counts: Counts::default(),
            around: Around::new(),
            values: Vec::new(),
            cpus: Cpus::default(),
            threads: Vec::new(),
            keyed,
            room_left: ENTRIES_MAX,
            until_shrink: 0,
            closes_oldest,
            next_entry: 0,
            event: (0, Kind::NONE),
            own: 0,
            amounts: HashMap::default(),
            spots: Vec::new(),
            list: Vec::new(),
        }
    }

    /// Returns how many closed loops were left out because there was no room for their counts.
    pub fn left_out(&self) -> u64 {
        self.counts.left_out()
    }

    /// Returns the role of an event for the states of threads.
    pub fn role(&mut self, name: &[u8]) -> Role {
        self.event = self.events.look_up(name);
        self.event.1.role
    }

    /// Takes an event that was read, after [`Explain::role`] has got its name and `threads` has taken it.
    pub fn take(&mut self, event: &Event<'_>, seen: &Seen<'_>, threads: &Threads) {
        let (number, kind) = self.event;
        self.until_shrink = self.until_shrink.saturating_sub(1);
        if self.room_left < ROOM_MIN && self.until_shrink == 0 {
            self.shrink();
        }
        let cpu = event.cpu.map(|cpu| KeyValue::number(cpu.into()).on_machine(event.machine));
        let target = seen.wake.and_then(|wake| wake.cpu);
        let target = target.map(|cpu| KeyValue::number(cpu.into()).on_machine(event.machine));
        let next = seen.switch.map_or(NOBODY, |switch| self.comm_of(switch.next, switch.next_comm));
        if let (Some(cpu), Some(switch)) = (cpu, seen.switch) {
            let prev = self.comm_of(switch.prev, switch.prev_comm);
            self.cpus.switch(cpu, event.time.0, prev, next);
        }
        for touch in threads.touches() {
            self.touch(touch, event, cpu.filter(|_| touch.part == Part::Leaves).or(target));
            match touch.part {
                Part::Own => self.own = touch.slot,
                Part::Gets if next != IDLE => self.threads[touch.slot].comm = next,
                _ => {}
            }
        }
        if let (Some(cpu), Some(entry)) = (cpu, kind.entry) {
            self.cpus.enter(cpu, entry);
        }
        if let (Some(cpu), Some(exit)) = (cpu, kind.exit) {
            self.cpus.leave(cpu, exit);
        }
        let own = &mut self.threads[self.own];
        // Most events of a thread have the same comm as the thread's event before, and then no table is searched for
        // it.
        let comm = match event.comm {
            None => NOBODY,
            Some(comm) if self.comms.is(own.comm, comm) => own.comm,
            Some(comm) => self.comms.number(comm),
        };
        if event.comm.is_some() {
            own.comm = if event.tid == Some(0) { IDLE } else { comm };
        }
        own.take(number, kind, &mut self.room_left);
        let [pair, runs] = self.count_around(comm, next, seen.switch.is_some(), threads);
        self.take_by_keys(event, seen, next, [pair, runs]);
    }

    /// Gives an event to the logs of the keys other than tid. `next` is the comm of the thread that gets the CPU. The two
    /// numbers are those of the event, and of the switch to that thread, among the pairs of comm and event for `around`;
    /// `None` if there is no such pair.
    fn take_by_keys(&mut self, event: &Event<'_>, seen: &Seen<'_>, next: CommId, [pair, runs]: [Option<u16>; 2]) {
        let (number, kind) = self.event;
        for (key, keyed) in &mut self.keyed {
            let Some(value) = KeyValue::of(*key, event) else { continue };
            let subject = keyed.subject(value, &mut self.next_entry, &mut self.room_left);
            pass_time(subject, event.time.0, &mut self.room_left);
            subject.take(number, kind, &mut self.room_left);
            if let Some(pair) = pair {
                subject.log.add(Item::Around(pair), 1, &mut self.room_left);
            }
            let (Some(runs), Some(switch)) = (runs, seen.switch) else { continue };
            // The switch counts also for the thread that gets the CPU. For the keys `all` and CPU that thread has
            // the same value as the event, and the event says its comm, but not its process. The logs of threads got
            // the switch in `count_around`.
            let of_next = match key {
                Key::All | Key::Cpu => Some(subject),
                Key::Comm if next != IDLE => keyed.known(KeyValue::text(switch.next_comm).on_machine(event.machine)),
                Key::Comm | Key::Pid | Key::Tid => None,
            };
            if let Some(subject) = of_next {
                subject.log.add(Item::Around(runs), 1, &mut self.room_left);
            }
        }
    }

    /// Empties the logs of threads that have no open loop, because the room for all logs is nearly used up.
    #[cold]
    fn shrink(&mut self) {
        self.until_shrink = self.threads.len();
        self.room_left += self.threads.iter_mut().map(|subject| subject.log.shrink()).sum::<usize>();
    }

    fn comm_of(&mut self, tid: i32, comm: &[u8]) -> CommId {
        if tid == 0 { IDLE } else { self.comms.number(comm) }
    }

    /// Counts the event among those of all threads, and once more in the log of its own thread: a loop that closes
    /// there subtracts its own events, and the events of other threads are left. A switch is counted in the same way
    /// for the thread that gets the CPU. Returns the number of the event's pair of comm and name, and that of the
    /// switch's pair.
    fn count_around(&mut self, comm: CommId, next: CommId, is_switch: bool, threads: &Threads) -> [Option<u16>; 2] {
        let room = &mut self.room_left;
        let own = self.around.add(comm, self.event.0);
        if let Some(pair) = own {
            self.threads[self.own].log.add(Item::Around(pair), 1, room);
        }
        let Some(pair) = is_switch.then(|| self.around.add(next, RUNS)).flatten() else { return [own, None] };
        if let Some(touch) = threads.touches().iter().find(|touch| touch.part == Part::Gets) {
            self.threads[touch.slot].log.add(Item::Around(pair), 1, room);
        }
        [own, Some(pair)]
    }

    /// Takes the part of one thread in an event. `cpu` is the CPU on which the thread will run next, if the event says
    /// that.
    fn touch(&mut self, touch: &Touch, event: &Event<'_>, cpu: Option<KeyValue>) {
        let Touch { slot, part, before, after, spent, is_new, has_fallen } = *touch;
        if is_new {
            self.renew(slot);
        }
        let now = event.time.0;
        let spot = self.threads[slot].spot(Some(before));
        let subject = &mut self.threads[slot];
        if has_fallen {
            subject.log.add(Item::Fall, 1, &mut self.room_left);
            subject.asleep.clear();
            subject.wait_begin = now;
        }
        if spent > 0 && !is_new {
            subject.log.add(Item::Where(spot), spent, &mut self.room_left);
            if before.waits_for_wake() {
                subject.add_sleep(spot, spent);
            }
        }
        if matches!(part, Part::Leaves | Part::Woken) && cpu.is_some() {
            subject.cpu = cpu;
        }
        if !before.waits_for_wake() && after.waits_for_wake() {
            subject.sleep_begin = now;
            subject.asleep.clear();
        }
        if before != State::Runnable && after == State::Runnable {
            subject.wait_begin = now;
        }
        if before.waits_for_wake() && !after.waits_for_wake() && !has_fallen {
            self.end_sleep(slot, spot, event, part);
        }
        // An event that is printed under the waiting thread ends the wait so far, too, because a loop may begin or
        // close with that event, and by then the log must have the time that was waited before.
        if before == State::Runnable && (after != State::Runnable || part == Part::Own) {
            self.end_wait(slot, now);
        }
    }

    fn renew(&mut self, slot: usize) {
        while self.threads.len() <= slot {
            self.threads.push(Subject::new(self.next_entry, NOBODY));
        }
        self.room_left += self.threads[slot].log.room();
        // A chain of the earlier thread in this slot carries the number of an entry. The numbers of the new log begin
        // above it, so that the chain does not find its number there.
        self.next_entry = self.next_entry.max(self.threads[slot].log.end()) + 1;
        self.threads[slot] = Subject::new(self.next_entry, NOBODY);
    }

    /// Notes who woke a thread, and for which thread the sleep waited in the end: if the waker has slept itself for
    /// most of the time, this is the thread for which that sleep of the waker waited. `spot` is the spot at which the
    /// sleep ends.
    fn end_sleep(&mut self, slot: usize, spot: Spot, event: &Event<'_>, part: Part) {
        let now = event.time.0;
        let sleeper = &self.threads[slot];
        let (begin, own) = (sleeper.sleep_begin, (sleeper.comm, spot));
        let cpu = event.cpu.map(|cpu| KeyValue::number(cpu.into()).on_machine(event.machine));
        let waker = match part {
            Part::Woken if sleeper.is_nanosleep => TIMER,
            Part::Woken if cpu.is_some_and(|cpu| self.cpus.is_interrupted(cpu)) => IRQ,
            Part::Woken if event.tid == Some(0) => IDLE,
            Part::Woken => event.comm.map_or(NOBODY, |comm| self.comms.number(comm)),
            Part::Own | Part::Leaves | Part::Gets => NOBODY,
        };
        let origin = if matches!(waker, TIMER | IRQ | IDLE | NOBODY) || self.own == slot {
            own
        } else {
            let waker_thread = &self.threads[self.own];
            let last = waker_thread.last_sleep.filter(|sleep| sleep.covers_most_of(begin, now));
            last.map_or((waker, waker_thread.spot(Some(State::Running))), |sleep| sleep.origin)
        };
        let sleeper = &mut self.threads[slot];
        sleeper.last_sleep = Some(Sleep { begin, end: now, origin });
        for (spot, spent) in sleeper.asleep.drain(..) {
            sleeper.log.add(Item::By(spot, waker), spent, &mut self.room_left);
            sleeper.log.add(Item::Origin(origin.0, origin.1), spent, &mut self.room_left);
        }
    }

    /// Notes which threads had the CPU while the thread in this slot has waited for it until now.
    fn end_wait(&mut self, slot: usize, now: u64) {
        let Subject { log, cpu, wait_begin, .. } = &mut self.threads[slot];
        let from = std::mem::replace(wait_begin, now);
        if !log.is_active() {
            return;
        }
        let spot = Spot { state: Some(State::Runnable), event: None };
        let room = &mut self.room_left;
        let mut left = now.saturating_sub(from);
        if let Some(cpu) = *cpu {
            self.cpus.runs(cpu, from, now, |comm, spent| {
                log.add(Item::By(spot, comm), spent, room);
                left = left.saturating_sub(spent);
            });
        }
        if left > 0 {
            log.add(Item::By(spot, NOBODY), left, room);
        }
    }

    /// Takes the first event of a loop, which is the event that was read last. Returns the values that the loop's chain
    /// carries.
    pub fn begin(&mut self, loop_index: usize, key: Option<Key>, event: &Event<'_>) -> Begin {
        let room = &mut self.room_left;
        let entry = match key {
            None => 0,
            Some(Key::Tid) => self.threads[self.own].begin(room),
            Some(key) => {
                let keyed = self.keyed.iter_mut().find(|(known, _)| *known == key);
                let subject = keyed.and_then(|(_, keyed)| keyed.known(KeyValue::of(key, event)?));
                subject.map_or(0, |subject| subject.begin(room))
            }
        };
        let mut values = [0; FIELDS_MAX];
        let of_loop = values_of(&mut self.values, loop_index);
        each_value(event, |name, value| of_loop.add_first(&mut values, name, value));
        Begin { entry, around: self.around.end(), values }
    }

    /// Takes an event at a position between the first and the last one of a loop, which is the event that was read
    /// last. Returns the word that the loop's chain carries: the number of the log's next entry plus one, or 0 if the
    /// log has no room to keep the entries before the event apart from those behind the event.
    pub fn cut(&mut self, key: Option<Key>, event: &Event<'_>) -> u64 {
        if self.room_left < ROOM_SCARCE {
            return 0;
        }
        let subject = match key {
            None => None,
            Some(Key::Tid) => self.threads.get_mut(self.own),
            Some(key) => {
                let keyed = self.keyed.iter_mut().find(|(known, _)| *known == key);
                keyed.and_then(|(_, keyed)| keyed.known(KeyValue::of(key, event)?))
            }
        };
        subject.and_then(|subject| subject.log.cut()).map_or(0, |entry| entry + 1)
    }

    /// Forgets everything about threads, because the recording has ended.
    pub fn end_recording(&mut self) {
        self.cpus.clear();
        for subject in &self.threads {
            self.next_entry = self.next_entry.max(subject.log.end());
        }
        self.threads.clear();
        self.keyed.iter_mut().for_each(|(_, keyed)| keyed.clear(&mut self.next_entry));
        self.room_left = ENTRIES_MAX;
    }
}

/// Adds the time since the last event with the same value of a key, for a key other than the thread.
fn pass_time(subject: &mut Subject, now: u64, room_left: &mut usize) {
    match now.checked_sub(subject.time) {
        Some(spent) if spent > 0 && subject.pending.or(subject.begun_with).is_some() => {
            subject.log.add(Item::Where(subject.spot(None)), spent, room_left);
        }
        Some(_) => {}
        None => subject.log.add(Item::Fall, 1, room_left),
    }
    subject.time = now;
}
