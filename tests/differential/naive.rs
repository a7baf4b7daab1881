//! A simple filter that uses no code of the program's matcher. It keeps everything in vectors, copies without regard to
//! speed, and does what the man page says.

use crate::trace::{Event, Loop, Step, Value};
use pspp_filter::key::Key;
use pspp_filter::matcher::Matching;
use std::collections::HashMap;

/// The rows of a trace in their order, and the counts.
#[derive(Default)]
pub struct Outcome {
    /// For each row, the index of its loop, and the times of the loop's events.
    pub rows: Vec<(usize, Vec<u64>)>,
    /// The number of events that came at each position of each loop.
    pub seen: Vec<Vec<u64>>,
    pub out_of_order: u64,
    pub cut: u64,
    pub evicted: u64,
    pub unfinished: u64,
}

/// The state of one loop for one key value.
#[derive(Default)]
struct State {
    /// Used for `latest`. For each position, the latest events in loop order that end there: the index in the trace of
    /// the first one, and the times of all.
    chains: HashMap<usize, (usize, Vec<u64>)>,
    /// Used for `strict`. The events since the loop closed last: for each one, the positions that it matches and its
    /// time.
    history: Vec<(Vec<usize>, u64)>,
    last: Option<u64>,
}

impl State {
    fn is_open(&self, positions: usize) -> bool {
        let begun = (1..positions).any(|length| self.last_events(length).is_some());
        !self.chains.is_empty() || begun
    }

    /// Returns the times of the last `length` events, if these are the first positions of the loop in order.
    fn last_events(&self, length: usize) -> Option<Vec<u64>> {
        let events = &self.history[self.history.len().checked_sub(length)?..];
        let match_positions = events.iter().enumerate().all(|(k, (at, _))| at.contains(&k));
        let times: Vec<u64> = events.iter().map(|(_, time)| *time).collect();
        (match_positions && times.is_sorted()).then_some(times)
    }

    fn cut(&mut self) {
        self.chains.clear();
        self.history.clear();
    }

    /// Takes an event that matches the positions `at`. `place` is its index in the trace. Returns the times of the loop
    /// if it closes.
    fn step(
        &mut self,
        matching: Matching,
        positions: usize,
        at: &[usize],
        time: u64,
        place: usize,
    ) -> Option<Vec<u64>> {
        match matching {
            Matching::Latest => self.latest(positions, at, time, place),
            Matching::Strict => {
                self.history.push((at.to_vec(), time));
                let times = self.last_events(positions)?;
                let closing = self.history.pop().filter(|(at, _)| at.contains(&0));
                self.history = closing.into_iter().map(|(_, time)| (vec![0], time)).collect();
                Some(times)
            }
        }
    }

    fn latest(&mut self, positions: usize, at: &[usize], time: u64, place: usize) -> Option<Vec<u64>> {
        let mut closed = None;
        for &k in at.iter().rev() {
            if k == 0 {
                self.chains.insert(0, (place, vec![time]));
                continue;
            }
            let Some((first, mut times)) = self.chains.get(&(k - 1)).cloned() else { continue };
            if times.last().is_some_and(|&last| last > time) {
                continue;
            }
            times.push(time);
            if k + 1 < positions {
                self.chains.insert(k, (first, times));
            } else {
                self.chains.retain(|_, (other, _)| *other != first);
                closed = Some(times);
            }
        }
        closed
    }
}

/// The simple filter while it reads a trace.
struct Filter<'t> {
    loops: &'t [Loop],
    matching: Matching,
    max_keys: usize,
    /// The state of each loop and key value. The one that was used last is at the end.
    states: Vec<((usize, Value), State)>,
    outcome: Outcome,
}

impl Filter<'_> {
    /// Cuts the unfinished loops when a CPU loses events. If the key of a loop is the cpu of the header, those of other
    /// CPUs are spared.
    fn loss(&mut self, cpu: i64) {
        for ((at, value), state) in &mut self.states {
            let spec = &self.loops[*at];
            let is_spared = spec.key == Key::Cpu && !spec.any_field() && *value != Value::Number(cpu);
            if !is_spared {
                self.outcome.cut += u64::from(state.is_open(spec.positions.len()));
                state.cut();
            }
        }
    }

    /// Drops the states of a thread that has exited or begun.
    fn drop_thread(&mut self, tid: i64) {
        let loops = self.loops;
        self.states.retain(|((at, value), _)| {
            let is_by_thread = loops[*at].key == Key::Tid && !loops[*at].all_fields();
            !(is_by_thread && *value == Value::Number(tid))
        });
    }

    fn event(&mut self, place: usize, event: &Event) {
        let mut is_out_of_order = false;
        for at in 0..self.loops.len() {
            for (value, positions) in self.positions_by_key(at, event) {
                is_out_of_order |= self.step((at, value), &positions, event.time, place);
            }
        }
        self.outcome.out_of_order += u64::from(is_out_of_order);
    }

    /// Returns the key values of an event in a loop, each with the positions that the event matches for it. Counts the
    /// event at these positions.
    fn positions_by_key(&mut self, at: usize, event: &Event) -> Vec<(Value, Vec<usize>)> {
        let spec = &self.loops[at];
        let mut keys: Vec<(Value, Vec<usize>)> = Vec::new();
        for (k, position) in spec.positions.iter().enumerate().rev() {
            let fulfils = position.condition.is_none_or(|condition| condition.holds(event));
            if !position.names.contains(&event.name) || !fulfils {
                continue;
            }
            self.outcome.seen[at][k] += 1;
            let value = spec.value(position, event);
            match keys.iter_mut().find(|(known, _)| *known == value) {
                Some((_, positions)) => positions.insert(0, k),
                None => keys.push((value, vec![k])),
            }
        }
        keys
    }

    /// Adds an event to the state of a loop and key value. Returns whether it is earlier than the event before it
    /// there.
    fn step(&mut self, id: (usize, Value), positions: &[usize], time: u64, place: usize) -> bool {
        let known = self.states.iter().position(|(known, _)| *known == id);
        let mut state = match known {
            Some(known) => self.states.remove(known).1,
            None => State::default(),
        };
        if known.is_none() && self.states.len() == self.max_keys {
            self.states.remove(0);
            self.outcome.evicted += 1;
        }
        let is_earlier = state.last.is_some_and(|last| time < last);
        state.last = Some(time);
        let closed = state.step(self.matching, self.loops[id.0].positions.len(), positions, time, place);
        self.outcome.rows.extend(closed.map(|times| (id.0, times)));
        self.states.push((id, state));
        is_earlier
    }
}

/// Runs the simple filter on a trace.
pub fn expected(loops: &[Loop], matching: Matching, max_keys: usize, steps: &[Step]) -> Outcome {
    let seen = loops.iter().map(|spec| vec![0; spec.positions.len()]).collect();
    let outcome = Outcome { seen, ..Outcome::default() };
    let mut filter = Filter { loops, matching, max_keys, states: Vec::new(), outcome };
    for (place, step) in steps.iter().enumerate() {
        match step {
            Step::Loss { cpu } => filter.loss(*cpu),
            Step::Exit { tid } | Step::Fork { tid } => filter.drop_thread(*tid),
            Step::Event(event) => filter.event(place, event),
        }
    }
    let open = filter.states.iter().filter(|((at, _), state)| state.is_open(loops[*at].positions.len()));
    Outcome { unfinished: open.count() as u64, ..filter.outcome }
}
