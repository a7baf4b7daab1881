//! Order statistics: the two deltas between which a quantile lies, if the loops do not depend on each other.
//!
//! Each of n deltas is below the true p quantile with probability p, so the number of deltas below the quantile has a
//! binomial distribution. The 2.5 % and the 97.5 % point of this binomial distribution are ranks among the sorted
//! deltas. The deltas at these two ranks enclose the true quantile in 95 % of all recordings, whatever the distribution
//! of the deltas is (David and Nagaraja, "Order Statistics", 7.1).

use super::student::Z;

/// The largest number of deltas for which the binomial distribution is summed up.
const LARGEST_EXACT: u64 = 10_000;
/// The probability that may lie beyond each end of an interval of 95 %.
const TAIL: f64 = 0.025;

/// Returns the ranks of the two deltas, of `count` deltas, that enclose a quantile in 95 % of all recordings. `share`
/// is 0.99 for the p99. A rank is `None` if there are too few deltas for it: the two ranks of a median need 6 deltas,
/// and the upper rank of a p99 needs 368.
///
/// With more than 10,000 deltas, the ranks come from the normal distribution, and may be wrong by one or two.
pub(super) fn independent_ranks(count: u64, share: f64) -> [Option<u64>; 2] {
    if count > LARGEST_EXACT { normal_ranks(count, share) } else { binomial_ranks(count, share) }
}

/// Returns the greatest rank l with P(X < l) <= 0.025, and the smallest rank u with P(X < u) >= 0.975, where X is the
/// number of deltas below the quantile, which has a binomial distribution.
fn binomial_ranks(count: u64, share: f64) -> [Option<u64>; 2] {
    let (mut low, mut high) = (None, None);
    let mut below = 0.0;
    for rank in 1..=count {
        below += binomial(count, share, rank - 1);
        if below <= TAIL {
            low = Some(rank);
        }
        if below >= 1.0 - TAIL {
            high = Some(rank);
            break;
        }
    }
    [low, high]
}

/// Returns the probability that of `count` deltas exactly `hits` are below the quantile. The logarithms of the factors
/// are added, because the factors themselves may be too large or too small for a float.
fn binomial(count: u64, share: f64, hits: u64) -> f64 {
    let log_factorial = |number: u64| libm::lgamma(number as f64 + 1.0);
    let ways = log_factorial(count) - log_factorial(hits) - log_factorial(count - hits);
    (ways + hits as f64 * share.ln() + (count - hits) as f64 * libm::log1p(-share)).exp()
}

fn normal_ranks(count: u64, share: f64) -> [Option<u64>; 2] {
    let middle = count as f64 * share;
    let reach = Z * (middle * (1.0 - share)).sqrt();
    let low = (middle - reach).floor() as u64;
    let high = (middle + reach).ceil() as u64 + 1;
    [(low >= 1).then_some(low), (high <= count).then_some(high)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In this list, a low rank of 0 and a high rank above the count stand for a rank that is missing.
    #[test]
    fn known_ranks() {
        for (count, share, low, high) in [
            (0, 0.5, 0, 1),
            (1, 0.5, 0, 2),
            (5, 0.5, 0, 6),
            (6, 0.5, 1, 6),
            (12, 0.5, 3, 10),
            (367, 0.99, 359, 368),
            (368, 0.99, 360, 368),
            (1000, 0.99, 983, 997),
            (2000, 0.5, 956, 1045),
            (10_000, 0.9, 8941, 9059),
            (10_000, 0.999, 9983, 9997),
        ] {
            let known = [(low > 0).then_some(low), (high <= count).then_some(high)];
            assert_eq!(independent_ranks(count, share), known, "{count} {share}");
        }
    }

    #[test]
    fn the_normal_distribution_is_near_enough() {
        for share in [0.5, 0.9, 0.99] {
            let both = [binomial_ranks(LARGEST_EXACT, share), normal_ranks(LARGEST_EXACT, share)];
            let [exact, near] = both.map(|ranks| ranks.map(|rank| rank.expect("a bound")));
            assert!(exact.iter().zip(near).all(|(exact, near)| exact.abs_diff(near) <= 2), "{exact:?} {near:?}");
        }
    }
}
