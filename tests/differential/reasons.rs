//! Computes from the whole history of a trace what `--explain` says of a closed loop: where its time went, who caused it,
//! for whom its sleeps waited, what came meanwhile, and which values its fields have. It shares no code with the program.

use crate::scheduler::{
    Part, Switch, Thread, Touches, Under, event, interrupt, is_asleep, number, switch, thread, touch, under,
};
use crate::trace::{Event, Step};
use std::collections::{BTreeMap, HashMap};

/// The state and the event under which time counts.
pub type Spot = (Option<&'static str>, Option<String>);

/// A comm, and the spot at which its thread was.
pub type Origin = (Option<String>, Spot);

/// A part of the history of a thread between two events that are about it.
#[derive(Clone, Debug)]
struct Piece {
    /// The indexes of the two events, and their times in nanoseconds.
    from: (usize, u64),
    to: (usize, u64),
    spot: Spot,
    /// The index of the event at which its causes are known. A loop that closes earlier does not have them.
    known_at: usize,
    /// Who caused it, and for how long.
    by: Vec<(Option<String>, u64)>,
    origin: Option<Origin>,
}

/// All that is known of a loop that has closed.
#[derive(Debug, Default)]
pub struct Known {
    pub spots: BTreeMap<Spot, u128>,
    /// The spots in the order of time.
    pub order: Vec<Spot>,
    pub by: BTreeMap<(Spot, Option<String>), u128>,
    pub origins: BTreeMap<Origin, u128>,
}

/// A trace, with the history of each of its threads.
pub struct Histories<'t> {
    steps: &'t [Step],
    pieces: HashMap<Thread, Vec<Piece>>,
    pub has_switch: bool,
}

impl<'t> Histories<'t> {
    pub fn new(steps: &'t [Step]) -> Self {
        let switches = || steps.iter().filter_map(event).filter_map(switch);
        let mut histories = Histories { steps, pieces: HashMap::new(), has_switch: switches().next().is_some() };
        let mut touches: HashMap<Thread, Touches> = HashMap::new();
        let mut ended: Vec<(Thread, Touches)> = Vec::new();
        for (at, step) in steps.iter().enumerate() {
            match step {
                Step::Event(event) => touch(&mut touches, at, event),
                Step::Exit { tid } | Step::Fork { tid } => {
                    ended.extend(touches.remove(&thread(*tid, 0)).map(|old| (thread(*tid, 0), old)));
                }
                Step::NextInput => ended.extend(touches.drain()),
                Step::Loss { .. } => {}
            }
        }
        ended.extend(touches);
        let mut known: Vec<(Thread, Vec<Piece>)> =
            ended.iter().map(|(thread, touches)| (*thread, histories.pieces_of(touches))).collect();
        known.sort_by_key(|(_, pieces)| pieces.first().map(|piece| piece.from.0));
        for (thread, pieces) in known {
            histories.pieces.entry(thread).or_default().extend(pieces);
        }
        histories.add_causes(&ended);
        histories
    }

