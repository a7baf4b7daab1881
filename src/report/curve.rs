//! The points of a percentile curve, which shows how large the deltas of a transition are, the rare large ones included.

use crate::event::Nanos;
use crate::stats::Transition;

/// The number of points from each percentile to the one that halves the distance to 100 %: from 0 to 50 %, from 50 to
/// 75 %, and so on. HdrHistogram prints as many by default.
const POINTS_PER_HALVING: u128 = 5;

/// A point of a percentile curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct CurvePoint {
    /// The place on the horizontal axis: 1 / (1 - p) for a percentile of 100 p %. It is 2 for the median and 100 for the
    /// 99th percentile. The axis is logarithmic.
    pub(super) at: f64,
    /// The percentile: the smallest delta that has at least the share p of all deltas at or below it.
    pub(super) value: Nanos,
}

/// Returns the points of a transition's curve, from the percentile 0 to the first one whose value is the largest delta.
/// Returns none if there is no delta.
pub(super) fn curve(transition: &Transition) -> Vec<CurvePoint> {
    let count = transition.count();
    if count == 0 {
        return Vec::new();
    }
    let parts = 2 * POINTS_PER_HALVING;
    let mut ats = Vec::new();
    let mut ranks = Vec::new();
    'halvings: for halvings in 0..=u64::BITS {
        for part in 0..POINTS_PER_HALVING {
            // The percentile of this point is the one above which the share `above / whole` of all deltas lies.
            let [above, whole] = [parts - part, parts << halvings];
            let rank = count - (u128::from(count) * above / whole) as u64;
            ats.push(whole as f64 / above as f64);
            ranks.push(rank.max(1));
            if rank == count {
                break 'halvings;
            }
        }
    }
    let values = transition.at_ranks(&ranks);
    ats.into_iter().zip(values).map(|(at, value)| CurvePoint { at, value }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Resolution;

    fn curve_of(deltas: impl IntoIterator<Item = u64>) -> Vec<(f64, u64)> {
        let mut transition = Transition::new();
        deltas.into_iter().for_each(|delta| transition.record(Nanos(delta), Resolution::Nanos));
        curve(&transition).iter().map(|point| (point.at, point.value.0)).collect()
    }

    #[test]
    fn the_curve_goes_from_the_smallest_to_the_largest_delta() {
        assert_eq!(curve_of([]), []);
        assert_eq!(curve_of([7]), [(1.0, 7), (10.0 / 9.0, 7)]);
        let hundred = curve_of(1..=100);
        assert_eq!(hundred[0], (1.0, 1));
        assert_eq!(hundred[5], (2.0, 50));
        assert_eq!(hundred[10], (4.0, 75));
        assert_eq!(hundred.last(), Some(&(640.0 / 6.0, 100)));
        assert!(hundred.is_sorted_by(|one, other| one.0 < other.0 && one.1 <= other.1));
    }
}
