//! The hint about a loop that has closed, although many events at its last position closed nothing.

use crate::matcher::{Counts, Matching};
use crate::pattern::Loop;

/// A loop that closed, and the counts from which [`Closings::hint`] sees why it did not close more often.
#[derive(Clone, Copy, Debug)]
pub struct Closings<'a> {
    /// The loop.
    pub spec: &'a Loop,
    /// The way in which the events of the loop were matched.
    pub matching: Matching,
    /// The number of events seen at the last position of the loop.
    pub last_seen: u64,
    /// The number of times that the loop closed.
    pub closed: u64,
    /// The number of events at the loop's first position that have the loop's key. Each of them begins an unfinished
    /// loop.
    pub begun: u64,
    /// The number of unfinished loops that were dropped because the time limit (`within`) was over, or by an event at a
    /// negated position.
    pub limited: u64,
    /// The counts of the whole run.
    pub counts: Counts,
}

impl Closings<'_> {
    /// Returns a sentence if more than a tenth of the events at the last position closed nothing. If the first event
    /// mostly came again before the loop closed, the sentence proposes `--match nested`. Otherwise it asks whether the
    /// order of the positions is right.
    pub fn hint(&self) -> Option<String> {
        let Closings { spec, matching, last_seen, closed, begun, limited, counts } = *self;
        let (first, last) = (spec.positions.first()?, spec.positions.last()?);
        let before = spec.positions.iter().nth_back(1)?;
        // If the same events stand at the first and the last position, an event that closes nothing begins a loop, so
        // that nothing is wrong.
        if closed == 0 || first.events == last.events {
            return None;
        }
        // Each unfinished loop that was dropped may be the reason why one event closed nothing. So one event is left
        // out for each of these loops. The dropped loops need no hint: the user asked for the limits, and other notes
        // tell of lost events and of too many keys.
        let Counts { unfinished, cut, evicted, .. } = counts;
        let dropped = limited + cut + evicted;
        let missed = last_seen.saturating_sub(closed).saturating_sub(dropped);
        if missed.saturating_mul(10) <= last_seen {
            return None;
        }
        let repeated = begun.saturating_sub(closed).saturating_sub(dropped + unfinished);
        let at_least = if dropped > 0 { "at least " } else { "" };
        let (first, before, last) = (first.events_text(), before.events_text(), last.events_text());
        let said = format!("{at_least}{missed} of {last_seen} {last} closed nothing");
        Some(match matching {
            Matching::Latest | Matching::First if repeated.saturating_mul(2) >= missed => {
                format!("{said}: {first} came again before it; --match nested follows each {first}")
            }
            Matching::Strict => format!("{said}: the events of the loop did not come directly before them"),
            _ => format!("{said}: no loop had come to {before} before (is this the order of the positions?)"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::parse_loop;

    fn hint(text: &str, matching: Matching, [last_seen, closed, begun, limited]: [u64; 4]) -> String {
        let spec = parse_loop(text).expect("a loop");
        let counts = Counts { unfinished: 1, ..Counts::default() };
        let closings = Closings { spec: &spec, matching, last_seen, closed, begun, limited, counts };
        closings.hint().unwrap_or_default()
    }

    #[test]
    fn the_reason_depends_on_what_came_again() {
        let nested = "10 of 20 ret closed nothing: fact came again before it; --match nested follows each fact";
        assert_eq!(hint("fact -> ret", Matching::Latest, [20, 10, 20, 0]), nested);
        assert_eq!(hint("fact -> ret", Matching::First, [20, 10, 20, 0]), nested);
        let order =
            "10 of 20 ret closed nothing: no loop had come to fact before (is this the order of the positions?)";
        assert_eq!(hint("fact -> ret", Matching::Nested, [20, 10, 20, 0]), order);
        assert_eq!(hint("fact -> ret", Matching::Latest, [20, 10, 11, 0]), order);
        assert!(hint("fact -> ret", Matching::Strict, [20, 10, 20, 0]).ends_with("did not come directly before them"));
        assert!(hint("fact -> !x -> ret", Matching::Latest, [20, 10, 20, 5]).starts_with("at least 5 of 20 ret"));
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
