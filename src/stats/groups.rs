//! The statistics of a loop for each group value: each value of the field that `-b` (`--by`) names.

use super::deltas::Deltas;
use crate::event::Resolution;
use crate::key::GroupValue;
use foldhash::fast::RandomState;
use std::cmp::Reverse;
use std::collections::HashMap;

/// The statistics of one loop, divided by the group values of its closed loops.
///
/// The first values, up to a largest number of them, have a group each, and all later values share one group. As long
/// as no value [had to share](Groups::overflowed) a group, merging is associative and commutative. Afterwards the
/// result depends on the order of merging, because the values that came first have the groups.
#[derive(Clone, Debug)]
pub struct Groups {
    positions: usize,
    /// The largest number of values that have a group of their own.
    max: usize,
    /// The index in `groups` of each group value. The value is represented by [`GroupValue::identity`].
    indices: HashMap<[u64; 2], usize, RandomState>,
    /// The groups, in the order in which their values were first seen.
    groups: Vec<Group>,
    /// The group of all values that came too late to get a group of their own.
    others: Option<Group>,
    /// True after merging. Then the order of `groups` depends on the order of merging, which output must not show.
    is_merged: bool,
}

/// The closed loops of one group value.
#[derive(Clone, Debug)]
pub struct Group {
    /// The group value that the loops have in common.
    pub value: GroupValue,
    /// The statistics of the deltas of these loops.
    pub deltas: Deltas,
}

impl Group {
    /// Takes another text of the same value if it is smaller.
    ///
    /// The same value may be printed in several ways (16, 0x10), and a group shows one of them. In one run, the group
    /// shows the text that came first. Neither of two merged runs is the first, so the group shows the smaller text.
    fn show_smaller_text(&mut self, value: &GroupValue) {
        if self.value.identity() == value.identity() && value.text() < self.value.text() {
            self.value = *value;
        }
    }
}

impl Groups {
    /// The largest number of group values of one loop that get a group of their own, unless the user says otherwise.
    pub const MAX: usize = 1024;
    /// The largest number of groups of all loops together, unless the user says how many each loop may have. It bounds
    /// the memory, because `--pairs` can follow many loops.
    pub const MAX_OF_ALL: usize = 4096;

    /// Creates an empty table of at most `max` groups, for a loop with this many positions.
    pub fn new(positions: usize, max: usize) -> Self {
        Groups { positions, max, indices: HashMap::default(), groups: Vec::new(), others: None, is_merged: false }
    }

    /// Adds a closed loop to the group of its value. `times` has the time of each position in nanoseconds. `resolution`
    /// is the one in which the input printed the times.
    ///
    /// `groups_left` is the number of groups that may still be added, over all loops that share the bound. A new group
    /// makes it less by one.
    #[inline(never)]
    pub fn record(&mut self, value: &GroupValue, times: &[u64], resolution: Resolution, groups_left: &mut usize) {
        self.group_of(value, groups_left).deltas.record(times, resolution);
    }

    /// Adds all closed loops of `other`, which must have the same number of positions. `groups_left` has the same
    /// meaning as for [`Groups::record`].
    pub fn merge(&mut self, other: &Groups, groups_left: &mut usize) {
        self.is_merged = true;
        for Group { value, deltas } in &other.groups {
            let group = self.group_of(value, groups_left);
            group.show_smaller_text(value);
            group.deltas.merge(deltas);
        }
        if let Some(others) = &other.others {
            self.others_mut().deltas.merge(&others.deltas);
        }
    }

    /// Returns the statistics of the group of a value, to which statistics of another run are to be added; those of the
    /// shared group if there is no value. `groups_left` has the same meaning as for [`Groups::record`].
    pub(super) fn part_mut(&mut self, value: Option<&GroupValue>, groups_left: &mut usize) -> &mut Deltas {
        self.is_merged = true;
        let Some(value) = value else { return &mut self.others_mut().deltas };
        let group = self.group_of(value, groups_left);
        group.show_smaller_text(value);
        &mut group.deltas
    }

    /// Returns the group for a value: the one that the value has, a new one, or the shared one if there are too many
    /// groups.
    fn group_of(&mut self, value: &GroupValue, groups_left: &mut usize) -> &mut Group {
        match self.indices.get(&value.identity()) {
            Some(&index) => &mut self.groups[index],
            None if self.groups.len() < self.max && *groups_left > 0 => {
                *groups_left -= 1;
                let index = self.groups.len();
                self.indices.insert(value.identity(), index);
                self.groups.push(Group { value: *value, deltas: Deltas::new(self.positions) });
                &mut self.groups[index]
            }
            None => self.others_mut(),
        }
    }

