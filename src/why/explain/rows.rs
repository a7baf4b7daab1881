//! The rows of the comparison that are shown only if they stand out: events around the loops, and values of fields.

use super::around::RUNS;
use super::collect::Explain;
use super::explanation::{AroundRow, Means, ValueRow};
use super::item::Item;
use super::sides::{EventTexts, Sides};

/// The smallest number of loops in the tail with which the events around loops are compared: fewer show mere chance.
const TAIL_MIN: u64 = 3;
/// The largest number of rows of events around the loops, one for each pair of comm and event.
const AROUND_MAX: usize = 6;
/// The largest number of values that are shown of one field.
const VALUES_MAX: usize = 3;

impl Explain {
    /// Returns the events of other threads that came clearly more often while slow loops were open than they would have
    /// at the rate of the rest. The one that is furthest above its expected number, in standard deviations, comes
    /// first.
    pub(super) fn around_rows(&self, sides: &Sides, texts: &EventTexts) -> Vec<AroundRow> {
        let [tail, rest] = sides.of(Item::Transition(Item::TOTAL)).map(|sum| sum.amount as f64 / 1e6);
        if sides.tail < TAIL_MIN || rest <= 0.0 || tail <= 0.0 {
            return Vec::new();
        }
        let mut rows: Vec<(f64, u16, AroundRow)> = Vec::new();
        for (item, sums) in &sides.sums {
            let Item::Around(number) = *item else { continue };
            let Some((comm, event)) = self.around.pair(number) else { continue };
            let [of_tail, of_rest] = sums.map(|sum| sum.amount as f64);
            let expected = of_rest / rest * tail;
            let above = (of_tail - expected) / (expected + 1.0).sqrt();
            if above > 3.0 {
                let event = if event == RUNS { b"(runs)".to_vec() } else { self.event_text(event, texts) };
                let per_ms = Means { tail: of_tail / tail, rest: Some(of_rest / rest) };
                rows.push((above, number, AroundRow { comm: self.comm_text(comm), event, per_ms }));
            }
        }
        rows.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        rows.into_iter().take(AROUND_MAX).map(|(_, _, row)| row).collect()
    }

    /// Returns the values of fields that slow loops have clearly more often than others, the largest difference first.
    pub(super) fn value_rows(&self, loop_index: usize, sides: &Sides) -> Vec<ValueRow> {
        let Some(values) = self.values.get(loop_index).filter(|_| sides.rest > 0) else { return Vec::new() };
        let (tail, rest) = (sides.tail as f64, sides.rest as f64);
        let mut rows: Vec<((u8, u8), ValueRow)> = Vec::new();
        for (item, [of_tail, of_rest]) in &sides.sums {
            let Item::Value(field, value) = *item else { continue };
            let Some(set) = values.set(field) else { continue };
            let (in_tail, in_rest) = (of_tail.amount as f64 / tail, of_rest.amount as f64 / rest);
            let all = (of_tail.amount + of_rest.amount) as f64 / (tail + rest);
            let error = (all * (1.0 - all) / tail).sqrt();
            if in_tail - in_rest >= 0.1 && in_tail - in_rest > 4.0 * error {
                let share = Means { tail: in_tail, rest: Some(in_rest) };
                let row = ValueRow { field: set.shown_name(), value: set.value(value).to_vec(), share };
                rows.push(((field, value), row));
            }
        }
        rows.sort_by(|one, other| other.1.share.excess().total_cmp(&one.1.share.excess()).then(one.0.cmp(&other.0)));
        let mut of_field = [0_usize; 256];
        rows.retain(|((field, _), _)| {
            of_field[usize::from(*field)] += 1;
            of_field[usize::from(*field)] <= VALUES_MAX
        });
        rows.into_iter().map(|(_, row)| row).collect()
    }
}
