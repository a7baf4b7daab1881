//! From an event's name to the positions where it stands.

use super::Loop;
use super::name::{EventName, category};
use crate::key::KeySource;
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// How many different names are remembered.
const NAMES_MAX: usize = 4096;
/// How many names are found at once.
const MEMOS: usize = 256;
/// What the categories beyond the bound are called.
const OTHERS_NAME: &[u8] = b"others";
/// How long a name may be to be remembered, in bytes.
const NAME_LENGTH_MAX: usize = 128;

/// The positions of one loop at which an event stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Which loop.
    pub loop_index: usize,
    /// Bit k is position k, counted from 0.
    pub positions: u32,
    /// Whether more than the name decides, at one of them: a condition, or
    /// the fields of a key.
    pub looks_inside: bool,
}

/// A name that was found, and whether it had not been seen before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Among the names that are remembered; beyond them it is the other.
    index: usize,
    /// Whether it is remembered from here on.
    pub is_new: bool,
}

/// What is known of an event by its name.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// Where it stands, in the order of the loops.
    pub hits: &'a [Hit],
    /// Its category, by number; [`Watch::OTHERS`] where there are too many.
    pub category: usize,
}

/// All loops' positions by event name, and a count of the categories seen.
///
/// An input uses few names over and over, so that the patterns are tried once
/// for each name and the answer is remembered: a look-up costs a hash of the
/// name and one comparison, however many loops and patterns there are. The
/// memory is bounded; names beyond the bound are tried again each time.
pub struct Watch {
    patterns: Vec<Pattern>,
    known: HashMap<Box<[u8]>, usize, RandomState>,
    names: Vec<Name>,
    /// By the end of a name, the one that had it last, by its index.
    memos: Box<[u16; MEMOS]>,
    /// The name looked for last that is not remembered.
    other: Name,
    category_numbers: HashMap<Vec<u8>, usize, RandomState>,
    categories: Vec<Category>,
    /// Events of categories beyond the bound.
    others: u64,
}

/// One of a position's events.
struct Pattern {
    event: EventName,
    loop_index: usize,
    position: usize,
    looks_inside: bool,
}

struct Name {
    name: Box<[u8]>,
    hits: Vec<Hit>,
    category: usize,
}

struct Category {
    name: Vec<u8>,
    count: u64,
}

/// How many events of each category had been seen at some time.
#[derive(Clone, Debug, Default)]
pub struct CategoryCounts {
    each: Vec<u64>,
    others: u64,
}

impl Found {
    /// The same name again, if it is remembered.
    pub fn again(self) -> Option<Found> {
        (self.index != usize::MAX).then_some(Found { is_new: false, ..self })
    }
}

impl Watch {
    /// How many categories are told apart, and the number of all others.
    pub const OTHERS: usize = 1024;

    /// Watches for the positions of these loops.
    pub fn new(loops: &[Loop]) -> Self {
        let patterns = loops.iter().enumerate().flat_map(|(loop_index, spec)| patterns(loop_index, spec));
        Watch {
            patterns: patterns.collect(),
            known: HashMap::default(),
            names: Vec::new(),
            memos: Box::new([u16::MAX; MEMOS]),
            other: Name { name: Box::default(), hits: Vec::new(), category: Watch::OTHERS },
            category_numbers: HashMap::default(),
            categories: Vec::new(),
            others: 0,
        }
    }

    /// Counts an event by its name, and finds what is known of it.
    #[inline(always)]
    pub fn count(&mut self, name: &[u8]) -> Found {
        // A few names come over and over: a look at the end of the name, and one comparison.
        let memo = memo(name);
        let index = usize::from(self.memos[memo]);
        let found = match self.names.get(index) {
            Some(known) if *known.name == *name => Found { index, is_new: false },
            _ => self.find_by_hash(name, memo),
        };
        match self.names.get(found.index) {
            Some(known) => self.count_category(known.category),
            None => self.count_category(self.other.category),
        }
        found
    }

    /// Counts another event of a name that was found before, and is remembered.
    #[inline(always)]
    pub fn count_again(&mut self, found: Found) {
        if let Some(known) = self.names.get(found.index) {
            self.count_category(known.category);
        }
    }

    /// As [`Watch::count`], of an event that was counted before.
    pub fn look_up(&mut self, name: &[u8]) -> Found {
        match self.known.get(name) {
            Some(&index) => Found { index, is_new: false },
            None => self.find_other(name),
        }
    }

