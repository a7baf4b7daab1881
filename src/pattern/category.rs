//! Categories are groups of event names, as perf-script-postprocessor (the predecessor of this program) makes them.

use super::name::bare;
use bstr::ByteSlice;
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// The largest number of categories with a number of their own. It is also the number of the category `others`, which
/// all other events have.
pub(super) const CATEGORIES_MAX: usize = 1024;
/// The name of the category of all events that belong to no numbered category.
pub(super) const OTHERS_NAME: &[u8] = b"others";

/// The categories that have come so far, in the order in which they came first. The watch ([`super::Watch`]) has a
/// cache of names with a bounded size, and counts the events of each of these names itself. Only the events whose names
/// had no room in the cache are counted here.
pub(super) struct Categories {
    number_by_name: HashMap<Vec<u8>, usize, RandomState>,
    categories: Vec<Category>,
    /// The number of events in the category `others`.
    others: u64,
    /// The largest number of bytes of a name that gets a category of its own.
    name_length_max: usize,
}

struct Category {
    name: Vec<u8>,
    count: u64,
}

impl Categories {
    pub(super) fn new(name_length_max: usize) -> Self {
        Categories { number_by_name: HashMap::default(), categories: Vec::new(), others: 0, name_length_max }
    }

    /// Counts an event of the category with this number.
    #[inline(always)]
    pub(super) fn count(&mut self, number: usize) {
        match self.categories.get_mut(number) {
            Some(category) => category.count += 1,
            None => self.others += 1,
        }
    }

    /// Adds events that were counted elsewhere to a category.
    pub(super) fn add(&mut self, number: usize, count: u64) {
        let sum = self.categories.get_mut(number).map_or(&mut self.others, |category| &mut category.count);
        *sum = sum.saturating_add(count);
    }

    /// Returns the number of the category of an event name. A category is added when its first name comes. If there are
    /// too many categories, or the name of a new one is too long, returns [`CATEGORIES_MAX`], the number of the
    /// category `others`.
    pub(super) fn number_of(&mut self, printed: &[u8]) -> usize {
        let category = category(printed);
        // An event named `others` is counted in the category of all other events. A category of its own would be shown
        // beside that one under the same name, and the user could not tell the two apart.
        if category == OTHERS_NAME {
            return CATEGORIES_MAX;
        }
        if let Some(&number) = self.number_by_name.get(&category) {
            return number;
        }
        let number = self.categories.len();
        if number == CATEGORIES_MAX || category.len() > self.name_length_max {
            return CATEGORIES_MAX;
        }
        self.number_by_name.insert(category.clone(), number);
        self.categories.push(Category { name: category, count: 0 });
        number
    }

    pub(super) fn name(&self, number: usize) -> &[u8] {
        self.categories.get(number).map_or(OTHERS_NAME, |category| &category.name)
    }

    /// Returns the number of events that were counted in each category, by the number of the category, and last the
    /// number of those in the category `others`.
    pub(super) fn counts(&self) -> impl Iterator<Item = u64> {
        let each = self.categories.iter().map(|category| category.count);
        each.chain(std::iter::repeat_n(0, CATEGORIES_MAX - self.categories.len())).chain([self.others])
    }
}

/// Returns the category into which perf-script-postprocessor puts an event: the name without its subsystem, changed so
/// that the two ends of a call (`enter` and `exit`) have one category.
///
/// Only the first of these rules that fits is applied, once: `sys_enter_` or `sys_exit_` at the beginning becomes
/// `sys__`; the first `_enter_` or `_exit_` becomes `__`; the first `_exit` or `_entry` becomes `___`.
fn category(printed: &[u8]) -> Vec<u8> {
    let name = bare(printed);
    for call in [&b"sys_enter_"[..], b"sys_exit_"] {
        if let Some(rest) = name.strip_prefix(call) {
            return [b"sys__", rest].concat();
        }
    }
    let first =
        |parts: [&[u8]; 2]| parts.into_iter().filter_map(|part| name.find(part).map(|at| (at, at + part.len()))).min();
    let (found, replacement) = match first([b"_enter_", b"_exit_"]) {
        Some(found) => (Some(found), &b"__"[..]),
        None => (first([b"_exit", b"_entry"]), &b"___"[..]),
    };
    match found {
        Some((from, to)) => {
            [name.get(..from).unwrap_or_default(), replacement, name.get(to..).unwrap_or_default()].concat()
        }
        None => name.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_ends_of_a_call_have_one_category() {
        let cases = [
            ("syscalls:sys_enter_ppoll", "sys__ppoll"),
            ("sys_exit_io_submit", "sys__io_submit"),
            ("kvm:kvm_exit", "kvm___"),
            ("kvm_entry", "kvm___"),
            ("kvm:kvm_exit:u", "kvm___"),
            ("kvm_inj_virq", "kvm_inj_virq"),
            ("sched:sched_switch", "sched_switch"),
            ("ext4:ext4_da_enter_write", "ext4_da__write"),
            ("irq:softirq_entry", "softirq___"),
            ("sys_enter_exit_group", "sys__exit_group"),
            ("raw_syscalls:sys_enter", "sys_enter"),
            ("raw_syscalls:sys_exit", "sys___"),
        ];
        for (printed, expected) in cases {
            assert_eq!(bstr::BStr::new(&category(printed.as_bytes())), expected);
        }
    }
}
