//! The statistics of a loop, kept apart by the label of what closed.

use super::transition::Transition;
use crate::event::{Nanos, Resolution};
use crate::matcher::Label;
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// Loops by label: the first [`Groups::MAX`] labels that close have a group
/// each, all others share one.
pub struct Groups {
    numbers: HashMap<[u64; 2], usize, RandomState>,
    groups: Vec<Group>,
    others: Group,
}

/// Closed loops of one label.
pub struct Group {
    /// Their label.
    pub label: Label,
    /// Each transition, in order.
    pub transitions: Vec<Transition>,
    /// From the first position to the last.
    pub total: Transition,
}

impl Group {
    fn new(label: Label, positions: usize) -> Self {
        Group { label, transitions: (1..positions).map(|_| Transition::new()).collect(), total: Transition::new() }
    }

    /// Takes the times of a closed loop's positions, printed in `resolution`.
    pub fn record(&mut self, times: &[u64], resolution: Resolution) {
        for (transition, pair) in self.transitions.iter_mut().zip(times.windows(2)) {
            transition.record(Nanos(pair[1] - pair[0]), resolution);
        }
        self.total.record(Nanos(times[times.len() - 1] - times[0]), resolution);
    }
}

impl Groups {
    /// How many labels are told apart.
    pub const MAX: usize = 64;

    /// Nothing yet, of a loop with so many positions.
    pub fn new(positions: usize) -> Self {
        let others = Group::new(Label::default(), positions);
        Groups { numbers: HashMap::default(), groups: Vec::new(), others }
    }

    /// Takes a closed loop.
    pub fn record(&mut self, label: Label, times: &[u64], resolution: Resolution) {
        let group = match self.numbers.get(&label.identity()) {
            Some(&number) => &mut self.groups[number],
            None if self.groups.len() < Groups::MAX => {
                self.numbers.insert(label.identity(), self.groups.len());
                self.groups.push(Group::new(label, times.len()));
                let last = self.groups.len() - 1;
                &mut self.groups[last]
            }
            None => &mut self.others,
        };
        group.record(times, resolution);
    }

    /// The groups, those with the most loops first.
    pub fn most_first(&self) -> Vec<&Group> {
        let mut groups: Vec<&Group> = self.groups.iter().collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.total.count()));
        groups
    }

    /// The loops whose labels came too late for a group of their own.
    pub fn others(&self) -> Option<&Group> {
        (self.others.total.count() > 0).then_some(&self.others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matcher::KeyValue;

    #[test]
    fn labels_beyond_the_bound_share_a_group() {
        let mut groups = Groups::new(2);
        for number in (0..100).chain([7, 99]) {
            let label = Label::new(KeyValue::number(number), number.to_string().as_bytes());
            groups.record(label, &[0, 1000], Resolution::Micros);
        }
        let most_first = groups.most_first();
        assert_eq!(most_first.len(), Groups::MAX);
        assert_eq!((most_first[0].label.text(), most_first[0].total.count()), (b"7".to_vec(), 2));
        assert_eq!((most_first[1].label.text(), most_first[1].total.count()), (b"0".to_vec(), 1));
        assert_eq!(groups.others().map(|others| others.total.count()), Some(37));
    }
}
