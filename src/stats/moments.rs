//! Count, mean and standard deviation, computed from exact sums.

use super::u256::U256;

/// The count, the sum and the sum of squares of whole numbers of nanoseconds.
///
/// All three are exact integers. So a standard deviation of nanoseconds is not lost in rounding even if the mean is
/// hours, and the result does not depend on the order of the values. The mean and the standard deviation are rounded
/// only when they are asked for, with a relative error below 1e-15.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moments {
    count: u64,
    sum: u128,
    /// The sum of the squares. It cannot overflow: there are fewer than 2^64 squares, and each is below 2^128, so the
    /// sum is below 2^192.
    squares: U256,
}

impl Moments {
    /// Adds a value.
    pub fn record(&mut self, value: u64) {
        let value = u128::from(value);
        self.count += 1;
        self.sum += value;
        self.squares.add_u128(value * value);
    }

    /// Adds all values of `other`.
    pub fn merge(&mut self, other: &Moments) {
        self.count += other.count;
        self.sum += other.sum;
        self.squares.add(other.squares);
    }

    /// Returns the moments of values that were counted earlier. `squares` is the sum of the squares in decimal digits, as
    /// [`Moments::squares`] returns it. Returns `None` if no values between `min` and `max` have these moments.
    pub(super) fn from_sums(count: u64, sum: u128, squares: &str, [min, max]: [u64; 2]) -> Option<Moments> {
        let squares = U256::from_decimal(squares)?;
        let times = |value: u64| u128::from(value).checked_mul(count.into());
        let is_between = times(min)? <= sum && sum <= times(max)?;
        // For all values, the sum of the squares is at least the square of the sum, divided by the number of values. At
        // most it is the sum times the greatest value.
        let is_possible = is_between
            && squares.times(count).is_at_least(U256::product(sum, sum))
            && U256::product(sum, max.into()).is_at_least(squares);
        is_possible.then_some(Moments { count, sum, squares })
    }

    /// Returns the sum of the squares of the values, in decimal digits.
    pub(super) fn squares(&self) -> String {
        self.squares.to_decimal()
    }

    /// Returns the number of values.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Returns the sum of the values.
    pub fn sum(&self) -> u128 {
        self.sum
    }

    /// Returns the mean, or `None` if there are no values.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then_some(self.sum as f64 / self.count as f64)
    }

    /// Returns the standard deviation of a sample (divided by n-1), or `None` if there are fewer than two values.
    pub fn stddev(&self) -> Option<f64> {
        // Both products below are smaller than 2^256, because the count is smaller than 2^64.
        let deviations = || self.squares.times(self.count).minus(U256::product(self.sum, self.sum)).to_f64();
        let divisor = || u128::from(self.count) * u128::from(self.count - 1);
        (self.count > 1).then(|| (deviations() / divisor() as f64).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments_of(values: impl IntoIterator<Item = u64>) -> Moments {
        let mut moments = Moments::default();
        values.into_iter().for_each(|value| moments.record(value));
        moments
    }

    #[test]
    fn no_value_one_value_and_three_values() {
        let mut moments = Moments::default();
        assert_eq!((moments.mean(), moments.stddev()), (None, None));
        moments.record(5);
        assert_eq!((moments.mean(), moments.stddev()), (Some(5.0), None));
        [7, 9].into_iter().for_each(|value| moments.record(value));
        assert_eq!((moments.mean(), moments.stddev()), (Some(7.0), Some(2.0)));
    }

    #[test]
    fn the_variance_of_two_thousand_values() {
        let moments = moments_of((1..=2000).map(|i| 100 + i * i % 1009));
        assert_eq!((moments.sum, moments.squares), (1_215_287, U256::product(916_760_591, 1)));
        let variance = moments.stddev().expect("two values").powi(2);
        assert!((variance / 89_194.269_542_521_26 - 1.0).abs() <= 1e-15, "{variance}");
    }

    #[test]
    fn squares_that_need_more_than_128_bits() {
        let moments = moments_of((0..1000).map(|at| at % 2 * u64::MAX));
        // Half of the values are 0 and half are `u64::MAX`, so the variance is n/(n-1) times the square of half the
        // distance.
        let stddev = (1000.0_f64 / 999.0).sqrt() * (u64::MAX / 2) as f64;
        assert!((moments.stddev().expect("two values") / stddev - 1.0).abs() <= 1e-15, "{moments:?}");
    }

    /// Compares the moments with ones that are computed from the differences to the smallest value. Sums of these are
    /// exact in 128 bits.
    fn check(values: impl Iterator<Item = u64> + Clone, case: &str) {
        let moments = moments_of(values.clone());
        let min = values.clone().min().expect("a value");
        let (mut count, mut sum, mut squares) = (0_i128, 0_i128, 0_i128);
        for value in values {
            let value = i128::from(value - min);
            (count, sum, squares) = (count + 1, sum + value, squares + value * value);
        }
        let mean = min as f64 + sum as f64 / count as f64;
        let stddev = ((count * squares - sum * sum) as f64 / (count * (count - 1)) as f64).sqrt();
        let found_mean = moments.mean().expect("a mean");
        assert!((found_mean - mean).abs() <= mean * 1e-15, "{case}: mean {found_mean}, not {mean}");
        assert_eq!(moments.stddev(), Some(stddev), "{case}");
    }

    #[test]
    fn hard_cases_are_exact() {
        check((0..1000).map(|at| 1_000_000_000_000_000 + at % 2), "a spread of 1 ns on a mean of 11 days");
        check((0..1000).map(|at| u64::MAX - 7 * (at % 3)), "the largest values that there are");
        check(std::iter::repeat_n(0, 1000), "zeros");
        check(std::iter::repeat_n(u64::MAX, 1000), "one value over and over");
        check(std::iter::once(3_600_000_000_000).chain((0..10_000).map(|at| 1_000 + at % 5)), "an outlier first");
        check((0..10_000).map(|at| 1_000 + at % 5).chain([3_600_000_000_000]), "an outlier last");
        check((0..1_000_000).map(|at| at * at % 1_000_003), "a million");
        check([0, 1_000_000_000_000_000_000].into_iter(), "two far apart");
    }

    #[test]
    fn merging_adds() {
        let mut merged = moments_of([1, u64::MAX, 3]);
        merged.merge(&moments_of([u64::MAX, 5]));
        merged.merge(&Moments::default());
        assert_eq!(merged, moments_of([5, 3, 1, u64::MAX, u64::MAX]));
    }
}
