//! The two ends of one thing, by the names of their events: enter and exit,
//! entry and exit, begin or start and end.

use super::grammar::{Loop, Position};
use super::name::EventName;

/// What the names of beginnings have in them, and those of the ends in its place.
const ENDS: [(&str, &str); 4] = [("enter", "exit"), ("entry", "exit"), ("begin", "end"), ("start", "end")];

/// The loop from a beginning to its end, named after what both have in
/// common; `None` where the name, without subsystem, is that of no beginning.
///
/// ```text
/// sys_enter_exit_group   sys_exit_group = sys_enter_exit_group -> sys_exit_exit_group
/// softirq_entry          softirq = softirq_entry -> softirq_exit
/// ```
pub fn begun_by(name: &[u8]) -> Option<Loop> {
    let name = std::str::from_utf8(name).ok().filter(|name| name.bytes().all(is_plain))?;
    let words: Vec<&str> = name.split('_').collect();
    // The first of the words decides: those behind it are what is entered.
    let (at, end) =
        words.iter().enumerate().find_map(|(at, word)| match ENDS.iter().find(|ends| ends.0 == *word) {
            Some((_, end)) => Some(Some((at, *end))),
            None => ENDS.iter().any(|ends| ends.1 == *word).then_some(None),
        })??;
    let with = |word: &[&str]| [&words[..at], word, &words[at + 1..]].concat().join("_");
    let common = with(&[]);
    let named = if common.starts_with(|c: char| c.is_ascii_digit()) || common.is_empty() { name } else { &common };
    let position = |name: String| Position {
        events: vec![EventName::new(&name)],
        fields: Vec::new(),
        condition: None,
        text: name.clone(),
        label: name,
    };
    let positions = vec![position(name.to_owned()), position(with(&[end]))];
    Some(Loop { name: named.to_owned(), positions, key: None })
}

/// What can stand in a loop's name.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_.-".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_and_their_ends() {
        let shown = |name: &str| {
            begun_by(name.as_bytes()).map_or("-".to_owned(), |found| format!("{}={}", found.name, found.text()))
        };
        for (name, expected) in [
            ("sys_enter_read", "sys_read=sys_enter_read -> sys_exit_read"),
            ("sys_enter_exit_group", "sys_exit_group=sys_enter_exit_group -> sys_exit_exit_group"),
            ("sys_exit_exit_group", "-"),
            ("sys_exit_enter", "-"),
            ("sys_enter", "sys=sys_enter -> sys_exit"),
            ("kvm_entry", "kvm=kvm_entry -> kvm_exit"),
            ("softirq_entry", "softirq=softirq_entry -> softirq_exit"),
            ("ext4_da_write_begin", "ext4_da_write=ext4_da_write_begin -> ext4_da_write_end"),
            ("enter", "enter=enter -> exit"),
            ("reenter_x", "-"),
            ("sched_switch", "-"),
            ("workqueue_execute_start", "workqueue_execute=workqueue_execute_start -> workqueue_execute_end"),
            ("9p_enter", "9p_enter=9p_enter -> 9p_exit"),
            ("x_enter/y", "-"),
        ] {
            assert_eq!(shown(name), expected, "{name}");
        }
    }
}
