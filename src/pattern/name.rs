//! Event names: what a user writes, what an input prints, and when they are the same.

use super::glob::Glob;
use bstr::ByteSlice;

/// An event as a position of a loop names it: `name` or `subsystem:name`, both
/// with `*` and `?`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventName {
    subsystem: Option<Glob>,
    name: Glob,
    text: String,
}

impl EventName {
    /// Splits at the first colon.
    pub fn new(text: &str) -> Self {
        let (subsystem, name) = text.split_once(':').map_or((None, text), |(subsystem, name)| (Some(subsystem), name));
        let glob = |text: &str| Glob::new(text.as_bytes());
        EventName { subsystem: subsystem.map(glob), name: glob(name), text: text.to_owned() }
    }

    /// The name without its subsystem, as rows and summary show it.
    pub fn bare(&self) -> &str {
        self.text.split_once(':').map_or(&self.text, |(_, name)| name)
    }

    /// The name as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether an input that prints `printed` means this event.
    ///
    /// `kvm_exit` is `kvm:kvm_exit` and a bare `kvm_exit`; so is
    /// `kvm:kvm_exit`, which is not `xen:kvm_exit`.
    pub fn matches(&self, printed: &[u8]) -> bool {
        readings(printed).any(|(subsystem, name)| {
            let same_subsystem = match (&self.subsystem, subsystem) {
                (Some(wanted), Some(printed)) => wanted.matches(printed),
                _ => true,
            };
            same_subsystem && self.name.matches(name)
        })
    }
}

/// What a printed name can mean: subsystem and name, without the modifier.
///
/// `cycles:ppp` is an event with a modifier, `kvm:kvm_exit` one with a
/// subsystem; where it could be either, it is taken for both.
fn readings(printed: &[u8]) -> impl Iterator<Item = (Option<&[u8]>, &[u8])> {
    let (head, last) = match printed.rsplit_once_str(":") {
        Some((head, last)) => (head, Some(last)),
        None => (printed, None),
    };
    let modifier = last.is_some_and(is_modifier);
    let whole = (!(modifier && head.contains(&b':'))).then_some(printed);
    let without = modifier.then_some(head);
    without.into_iter().chain(whole).map(|text| match text.split_once_str(":") {
        Some((subsystem, name)) => (Some(subsystem), name),
        None => (None, text),
    })
}

/// The letters that perf takes behind an event's last colon (perf-list(1), "EVENT MODIFIERS").
fn is_modifier(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|byte| b"ukhIGHpPSDWebRX".contains(byte))
}

/// A printed name without subsystem and modifier.
pub fn bare(printed: &[u8]) -> &[u8] {
    readings(printed).next().map_or(printed, |(_, name)| name)
}

/// The category that the predecessor puts an event into, so that the two ends
/// of a call fall together; without the subsystem.
///
/// One rule, once: a leading `sys_enter_` or `sys_exit_` becomes `sys__`; else
/// the first inner `_enter_` or `_exit_` becomes `__`; else the first `_exit` or
/// `_entry` becomes `___`.
pub fn category(printed: &[u8]) -> Vec<u8> {
    let name = bare(printed);
    for call in [&b"sys_enter_"[..], b"sys_exit_"] {
        if let Some(rest) = name.strip_prefix(call) {
            return [b"sys__", rest].concat();
        }
    }
    let first =
        |words: [&[u8]; 2]| words.into_iter().filter_map(|word| name.find(word).map(|at| (at, at + word.len()))).min();
    let (found, becomes) = match first([b"_enter_", b"_exit_"]) {
        Some(found) => (Some(found), &b"__"[..]),
        None => (first([b"_exit", b"_entry"]), &b"___"[..]),
    };
    match found {
        Some((from, to)) => {
            [name.get(..from).unwrap_or_default(), becomes, name.get(to..).unwrap_or_default()].concat()
        }
        None => name.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_and_without_subsystem_and_modifier() {
        let cases = [
            ("kvm_exit", "kvm:kvm_exit", true),
            ("kvm_exit", "kvm_exit", true),
            ("kvm:kvm_exit", "kvm:kvm_exit", true),
            ("kvm:kvm_exit", "kvm_exit", true),
            ("kvm:kvm_exit", "xen:kvm_exit", false),
            ("kvm_exit", "kvm:kvm_exits", false),
            ("kvm_exit", "kvm:kvm_exit:u", true),
            ("kvm:kvm_exit", "kvm:kvm_exit:ukp", true),
            ("kvm:kvm_exit", "xen:kvm_exit:ukp", false),
            ("cycles", "cycles:ppp", true),
            ("cycles:ppp", "cycles:ppp", true),
            ("ppp", "cycles:ppp", true), // as well a tracepoint
            ("cpu-clock", "cpu-clock:uhH", true),
            ("cycles", "cpu_core/cycles/", false),
            ("cpu_core/cycles/", "cpu_core/cycles/:u", true),
            ("kvm", "kvm:kvm_exit", false),
            ("kvm_*", "kvm:kvm_exit", true),
            ("*_exit", "kvm_exit:u", true),
            ("k?m:*", "kvm:kvm_exit", true),
            ("k?m:*", "xen:kvm_exit", false),
            ("*", "kvm:kvm_exit", true),
        ];
        for (written, printed, expected) in cases {
            assert_eq!(EventName::new(written).matches(printed.as_bytes()), expected, "{written} {printed}");
        }
    }

    #[test]
    fn categories() {
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
