//! The names of events in the form in which a user types them in a loop.

use super::category::OTHERS_NAME;
use super::name::{bare, without_modifier};
use foldhash::fast::RandomState;
use std::cmp::Reverse;
use std::collections::HashMap;

/// The largest number of names that are listed one by one.
const NAMES_MAX: usize = 1024;

/// Returns the names of events in the form that a loop can have, each with its number of events, the most frequent
/// first.
///
/// `printed` are the names as the input prints them, each once. A name is listed without its modifier, and without its
/// subsystem, unless the input has events of the same name from two subsystems. If several printed names become the
/// same name, their numbers are added. If there are more than 1024 names, the rarest ones are listed last,
/// together as `others`.
pub fn typed_names<'a>(printed: impl Iterator<Item = (&'a [u8], u64)>) -> Vec<(&'a [u8], u64)> {
    let printed: Vec<(&[u8], u64)> = printed.collect();
    // The map has for each name the subsystem that came first, and true if another subsystem has an event of this name,
    // too.
    let mut subsystems: HashMap<&[u8], (&[u8], bool), RandomState> = HashMap::default();
    for (name, _) in &printed {
        let Some(subsystem) = subsystem(name) else { continue };
        let (first, is_shared) = subsystems.entry(bare(name)).or_insert((subsystem, false));
        *is_shared |= *first != subsystem;
    }
    let mut index_by_name: HashMap<&[u8], usize, RandomState> = HashMap::default();
    let mut names: Vec<(&[u8], u64)> = Vec::new();
    for (name, count) in printed {
        let is_shared = subsystems.get(bare(name)).is_some_and(|(_, is_shared)| *is_shared);
        let typed = if is_shared { without_modifier(name) } else { bare(name) };
        let index = *index_by_name.entry(typed).or_insert(names.len());
        match names.get_mut(index) {
            Some((_, sum)) => *sum += count,
            None => names.push((typed, count)),
        }
    }
    names.sort_by_key(|(_, count)| Reverse(*count));
    if names.len() > NAMES_MAX {
        names.sort_by_key(|(name, _)| *name == OTHERS_NAME);
        let others = names.split_off(NAMES_MAX);
        names.push((OTHERS_NAME, others.iter().map(|(_, count)| count).sum()));
    }
    names
}

/// Returns the subsystem of a printed name, if it has one.
fn subsystem(printed: &[u8]) -> Option<&[u8]> {
    let whole = without_modifier(printed);
    whole.strip_suffix(bare(printed)).and_then(|before| before.strip_suffix(b":"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(printed: &[(&str, u64)]) -> Vec<(String, u64)> {
        let names = typed_names(printed.iter().map(|(name, count)| (name.as_bytes(), *count)));
        names.into_iter().map(|(name, count)| (String::from_utf8_lossy(name).into_owned(), count)).collect()
    }

    #[test]
    fn names_stand_as_short_as_a_loop_can_have_them() {
        let printed = [
            ("kvm:kvm_exit", 3),
            ("syscalls:sys_enter_read", 9),
            ("kvm:kvm_exit:u", 2),
            ("kvm_exit", 1),
            ("cycles:ppp", 6),
        ];
        let expected = [("sys_enter_read", 9), ("kvm_exit", 6), ("cycles", 6)].map(|(name, n)| (name.to_owned(), n));
        assert_eq!(typed(&printed), expected);
        let shared = typed(&[("kvm:exit", 1), ("xen:exit:u", 2), ("xen:exit", 3), ("exit", 4)]);
        assert_eq!(shared, [("xen:exit", 5), ("exit", 4), ("kvm:exit", 1)].map(|(name, n)| (name.to_owned(), n)));
    }

    #[test]
    fn the_rarest_names_beyond_the_bound_are_others() {
        let names: Vec<String> = (0..NAMES_MAX + 5).map(|number| format!("name{number}")).collect();
        let printed: Vec<(&str, u64)> = names.iter().map(|name| (name.as_str(), 2)).chain([("others", 9)]).collect();
        let typed = typed(&printed);
        assert_eq!((typed.len(), typed.last()), (NAMES_MAX + 1, Some(&("others".to_owned(), 19))));
    }
}
