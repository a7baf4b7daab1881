//! Reads the `delta_processor.conf` of perf-script-postprocessor (the predecessor of this program), and makes loops of
//! it.
//!
//! ```text
//! [Native]
//! skim_native = kvm_exit|sys_exit_ppoll|sys_enter_io_submit|sys_exit_io_submit|kvm_inj_virq|kvm_entry
//! order = kvm_exit|sys_exit_ppoll|sys_enter_io_submit|sys_exit_io_submit
//! key = all
//! submission = kvm_exit|sys_enter_io_submit
//! completion = kvm_entry__kvm_inj_virq__after|sys_exit_ppoll__sys_enter_io_getevents__before
//! ```
//!
//! In the sections that are not asked for, only the names of the settings are checked.

use super::grammar::{self, Notation, Pointer};
use super::spec::Loop;
use crate::key::Key;
use crate::text::excerpt;
use std::fmt;

/// The path at which the installer of perf-script-postprocessor puts the file.
pub const INSTALLED: &str = "/etc/delta_processor.conf";

/// A mistake in a `delta_processor.conf`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfError {
    /// The number of the line, counted from 1; 0 for a mistake of the whole file.
    pub line: usize,
    /// The message for the user: the text that is wrong, and what was expected in its place.
    pub message: String,
    /// The place of the mistake in the text of a loop; `None` for a mistake elsewhere.
    pub pointer: Option<Pointer>,
}

impl fmt::Display for ConfError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, " {}", self.message),
            line => write!(f, "{line}: {}", self.message),
        }
    }
}

/// A setting `name = value`, with the number of its line.
struct Setting<'a> {
    line: usize,
    name: &'a str,
    value: &'a str,
}

/// The known names of settings. Names that begin with `skim_` are accepted, too, but have no effect.
const NAMES: [&str; 4] = ["order", "key", "submission", "completion"];

/// The largest number of sections that a message lists.
const KNOWN_MAX: usize = 10;

/// Returns the loops of a section. The first one is that of the setting `order`; the settings `submission` and
/// `completion` give further ones.
///
/// A loop that states no key has the key of the section, or none if the section has no key.
///
/// # Errors
///
/// The first mistake: an unknown section or setting, or a mistake in a loop.
pub fn loops(text: &str, section: &str) -> Result<Vec<Loop>, ConfError> {
    let mut loops = Vec::new();
    let mut key = None;
    let mut order = None;
    for setting in settings(text, section)? {
        let Setting { line, name, value } = setting;
        match name {
            "order" => order = Some(parse_loop(line, value)?),
            "key" => key = Some(parse_key(line, value)?),
            "submission" => loops.extend(latencies(line, name, value, submission)?),
            "completion" => loops.extend(latencies(line, name, value, completion)?),
            _ => {}
        }
    }
    let mut order = order.ok_or_else(|| error(0, format!("section [{section}] has no 'order = A|B|C'")))?;
    section.clone_into(&mut order.name);
    loops.insert(0, order);
    loops.iter_mut().for_each(|found| found.key = found.key.or(key));
    Ok(loops)
}

/// Returns the settings of the section `wanted`. The names of settings are checked in all sections.
fn settings<'a>(text: &'a str, wanted: &str) -> Result<Vec<Setting<'a>>, ConfError> {
    let mut sections = Vec::new();
    let mut settings = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let number = at + 1;
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(rest) = line.strip_prefix('[') {
            let name = rest.strip_suffix(']').map(str::trim).filter(|name| is_section_name(name));
            sections.push(name.ok_or_else(|| {
                error(number, format!("{}: expected '[NAME]', NAME of letters, digits, _ . -", shown(line)))
            })?);
            continue;
        }
        let (name, value) = line
            .split_once('=')
            .ok_or_else(|| error(number, format!("{}: expected 'name = value' or '[NAME]'", shown(line))))?;
        let (name, value) = (name.trim(), value.trim());
        let section =
            sections.last().ok_or_else(|| error(number, format!("{}: expected '[NAME]' before it", shown(line))))?;
        if !NAMES.contains(&name) && !name.starts_with("skim_") {
            return Err(error(number, format!("unknown key {}; expected {} or skim_*", shown(name), NAMES.join(", "))));
        }
        if *section == wanted {
            settings.push(Setting { line: number, name, value });
        }
    }
    if !sections.contains(&wanted) {
        let mut known = sections.iter().take(KNOWN_MAX).map(|name| format!("[{name}]")).collect::<Vec<_>>().join(", ");
        if sections.len() > KNOWN_MAX {
            known.push_str(", ...");
        }
        return Err(error(
            0,
            format!("no section [{wanted}]; there is {}", if known.is_empty() { "none" } else { &known }),
        ));
    }
    Ok(settings)
}

/// Returns a text of the conf for a message: in quotes, and cut off if it is long.
fn shown(text: &str) -> String {
    excerpt(text.as_bytes())
}

/// Returns whether a section may have this name. The name is also used as the name of a loop and in the name of a file.
fn is_section_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
}

fn parse_loop(line: usize, value: &str) -> Result<Loop, ConfError> {
    grammar::parse(value, Notation::Bars).map_err(|wrong| ConfError {
        pointer: Some(wrong.pointer(value)),
        ..error(line, format!("{}: {wrong}", shown(value)))
    })
}

fn parse_key(line: usize, value: &str) -> Result<Key, ConfError> {
    let keys = || Key::NAMES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    Key::from_name(value).ok_or_else(|| error(line, format!("key {}: expected one of {}", shown(value), keys())))
}

