//! The names of events, as the user writes them and as the input prints them.

use super::glob::Glob;
use super::perf_event::is_perfs_own;
use bstr::ByteSlice;

/// The name of an event at a position of a loop: `name` or `subsystem:name`. Both parts may be globs with `*` and `?`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventName {
    subsystem: Option<Glob>,
    name: Glob,
    text: String,
}

impl EventName {
    /// Creates a name from the text that the user wrote. The subsystem ends at the first colon.
    pub fn new(text: &str) -> Self {
        let (subsystem, name) = text.split_once(':').map_or((None, text), |(subsystem, name)| (Some(subsystem), name));
        let glob = |text: &str| Glob::new(text.as_bytes());
        EventName { subsystem: subsystem.map(glob), name: glob(name), text: text.to_owned() }
    }

    /// Returns the name without its subsystem, as the rows and the summary of the output show it.
    pub fn bare(&self) -> &str {
        self.text.split_once(':').map_or(&self.text, |(_, name)| name)
    }

    /// Returns the name in the form in which the user wrote it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns whether this is the name of an event that the input prints as `printed`.
    ///
    /// `kvm_exit` matches a printed `kvm:kvm_exit` and a printed `kvm_exit`. `kvm:kvm_exit` matches these two as well,
    /// but no printed `xen:kvm_exit`.
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

/// Returns the ways to read a printed name as subsystem and name. The first way leaves out the modifier.
///
/// `cycles:ppp` is the event `cycles` with the modifier `ppp`. `probe_app:keep` is the event `keep` of the subsystem
/// `probe_app`, although `keep` has only letters that modifiers have. A user may write the modifier in a loop, so there
/// is a second way to read `cycles:ppp`, with the modifier as the name.
fn readings(printed: &[u8]) -> impl Iterator<Item = (Option<&[u8]>, &[u8])> {
    let without = Some(without_modifier(printed)).filter(|without| without.len() < printed.len());
    // The name of a tracepoint contains no colon. So what follows a subsystem and a name is a modifier for certain.
    let whole = without.is_none_or(|head| !head.contains(&b':')).then_some(printed);
    without.into_iter().chain(whole).map(|text| match text.split_once_str(":") {
        Some((subsystem, name)) => (Some(subsystem), name),
        None => (None, text),
    })
}

/// Returns whether a modifier may stand behind this text. It may if the text is the name of an event of perf itself, or
/// a subsystem and a name.
fn takes_modifiers(head: &[u8]) -> bool {
    head.contains(&b':') || is_perfs_own(head)
}

/// Returns whether a text may be a modifier. perf allows these letters behind the last colon of an event (perf-list(1),
/// "EVENT MODIFIERS").
fn is_modifier(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|byte| b"ukhIGHpPSDWebRX".contains(byte))
}

/// Returns a printed name without its modifier.
pub(super) fn without_modifier(printed: &[u8]) -> &[u8] {
    match printed.rsplit_once_str(":") {
        Some((head, modifier)) if takes_modifiers(head) && is_modifier(modifier) => head,
        _ => printed,
    }
}

/// Returns a printed name without its subsystem and its modifier.
pub fn bare(printed: &[u8]) -> &[u8] {
    readings(printed).next().map_or(printed, |(_, name)| name)
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
            ("ppp", "cycles:ppp", true),
            ("probe_app", "probe_app:keep", false),
            ("keep", "probe_app:keep", true),
            ("xen:*", "probe_app:keep", false),
            ("probe_app:keep", "probe_app:keep", true),
            ("kvm_exit", "kvm_exit:u", false),
            ("cpu-clock", "cpu-clock:uhH", true),
            ("cycles", "cpu_core/cycles/", false),
            ("cpu_core/cycles/", "cpu_core/cycles/:u", true),
            ("kvm", "kvm:kvm_exit", false),
            ("kvm_*", "kvm:kvm_exit", true),
            ("*_exit", "kvm:kvm_exit:u", true),
            ("k?m:*", "kvm:kvm_exit", true),
            ("k?m:*", "xen:kvm_exit", false),
            ("*", "kvm:kvm_exit", true),
        ];
        for (written, printed, expected) in cases {
            assert_eq!(EventName::new(written).matches(printed.as_bytes()), expected, "{written} {printed}");
        }
    }
}
