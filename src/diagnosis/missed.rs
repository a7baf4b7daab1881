//! The hint about a loop that has closed, although many events at its last position closed nothing.

use crate::event::HeaderField;
use crate::key::{Key, KeySource};
use crate::matcher::{Counts, Matching};
use crate::pattern::{Field, Loop, Position};

/// A loop that closed, and the counts from which [`Closings::hint`] sees why it did not close more often.
#[derive(Clone, Copy, Debug)]
pub struct Closings<'a> {
    /// The loop.
    pub spec: &'a Loop,
    /// The key by which the loop was followed.
    pub key: Key,
    /// The way in which the events of the loop were matched.
    pub matching: Matching,
    /// The number of events seen at the last position of the loop.
    pub last_seen: u64,
    /// The number of times that the loop closed.
    pub closed: u64,
    /// The number of events at the loop's first position that have a value of the loop's key, so that each of them could
    /// begin the loop.
    pub begun: u64,
    /// The number of unfinished loops that were dropped because the time limit (`within`) was over, or by an event at a
    /// negated position.
    pub limited: u64,
    /// The number of first events that a loss or the end of their thread cut before the loop was added to the run. Only
    /// pairs that `--pairs` finds while it reads have any.
    pub cut_before: u64,
    /// The counts of the whole run.
    pub counts: Counts,
}

impl Closings<'_> {
    /// Returns a sentence if more than a tenth of the events at the last position closed nothing. If the first event
    /// mostly came again before the loop closed, the sentence says so and what the user can do about it. Otherwise it
    /// says that no loop was open, and names the usual causes.
    pub fn hint(&self) -> Option<String> {
        let Closings { spec, last_seen, .. } = *self;
        let (first, last) = (spec.positions.first()?, spec.positions.last()?);
        let before = spec.positions.iter().nth_back(1)?;
        let missed = self.missed()?;
        let at_least = if self.dropped() > 0 { "at least " } else { "" };
        let said = format!("{at_least}{missed} of {last_seen} {} closed nothing", last.events_text());
        Some(if self.is_repeated(missed) {
            format!("{said}: {}", self.came_again(first))
        } else if self.matching == Matching::Strict {
            format!("{said}: the events of the loop did not come directly before them")
        } else if spec.positions.iter().rev().skip(1).any(|position| position.condition.is_some()) {
            format!(
                "{said}: no loop was open on their key (perhaps because of a condition, or the order of the positions is another)"
            )
        } else if spec.positions.len() == 2 {
            format!(
                "{said}: no loop was open on their key (perhaps it began before the recording or with another event, or the order of the positions is another)"
            )
        } else {
            format!(
                "{said}: no loop on their key had come to {} (perhaps its earlier events came before the recording, or the order of the positions is another)",
                before.events_text()
            )
        })
    }

    /// Returns the sentence about a pair that `--pairs` has found; `None` unless more than a tenth of its second events
    /// closed nothing and its first event mostly came again before them.
    pub fn hint_of_pair(&self) -> Option<String> {
        let Closings { spec, last_seen, .. } = *self;
        let (first, last) = (spec.positions.first()?.events_text(), spec.positions.last()?.events_text());
        let missed = self.missed().filter(|missed| self.is_repeated(*missed))?;
        let at_least = if self.dropped() > 0 { "at least " } else { "" };
        let said = format!("{at_least}{missed} of {last_seen} {last} closed nothing");
        Some(match (spec.key_source(), self.key) {
            // A request is issued by one thread, and completed by an interrupt of any other.
            _ if first.ends_with("_issue") => {
                format!("{said}: they come on other threads; --discover shows the loop by the fields of a request")
            }
            (KeySource::Header, Key::Tid) => format!("{said}; --match nested follows calls within calls"),
            _ => format!("{said}: {first} came again before it on the same key"),
        })
    }

    /// Returns the number of events at the last position that closed nothing. Returns `None` if it is not more than a
    /// tenth of all, or if nothing is wrong.
    fn missed(&self) -> Option<u64> {
        let Closings { spec, last_seen, closed, .. } = *self;
        // If the same events stand at the first and the last position, an event that closes nothing begins a loop, so
        // that nothing is wrong.
        if closed == 0 || spec.positions.first()?.events == spec.positions.last()?.events {
            return None;
        }
        // Each unfinished loop that was dropped may be the reason why one event closed nothing. So one event is left
        // out for each of these loops. The dropped loops need no hint: the user asked for the limits, and other notes
        // tell of lost events and of too many keys.
        let missed = last_seen.saturating_sub(closed).saturating_sub(self.dropped());
        (missed.saturating_mul(10) > last_seen).then_some(missed)
    }

    /// Returns the number of unfinished loops that were dropped.
    fn dropped(&self) -> u64 {
        self.limited + self.cut_before + self.counts.cut + self.counts.evicted
    }

    /// Returns whether at least half of the `missed` events closed nothing because the first event came again before
    /// them, as in calls of a recursive function.
    fn is_repeated(&self, missed: u64) -> bool {
        let Closings { matching, closed, begun, counts, .. } = *self;
        let repeated = begun.saturating_sub(closed).saturating_sub(self.dropped() + counts.unfinished);
        matches!(matching, Matching::Latest | Matching::First) && repeated.saturating_mul(2) >= missed
    }

    /// Returns the end of the sentence about a loop whose first event came again before the last one. In one thread,
    /// such events are usually calls within calls. If several threads have the same key, they may as well be requests
    /// in a queue, for which `--match nested` gives wrong times.
    fn came_again(&self, first: &Position) -> String {
        let name = first.events_text();
        let nested = "--match nested closes the loop that began last";
        match (self.spec.key_source(), self.key) {
            (KeySource::Header, Key::Tid) => format!("{name} came again before it; --match nested follows each {name}"),
            (KeySource::Header, key) => {
                let on = if key == Key::All { String::new() } else { format!(" on the same {}", key.name()) };
                format!(
                    "{name} came again before it{on}; another key, as tid or @FIELD, may tell the loops apart; {nested}"
                )
            }
            (KeySource::Fields, _) if first.fields.iter().any(is_tid) => {
                format!("{name} came again before it; --match nested follows each {name}")
            }
            (KeySource::Fields, _) => {
                let fields = first.fields.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
                format!(
                    "{name} came again before it on the same key; if threads share the key by chance, add tid to it (@tid,{fields}); {nested}"
                )
            }
            (KeySource::Both, _) => format!("{name} came again before it on the same key; {nested}"),
        }
    }
}