    fn event(&self, at: usize) -> &'t Event {
        event(&self.steps[at]).expect("an event")
    }

    /// Returns the event of a thread under which time counts behind the index `at`.
    fn under(&self, touches: &Touches, of: Thread, at: usize) -> Option<String> {
        let own = touches.iter().take_while(|(place, ..)| *place <= at).filter(|(.., part, _)| *part == Part::Own);
        let events = own.map(|(place, ..)| self.event(*place)).filter(|event| thread(event.tid, event.cpu) == of);
        under(events)
    }

    fn pieces_of(&self, touches: &Touches) -> Vec<Piece> {
        let mut under = Under::default();
        let piece = |pair: &[(usize, u64, Part, &'static str)]| {
            let (from, part, state) = ((pair[0].0, pair[0].1), pair[0].2, pair[0].3);
            if part == Part::Own {
                under.take(self.event(from.0));
            }
            let event = under.current.clone().filter(|_| state != "runnable" || !self.has_switch);
            let spot = (self.has_switch.then_some(state), event);
            Piece { from, to: (pair[1].0, pair[1].1), spot, known_at: usize::MAX, by: Vec::new(), origin: None }
        };
        touches.windows(2).map(piece).collect()
    }

    /// Finds the causes of all pieces in which a thread has waited. The sleeps come in the order of their ends, because an
    /// origin is looked up in an earlier sleep.
    fn add_causes(&mut self, all: &[(Thread, Touches)]) {
        let mut sleeps: Vec<Sleep> = Vec::new();
        for (thread, touches) in all {
            for (first, touch) in touches.iter().enumerate().filter(|(_, touch)| is_asleep(touch.3)) {
                let continues = first > 0 && is_asleep(touches[first - 1].3);
                let end = (first..touches.len()).find(|at| !is_asleep(touches[*at].3));
                if let Some(at) = end.filter(|_| !continues) {
                    let ((end, time, part, _), last) = (touches[at], touches[at - 1]);
                    let (begin, end) = ((touch.0, touch.1), (end, time));
                    sleeps.push(Sleep { thread: *thread, begin, end, part, last: (last.0, last.3), origin: None });
                }
            }
            self.add_waits(*thread, touches);
        }
        // An event that wakes a thread ends the sleep of its own thread first.
        sleeps.sort_by_key(|sleep| (sleep.end.0, sleep.part == Part::Woken));
        for at in 0..sleeps.len() {
            let (_, touches) = all
                .iter()
                .find(|(thread, touches)| {
                    *thread == sleeps[at].thread && touches.iter().any(|touch| touch.0 == sleeps[at].begin.0)
                })
                .expect("its history");
            let waker = self.waker(&sleeps[at], touches);
            let origin = self.origin(&sleeps, at, &waker, touches, all);
            let Sleep { thread, begin, end, .. } = sleeps[at];
            let pieces = self.pieces.get_mut(&thread).expect("its pieces");
            for piece in pieces.iter_mut().filter(|piece| piece.from.0 >= begin.0 && piece.to.0 <= end.0) {
                piece.known_at = end.0;
                piece.by = vec![(waker.clone(), piece.to.1.saturating_sub(piece.from.1))];
                piece.origin = Some(origin.clone());
            }
            sleeps[at].origin = Some(origin);
        }
    }

    fn waker(&self, sleep: &Sleep, touches: &Touches) -> Option<String> {
        let event = self.event(sleep.end.0);
        if sleep.part != Part::Woken {
            return None;
        }
        if self.under(touches, sleep.thread, sleep.last.0).is_some_and(|event| event.ends_with("nanosleep")) {
            return Some("timer".to_owned());
        }
        let on_cpu = self.steps[..sleep.end.0].iter().rev().take_while(|step| !matches!(step, Step::NextInput));
        let on_cpu = on_cpu.filter_map(crate::scheduler::event).filter(|other| other.cpu == event.cpu);
        let since_switch: Vec<&Event> = on_cpu.take_while(|event| switch(event).is_none()).collect();
        let mut running: Vec<&str> = Vec::new();
        for event in since_switch.into_iter().rev() {
            running.extend(interrupt(&event.name, "_entry").filter(|_| running.len() < 8));
            let exit = interrupt(&event.name, "_exit");
            if let Some(at) = exit.and_then(|exit| running.iter().rposition(|running| *running == exit)) {
                running.truncate(at);
            }
        }
        if !running.is_empty() {
            return Some("irq".to_owned());
        }
        Some(if event.tid == 0 { "idle".to_owned() } else { event.comm.clone() })
    }

    fn origin(
        &self,
        sleeps: &[Sleep],
        at: usize,
        waker: &Option<String>,
        touches: &Touches,
        all: &[(Thread, Touches)],
    ) -> Origin {
        let sleep = &sleeps[at];
        let event = self.event(sleep.end.0);
        let of_waker = thread(event.tid, event.cpu);
        let is_thread = waker.as_deref().is_some_and(|comm| !matches!(comm, "timer" | "irq" | "idle"));
        if !is_thread || of_waker == sleep.thread {
            let spot = (Some(sleep.last.1), self.under(touches, sleep.thread, sleep.last.0));
            return (self.comm(touches, sleep.end.0), spot);
        }
        let (_, touches) = all
            .iter()
            .find(|(thread, touches)| *thread == of_waker && touches.iter().any(|touch| touch.0 == sleep.end.0))
            .expect("the waker's history");
        // Of a thread that has ended and begun again, only the sleeps since then are known.
        let since = touches[0].0;
        let own = sleeps[..at].iter().rev().find(|other| other.thread == of_waker && other.begin.0 >= since);
        let covers = |other: &&Sleep| {
            let common = other.end.1.min(sleep.end.1).saturating_sub(other.begin.1.max(sleep.begin.1));
            2 * common > sleep.end.1.saturating_sub(sleep.begin.1)
        };
        match own.filter(covers).and_then(|other| other.origin.clone()) {
            Some(origin) => origin,
            None => (waker.clone(), (Some("running"), self.under(touches, of_waker, sleep.end.0 - 1))),
        }
    }

    /// Returns the comm that the thread with these events has before the index `at`.
    fn comm(&self, touches: &Touches, at: usize) -> Option<String> {
        let before = touches.iter().rev().filter(|touch| touch.0 < at && matches!(touch.2, Part::Own | Part::Gets));
        before
            .filter_map(|(place, _, part, _)| match (part, self.event(*place)) {
                (Part::Own, event) if event.tid == 0 => Some("idle".to_owned()),
                (Part::Own, event) => Some(event.comm.clone()),
                (_, event) => switch(event).map(|switch| switch.next_comm).filter(|comm| comm != "idle"),
            })
            .next()
    }

    /// Finds out for each piece in which a thread was runnable who had its CPU.
    fn add_waits(&mut self, thread: Thread, touches: &Touches) {
        let Some(pieces) = self.pieces.get(&thread) else { return };
        let mut pieces = pieces.clone();
        for piece in pieces.iter_mut().filter(|piece| piece.spot.0 == Some("runnable")) {
            let Some(at) = touches.iter().position(|touch| touch.0 == piece.to.0 && touch.1 == piece.to.1) else {
                continue;
            };
            let is_end = |at: &usize| touches[*at].3 != "runnable" || touches[*at].2 == Part::Own;
            let Some(end) = (at..touches.len()).find(is_end) else { continue };
            let known_at = touches[end].0;
            piece.known_at = known_at;
            let cpus = touches[..=end].iter().rev();
            let cpu = cpus
                .filter_map(|(place, _, part, _)| match part {
                    Part::Leaves => Some(self.event(*place).cpu),
                    Part::Woken => number(self.event(*place), "target_cpu"),
                    _ => None,
                })
                .next();
            piece.by = self.ran(cpu, piece, known_at);
        }
        self.pieces.insert(thread, pieces);
    }

    /// Returns who had a CPU during a piece, as far as it was seen up to the index `known_at`.
    fn ran(&self, cpu: Option<i64>, piece: &Piece, known_at: usize) -> Vec<(Option<String>, u64)> {
        let input = self.steps[..known_at].iter().rposition(|step| matches!(step, Step::NextInput)).unwrap_or(0);
        let events = self.steps[input..=known_at].iter().filter_map(event).filter(|event| Some(event.cpu) == cpu);
        let switches: Vec<(u64, Switch)> = events.filter_map(|event| Some((event.time, switch(event)?))).collect();
        let (from, to) = (piece.from.1, piece.to.1);
        let Some((first, before)) = switches.first() else { return vec![(None, to.saturating_sub(from))] };
        let mut by = vec![(Some(before.prev_comm.clone()), to.min(*first).saturating_sub(from))];
        for (at, (time, switch)) in switches.iter().enumerate() {
            let end = switches.get(at + 1).map_or(to, |(next, _)| to.min(*next));
            by.push((Some(switch.next_comm.clone()), end.saturating_sub(from.max(*time))));
        }
        by
    }

    /// Returns what is known of a loop that is followed in one thread, from the indexes of its events.
    pub fn of_thread(&self, places: &[usize]) -> Known {
        let (first, last) = (self.event(places[0]), places[places.len() - 1]);
        let pieces = self.pieces.get(&thread(first.tid, first.cpu)).map_or(&[][..], |pieces| pieces);
        let mut known = Known::default();
        for ends in places.windows(2) {
            let within: Vec<&Piece> =
                pieces.iter().filter(|piece| piece.from.0 >= ends[0] && piece.to.0 <= ends[1]).collect();
            let time = self.event(ends[1]).time - self.event(ends[0]).time;
            if within.iter().any(|piece| piece.to.1 < piece.from.1) {
                known.add((self.has_switch.then_some("unknown"), None), time);
                continue;
            }
            for piece in within {
                known.add(piece.spot.clone(), piece.to.1 - piece.from.1);
                if piece.known_at <= last {
                    for (comm, time) in &piece.by {
                        *known.by.entry((piece.spot.clone(), comm.clone())).or_default() += u128::from(*time);
                    }
                    let origin = piece.origin.iter().cloned();
                    origin.for_each(|origin| {
                        *known.origins.entry(origin).or_default() += u128::from(piece.to.1 - piece.from.1);
                    });
                }
            }
        }
        known
    }

    /// Returns what is known of a loop with another key. `is_of_key` says which events have its value.
    pub fn of_key(&self, places: &[usize], is_of_key: impl Fn(&Event) -> bool) -> Known {
        let last = places[places.len() - 1];
        let input = self.steps[..last].iter().rposition(|step| matches!(step, Step::NextInput)).unwrap_or(0);
        let events = self.steps[input..=last].iter().enumerate();
        let own: Vec<(usize, &Event)> = events
            .filter_map(|(at, step)| Some((input + at, event(step)?)))
            .filter(|(_, event)| is_of_key(event))
            .collect();
        let mut known = Known::default();
        for ends in places.windows(2) {
            let mut under = Under::default();
            let mut within: Vec<(Option<String>, u64, u64)> = Vec::new();
            for pair in own.windows(2) {
                under.take(pair[0].1);
                if pair[0].0 >= ends[0] && pair[1].0 <= ends[1] {
                    within.push((under.current.clone(), pair[0].1.time, pair[1].1.time));
                }
            }
            if within.iter().any(|(_, from, to)| to < from) {
                known.add((None, None), self.event(ends[1]).time - self.event(ends[0]).time);
                continue;
            }
            within.into_iter().for_each(|(event, from, to)| known.add((None, event), to - from));
        }
        known
    }
}

impl Known {
    fn add(&mut self, spot: Spot, time: u64) {
        if time > 0 {
            if !self.spots.contains_key(&spot) {
                self.order.push(spot.clone());
            }
            *self.spots.entry(spot).or_default() += u128::from(time);
        }
    }
}

/// A sleep that has ended.
struct Sleep {
    thread: Thread,
    /// The index and the time of the events with which it begins and ends.
    begin: (usize, u64),
    end: (usize, u64),
    /// The part that the thread has in the event that ends it.
    part: Part,
    /// The index of the event before that one, and the state behind it.
    last: (usize, &'static str),
    origin: Option<Origin>,
}