    /// What was found; of a name that is not remembered, until the next is looked for.
    #[inline(always)]
    pub fn known(&self, found: Found) -> Known<'_> {
        let Name { hits, category, .. } = self.names.get(found.index).unwrap_or(&self.other);
        Known { hits, category: *category }
    }

    #[inline(never)]
    fn find_by_hash(&mut self, name: &[u8], memo: usize) -> Found {
        let (index, is_new) = match self.known.get(name) {
            Some(&index) => (index, false),
            None if self.names.len() < NAMES_MAX && name.len() <= NAME_LENGTH_MAX => (self.remember(name), true),
            None => return self.find_other(name),
        };
        self.memos[memo] = index as u16;
        Found { index, is_new }
    }

    fn find_other(&mut self, name: &[u8]) -> Found {
        let category = self.category_of(name);
        self.other = Name { name: Box::default(), hits: self.hits_of(name), category };
        Found { index: usize::MAX, is_new: false }
    }

    /// Watches for the positions of one more loop, the last by its index.
    #[cold]
    pub fn add(&mut self, loop_index: usize, spec: &Loop) {
        let known = self.patterns.len();
        self.patterns.extend(patterns(loop_index, spec));
        for Name { name, hits, .. } in &mut self.names {
            add_hits(hits, &self.patterns[known..], name);
        }
    }

    #[inline(always)]
    fn count_category(&mut self, category: usize) {
        match self.categories.get_mut(category) {
            Some(category) => category.count += 1,
            None => self.others += 1,
        }
    }

    #[cold]
    fn remember(&mut self, name: &[u8]) -> usize {
        let index = self.names.len();
        let (hits, category) = (self.hits_of(name), self.category_of(name));
        self.known.insert(name.into(), index);
        self.names.push(Name { name: name.into(), hits, category });
        index
    }

    fn hits_of(&self, name: &[u8]) -> Vec<Hit> {
        let mut hits = Vec::new();
        add_hits(&mut hits, &self.patterns, name);
        hits
    }

    fn category_of(&mut self, name: &[u8]) -> usize {
        let category = category(name);
        // One of this name is counted with those beyond the bound, which have it too.
        if category == OTHERS_NAME {
            return Watch::OTHERS;
        }
        if let Some(&number) = self.category_numbers.get(&category) {
            return number;
        }
        let number = self.categories.len();
        if number == Watch::OTHERS || category.len() > NAME_LENGTH_MAX {
            return Watch::OTHERS;
        }
        self.category_numbers.insert(category.clone(), number);
        self.categories.push(Category { name: category, count: 0 });
        number
    }

    /// The names seen, as they were printed, in order of first appearance.
    pub fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.names.iter().map(|name| &*name.name)
    }

    /// The name of a category.
    pub fn category(&self, number: usize) -> &[u8] {
        self.categories.get(number).map_or(OTHERS_NAME, |category| &category.name)
    }

    /// The counts of all categories so far.
    pub fn category_counts(&self) -> CategoryCounts {
        let each = self.categories.iter().map(|category| category.count).collect();
        CategoryCounts { each, others: self.others }
    }

    /// As [`Watch::categories`], of the events seen since `before`.
    pub fn categories_since(&self, before: &CategoryCounts) -> impl Iterator<Item = (&[u8], u64)> {
        let counts = before.each.iter().copied().chain(std::iter::repeat(0));
        let each = self
            .categories
            .iter()
            .zip(counts)
            .map(|(category, before)| (category.name.as_slice(), category.count - before));
        let others = (self.category(Watch::OTHERS), self.others - before.others);
        each.chain([others]).filter(|(_, count)| *count > 0)
    }

    /// The categories of all events seen and their counts, in order of first
    /// appearance; where there are too many, the rest as `others`.
    pub fn categories(&self) -> impl Iterator<Item = (&[u8], u64)> {
        let rest = (self.others > 0).then_some((self.category(Watch::OTHERS), self.others));
        self.categories.iter().map(|category| (category.name.as_slice(), category.count)).chain(rest)
    }
}

/// Where a name is looked for at first. Names differ in their last 16 bytes,
/// or at least in length.
#[inline(always)]
fn memo(name: &[u8]) -> usize {
    let word = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let last = word(name.last_chunk());
    let before = word(name.get(..name.len().saturating_sub(8)).and_then(|before| before.last_chunk()));
    let mixed = (last ^ before.rotate_left(25) ^ name.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 56) as usize
}