/// Parses a value that has one loop in each of its parts. Blanks separate the parts. `order` turns a part into the text
/// of a loop. The loops get the names `name`, `name2` and so on.
fn latencies(line: usize, name: &str, value: &str, order: fn(&str) -> Option<String>) -> Result<Vec<Loop>, ConfError> {
    let parse = |(at, part): (usize, &str)| {
        let text = order(part).ok_or_else(|| {
            let expected = if name == "submission" { "A|B" } else { "K__R__after|F__S__before" };
            error(line, format!("{name} {}: expected '{expected}'", shown(part)))
        })?;
        let mut found = parse_loop(line, &text)?;
        found.name = if at == 0 { name.to_owned() } else { format!("{name}{}", at + 1) };
        Ok(found)
    };
    value.split_whitespace().enumerate().map(parse).collect()
}

/// Returns the loop for `A|B`, a part of `submission`: from the moment when a guest (a virtual machine) tells its
/// virtual disk of a request to the moment when the host submits this request to the disk.
fn submission(part: &str) -> Option<String> {
    let (from, to) = part.split_once('|')?;
    (!to.contains('|')).then(|| format!("{from} -> {to}"))
}

/// Returns the loop for `K__R__after|F__S__before`, a part of `completion`. It says that K comes after R, and F before
/// S. The loop is `F -> S -> R -> K`. The two halves may stand in either order.
fn completion(part: &str) -> Option<String> {
    let (one, other) = part.split_once('|')?;
    let half = |half: &str, end: &str| {
        let (event, neighbour) = half.strip_suffix(end)?.split_once("__")?;
        (!neighbour.contains("__")).then(|| (event.to_owned(), neighbour.to_owned()))
    };
    let (after, before) = if one.ends_with("__after") { (one, other) } else { (other, one) };
    let ((last, third), (first, second)) = (half(after, "__after")?, half(before, "__before")?);
    Some(format!("{first} -> {second} -> {third} -> {last}"))
}

fn error(line: usize, message: String) -> ConfError {
    ConfError { line, message, pointer: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UPSTREAM: &str = include_str!("../../tests/data/upstream-delta_processor.conf");

    fn shown(text: &str, section: &str) -> String {
        match loops(text, section) {
            Ok(loops) => {
                let shown =
                    |found: &Loop| format!("{}={} by {}", found.name, found.text(), found.key.map_or("", Key::name));
                loops.iter().map(shown).collect::<Vec<_>>().join("; ")
            }
            Err(wrong) => wrong.to_string().trim().to_owned(),
        }
    }

    #[test]
    fn the_file_that_the_predecessor_installs() {
        assert_eq!(
            shown(UPSTREAM, "Native"),
            "Native=kvm_exit -> sys_exit_ppoll -> sys_enter_io_submit -> sys_exit_io_submit -> sys_enter_io_getevents -> sys_exit_io_getevents by ; \
             submission=kvm_exit -> sys_enter_io_submit by ; \
             completion=sys_exit_ppoll -> sys_enter_io_getevents -> kvm_inj_virq -> kvm_entry by "
        );
        assert_eq!(
            shown(UPSTREAM, "Threads"),
            "Threads=kvm_exit -> sys_exit_ppoll -> sys_enter_pread64 -> sys_exit_pread64 by ; \
             submission=kvm_exit -> sys_enter_pread64 by ; \
             completion=sys_exit_ppoll -> sys_exit_pread64 -> kvm_inj_virq -> kvm_entry by "
        );
    }

    #[test]
    fn latencies_keys_and_arrows() {
        let text = "; x\n[A]\nkey = cpu\norder = a -> b -> c by tid\nsubmission = a|b b|c\ncompletion = f__s__before|k__r__after\n[B]\norder = y\n";
        assert_eq!(
            shown(text, "A"),
            "A=a -> b -> c by tid; submission=a -> b by cpu; submission2=b -> c by cpu; completion=f -> s -> r -> k by cpu"
        );
    }

    #[test]
    fn mistakes_have_their_line() {
        for (text, expected) in [
            ("", "no section [A]; there is none"),
            ("[B]\norder = a|b\n[C]\n", "no section [A]; there is [B], [C]"),
            ("[A]\n", "section [A] has no 'order = A|B|C'"),
            ("[A]\n\nordr = a|b\n", "3: unknown key 'ordr'; expected order, key, submission, completion or skim_*"),
            (
                "[A]\norder = a|b\n[B]\nx = y\n",
                "4: unknown key 'x'; expected order, key, submission, completion or skim_*",
            ),
            ("[A]\norder = a\n", "2: 'a': expected '->' and a second event: a loop has at least 2, 'A -> B'"),
            ("[A]\norder = a|b\nkey = thread\n", "3: key 'thread': expected one of tid, pid, cpu, comm, all"),
            ("[A]\norder = a|b\nsubmission = a|b|c\n", "3: submission 'a|b|c': expected 'A|B'"),
            ("[A]\norder = a|b\ncompletion = a|b\n", "3: completion 'a|b': expected 'K__R__after|F__S__before'"),
            ("order = a|b\n", "1: 'order = a|b': expected '[NAME]' before it"),
            ("[A]\norder\n", "2: 'order': expected 'name = value' or '[NAME]'"),
            ("[A\n", "1: '[A': expected '[NAME]', NAME of letters, digits, _ . -"),
            ("[../A]\n", "1: '[../A]': expected '[NAME]', NAME of letters, digits, _ . -"),
        ] {
            assert_eq!(shown(text, "A"), expected, "{text:?}");
        }
    }
}
