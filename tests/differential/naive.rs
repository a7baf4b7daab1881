//! A simple filter that uses no code of the program's matcher. It keeps everything in vectors, copies without regard to
//! speed, and does what the man page says.

use crate::trace::{Event, Loop, Step, Value};
use pspp_filter::key::Key;
use pspp_filter::matcher::Matching;

/// The rows of a trace in their order, and the counts.
#[derive(Default)]
pub struct Outcome {
    /// For each row, the index of its loop, and the times of the loop's events.
    pub rows: Vec<(usize, Vec<u64>)>,
    /// For each row, the indexes of its events in the trace.
    pub places: Vec<Vec<usize>>,
    /// For each loop and each of its positions, the number of events that match the position. An event counts even if
    /// no unfinished loop waited for it.
    pub seen: Vec<Vec<u64>>,
    /// For each loop, the number of events at its first position that have a key.
    pub begun: Vec<u64>,
    /// For each loop, the number of its unfinished loops that were dropped because the time limit (`within`) was over.
    pub expired: Vec<u64>,
    pub out_of_order: u64,
    pub cut: u64,
    pub evicted: u64,
    pub unfinished: u64,
    /// An entry for each key that had an unfinished loop at the end of its input.
    pub open: Vec<Open>,
}

/// The unfinished loop of a key that has the most events. If several have as many, it is the one that began first.
pub struct Open {
    /// The index of the loop.
    pub spec: usize,
    /// The index in the trace of the unfinished loop's first event.
    pub first: usize,
    /// The number of the unfinished loop's events.
    pub length: usize,
}

/// An unfinished loop: the index in the trace of its first event, and the times and indexes of its events.
#[derive(Clone, Debug)]
struct Chain {
    first: usize,
    times: Vec<u64>,
    places: Vec<usize>,
}

impl Chain {
    /// Returns whether the last event of the chain stands at position `k`.
    fn stands_at(&self, k: usize) -> bool {
        self.times.len() == k + 1
    }

    /// Returns the chain that an event begins.
    fn of(event: &Seen<'_>) -> Chain {
        Chain { first: event.place, times: vec![event.time], places: vec![event.place] }
    }

    /// Returns the chain with one more event.
    fn with(&self, event: &Seen<'_>) -> Chain {
        Chain {
            first: self.first,
            times: [self.times.as_slice(), &[event.time]].concat(),
            places: [self.places.as_slice(), &[event.place]].concat(),
        }
    }
}

/// An event, with what it means for one key value of one loop.
struct Seen<'a> {
    /// The positions that the event matches. The event is said to stand at them.
    positions: &'a [usize],
    /// The negated positions at which the event stands, each by the index of the position behind it.
    negated: &'a [usize],
    time: u64,
    /// The index of the event in the trace.
    place: usize,
}

/// The state of one loop for one key value.
#[derive(Default)]
struct State {
    /// The unfinished loops. `latest` and `first` have at most one at each position. `strict` has those that end with
    /// the last event that stood at a position. `nested` has them in the order in which they began.
    chains: Vec<Chain>,
    /// The time of the last event that stood at a position.
    last: Option<u64>,
    expired: u64,
    evicted: u64,
}

impl State {
    fn is_too_old(chain: &Chain, spec: &Loop, time: u64) -> bool {
        spec.within.is_some_and(|within| time.saturating_sub(chain.times[0]) > within)
    }

    /// Takes an event. Returns the finished loop if the event closes it.
    fn step(&mut self, matching: Matching, spec: &Loop, event: &Seen<'_>) -> Option<Chain> {
        match matching {
            Matching::Latest | Matching::First => self.latest(matching, spec, event),
            Matching::Strict => self.strict(spec, event),
            Matching::Nested => self.nested(spec, event),
        }
    }

    fn at(&self, k: usize) -> Option<Chain> {
        self.chains.iter().find(|chain| chain.stands_at(k)).cloned()
    }

    fn put(&mut self, chain: Chain) {
        self.chains.retain(|other| other.times.len() != chain.times.len());
        self.chains.push(chain);
    }

