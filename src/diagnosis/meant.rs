//! The event that a user may mean by a name that was never seen.

use crate::pattern::{EventName, Loop, Notation, grammar, pairs_beginning_with};
use crate::text::nearest_by;

/// The place of a position in its loop.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The position begins the loop, or stands within it.
    BeforeLast,
    /// The position closes the loop.
    Last,
}

/// Returns the loop that the user may have meant: `spec` with a similar name of the input in place of each event that
/// was never seen. Returns `None` if an event that was never seen has no similar name, or if it is not clear which
/// similar name is meant.
///
/// `seen` has the number of events at each position, and `names` are the event names seen.
pub(super) fn meant_loop(spec: &Loop, seen: &[u64], names: &[String]) -> Option<String> {
    let positions = &spec.positions;
    // The proposed loop is made of the texts of the positions, so it would lack the negated positions and the time
    // limit.
    if spec.has_limits() {
        return None;
    }
    let mut texts = Vec::new();
    for (at, (position, count)) in positions.iter().zip(seen).enumerate() {
        if *count > 0 {
            texts.push(position.text.clone());
            continue;
        }
        let [event] = position.events.as_slice() else { return None };
        let place = if at + 1 == positions.len() { Place::Last } else { Place::BeforeLast };
        let meant = meant_name(event.bare(), place, names)?;
        texts.push(position.text.replacen(event.text(), &meant, 1));
    }
    let by = spec.key.map_or(String::new(), |key| format!(" by {}", key.name()));
    let text = format!("{}{by}", texts.join(" -> "));
    grammar::parse(&text, Notation::Arrows).is_ok().then_some(text)
}

/// Returns those of `names` that are like `name`. First come those that differ from `name` only in upper and lower case
/// or in the subsystem, then those that have its words, and then those that contain it.
pub(super) fn like<'a>(name: &str, names: &'a [String]) -> Vec<&'a str> {
    let word = word_of(name);
    if word.is_empty() || word.contains(['*', '?']) {
        return Vec::new();
    }
    let lower = name.to_ascii_lowercase();
    let bare = |name: &str| EventName::new(name).bare().to_ascii_lowercase();
    let likeness = |name: &String| {
        let bare = bare(name);
        if bare == lower {
            Some(0)
        } else if has_words(&bare, &word) {
            Some(1)
        } else {
            (word.len() > 2 && bare.contains(&word)).then_some(2)
        }
    };
    let mut like: Vec<(u8, &str)> =
        names.iter().filter_map(|name| likeness(name).map(|likeness| (likeness, name.as_str()))).collect();
    like.sort_by_key(|(likeness, _)| *likeness);
    like.into_iter().map(|(_, name)| name).collect()
}

/// Returns the name, without its subsystem, that the user probably meant by `name`, which was never seen. Returns
/// `None` if no name of the input is like it, or if several are and it is not clear which one is meant.
fn meant_name(name: &str, place: Place, names: &[String]) -> Option<String> {
    let bare = |name: &str| EventName::new(name).bare().to_owned();
    let lower = name.to_ascii_lowercase();
    if let Some(same) = names.iter().map(|name| bare(name)).find(|seen| seen.to_ascii_lowercase() == lower) {
        return Some(same);
    }
    let word = word_of(name);
    let like: Vec<String> = like(name, names).into_iter().map(bare).filter(|seen| has_words(seen, &word)).collect();
    if let [only] = like.as_slice() {
        return Some(only.clone());
    }
    // If exactly one pair of events, such as the enter and the exit of a call, has this word, one of its two events is
    // meant: the second one at the last position of the loop, and the first one at every other position.
    let mut pairs: Vec<(String, String)> = like
        .iter()
        .filter_map(|first| {
            let pair = pairs_beginning_with(first.as_bytes()).certain?;
            let end = pair.positions.last()?.text.clone();
            let is_meant = pair.name == word || pair.name.strip_prefix("sys_") == Some(&word);
            (is_meant && like.contains(&end)).then(|| (first.clone(), end))
        })
        .collect();
    if let (Some((first, end)), true) = (pairs.pop(), pairs.is_empty()) {
        return Some(if place == Place::Last { end } else { first });
    }
    let candidates = names.iter().map(|name| (name.as_str(), bare(name)));
    like.is_empty().then(|| nearest_by(name, candidates).first().map(|near| bare(near))).flatten()
}

/// Returns the words that a name is about, in lower case. A user may type a category in the form of the summary, such
/// as `sys__read` for both ends of a call or `kvm___` for those of another pair. The underscores at its ends and
/// `sys__` are cut off, and so is `__x64_sys_`, with which the name of a system call's function in the kernel begins.
fn word_of(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let word = lower.strip_prefix("sys__").or_else(|| lower.strip_prefix("__x64_sys_")).unwrap_or(&lower);
    word.trim_matches('_').replace("__", "_")
}

/// Returns whether a name has these words, one after the other. Words stand between underscores.
fn has_words(name: &str, words: &str) -> bool {
    format!("_{name}_").contains(&format!("_{words}_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_a_user_may_mean() {
        let seen = [
            "syscalls:sys_enter_read",
            "syscalls:sys_exit_read",
            "syscalls:sys_enter_readlink",
            "syscalls:sys_exit_readlink",
            "kvm:kvm_entry",
            "kvm:kvm_exit",
            "sched:sched_switch",
        ];
        let seen: Vec<String> = seen.iter().map(|name| (*name).to_owned()).collect();
        for (name, before_last, last) in [
            ("read", Some("sys_enter_read"), Some("sys_exit_read")),
            ("sys__read", Some("sys_enter_read"), Some("sys_exit_read")),
            ("SYS_EXIT_READ", Some("sys_exit_read"), Some("sys_exit_read")),
            ("kvm___", Some("kvm_entry"), Some("kvm_exit")),
            ("switch", Some("sched_switch"), Some("sched_switch")),
            ("sched_swich", Some("sched_switch"), Some("sched_switch")),
            ("sys_enter_futex", None, None),
            ("enter", None, None),
        ] {
            assert_eq!(meant_name(name, Place::BeforeLast, &seen).as_deref(), before_last, "{name}");
            assert_eq!(meant_name(name, Place::Last, &seen).as_deref(), last, "{name}");
        }
        assert_eq!(like("read", &seen)[..3], [&*seen[0], &*seen[1], &*seen[2]]);
        assert_eq!(like("sys_enter_fsync", &seen), [""; 0]);
    }
}
