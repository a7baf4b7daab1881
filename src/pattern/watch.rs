//! Event names, and the positions of loops at which they stand.

use super::category::{CATEGORIES_MAX, Categories, CategoryCounts};
use super::name::EventName;
use super::spec::Loop;
use crate::key::KeySource;
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// The most names in the cache.
const NAMES_MAX: usize = 4096;
/// The longest name in the cache, in bytes.
const NAME_LENGTH_MAX: usize = 128;
/// The number of names that are found without the hash table.
const RECENT_MAX: usize = 256;
/// The index of a name that is not in the cache.
const UNCACHED: usize = usize::MAX;

/// The positions of one loop at which an event stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The index of the loop.
    pub loop_index: usize,
    /// The set of positions: bit k is position k, counted from 0.
    pub positions: u32,
    /// The set of negated positions: bit k is the one between the positions k-1 and k.
    pub negated: u32,
    /// True where one of these positions asks for more than the name: it has a
    /// condition, or the loop takes its key from fields.
    pub looks_inside: bool,
    /// True where the loop has negated positions or a limit.
    pub has_limits: bool,
}

impl Hit {
    /// Returns whether the event's name alone decides what the event does in the loop.
    #[inline(always)]
    pub fn is_plain(&self) -> bool {
        !self.looks_inside && !self.has_limits
    }
}

/// The result of a look-up: a handle to pass to [`Watch::known`].
///
/// The handle of a cached name stays valid. The handle of any other name is valid
/// until the next look-up. [`Found::again`] tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The index in the cache, or [`UNCACHED`].
    index: usize,
    /// True where this look-up added the name to the cache.
    pub is_new: bool,
}

/// The facts that an event's name determines.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// The positions at which the event stands, in the order of the loops.
    pub hits: &'a [Hit],
    /// The number of the event's category; [`Watch::OTHERS`] beyond the bound.
    pub category: usize,
}

/// The positions of all loops by event name, and a count of each category of events.
///
/// An input prints a few names over and over. The watch compares a name with
/// the positions once and caches the result: a further look-up costs a hash of
/// the name and one comparison, however many loops there are. The cache is
/// bounded; a name beyond the bound is compared with the positions each time.
pub struct Watch {
    patterns: Vec<Pattern>,
    /// The cached names, in order of first appearance.
    names: Vec<CachedName>,
    index_by_name: HashMap<Box<[u8]>, usize, RandomState>,
    /// For each value of [`recent_slot`], the index of the name that was found
    /// last. `u16::MAX` is the index of no name.
    recent: Box<[u16; RECENT_MAX]>,
    /// The result of the last look-up of a name that is not in the cache; its `name` is empty.
    uncached: CachedName,
    categories: Categories,
}

/// One event of one position.
struct Pattern {
    event: EventName,
    /// The hit of an event of this name.
    hit: Hit,
}

/// A printed name, and the facts that it determines.
struct CachedName {
    name: Box<[u8]>,
    hits: Vec<Hit>,
    category: usize,
}

impl Found {
    /// Returns the handle for a further event of the same name, without a
    /// look-up; `None` where the name is not in the cache.
    pub fn again(self) -> Option<Found> {
        (self.index != UNCACHED).then_some(Found { is_new: false, ..self })
    }
}

impl Watch {
    /// The number of the category of all events beyond the bound. The numbers below it are the categories told apart.
    pub const OTHERS: usize = CATEGORIES_MAX;

    /// Creates a watch for the positions of these loops.
    pub fn new(loops: &[Loop]) -> Self {
        let patterns = loops.iter().enumerate().flat_map(|(loop_index, spec)| patterns(loop_index, spec));
        Watch {
            patterns: patterns.collect(),
            names: Vec::new(),
            index_by_name: HashMap::default(),
            recent: Box::new([u16::MAX; RECENT_MAX]),
            uncached: CachedName { name: Box::default(), hits: Vec::new(), category: Watch::OTHERS },
            categories: Categories::new(NAME_LENGTH_MAX),
        }
    }

