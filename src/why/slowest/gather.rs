//! Gives the lines of an input to the loops to which they belong.

use super::involved::involved;
use super::place::Place;
use super::sample::LineSample;
use super::slow_loop::Lines;
use crate::dialect::{CallEnd, Line, NameBuffer, read};
use crate::event::{Event, OwnThreads};
use crate::key::KeyValue;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// Gathers the lines of several loops in one pass over the lines of their input.
pub struct Gather<'a> {
    /// The loops, in the order in which they begin in the input.
    loops: Vec<&'a mut Lines>,
    /// The number of loops whose first line has been reached.
    begun: usize,
    /// The loops whose first line has been reached and whose last line has not been passed, by their threads.
    open: HashMap<KeyValue, Vec<usize>>,
    /// The number of the last line of each of these open loops, and the loop's index in `loops`. The smallest number is
    /// on top.
    ends: BinaryHeap<Reverse<(u64, usize)>>,
    /// For each loop, the number of the line that it got last, so that it gets no line twice.
    latest: Vec<u64>,
    /// The threads of this program itself, whose events are left out; `None` if no events are.
    left_out: Option<&'a OwnThreads>,
}

impl<'a> Gather<'a> {
    /// Prepares to gather the lines of these loops. The events of the threads `left_out` belong to no loop.
    pub fn new(mut loops: Vec<&'a mut Lines>, left_out: Option<&'a OwnThreads>) -> Self {
        loops.sort_by_key(|lines| lines.first);
        // An earlier pass that was stopped may have given lines to these loops.
        loops.iter_mut().for_each(|lines| lines.sample = LineSample::default());
        let latest = vec![0; loops.len()];
        Gather { loops, begun: 0, open: HashMap::new(), ends: BinaryHeap::new(), latest, left_out }
    }

    /// Returns the place of the first line that may belong to a loop; `None` if all loops have all their lines.
    /// `next` is the place of the line that comes next.
    pub fn needed(&mut self, next: Place) -> Option<Place> {
        self.pass(next.line);
        if !self.ends.is_empty() {
            return Some(next);
        }
        self.loops.get(self.begun).map(|lines| lines.first.max(next))
    }

    /// Opens the loops whose first line is this line or an earlier one, and closes those whose last line is before this
    /// line. So the open loops are those to which this line may belong.
    fn pass(&mut self, line: u64) {
        while let Some(lines) = self.loops.get(self.begun).filter(|lines| lines.first.line <= line) {
            for thread in &lines.threads {
                self.open.entry(*thread).or_default().push(self.begun);
            }
            self.ends.push(Reverse((lines.last, self.begun)));
            self.begun += 1;
        }
        while let Some(Reverse((_, at))) = self.ends.peek().copied().filter(|Reverse((last, _))| *last < line) {
            self.ends.pop();
            for thread in &self.loops[at].threads {
                let open = self.open.entry(*thread).or_default();
                open.retain(|open| *open != at);
                if open.is_empty() {
                    self.open.remove(thread);
                }
            }
        }
    }

    /// Takes a line of text. The event in the line is read only if a loop is open.
    pub fn line(&mut self, place: Place, text: &[u8]) {
        self.pass(place.line);
        if self.ends.is_empty() {
            return;
        }
        match read(text) {
            Line::Event(event) => self.event(place, &event, text),
            Line::Call(call) => {
                let mut name = NameBuffer::default();
                let end = if call.has(CallEnd::Enter) { CallEnd::Enter } else { CallEnd::Exit };
                if let Some(event) = call.event(end, &mut name) {
                    self.event(place, &event, text);
                }
            }
            _ => {}
        }
    }

    /// Takes an event with the text of its line. If a line has two events (the begin and the end of a system call),
    /// this is called for the first one only, because the line belongs to a loop only once.
    pub fn event(&mut self, place: Place, event: &Event<'_>, text: &[u8]) {
        self.pass(place.line);
        if self.ends.is_empty() || self.left_out.is_some_and(|threads| threads.have(event)) {
            return;
        }
        for thread in involved(event).into_iter().flatten() {
            for &at in self.open.get(&thread).into_iter().flatten() {
                let (lines, latest) = (&mut *self.loops[at], &mut self.latest[at]);
                if *latest != place.line && place.offset >= lines.kept_from {
                    *latest = place.line;
                    lines.sample.push(event.time, text);
                }
            }
        }
    }

    /// Ends the pass. Loops of which some lines were not read keep the lines that they got.
    pub fn end(self) {
        self.loops.into_iter().for_each(|lines| lines.is_pending = false);
    }
}
