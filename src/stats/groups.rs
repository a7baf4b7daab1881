//! The statistics of a loop for each value of the field that `--by` names.

use super::deltas::Deltas;
use crate::event::Resolution;
use crate::key::GroupValue;
use foldhash::fast::RandomState;
use std::cmp::Reverse;
use std::collections::HashMap;

/// Closed loops by group value.
///
/// The first values, up to a largest number of them, have a group each, and all others share one. As long as nothing
/// [overflowed](Groups::overflowed), merging is associative and commutative. After that it cannot be: the values that
/// came first have a group of their own, so the order of merging shows.
#[derive(Clone, Debug)]
pub struct Groups {
    positions: usize,
    /// The largest number of values that have a group of their own.
    max: usize,
    /// The index in `groups` of each group value, by its identity.
    indices: HashMap<[u64; 2], usize, RandomState>,
    /// The groups, in the order in which their values were first seen.
    groups: Vec<Group>,
    /// The group that is shared by all values that came too late for a group of their own.
    others: Option<Group>,
    /// True after merging. The order of `groups` depends on the order of merging then, so it must not be shown.
    is_merged: bool,
}

/// The closed loops of one group value.
#[derive(Clone, Debug)]
pub struct Group {
    /// The group value that the loops have in common.
    pub value: GroupValue,
    /// The statistics of their deltas.
    pub deltas: Deltas,
}

impl Groups {
    /// The number of values of one loop that have a group of their own, unless the user says otherwise.
    pub const MAX: usize = 1024;
    /// The largest number of groups that all loops have together, unless the user says how many each may have.
    /// `--pairs` can follow many loops.
    pub const MAX_OF_ALL: usize = 4096;

    /// Returns an empty table of at most `max` groups, for a loop with this many positions.
    pub fn new(positions: usize, max: usize) -> Self {
        Groups { positions, max, indices: HashMap::default(), groups: Vec::new(), others: None, is_merged: false }
    }

    /// Adds a closed loop. `times` has the time of each position, in nanoseconds; the input printed them in
    /// `resolution`.
    ///
    /// `groups_left` is how many groups may still be made. Several loops may share it; a new group takes one.
    #[inline(never)]
    pub fn record(&mut self, value: &GroupValue, times: &[u64], resolution: Resolution, groups_left: &mut usize) {
        self.group_of(value, groups_left).deltas.record(times, resolution);
    }

    /// Adds all closed loops of `other`, whose loop has as many positions; `groups_left` is as in [`Groups::record`].
    pub fn merge(&mut self, other: &Groups, groups_left: &mut usize) {
        self.is_merged = true;
        for Group { value, deltas } in &other.groups {
            let group = self.group_of(value, groups_left);
            // Values that are the same may have been printed in several ways (16, 0x10). A single run shows the text
            // that it saw first. Neither of two runs is the first, so the smaller text is shown.
            if group.value.identity() == value.identity() && value.text() < group.value.text() {
                group.value = *value;
            }
            group.deltas.merge(deltas);
        }
        if let Some(others) = &other.others {
            self.others_mut().deltas.merge(&others.deltas);
        }
    }

    /// Returns the group of a value: the one that it has, a new one, or the shared one if there are too many values.
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
    /// If two groups have the same sum, the one whose value was seen first comes first. After merging, the one with
    /// the smaller text comes first, so the order in which the parts were merged does not show.
    pub fn largest_first(&self) -> Vec<&Group> {
        let mut groups: Vec<&Group> = self.groups.iter().collect();
        if self.is_merged {
            groups.sort_by_cached_key(|group| (group.value.text(), group.value.identity()));
        }
        groups.sort_by_key(|group| Reverse(group.deltas.total().sum_ns()));
        groups
    }

    /// Returns the group that is shared by all values that came too late for a group of their own.
    pub fn others(&self) -> Option<&Group> {
        self.others.as_ref()
    }

    /// Returns whether there were more values than groups.
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

    /// Returns the text and the count of each group, in the order in which they are shown.
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
