//! Mean and standard deviation, online.

/// Welford's running moments (Technometrics 4, 1962, 419-420): one pass, no
/// values kept, no difference of large sums.
///
/// They are those of the differences to the first value, which are exact, so
/// that a spread of nanoseconds on a mean of hours is not lost in rounding. The
/// mean itself is that of the sum, to which nothing is ever lost.
#[derive(Clone, Copy, Debug, Default)]
pub struct Moments {
    count: u64,
    sum: u128,
    /// The first value.
    first: u64,
    /// The running mean of the differences to it.
    mean: f64,
    /// The sum of squared distances from the mean.
    squares: f64,
}

impl Moments {
    /// Takes a value.
    pub fn record(&mut self, value: u64) {
        if self.count == 0 {
            self.first = value;
        }
        self.count += 1;
        self.sum += u128::from(value);
        let distance = value.abs_diff(self.first) as f64;
        let value = if value < self.first { -distance } else { distance };
        let from_old = value - self.mean;
        self.mean += from_old / self.count as f64;
        self.squares += from_old * (value - self.mean);
    }

    /// How many values there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The mean; `None` of nothing.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then_some(self.sum as f64 / self.count as f64)
    }

    /// The sample standard deviation, divided by n-1; `None` of less than two values.
    pub fn stddev(&self) -> Option<f64> {
        (self.count > 1).then(|| (self.squares / (self.count - 1) as f64).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_nothing_one_and_some() {
        let mut moments = Moments::default();
        assert_eq!((moments.mean(), moments.stddev()), (None, None));
        moments.record(5);
        assert_eq!((moments.mean(), moments.stddev()), (Some(5.0), None));
        [7, 9].into_iter().for_each(|value| moments.record(value));
        assert_eq!((moments.mean(), moments.stddev()), (Some(7.0), Some(2.0)));
    }

    /// Against whole numbers of any length: `n S2 - S1 S1` of the differences to
    /// the least value, in 128 bits, where nothing is lost.
    fn check(values: impl Iterator<Item = u64> + Clone, what: &str) {
        let mut moments = Moments::default();
        values.clone().for_each(|value| moments.record(value));
        let least = values.clone().min().expect("a value");
        let (mut count, mut sum, mut squares) = (0_i128, 0_i128, 0_i128);
        for value in values {
            let value = i128::from(value - least);
            (count, sum, squares) = (count + 1, sum + value, squares + value * value);
        }
        let mean = least as f64 + sum as f64 / count as f64;
        let stddev = ((count * squares - sum * sum) as f64 / (count * (count - 1)) as f64).sqrt();
        let (found_mean, found_stddev) = (moments.mean().expect("a mean"), moments.stddev().expect("a deviation"));
        assert!((found_mean - mean).abs() <= mean * 1e-15, "{what}: mean {found_mean}, not {mean}");
        assert!((found_stddev - stddev).abs() <= stddev * 1e-12, "{what}: stddev {found_stddev}, not {stddev}");
    }

    #[test]
    fn hard_cases_are_exact_to_twelve_digits() {
        check((0..1000).map(|at| 1_000_000_000_000_000 + at % 2), "a spread of 1 ns on a mean of 11 days");
        check((0..1000).map(|at| u64::MAX - 7 * (at % 3)), "the largest values that there are");
        check(std::iter::repeat_n(0, 1000), "zeros");
        check(std::iter::repeat_n(u64::MAX, 1000), "one value over and over");
        check(std::iter::once(3_600_000_000_000).chain((0..10_000).map(|at| 1_000 + at % 5)), "an outlier first");
        check((0..10_000).map(|at| 1_000 + at % 5).chain([3_600_000_000_000]), "an outlier last");
        check((0..1_000_000).map(|at| at * at % 1_000_003), "a million");
        check([0, 1_000_000_000_000_000_000].into_iter(), "two far apart");
    }
}