/// Returns whether a field of a key is the thread of the event.
fn is_tid(field: &Field) -> bool {
    match field {
        Field::Named(name) => name.text() == "tid",
        Field::Header(header) => *header == HeaderField::Tid,
        Field::Word(_) | Field::Trace => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::parse_loop;

    fn hint(text: &str, matching: Matching, [last_seen, closed, begun, limited]: [u64; 4]) -> String {
        let spec = parse_loop(text).expect("a loop");
        let counts = Counts { unfinished: 1, ..Counts::default() };
        let key = spec.key.unwrap_or(Key::Tid);
        let closings =
            Closings { spec: &spec, key, matching, last_seen, closed, begun, limited, cut_before: 0, counts };
        closings.hint().unwrap_or_default()
    }

    #[test]
    fn the_reason_depends_on_what_came_again() {
        let nested = "10 of 20 ret closed nothing: fact came again before it; --match nested follows each fact";
        assert_eq!(hint("fact -> ret", Matching::Latest, [20, 10, 20, 0]), nested);
        assert_eq!(hint("fact -> ret", Matching::First, [20, 10, 20, 0]), nested);
        let not_open = "10 of 20 ret closed nothing: no loop was open on their key (perhaps it began before the recording or with another event, or the order of the positions is another)";
        assert_eq!(hint("fact -> ret", Matching::Nested, [20, 10, 20, 0]), not_open);
        assert_eq!(hint("fact -> ret", Matching::Latest, [20, 10, 11, 0]), not_open);
        assert!(
            hint("a -> b -> c", Matching::Latest, [20, 10, 11, 0]).contains(": no loop on their key had come to b (")
        );
        assert!(hint("fact -> ret", Matching::Strict, [20, 10, 20, 0]).ends_with("did not come directly before them"));
        assert!(hint("fact -> !x -> ret", Matching::Latest, [20, 10, 20, 5]).starts_with("at least 5 of 20 ret"));
    }

    #[test]
    fn nested_is_advised_only_where_each_thread_has_a_key_of_its_own() {
        let of = |text: &str| hint(text, Matching::Latest, [20, 10, 20, 0]);
        for text in ["a -> b", "a@tid,ret -> b@common_pid,fd", "a@common_pid -> b@common_pid"] {
            assert!(of(text).ends_with(": a came again before it; --match nested follows each a"), "{text}");
        }
        let nested = "--match nested closes the loop that began last";
        for (text, middle) in [
            ("a -> b by all", "; another key, as tid or @FIELD, may tell the loops apart"),
            ("a -> b by cpu", " on the same cpu; another key, as tid or @FIELD, may tell the loops apart"),
            (
                "a@ret,$2 -> b@fd,$3",
                " on the same key; if threads share the key by chance, add tid to it (@tid,ret,$2)",
            ),
            ("a@pid -> b", " on the same key"),
        ] {
            assert_eq!(of(text), format!("10 of 20 b closed nothing: a came again before it{middle}; {nested}"));
        }
    }

    #[test]
    fn a_pair_has_a_hint_only_if_its_first_event_came_again() {
        let of = |text: &str, begun: u64| {
            let spec = parse_loop(text).expect("a loop");
            let closings = Closings {
                spec: &spec,
                key: spec.key.unwrap_or(Key::Tid),
                matching: Matching::Latest,
                last_seen: 300,
                closed: 100,
                begun,
                limited: 0,
                cut_before: 0,
                counts: Counts::default(),
            };
            closings.hint_of_pair().unwrap_or_default()
        };
        let missed = "200 of 300 f__return closed nothing";
        assert_eq!(of("f -> f__return", 300), format!("{missed}; --match nested follows calls within calls"));
        assert_eq!(of("f -> f__return by cpu", 300), format!("{missed}: f came again before it on the same key"));
        assert_eq!(of("f -> f__return", 100), "");
    }

    #[test]
    fn a_tenth_is_not_many() {
        assert_eq!(hint("a -> b", Matching::Latest, [10, 9, 9, 0]), "");
        assert_ne!(hint("a -> b", Matching::Latest, [10, 8, 9, 0]), "");
        assert_eq!(hint("a -> b", Matching::Latest, [10, 0, 9, 0]), "");
        assert_eq!(hint("a -> !c -> b", Matching::Latest, [10, 5, 10, 5]), "");
        assert_eq!(hint("a -> a", Matching::Latest, [10, 5, 10, 0]), "");
    }
}
