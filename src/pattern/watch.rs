//! Finds the positions of loops at which an event stands, by the name of the event.

use super::category::{CATEGORIES_MAX, Categories, OTHERS_NAME};
use super::event_counts::EventCounts;
use super::name::EventName;
use super::spec::Loop;
use crate::key::KeySource;
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// The largest number of names in the cache, which keeps for each name the positions of loops at which its events
/// stand. This bounds the memory.
const NAMES_MAX: usize = 4096;
/// The largest number of bytes of a name in the cache.
const NAME_LENGTH_MAX: usize = 128;
/// The number of places in the table `recent`, in which a name is found without the hash table.
const RECENT_MAX: usize = 256;
/// The index that stands for a name that is not in the cache.
const UNCACHED: usize = usize::MAX;

/// The positions of one loop at which an event stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The index of the loop.
    pub loop_index: usize,
    /// The positions. Bit k is position k, counted from 0.
    pub positions: u32,
    /// The negated positions. Bit k is the negated position between the positions k-1 and k.
    pub negated: u32,
    /// True if one of these positions asks for more than the name: it has a condition, or the loop takes its key from
    /// fields.
    pub looks_inside: bool,
    /// True if the loop has negated positions or a time limit.
    pub has_limits: bool,
}

impl Hit {
    /// Returns whether the name of an event alone decides what the event does in the loop.
    #[inline(always)]
    pub fn is_plain(&self) -> bool {
        !self.looks_inside && !self.has_limits
    }
}

/// The result of looking up a name. It can be passed to [`Watch::known`].
///
/// For a name in the cache it stays valid. For any other name it is valid only until the next name is looked up.
/// [`Found::again`] tells the two cases apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The index in the cache, or [`UNCACHED`].
    index: usize,
    /// True for the first event of a cached name that [`Watch::count`] counts.
    pub is_new: bool,
}

/// All that is known of an event from its name.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// The positions at which the event stands, one item for each loop that has such a position, in the order of the
    /// loops.
    pub hits: &'a [Hit],
    /// The number of the event's category. It is [`Watch::OTHERS`] if the event has no category of its own, for example
    /// because there are too many.
    pub category: usize,
}

/// Finds the positions of all loops at which an event of a given name stands, and counts the events of each name.
///
/// An input prints a few names again and again. So each name is compared with all positions once, and the result is
/// kept in a cache. To look it up again costs a hash and one comparison, however many loops there are. The cache is
/// bounded. A name for which it has no room is compared with all positions each time.
pub struct Watch {
    patterns: Vec<Pattern>,
    /// The names in the cache, in the order in which they came first.
    names: Vec<CachedName>,
    index_by_name: HashMap<Box<[u8]>, usize, RandomState>,
    /// For each value of [`recent_slot`], the index in `names` of the name that was looked up last. `u16::MAX` stands
    /// for no name.
    recent: Box<[u16; RECENT_MAX]>,
    /// The result for the name that was looked up last and is not in the cache. Its `name` is empty.
    uncached: CachedName,
    /// The number of events whose names are not in the cache.
    uncached_count: u64,
    categories: Categories,
}

/// The name of one event at one position.
struct Pattern {
    event: EventName,
    /// The hit that every event with this name gets for the position.
    hit: Hit,
}

/// A name that the input prints, and what is known of events with this name.
struct CachedName {
    name: Box<[u8]>,
    hits: Vec<Hit>,
    category: usize,
    /// The number of events of this name that were counted.
    count: u64,
}

impl Found {
    /// Returns the index of the name in the cache: the number of names that came for the first time before it. `None`
    /// if the cache does not have the name.
    #[inline(always)]
    pub fn index(self) -> Option<usize> {
        (self.index != UNCACHED).then_some(self.index)
    }

    /// Returns the result for the next event of the same name, so that the name need not be looked up again. Returns
    /// `None` if the name is not in the cache.
    pub fn again(self) -> Option<Found> {
        (self.index != UNCACHED).then_some(Found { is_new: false, ..self })
    }
}

impl Watch {
    /// The number of the category `others`, which has all events that belong to no other category. All other categories
    /// have smaller numbers.
    pub const OTHERS: usize = CATEGORIES_MAX;

    /// Creates a watch for the positions of these loops.
    pub fn new(loops: &[Loop]) -> Self {
        let patterns = loops.iter().enumerate().flat_map(|(loop_index, spec)| patterns(loop_index, spec));
        Watch {
            patterns: patterns.collect(),
            names: Vec::new(),
            index_by_name: HashMap::default(),
            recent: Box::new([u16::MAX; RECENT_MAX]),
            uncached: CachedName { name: Box::default(), hits: Vec::new(), category: Watch::OTHERS, count: 0 },
            uncached_count: 0,
            categories: Categories::new(NAME_LENGTH_MAX),
        }
    }

