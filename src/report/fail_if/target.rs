//! Finds the loops and transitions that a condition of `--fail-if` names.

use super::condition::FailCondition;
use crate::pattern::Loop;
use crate::text::nearest;

/// A transition of a loop, or its total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// The index of the loop in the list that was searched.
    pub(super) loop_index: usize,
    /// The index of the transition in the loop; `None` for the total.
    pub(super) transition: Option<usize>,
}

impl FailCondition {
    /// Checks that the name in the condition, if it has one, is that of one of these loops or of one of their
    /// transitions.
    ///
    /// # Errors
    ///
    /// The error is the end of a message: it says which name the user may have meant, and which loops there are.
    pub fn check_names(&self, loops: &[Loop]) -> Result<(), String> {
        let Some(target) = &self.target else { return Ok(()) };
        let specs: Vec<&Loop> = loops.iter().collect();
        if !self.targets(&specs).is_empty() {
            return Ok(());
        }
        let names: Vec<&str> = loops.iter().map(|spec| spec.name.as_str()).collect();
        let transitions: Vec<String> = loops.iter().flat_map(transition_names).flatten().collect();
        let known = names.iter().copied().chain(transitions.iter().map(String::as_str));
        let meant = nearest(target, known).first().map(|near| format!("did you mean '{near}'? "));
        let meant = meant.unwrap_or_default();
        Err(format!("{meant}no loop or transition is named '{target}'; the loops are {}", names.join(", ")))
    }

    /// Returns the transitions that the condition is about. If the condition has no name, these are the totals of all
    /// loops.
    pub(super) fn targets(&self, loops: &[&Loop]) -> Vec<Target> {
        let Some(name) = &self.target else {
            return (0..loops.len()).map(|loop_index| Target { loop_index, transition: None }).collect();
        };
        if let Some(loop_index) = loops.iter().position(|spec| spec.name == *name) {
            return vec![Target { loop_index, transition: None }];
        }
        let target = |(loop_index, spec): (usize, &&Loop)| {
            let behind_loop = name.strip_prefix(spec.name.as_str()).and_then(|rest| rest.strip_prefix('.'));
            let transition = behind_loop.and_then(|rest| named_transition(spec, rest));
            transition.or_else(|| named_transition(spec, name)).map(|transition| Target { loop_index, transition })
        };
        loops.iter().enumerate().filter_map(target).collect()
    }
}

/// Returns the index of the transition with this name: `Some(None)` for the total, and `None` if no transition has the
/// name. Blanks in the name do not matter.
fn named_transition(spec: &Loop, name: &str) -> Option<Option<usize>> {
    let compact = |name: &str| name.split_whitespace().collect::<String>();
    if name.trim() == "total" {
        return Some(None);
    }
    let has_name = |names: [String; 2]| names.iter().any(|known| compact(known) == compact(name));
    transition_names(spec).position(has_name).map(Some)
}

/// Returns two names for each transition: its name in JSON, and its name in the table.
fn transition_names(spec: &Loop) -> impl Iterator<Item = [String; 2]> {
    spec.transitions().zip(spec.transition_ends().map(|(from, to)| format!("{from} -> {to}"))).map(<[String; 2]>::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::{Notation, grammar};

    fn loops() -> Vec<Loop> {
        ["x=a -> b -> c", "y.z=a -> b -> a", "delta=c -> d"]
            .iter()
            .map(|text| grammar::parse(text, Notation::Arrows).expect("a loop"))
            .collect()
    }

    fn targets(target: &str) -> Vec<(usize, Option<usize>)> {
        let condition = FailCondition::parse(&format!("{target}max > 1s")).expect("a condition");
        let loops = loops();
        let specs: Vec<&Loop> = loops.iter().collect();
        condition.targets(&specs).iter().map(|target| (target.loop_index, target.transition)).collect()
    }

    #[test]
    fn names_of_loops_and_transitions() {
        assert_eq!(targets(""), [(0, None), (1, None), (2, None)]);
        assert_eq!(targets("total."), [(0, None), (1, None), (2, None)]);
        assert_eq!(targets("x."), [(0, None)]);
        assert_eq!(targets("y.z."), [(1, None)]);
        assert_eq!(targets("y.z.total."), [(1, None)]);
        assert_eq!(targets("a->b."), [(0, Some(0)), (1, Some(0))]);
        assert_eq!(targets("y.z.b -> a#2."), [(1, Some(1))]);
        assert_eq!(targets("x.delta:c__b."), [(0, Some(1))]);
        assert_eq!(targets("delta."), [(2, None)]);
        assert_eq!(targets("delta:d__c."), [(2, Some(0))]);
        assert_eq!(targets("y."), []);
    }

    #[test]
    fn an_unknown_name_gets_the_nearest_one() {
        let error = |text: &str| FailCondition::parse(text).expect("a condition").check_names(&loops()).err();
        assert_eq!(error("x.p99 > 1s"), None);
        assert_eq!(
            error("delte.p99 > 1s").as_deref(),
            Some("did you mean 'delta'? no loop or transition is named 'delte'; the loops are x, y.z, delta")
        );
    }
}
