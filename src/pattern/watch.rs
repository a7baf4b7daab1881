//! From an event's name to the positions where it stands.

use super::Loop;
use super::name::{EventName, category};
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// How many different names are remembered.
const NAMES_MAX: usize = 4096;
/// How long a name may be to be remembered, in bytes.
const NAME_LENGTH_MAX: usize = 128;

/// The positions of one loop at which an event stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Which loop.
    pub loop_index: usize,
    /// Bit k is position k, counted from 0.
    pub positions: u32,
}

/// All loops' positions by event name, and a count of the names seen.
///
/// An input uses few names over and over, so that the patterns are tried once
/// for each name and the answer is remembered: a look-up costs a hash of the
/// name and one comparison, however many loops and patterns there are. The
/// memory is bounded; names beyond the bound are tried again each time.
pub struct Watch {
    patterns: Vec<(EventName, usize, usize)>,
    known: HashMap<Box<[u8]>, usize, RandomState>,
    names: Vec<Name>,
    /// The answer for a name that is not remembered.
    other: Vec<Hit>,
    others: u64,
}

struct Name {
    name: Box<[u8]>,
    hits: Vec<Hit>,
    count: u64,
}

impl Watch {
    /// Watches for the positions of these loops.
    pub fn new(loops: &[Loop]) -> Self {
        let patterns = loops.iter().enumerate().flat_map(|(loop_index, wanted)| {
            wanted.positions.iter().enumerate().flat_map(move |(position, at)| {
                at.events.iter().map(move |event| (event.clone(), loop_index, position))
            })
        });
        Watch {
            patterns: patterns.collect(),
            known: HashMap::default(),
            names: Vec::new(),
            other: Vec::new(),
            others: 0,
        }
    }

    /// Counts an event and says where it stands; in the order of the loops.
    pub fn find(&mut self, name: &[u8]) -> &[Hit] {
        if let Some(&index) = self.known.get(name) {
            let known = &mut self.names[index];
            known.count += 1;
            return &known.hits;
        }
        self.meet(name)
    }

    #[cold]
    fn meet(&mut self, name: &[u8]) -> &[Hit] {
        self.other.clear();
        for (pattern, loop_index, position) in &self.patterns {
            if !pattern.matches(name) {
                continue;
            }
            let bit = 1 << position;
            match self.other.last_mut() {
                Some(hit) if hit.loop_index == *loop_index => hit.positions |= bit,
                _ => self.other.push(Hit { loop_index: *loop_index, positions: bit }),
            }
        }
        if self.names.len() == NAMES_MAX || name.len() > NAME_LENGTH_MAX {
            self.others += 1;
            return &self.other;
        }
        let index = self.names.len();
        self.known.insert(name.into(), index);
        self.names.push(Name { name: name.into(), hits: self.other.clone(), count: 1 });
        &self.names[index].hits
    }

    /// The names seen, as they were printed, in order of first appearance.
    pub fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.names.iter().map(|name| &*name.name)
    }

    /// The categories of all events seen and their counts, in order of first
    /// appearance: at most `limit`, and a count of the events beyond it.
    pub fn categories(&self, limit: usize) -> (Vec<(Vec<u8>, u64)>, u64) {
        let mut index: HashMap<Vec<u8>, usize, RandomState> = HashMap::default();
        let mut categories: Vec<(Vec<u8>, u64)> = Vec::new();
        let mut others = self.others;
        for name in &self.names {
            let category = category(&name.name);
            match index.get(&category) {
                Some(&at) => categories[at].1 += name.count,
                None if categories.len() < limit => {
                    index.insert(category.clone(), categories.len());
                    categories.push((category, name.count));
                }
                None => others += name.count,
            }
        }
        (categories, others)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Notation, grammar};
    use super::*;

    fn watch(loops: &[&str]) -> Watch {
        let parse = |text: &&str| grammar::parse(text, Notation::Arrows).expect("a loop");
        Watch::new(&loops.iter().map(parse).collect::<Vec<_>>())
    }

    #[test]
    fn an_event_at_several_positions_of_several_loops() {
        let mut watch = watch(&["a -> s:b -> a", "b -> c"]);
        let hit = |loop_index, positions| Hit { loop_index, positions };
        for _ in 0..2 {
            assert_eq!(watch.find(b"x:a"), [hit(0, 0b101)]);
            assert_eq!(watch.find(b"s:b"), [hit(0, 0b010), hit(1, 0b01)]);
            assert_eq!(watch.find(b"t:b"), [hit(1, 0b01)]);
            assert_eq!(watch.find(b"d"), []);
        }
        assert_eq!(watch.names().collect::<Vec<_>>(), [&b"x:a"[..], b"s:b", b"t:b", b"d"]);
    }

    #[test]
    fn names_beyond_the_bound_are_still_found() {
        let mut watch = watch(&["a -> b"]);
        for number in 0..2 * NAMES_MAX {
            watch.find(format!("name{number}").as_bytes());
        }
        assert_eq!(watch.find(b"b"), [Hit { loop_index: 0, positions: 0b10 }]);
        assert_eq!(watch.names().count(), NAMES_MAX);
        let (categories, others) = watch.categories(10);
        assert_eq!(categories.len(), 10);
        assert_eq!(others, 2 * NAMES_MAX as u64 + 1 - 10);
    }

    #[test]
    fn categories_join_the_ends_of_a_call() {
        let mut watch = watch(&["a -> b"]);
        for name in ["kvm:kvm_exit", "kvm:kvm_entry", "sys_enter_x", "kvm:kvm_exit", "sys_exit_x"] {
            watch.find(name.as_bytes());
        }
        assert_eq!(watch.categories(10), (vec![(b"kvm___".to_vec(), 3), (b"sys__x".to_vec(), 2)], 0));
    }
}