    /// Adds the positions of another loop. `loop_index` must be larger than that of all loops before.
    #[cold]
    pub fn add(&mut self, loop_index: usize, spec: &Loop) {
        let before = self.patterns.len();
        self.patterns.extend(patterns(loop_index, spec));
        for CachedName { name, hits, .. } in &mut self.names {
            add_hits(hits, &self.patterns[before..], name);
        }
    }

    /// Returns the number of events that were counted with a name that matches `event`. Names that are not in the cache
    /// are left out.
    #[cold]
    pub fn count_of(&self, event: &EventName) -> u64 {
        self.names.iter().filter(|cached| event.matches(&cached.name)).map(|cached| cached.count).sum()
    }

    /// Drops the positions of all loops. The names and their counts stay.
    #[cold]
    pub fn drop_loops(&mut self) {
        self.patterns.clear();
        self.names.iter_mut().for_each(|cached| cached.hits.clear());
        self.uncached.hits.clear();
    }

    /// Looks up an event's name, and counts the event.
    #[inline(always)]
    pub fn count(&mut self, name: &[u8]) -> Found {
        let mut found = self.find(name);
        match self.names.get_mut(found.index) {
            Some(cached) => {
                found.is_new = cached.count == 0;
                cached.count += 1;
            }
            None => {
                self.uncached_count += 1;
                self.categories.count(self.uncached.category);
            }
        }
        found
    }

    /// Looks up the name of an event without counting the event. A new name is added to the cache.
    #[inline(always)]
    pub fn find(&mut self, name: &[u8]) -> Found {
        let slot = recent_slot(name);
        let index = usize::from(self.recent[slot]);
        match self.names.get(index) {
            Some(cached) if *cached.name == *name => Found { index, is_new: false },
            _ => self.find_by_hash(name, slot),
        }
    }

    /// Adds events of a name that were counted elsewhere.
    #[cold]
    pub fn add_count(&mut self, name: &[u8], count: u64) {
        let found = self.find(name);
        match self.names.get_mut(found.index) {
            Some(cached) => cached.count = cached.count.saturating_add(count),
            None => {
                self.uncached_count = self.uncached_count.saturating_add(count);
                self.categories.add(self.uncached.category, count);
            }
        }
    }

    /// Counts another event of the same name. `found` must come from [`Found::again`].
    #[inline(always)]
    pub fn count_again(&mut self, found: Found) {
        if let Some(cached) = self.names.get_mut(found.index) {
            cached.count += 1;
        }
    }

    /// Looks up the name of an event without counting the event, and without adding the name to the cache.
    pub fn look_up(&mut self, name: &[u8]) -> Found {
        match self.index_by_name.get(name) {
            Some(&index) => Found { index, is_new: false },
            None => self.find_uncached(name),
        }
    }