    /// Adds the positions of one more loop, whose index is above the indexes of all others.
    #[cold]
    pub fn add(&mut self, loop_index: usize, spec: &Loop) {
        let before = self.patterns.len();
        self.patterns.extend(patterns(loop_index, spec));
        for CachedName { name, hits, .. } in &mut self.names {
            add_hits(hits, &self.patterns[before..], name);
        }
    }

    /// Looks up an event's name, and counts the event in its category.
    #[inline(always)]
    pub fn count(&mut self, name: &[u8]) -> Found {
        let slot = recent_slot(name);
        let index = usize::from(self.recent[slot]);
        let found = match self.names.get(index) {
            Some(cached) if *cached.name == *name => Found { index, is_new: false },
            _ => self.find_by_hash(name, slot),
        };
        match self.names.get(found.index) {
            Some(cached) => self.categories.count(cached.category),
            None => self.categories.count(self.uncached.category),
        }
        found
    }

    /// Counts a further event of a name that [`Found::again`] returned.
    #[inline(always)]
    pub fn count_again(&mut self, found: Found) {
        if let Some(cached) = self.names.get(found.index) {
            self.categories.count(cached.category);
        }
    }

    /// Looks up an event's name without counting the event.
    pub fn look_up(&mut self, name: &[u8]) -> Found {
        match self.index_by_name.get(name) {
            Some(&index) => Found { index, is_new: false },
            None => self.find_uncached(name),
        }
    }

    /// Returns the facts about a name. Pass the result of the last look-up, or
    /// of an earlier one whose [`Found::again`] is not `None`.
    #[inline(always)]
    pub fn known(&self, found: Found) -> Known<'_> {
        let CachedName { hits, category, .. } = self.names.get(found.index).unwrap_or(&self.uncached);
        Known { hits, category: *category }
    }

    #[inline(never)]
    fn find_by_hash(&mut self, name: &[u8], slot: usize) -> Found {
        let (index, is_new) = match self.index_by_name.get(name) {
            Some(&index) => (index, false),
            None if self.names.len() < NAMES_MAX && name.len() <= NAME_LENGTH_MAX => (self.cache(name), true),
            None => return self.find_uncached(name),
        };
        self.recent[slot] = index as u16;
        Found { index, is_new }
    }

    /// Adds a name to the cache, and returns its index.
    #[cold]
    fn cache(&mut self, name: &[u8]) -> usize {
        let index = self.names.len();
        let (hits, category) = (self.hits_of(name), self.categories.number_of(name));
        self.index_by_name.insert(name.into(), index);
        self.names.push(CachedName { name: name.into(), hits, category });
        index
    }

    fn find_uncached(&mut self, name: &[u8]) -> Found {
        let category = self.categories.number_of(name);
        self.uncached = CachedName { name: Box::default(), hits: self.hits_of(name), category };
        Found { index: UNCACHED, is_new: false }
    }

    fn hits_of(&self, name: &[u8]) -> Vec<Hit> {
        let mut hits = Vec::new();
        add_hits(&mut hits, &self.patterns, name);
        hits
    }

    /// Returns the cached names as the input printed them, in order of first appearance.
    pub fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.names.iter().map(|cached| &*cached.name)
    }

    /// Returns the name of a category.
    pub fn category(&self, number: usize) -> &[u8] {
        self.categories.name(number)
    }

    /// Returns the counts of all categories so far, for [`Watch::categories_since`].
    pub fn category_counts(&self) -> CategoryCounts {
        self.categories.counts()
    }

    /// Returns the categories of the events counted since `before`, as [`Watch::categories`] does.
    pub fn categories_since(&self, before: &CategoryCounts) -> impl Iterator<Item = (&[u8], u64)> {
        self.categories.since(before)
    }

    /// Returns the categories of all events counted and the number of events
    /// in each, in order of first appearance. Categories beyond the bound come
    /// last, together as `others`.
    pub fn categories(&self) -> impl Iterator<Item = (&[u8], u64)> {
        self.categories.all()
    }
}

/// Returns the slot of [`Watch::recent`] for a name. Names of one input differ in
/// their last 16 bytes, or at least in length.
#[inline(always)]
fn recent_slot(name: &[u8]) -> usize {
    let word = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let last = word(name.last_chunk());
    let before = word(name.get(..name.len().saturating_sub(8)).and_then(|before| before.last_chunk()));
    let mixed = (last ^ before.rotate_left(25) ^ name.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 56) as usize
}

