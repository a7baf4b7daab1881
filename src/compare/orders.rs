//! The distribution of Mann and Whitney's U, which says how likely a clear separation of two sides is by chance.
//!
//! A run is one input. The runs from before a change are one side, and those from after it are the other side. If the
//! change changed nothing, every order of the runs of both sides by their speed is equally likely. With 4 runs on each
//! side there are 70 orders, and in 1 of them every run after the change is slower than every run before it. U is the
//! number of pairs of a run before the change and a run after it in which the run after the change is slower.

use super::student::Z;

/// The largest number of runs of a side for which the orders are counted. With more, U is close to a normal
/// distribution.
const MOST_COUNTED: usize = 20;

/// At most one in 40 orders (2.5 %) may lie beyond each end of an interval of 95 %.
const ONE_IN: u64 = 40;

/// Returns how many orders of `before` and `after` runs have each U, from 0 to `before` times `after`.
///
/// The recursion looks at the slowest run of an order. If this run is from before the change, the order of all other
/// runs has the same U. If it is from after the change, it adds one pair with each run from before the change (Mann and
/// Whitney, 1947).
fn orders(before: usize, after: usize) -> Vec<u64> {
    let mut of_fewer: Vec<Vec<u64>> = vec![vec![1]; after + 1];
    for i in 1..=before {
        let mut row: Vec<Vec<u64>> = vec![vec![1]];
        for j in 1..=after {
            let mut counts = vec![0; i * j + 1];
            row[j - 1].iter().enumerate().for_each(|(u, count)| counts[u + i] += count);
            of_fewer[j].iter().enumerate().for_each(|(u, count)| counts[u] += count);
            row.push(counts);
        }
        of_fewer = row;
    }
    of_fewer.pop().unwrap_or_default()
}

/// Returns how many of all differences between a run after the change and a run before it lie beyond each end of an
/// interval of 95 %. This is the greatest u for which a U of at most u has a probability of at most 0.025. Each side
/// has at least 4 runs, so there is such a u.
pub(super) fn beyond_each_end([before, after]: [usize; 2]) -> u64 {
    if before.max(after) > MOST_COUNTED {
        return normal_beyond_each_end(before as f64, after as f64);
    }
    let counts = orders(before, after);
    let all: u64 = counts.iter().sum();
    let sums = counts.iter().scan(0, |sum, count| {
        *sum += count;
        Some(*sum)
    });
    sums.take_while(|sum| sum * ONE_IN <= all).count().saturating_sub(1) as u64
}

/// Returns the same number, computed from the normal distribution with the correction for continuity.
fn normal_beyond_each_end(before: f64, after: f64) -> u64 {
    let deviation = (before * after * (before + after + 1.0) / 12.0).sqrt();
    (before * after / 2.0 - 0.5 - Z * deviation).floor().max(0.0) as u64
}

/// Returns the probability that U is at least as far from half of the number of pairs as the given one, or `None` if
/// there are too many runs to count. `twice_u` is twice the given U, where a pair of equal runs counts half. A U
/// between two whole numbers is rounded to the one that is farther from half of the number of pairs.
pub(super) fn exact_p([before, after]: [usize; 2], twice_u: u128) -> Option<f64> {
    if before.max(after) > MOST_COUNTED {
        return None;
    }
    let counts = orders(before, after);
    let all: u64 = counts.iter().sum();
    let farther = twice_u.min(2 * (before * after) as u128 - twice_u) / 2;
    let tail: u64 = counts.iter().take(farther as usize + 1).sum();
    Some((2.0 * tail as f64 / all as f64).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::super::near;
    use super::*;

    /// The number of all orders is a binomial coefficient, such as 8 over 4, which is 70. A small U is as likely as an
    /// equally large one, so the counts are the same from both ends.
    #[test]
    fn numbers_of_orders() {
        assert_eq!(orders(4, 4)[..8], [1, 1, 2, 3, 5, 5, 7, 7]);
        for (runs, all) in [(4, 70), (5, 252), (6, 924), (20, 137_846_528_820)] {
            let counts = orders(runs, runs);
            assert_eq!((counts.len(), counts.iter().sum::<u64>()), (runs * runs + 1, all));
            assert!(counts.iter().eq(counts.iter().rev()));
        }
        assert_eq!(orders(2, 1), [1, 1, 1]);
        assert_eq!(orders(1, 2), [1, 1, 1]);
        assert_eq!(orders(3, 0), [1]);
    }

    #[test]
    fn differences_beyond_the_ends() {
        let known = [([4, 4], 0), ([5, 5], 2), ([6, 6], 5), ([8, 8], 13), ([4, 5], 1), ([20, 20], 127)];
        for (runs, beyond) in known {
            assert_eq!(beyond_each_end(runs), beyond, "{runs:?}");
        }
        for (before, after) in [(20, 20), (20, 15), (10, 20), (20, 4)] {
            let normal = normal_beyond_each_end(before as f64, after as f64);
            assert!(beyond_each_end([before, after]).abs_diff(normal) <= 1, "{before} {after}");
        }
        assert_eq!(beyond_each_end([21, 30]), beyond_each_end([30, 21]));
        assert!((1..2000).contains(&beyond_each_end([4, 1000])));
    }

    #[test]
    fn exact_probabilities() {
        near(exact_p([6, 6], 70), 0.004_329_004_329);
        near(exact_p([6, 6], 2), 0.004_329_004_329);
        near(exact_p([4, 4], 32), 2.0 / 70.0);
        near(exact_p([4, 4], 31), 2.0 / 70.0);
        near(exact_p([4, 4], 16), 1.0);
        assert_eq!(exact_p([21, 4], 100), None);
    }
}