    /// Returns what is known of events with a name. `found` must be the result of the last look-up, or one for which
    /// [`Found::again`] returns a value.
    #[inline(always)]
    pub fn known(&self, found: Found) -> Known<'_> {
        let CachedName { hits, category, .. } = self.names.get(found.index).unwrap_or(&self.uncached);
        Known { hits, category: *category }
    }

    #[inline(never)]
    fn find_by_hash(&mut self, name: &[u8], slot: usize) -> Found {
        let index = match self.index_by_name.get(name) {
            Some(&index) => index,
            None if self.names.len() < NAMES_MAX && name.len() <= NAME_LENGTH_MAX => self.cache(name),
            None => return self.find_uncached(name),
        };
        self.recent[slot] = index as u16;
        Found { index, is_new: false }
    }

    /// Adds a name to the cache, and returns its index.
    #[cold]
    fn cache(&mut self, name: &[u8]) -> usize {
        let index = self.names.len();
        let (hits, category) = (self.hits_of(name), self.categories.number_of(name));
        self.index_by_name.insert(name.into(), index);
        self.names.push(CachedName { name: name.into(), hits, category, count: 0 });
        index
    }

    fn find_uncached(&mut self, name: &[u8]) -> Found {
        let category = self.categories.number_of(name);
        self.uncached = CachedName { name: Box::default(), hits: self.hits_of(name), category, count: 0 };
        Found { index: UNCACHED, is_new: false }
    }

    fn hits_of(&self, name: &[u8]) -> Vec<Hit> {
        let mut hits = Vec::new();
        add_hits(&mut hits, &self.patterns, name);
        hits
    }

    /// Returns the names of the events that were counted, in the form in which the input printed them and in the order
    /// in which they came first. Names for which the cache had no room are left out.
    pub fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.names.iter().filter(|cached| cached.count > 0).map(|cached| &*cached.name)
    }

    /// Returns the name of a category.
    pub fn category(&self, number: usize) -> &[u8] {
        self.categories.name(number)
    }

    /// Returns the counts of all names and categories so far.
    pub fn event_counts(&self) -> EventCounts {
        EventCounts {
            names: self.names.iter().map(|cached| cached.count).collect(),
            uncached: self.uncached_count,
            categories: self.categories.counts().collect(),
        }
    }

    /// Returns the names of the events that were counted since `before`, and the number of events of each, in the order
    /// in which the names came first. The events whose names had no room in the cache come last, together as `others`.
    pub fn names_since(&self, before: &EventCounts) -> impl Iterator<Item = (&[u8], u64)> {
        let names =
            self.names.iter().enumerate().map(|(at, cached)| (&*cached.name, cached.count - before.of_name(at)));
        names.chain([(OTHERS_NAME, self.uncached_count - before.uncached)]).filter(|(_, count)| *count > 0)
    }

    /// Returns the categories of the events that were counted since `before`, and the number of events in each, in the
    /// order in which the categories came first. The last one is `others`, if some of these events have no category of
    /// their own.
    pub fn categories_since(&self, before: &EventCounts) -> impl Iterator<Item = (&[u8], u64)> {
        let now = self.categories.counts();
        let mut counts: Vec<u64> = now.enumerate().map(|(at, count)| count - before.of_category(at)).collect();
        for (at, cached) in self.names.iter().enumerate() {
            if let Some(count) = counts.get_mut(cached.category) {
                *count += cached.count - before.of_name(at);
            }
        }
        let named = counts.into_iter().enumerate().map(|(number, count)| (self.categories.name(number), count));
        named.filter(|(_, count)| *count > 0)
    }
}

/// Returns the index for a name in `recent`. It is computed from the last 16 bytes of the name and its length, because
/// the names of one input mostly differ in these.
#[inline(always)]
fn recent_slot(name: &[u8]) -> usize {
    let word = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let last = word(name.last_chunk());
    let before = word(name.get(..name.len().saturating_sub(8)).and_then(|before| before.last_chunk()));
    let mixed = (last ^ before.rotate_left(25) ^ name.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 56) as usize
}

/// Adds the positions that a name matches to `hits`. `patterns` must be in the order of their loops.
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
    // If one position takes its key from a field, the keys of the other positions are compared with values of fields.
    // So in such a loop, every position needs more of an event than its name.
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
        let before = watch.event_counts();
        watch.count(&[b'n'; NAME_LENGTH_MAX + 1]);
        watch.count(b"name7");
        let since: Vec<_> = watch.categories_since(&before).collect();
        assert_eq!(since, [(&b"name7"[..], 1), (b"others", 1)]);
        assert_eq!(watch.names_since(&before).collect::<Vec<_>>(), since);
        assert_eq!(watch.names_since(&EventCounts::default()).last(), Some((&b"others"[..], NAMES_MAX as u64 + 2)));
        let categories: Vec<_> = watch.categories_since(&EventCounts::default()).collect();
        assert_eq!(categories.len(), Watch::OTHERS + 1);
        assert_eq!(categories[Watch::OTHERS], (&b"others"[..], (2 * NAMES_MAX + 2 - Watch::OTHERS) as u64));
    }

    #[test]
    fn a_name_is_new_with_the_first_event_that_is_counted() {
        let mut watch = watch(&["a -> b"]);
        let found = watch.find(b"a");
        assert_eq!((found.is_new, watch.known(found).hits.len()), (false, 1));
        assert_eq!(watch.names().count(), 0);
        assert_eq!(["a", "a", "b"].map(|name| watch.count(name.as_bytes()).is_new), [true, false, true]);
        assert_eq!(watch.names_since(&EventCounts::default()).collect::<Vec<_>>(), [(&b"a"[..], 2), (b"b", 1)]);
    }

    #[test]
    fn categories_join_the_ends_of_a_call() {
        let mut watch = watch(&["a -> b"]);
        for name in ["kvm:kvm_exit", "kvm:kvm_entry", "sys_enter_x", "kvm:kvm_exit", "sys_exit_x"] {
            watch.count(name.as_bytes());
        }
        let categories: Vec<_> = watch.categories_since(&EventCounts::default()).collect();
        assert_eq!(categories, [(&b"kvm___"[..], 3), (b"sys__x", 2)]);
        assert_eq!(category(&mut watch, b"kvm_entry"), category(&mut watch, b"kvm:kvm_exit"));
    }
}