/// Adds the positions that a name matches. The patterns must come in the order of their loops.
fn add_hits(hits: &mut Vec<Hit>, patterns: &[Pattern], name: &[u8]) {
    for Pattern { hit: added, .. } in patterns.iter().filter(|pattern| pattern.event.matches(name)) {
        match hits.last_mut() {
            Some(hit) if hit.loop_index == added.loop_index => {
                hit.positions |= added.positions;
                hit.negated |= added.negated;
                hit.looks_inside |= added.looks_inside;
            }
            _ => hits.push(*added),
        }
    }
}

/// Returns the events of all positions of a loop.
fn patterns(loop_index: usize, spec: &Loop) -> impl Iterator<Item = Pattern> {
    // If one position takes its key from fields, the keys of the others are compared
    // with it as values of fields, so those positions read the event as well.
    let has_fields = spec.key_source() != KeySource::Header;
    let has_limits = spec.has_limits();
    spec.all_positions().enumerate().flat_map(move |(number, (at, position))| {
        let (positions, negated) = if number < spec.positions.len() { (1 << at, 0) } else { (0, 1 << at) };
        let looks_inside = has_fields || position.looks_inside();
        let hit = Hit { loop_index, positions, negated, looks_inside, has_limits };
        position.events.iter().map(move |event| Pattern { event: event.clone(), hit })
    })
}

#[cfg(test)]
mod tests {
    use super::super::grammar::{self, Notation};
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

    fn plain(loop_index: usize, positions: u32, looks_inside: bool) -> Hit {
        Hit { loop_index, positions, negated: 0, looks_inside, has_limits: false }
    }

    #[test]
    fn an_event_at_several_positions_of_several_loops() {
        let mut watch = watch(&["a -> s:b -> a", "b -> c"]);
        let hit = |loop_index, positions| plain(loop_index, positions, false);
        for _ in 0..2 {
            assert_eq!(hits(&mut watch, b"x:a"), [hit(0, 0b101)]);
            assert_eq!(hits(&mut watch, b"s:b"), [hit(0, 0b010), hit(1, 0b01)]);
            assert_eq!(hits(&mut watch, b"t:b"), [hit(1, 0b01)]);
            assert_eq!(hits(&mut watch, b"d"), []);
        }
        assert_eq!(watch.names().collect::<Vec<_>>(), [&b"x:a"[..], b"s:b", b"t:b", b"d"]);
    }

    #[test]
    fn a_hit_says_whether_the_name_alone_decides() {
        let mut watch = watch(&["a -> b if x == 1 -> a|c*", "a -> b@x"]);
        let hit = plain;
        assert_eq!(hits(&mut watch, b"a"), [hit(0, 0b101, false), hit(1, 0b01, true)]);
        assert_eq!(hits(&mut watch, b"b"), [hit(0, 0b010, true), hit(1, 0b10, true)]);
        assert_eq!(hits(&mut watch, b"s:cd"), [hit(0, 0b100, false)]);
    }

    #[test]
    fn negated_positions_are_a_set_of_their_own() {
        let mut watch = watch(&["a -> !c|a -> b -> !b if x == 1 -> c", "a -> b within 1s"]);
        let hit = |positions, negated, looks_inside| Hit {
            positions,
            negated,
            has_limits: true,
            ..plain(0, 0, looks_inside)
        };
        let other = |positions| Hit { has_limits: true, ..plain(1, positions, false) };
        assert_eq!(hits(&mut watch, b"a"), [hit(0b001, 0b010, false), other(0b01)]);
        assert_eq!(hits(&mut watch, b"b"), [hit(0b010, 0b100, true), other(0b10)]);
        assert_eq!(hits(&mut watch, b"c"), [hit(0b100, 0b010, false)]);
    }

    #[test]
    fn names_beyond_the_bound_are_still_found() {
        let mut watch = watch(&["a -> b"]);
        for number in 0..2 * NAMES_MAX {
            watch.count(format!("name{number}").as_bytes());
        }
        assert_eq!(hits(&mut watch, b"b"), [plain(0, 0b10, false)]);
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