    fn latest(&mut self, matching: Matching, spec: &Loop, event: &Seen<'_>) -> Option<Chain> {
        let mut closed = None;
        for k in (0..spec.positions.len()).rev() {
            if event.positions.contains(&k) {
                if k == 0 {
                    self.put(Chain::of(event));
                } else if let Some(chain) = self.at(k - 1) {
                    let stays = matching == Matching::First && self.at(k).is_some_and(|old| old.first == chain.first);
                    if State::is_too_old(&chain, spec, event.time) {
                        self.chains.retain(|other| other.first != chain.first);
                        self.expired += 1;
                    } else if chain.times[k - 1] > event.time {
                    } else if k + 1 == spec.positions.len() {
                        self.chains.retain(|other| other.first != chain.first);
                        closed = Some(chain.with(event));
                    } else if !stays {
                        self.put(chain.with(event));
                    }
                }
            }
            if event.negated.contains(&k) {
                self.chains.retain(|chain| !chain.stands_at(k - 1));
            }
        }
        closed
    }

    fn strict(&mut self, spec: &Loop, event: &Seen<'_>) -> Option<Chain> {
        if event.positions.is_empty() {
            self.chains.retain(|chain| !event.negated.contains(&chain.times.len()));
            return None;
        }
        // Each chain that the event does not extend is dropped, because its events must follow each other directly.
        let extends = |chain: &Chain| {
            let last = chain.times[chain.times.len() - 1];
            event.positions.contains(&chain.times.len()) && last <= event.time
        };
        let (extended, old): (Vec<Chain>, Vec<Chain>) =
            self.chains.drain(..).filter(extends).partition(|chain| !State::is_too_old(chain, spec, event.time));
        self.expired += old.len() as u64;
        let extended: Vec<Chain> = extended.iter().map(|chain| chain.with(event)).collect();
        let (closed, mut open): (Vec<Chain>, Vec<Chain>) =
            extended.into_iter().partition(|chain| chain.times.len() == spec.positions.len());
        if !closed.is_empty() {
            open.clear();
        }
        if event.positions.contains(&0) {
            open.push(Chain::of(event));
        }
        self.chains = open;
        closed.into_iter().next()
    }

    fn nested(&mut self, spec: &Loop, event: &Seen<'_>) -> Option<Chain> {
        let mut closed = None;
        for k in (0..spec.positions.len()).rev() {
            if event.positions.contains(&k) {
                if k == 0 {
                    // The program keeps at most 64 unfinished loops of a key, and drops the oldest for another one.
                    if self.chains.len() == 64 {
                        self.chains.remove(0);
                        self.evicted += 1;
                    }
                    self.chains.push(Chain::of(event));
                } else {
                    let before = self.chains.len();
                    self.chains.retain(|chain| !State::is_too_old(chain, spec, event.time));
                    self.expired += (before - self.chains.len()) as u64;
                    let innermost = self.chains.iter().rposition(|chain| chain.stands_at(k - 1));
                    if let Some(at) = innermost.filter(|&at| self.chains[at].times[k - 1] <= event.time) {
                        self.chains[at] = self.chains[at].with(event);
                        if k + 1 == spec.positions.len() {
                            closed = Some(self.chains[at].clone());
                            self.chains.truncate(at);
                        }
                    }
                }
            }
            if event.negated.contains(&k) {
                self.chains.retain(|chain| !chain.stands_at(k - 1));
            }
        }
        closed
    }
}

