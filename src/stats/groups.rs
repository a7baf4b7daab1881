//! The statistics of a loop, kept apart by the label of what closed.

use super::deltas::Deltas;
use crate::event::Resolution;
use crate::key::GroupValue;
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// Loops by label: the first [`Groups::MAX`] labels that close have a group
/// each, all others share one.
pub struct Groups {
    positions: usize,
    numbers: HashMap<[u64; 2], usize, RandomState>,
    groups: Vec<Group>,
    others: Option<Group>,
}

/// Closed loops of one label.
pub struct Group {
    /// Their label.
    pub label: GroupValue,
    /// Their deltas.
    pub deltas: Deltas,
}

impl Groups {
    /// How many labels are told apart.
    pub const MAX: usize = 64;
    /// How many groups all loops have together, for those of `--pairs` are many.
    pub const MAX_OF_ALL: usize = 4096;

    /// Nothing yet, of a loop with so many positions.
    pub fn new(positions: usize) -> Self {
        Groups { positions, numbers: HashMap::default(), groups: Vec::new(), others: None }
    }

    /// Takes a closed loop. A new group is taken out of those `left`, which
    /// several loops may share.
    #[inline(never)]
    pub fn record(&mut self, label: &GroupValue, times: &[u64], resolution: Resolution, left: &mut usize) {
        let positions = self.positions;
        let group = |label: &GroupValue| Group { label: *label, deltas: Deltas::new(positions) };
        let found = match self.numbers.get(&label.identity()) {
            Some(&number) => &mut self.groups[number],
            None if self.groups.len() < Groups::MAX && *left > 0 => {
                *left -= 1;
                let last = self.groups.len();
                self.numbers.insert(label.identity(), last);
                self.groups.push(group(label));
                &mut self.groups[last]
            }
            None => self.others.get_or_insert_with(|| group(&GroupValue::default())),
        };
        found.deltas.record(times, resolution);
    }

    /// The groups, those with the most loops first.
    pub fn most_first(&self) -> Vec<&Group> {
        let mut groups: Vec<&Group> = self.groups.iter().collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.deltas.total().count()));
        groups
    }

    /// The loops whose labels came too late for a group of their own.
    pub fn others(&self) -> Option<&Group> {
        self.others.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::KeyValue;

    #[test]
    fn labels_beyond_the_bound_share_a_group() {
        let (mut groups, mut left) = (Groups::new(2), 1000);
        for number in (0..100).chain([7, 99]) {
            let label = GroupValue::new(KeyValue::number(number), number.to_string().as_bytes());
            groups.record(&label, &[0, 1000], Resolution::Micros, &mut left);
        }
        let most_first = groups.most_first();
        assert_eq!(most_first.len(), Groups::MAX);
        assert_eq!((most_first[0].label.text(), most_first[0].deltas.total().count()), (b"7".to_vec(), 2));
        assert_eq!((most_first[1].label.text(), most_first[1].deltas.total().count()), (b"0".to_vec(), 1));
        assert_eq!(groups.others().map(|others| others.deltas.total().count()), Some(37));
        let (mut fewer, mut left) = (Groups::new(2), 1);
        for number in [1, 2, 1] {
            let label = GroupValue::new(KeyValue::number(number), b"x");
            fewer.record(&label, &[0, 1000], Resolution::Micros, &mut left);
        }
        assert_eq!((fewer.most_first().len(), left), (1, 0));
        assert_eq!(fewer.others().map(|others| others.deltas.total().count()), Some(1));
    }
}
