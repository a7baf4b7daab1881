//! Pairs of events that begin and end the same thing: enter and exit, start and done, a probe of a function and the
//! probe of its return.

use super::name::EventName;
use super::spec::{Loop, Position};

/// The words of event names that mark a beginning, each with the words that mark its end. Words stand between
/// underscores.
const ENDS: [(&str, &[&str]); 5] = [
    ("enter", &["exit"]),
    ("entry", &["exit"]),
    ("begin", &["end"]),
    ("issue", &["complete"]),
    ("start", &["end", "done"]),
];

/// Any event X may begin a pair. The last event of the pair then has the name X with one of these endings: perf names
/// the probe of a function's return `X__return`, and some programs have an event `X_result` for the result of X.
const ENDS_OF_ANY: [&str; 2] = ["__return", "_result"];

/// The pairs that an event of some name can begin.
#[derive(Default)]
pub struct Pairs {
    /// The pair of a name that has only one possible end.
    pub certain: Option<Loop>,
    /// The pairs that exist only if their end is in the input.
    pub possible: Vec<Loop>,
}

/// Returns the pairs that an event of this name can begin, each named after the parts that both names share. `name` is
/// without its subsystem.
///
/// ```text
/// sys_enter_exit_group   sys_exit_group = sys_enter_exit_group -> sys_exit_exit_group
/// softirq_entry          softirq = softirq_entry -> softirq_exit
/// vfs_read               vfs_read = vfs_read -> vfs_read__return
/// ```
pub fn pairs_beginning_with(name: &[u8]) -> Pairs {
    let Some(name) = std::str::from_utf8(name).ok().filter(|name| name.bytes().all(is_plain)) else {
        return Pairs::default();
    };
    let mut pairs = Pairs::default();
    let words: Vec<&str> = name.split('_').collect();
    let mark = first_mark(&words);
    if let Some((at, ends)) = mark {
        let with = |end: &[&str]| [&words[..at], end, &words[at + 1..]].concat().join("_");
        let stem = with(&[]);
        // perl:sub__entry and perl:sub__return are markers in a program (USDT).
        let of_marker: &[&str] = if name.ends_with("__entry") { &["return"] } else { &[] };
        let marked = ends.iter().chain(of_marker).map(|end| pair(stem.trim_matches('_'), name, with(&[end])));
        pairs.possible.extend(marked);
        if let [_] = pairs.possible.as_slice() {
            pairs.certain = pairs.possible.pop();
        }
    }
    // `__return` and `_result` make no sense behind `sys_enter_` and `sys_exit_`: these are tracepoints, and not probes
    // of functions that return. They make no sense either behind a name that has one of them already.
    let is_end = ENDS_OF_ANY.iter().any(|end| name.ends_with(end));
    if !is_end && !name.starts_with("sys_enter_") && !name.starts_with("sys_exit_") {
        pairs.possible.extend(ENDS_OF_ANY.iter().map(|end| pair(name, name, format!("{name}{end}"))));
    }
    pairs
}

/// Makes the loop from an event to its end.
fn pair(stem: &str, first: &str, end: String) -> Loop {
    let is_name = stem.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let position =
        |name: String| Position { unique_name: name.clone(), ..Position::of_events(vec![EventName::new(&name)], name) };
    let positions = vec![position(first.to_owned()), position(end)];
    Loop { name: if is_name { stem } else { first }.to_owned(), ..Loop::of_positions(positions) }
}

/// Returns the index of the word that marks a beginning, and the words that mark its end. The first mark decides: in
/// `sys_enter_exit_group`, the word `exit` belongs to the name of the call that is entered. Returns `None` if no word
/// marks a beginning, or if a word that marks an end comes first.
fn first_mark(words: &[&str]) -> Option<(usize, &'static [&'static str])> {
    words.iter().enumerate().find_map(|(at, word)| match ENDS.iter().find(|ends| ends.0 == *word) {
        Some((_, ends)) => Some(Some((at, *ends))),
        None => ENDS.iter().any(|(_, ends)| ends.contains(word)).then_some(None),
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
            let pairs = pairs_beginning_with(name.as_bytes());
            let certain = pairs.certain.map_or("-".to_owned(), |found| format!("{}={}", found.name, found.text()));
            let ends = pairs.possible.iter().filter(|found| !found.positions[1].text.ends_with("_result"));
            let ends = ends.map(|found| format!(" {}={}", found.name, found.positions[1].text));
            format!("{certain}{}", ends.collect::<String>())
        };
        for (name, expected) in [
            ("sys_enter_read", "sys_read=sys_enter_read -> sys_exit_read"),
            ("sys_enter_exit_group", "sys_exit_group=sys_enter_exit_group -> sys_exit_exit_group"),
            ("sys_exit_exit_group", "-"),
            ("sys_exit_enter", "-"),
            ("sys_enter", "sys=sys_enter -> sys_exit sys_enter=sys_enter__return"),
            ("kvm_entry", "kvm=kvm_entry -> kvm_exit kvm_entry=kvm_entry__return"),
            (
                "ext4_da_write_begin",
                "ext4_da_write=ext4_da_write_begin -> ext4_da_write_end ext4_da_write_begin=ext4_da_write_begin__return",
            ),
            ("enter", "enter=enter -> exit enter=enter__return"),
            ("reenter_x", "- reenter_x=reenter_x__return"),
            ("vfs_read", "- vfs_read=vfs_read__return"),
            ("request__start", "- request=request__end request=request__done request__start=request__start__return"),
            ("mutex__entry", "- mutex=mutex__exit mutex=mutex__return mutex__entry=mutex__entry__return"),
            (
                "spi_message_start",
                "- spi_message=spi_message_end spi_message=spi_message_done spi_message_start=spi_message_start__return",
            ),
            ("block_rq_issue", "block_rq=block_rq_issue -> block_rq_complete block_rq_issue=block_rq_issue__return"),
            ("9p_enter", "9p_enter=9p_enter -> 9p_exit 9p_enter=9p_enter__return"),
            ("x_enter/y", "-"),
        ] {
            assert_eq!(shown(name), expected, "{name}");
        }
    }
}
