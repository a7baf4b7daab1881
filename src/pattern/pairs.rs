//! Pairs of events that begin and end the same thing: enter and exit, entry and exit, begin and end, start and end.

use super::name::EventName;
use super::spec::{Loop, Position};

/// The parts of event names that mark a beginning, each with the part that marks the end of the same thing.
const ENDS: [(&str, &str); 4] = [("enter", "exit"), ("entry", "exit"), ("begin", "end"), ("start", "end")];

/// Returns the loop from an event that begins something to the event that ends it. The loop is named after the parts
/// that both event names have. Returns `None` if `name`, which must not have a subsystem, is not that of an event that
/// begins something. Examples of names and their loops:
///
/// ```text
/// sys_enter_exit_group   sys_exit_group = sys_enter_exit_group -> sys_exit_exit_group
/// softirq_entry          softirq = softirq_entry -> softirq_exit
/// ```
pub fn pair_beginning_with(name: &[u8]) -> Option<Loop> {
    let name = std::str::from_utf8(name).ok().filter(|name| name.bytes().all(is_plain))?;
    let parts: Vec<&str> = name.split('_').collect();
    let (at, end) = first_mark(&parts)?;
    let with = |part: &[&str]| [&parts[..at], part, &parts[at + 1..]].concat().join("_");
    let common = with(&[]);
    let loop_name = if common.starts_with(|c: char| c.is_ascii_digit()) || common.is_empty() { name } else { &common };
    let position =
        |name: String| Position { unique_name: name.clone(), ..Position::of_events(vec![EventName::new(&name)], name) };
    let positions = vec![position(name.to_owned()), position(with(&[end]))];
    Some(Loop { name: loop_name.to_owned(), ..Loop::of_positions(positions) })
}

/// Returns the index of the part that marks a beginning, and the part that marks its end. The first such part decides,
/// because a later one belongs to the name of what begins: `sys_enter_exit_group` is the enter of `exit_group`. Returns
/// `None` if no part marks a beginning, or if a part that marks an end comes first.
fn first_mark(parts: &[&str]) -> Option<(usize, &'static str)> {
    parts.iter().enumerate().find_map(|(at, part)| match ENDS.iter().find(|ends| ends.0 == *part) {
        Some((_, end)) => Some(Some((at, *end))),
        None => ENDS.iter().any(|ends| ends.1 == *part).then_some(None),
    })?
}

/// Returns whether the name of a loop may contain this byte.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_.-".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_have_their_ends() {
        let shown = |name: &str| {
            pair_beginning_with(name.as_bytes())
                .map_or("-".to_owned(), |found| format!("{}={}", found.name, found.text()))
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