/// Adds the positions of patterns that a name matches; they come in the order of their loops.
fn add_hits(hits: &mut Vec<Hit>, patterns: &[Pattern], name: &[u8]) {
    for Pattern { event, loop_index, position, looks_inside } in patterns {
        if !event.matches(name) {
            continue;
        }
        let bit = 1 << position;
        match hits.last_mut() {
            Some(hit) if hit.loop_index == *loop_index => {
                hit.positions |= bit;
                hit.looks_inside |= looks_inside;
            }
            _ => hits.push(Hit { loop_index: *loop_index, positions: bit, looks_inside: *looks_inside }),
        }
    }
}

/// The events of a loop's positions.
fn patterns(loop_index: usize, spec: &Loop) -> impl Iterator<Item = Pattern> {
    // Where one position takes its key from the event, all are compared as values.
    let by_value = spec.key_source() != KeySource::Header;
    spec.positions.iter().enumerate().flat_map(move |(position, at)| {
        let looks_inside = by_value || at.looks_inside();
        at.events.iter().map(move |event| Pattern { event: event.clone(), loop_index, position, looks_inside })
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Notation, grammar};
    use super::*;

    fn watch(loops: &[&str]) -> Watch {
        let parse = |text: &&str| grammar::parse(text, Notation::Arrows).expect("a loop");
        Watch::new(&loops.iter().map(parse).collect::<Vec<_>>())
    }

    fn hits(watch: &mut Watch, name: &[u8]) -> Vec<Hit> {
        let found = watch.count(name);
        watch.known(found).hits.to_vec()
    }

    fn category(watch: &mut Watch, name: &[u8]) -> usize {
        let found = watch.count(name);
        watch.known(found).category
    }

    #[test]
    fn an_event_at_several_positions_of_several_loops() {
        let mut watch = watch(&["a -> s:b -> a", "b -> c"]);
        let hit = |loop_index, positions| Hit { loop_index, positions, looks_inside: false };
        for _ in 0..2 {
            assert_eq!(hits(&mut watch, b"x:a"), [hit(0, 0b101)]);
            assert_eq!(hits(&mut watch, b"s:b"), [hit(0, 0b010), hit(1, 0b01)]);
            assert_eq!(hits(&mut watch, b"t:b"), [hit(1, 0b01)]);
            assert_eq!(hits(&mut watch, b"d"), []);
        }
        assert_eq!(watch.names().collect::<Vec<_>>(), [&b"x:a"[..], b"s:b", b"t:b", b"d"]);
    }

    #[test]
    fn only_where_it_must_be_the_event_is_looked_into() {
        let mut watch = watch(&["a -> b if x == 1 -> a|c*", "a -> b@x"]);
        let hit = |loop_index, positions, looks_inside| Hit { loop_index, positions, looks_inside };
        assert_eq!(hits(&mut watch, b"a"), [hit(0, 0b101, false), hit(1, 0b01, true)]);
        assert_eq!(hits(&mut watch, b"b"), [hit(0, 0b010, true), hit(1, 0b10, true)]);
        assert_eq!(hits(&mut watch, b"s:cd"), [hit(0, 0b100, false)]);
    }

    #[test]
    fn names_beyond_the_bound_are_still_found() {
        let mut watch = watch(&["a -> b"]);
        for number in 0..2 * NAMES_MAX {
            watch.count(format!("name{number}").as_bytes());
        }
        assert_eq!(hits(&mut watch, b"b"), [Hit { loop_index: 0, positions: 0b10, looks_inside: false }]);
        assert_eq!(watch.names().count(), NAMES_MAX);
        let before = watch.category_counts();
        watch.count(&[b'n'; NAME_LENGTH_MAX + 1]);
        watch.count(b"name7");
        let since: Vec<_> = watch.categories_since(&before).collect();
        assert_eq!(since, [(&b"name7"[..], 1), (b"others", 1)]);
        let categories: Vec<_> = watch.categories().collect();
        assert_eq!(categories.len(), Watch::OTHERS + 1);
        assert_eq!(categories[Watch::OTHERS], (&b"others"[..], (2 * NAMES_MAX + 2 - Watch::OTHERS) as u64));
    }

    #[test]
    fn categories_join_the_ends_of_a_call() {
        let mut watch = watch(&["a -> b"]);
        for name in ["kvm:kvm_exit", "kvm:kvm_entry", "sys_enter_x", "kvm:kvm_exit", "sys_exit_x"] {
            watch.count(name.as_bytes());
        }
        let categories: Vec<_> = watch.categories().collect();
        assert_eq!(categories, [(&b"kvm___"[..], 3), (b"sys__x", 2)]);
        assert_eq!(category(&mut watch, b"kvm_entry"), category(&mut watch, b"kvm:kvm_exit"));
    }
}