    fn others_mut(&mut self) -> &mut Group {
        let positions = self.positions;
        self.others.get_or_insert_with(|| Group { value: GroupValue::default(), deltas: Deltas::new(positions) })
    }

    /// Returns the groups, those with the largest sum of totals first.
    ///
    /// If two groups have the same sum, the group whose value came first stands first. After merging, the group with
    /// the smaller text does, so that the result does not depend on the order of merging.
    pub fn largest_first(&self) -> Vec<&Group> {
        let mut groups: Vec<&Group> = self.groups.iter().collect();
        if self.is_merged {
            groups.sort_by_cached_key(|group| (group.value.text(), group.value.identity()));
        }
        groups.sort_by_key(|group| Reverse(group.deltas.total().sum_ns()));
        groups
    }

    /// Returns the group of all values that came too late to get a group of their own; `None` if there are no such
    /// values.
    pub fn others(&self) -> Option<&Group> {
        self.others.as_ref()
    }

    /// Returns whether some values had to share a group.
    pub fn overflowed(&self) -> bool {
        self.others.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::KeyValue;

    fn value(number: i64) -> GroupValue {
        GroupValue::new(KeyValue::number(number), number.to_string().as_bytes())
    }

    fn groups_of(values: impl IntoIterator<Item = GroupValue>) -> Groups {
        let (mut groups, mut left) = (Groups::new(2, 64), 1000);
        values.into_iter().for_each(|value| groups.record(&value, &[0, 1000], Resolution::Micros, &mut left));
        groups
    }

    /// Returns the text and the number of closed loops of each group, in the order in which output shows the groups.
    fn shown(groups: &Groups) -> Vec<(String, u64)> {
        let shown =
            |group: &&Group| (String::from_utf8_lossy(&group.value.text()).into_owned(), group.deltas.total().count());
        groups.largest_first().iter().map(shown).collect()
    }

    #[test]
    fn values_beyond_the_bound_share_a_group() {
        let groups = groups_of((0..100).chain([7, 99]).map(value));
        assert_eq!(groups.largest_first().len(), 64);
        assert_eq!(shown(&groups)[..2], [("7".to_owned(), 2), ("0".to_owned(), 1)]);
        assert_eq!(groups.others().map(|others| others.deltas.total().count()), Some(37));
        assert!(groups.overflowed());
        let (mut fewer, mut left) = (Groups::new(2, 64), 1);
        for number in [1, 2, 1] {
            fewer.record(&value(number), &[0, 1000], Resolution::Micros, &mut left);
        }
        assert_eq!((fewer.largest_first().len(), left), (1, 0));
        assert_eq!(fewer.others().map(|others| others.deltas.total().count()), Some(1));
    }

    #[test]
    fn the_sum_and_not_the_number_decides_the_order() {
        let (mut groups, mut left) = (Groups::new(2, 64), 1000);
        for (number, time) in [(1, 10), (1, 10), (2, 21), (3, 21), (1, 0)] {
            groups.record(&value(number), &[0, time], Resolution::Nanos, &mut left);
        }
        assert_eq!(shown(&groups), [("2".to_owned(), 1), ("3".to_owned(), 1), ("1".to_owned(), 3)]);
    }

    #[test]
    fn merging_shows_the_same_in_every_order() {
        let hexadecimal = GroupValue::new(KeyValue::number(16), b"0x10");
        let parts = [
            groups_of([value(16), value(9), GroupValue::default()]),
            groups_of([value(8), value(9)]),
            groups_of([hexadecimal, value(9), value(9)]),
        ];
        let expected = [("9", 4), ("0x10", 2), ("", 1), ("8", 1)].map(|(text, count)| (text.to_owned(), count));
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let (mut merged, mut left) = (Groups::new(2, 64), 1000);
            order.into_iter().for_each(|part| merged.merge(&parts[part], &mut left));
            assert_eq!(shown(&merged), expected);
            assert_eq!((left, merged.overflowed()), (996, false));
        }
    }

    #[test]
    fn merging_counts_every_loop_and_says_that_there_was_no_room() {
        let parts = [groups_of((0..60).map(value)), groups_of((30..100).map(value))];
        let (mut merged, mut left) = (Groups::new(2, 64), 1000);
        parts.iter().for_each(|part| merged.merge(part, &mut left));
        let others = merged.others().map_or(0, |others| others.deltas.total().count());
        let own: u64 = shown(&merged).iter().map(|(_, count)| count).sum();
        assert_eq!((merged.largest_first().len(), own + others), (64, 130));
        assert!(merged.overflowed());
    }
}