/// A key value of an event, and the positions and the negated positions at which the event has this key value.
type Places = (Value, Vec<usize>, Vec<usize>);

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
    /// Cuts the unfinished loops when a CPU loses events. If the key of a loop is the cpu of the header, its unfinished
    /// loops on other CPUs are spared.
    fn loss(&mut self, cpu: i64) {
        for ((at, value), state) in &mut self.states {
            let spec = &self.loops[*at];
            let is_spared = spec.key == Key::Cpu && !spec.any_field() && *value != Value::Number(cpu);
            if !is_spared {
                self.outcome.cut += u64::from(!state.chains.is_empty());
                state.chains.clear();
            }
        }
    }

    /// Drops the states of a thread that has exited or begun, because a new thread may have the tid of an old one.
    fn drop_thread(&mut self, tid: i64) {
        let loops = self.loops;
        self.states.retain(|((at, value), _)| {
            let is_by_thread = loops[*at].key == Key::Tid && !loops[*at].all_fields();
            !(is_by_thread && *value == Value::Number(tid))
        });
    }

    /// Ends an input and drops its unfinished loops, because the next input is a recording of its own.
    fn end_input(&mut self) {
        self.outcome.unfinished += self.states.iter().filter(|(_, state)| !state.chains.is_empty()).count() as u64;
        for ((spec, _), state) in &self.states {
            let longest = state.chains.iter().map(|chain| chain.times.len()).max();
            let furthest = state.chains.iter().filter(|chain| Some(chain.times.len()) == longest);
            let first = furthest.map(|chain| chain.first).min();
            self.outcome.open.extend(first.zip(longest).map(|(first, length)| Open { spec: *spec, first, length }));
        }
        self.states.clear();
    }

    fn event(&mut self, place: usize, event: &Event) {
        let mut is_out_of_order = false;
        for at in 0..self.loops.len() {
            for (value, positions, negated) in self.places_by_key(at, event) {
                let seen = Seen { positions: &positions, negated: &negated, time: event.time, place };
                is_out_of_order |= self.step((at, value), &seen);
            }
        }
        self.outcome.out_of_order += u64::from(is_out_of_order);
    }

    /// Returns the key values of an event in a loop, each with the positions and the negated positions that the event
    /// matches for it. Counts the event at the positions.
    fn places_by_key(&mut self, at: usize, event: &Event) -> Vec<Places> {
        let spec = &self.loops[at];
        let mut keys: Vec<Places> = Vec::new();
        for k in (0..spec.positions.len()).rev() {
            let position = &spec.positions[k];
            let value = spec.value(position, event);
            if position.admits(event) && (value.is_some() || position.fields.is_empty()) {
                self.outcome.seen[at][k] += 1;
                self.outcome.begun[at] += u64::from(k == 0 && value.is_some());
                value.into_iter().for_each(|value| places_of(&mut keys, value).1.push(k));
            }
            for (_, negated) in spec.negated.iter().filter(|(before, negated)| *before == k && negated.admits(event)) {
                spec.value(negated, event).into_iter().for_each(|value| places_of(&mut keys, value).2.push(k));
            }
        }
        keys
    }

    /// Adds an event to the state of a loop and key value. Returns whether the event stands at a position and is
    /// earlier than the last event of this state that stood at a position.
    fn step(&mut self, id: (usize, Value), event: &Seen<'_>) -> bool {
        let known = self.states.iter().position(|(known, _)| *known == id);
        if known.is_none() && event.positions.is_empty() {
            return false;
        }
        let mut state = match known {
            Some(known) => self.states.remove(known).1,
            None => State::default(),
        };
        if known.is_none() && self.states.len() == self.max_keys {
            self.states.remove(0);
            self.outcome.evicted += 1;
        }
        let mut is_earlier = false;
        if !event.positions.is_empty() {
            is_earlier = state.last.is_some_and(|last| event.time < last);
            state.last = Some(event.time);
        }
        let closed = state.step(self.matching, &self.loops[id.0], event);
        if let Some(Chain { times, places, .. }) = closed {
            self.outcome.rows.push((id.0, times));
            self.outcome.places.push(places);
        }
        self.outcome.expired[id.0] += std::mem::take(&mut state.expired);
        self.outcome.evicted += std::mem::take(&mut state.evicted);
        self.states.push((id, state));
        is_earlier
    }
}

/// Returns the entry of a key value in `keys`. If there is none, adds an entry without positions.
fn places_of(keys: &mut Vec<Places>, value: Value) -> &mut Places {
    let at = keys.iter().position(|(known, _, _)| *known == value).unwrap_or(keys.len());
    if at == keys.len() {
        keys.push((value, Vec::new(), Vec::new()));
    }
    &mut keys[at]
}

/// Runs the simple filter on a trace.
pub fn expected(loops: &[Loop], matching: Matching, max_keys: usize, steps: &[Step]) -> Outcome {
    let seen = loops.iter().map(|spec| vec![0; spec.positions.len()]).collect();
    let counts = vec![0; loops.len()];
    let outcome = Outcome { seen, begun: counts.clone(), expired: counts, ..Outcome::default() };
    let mut filter = Filter { loops, matching, max_keys, states: Vec::new(), outcome };
    for (place, step) in steps.iter().enumerate() {
        match step {
            Step::Loss { cpu } => filter.loss(*cpu),
            Step::Exit { tid } | Step::Fork { tid } => filter.drop_thread(*tid),
            Step::Event(event) => filter.event(place, event),
            Step::NextInput => filter.end_input(),
        }
    }
    filter.end_input();
    filter.outcome
}
