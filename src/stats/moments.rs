//! Mean and standard deviation, online.

/// Welford's running moments (Technometrics 4, 1962, 419-420): one pass, no
/// values kept, no difference of large sums.
#[derive(Clone, Copy, Debug, Default)]
pub struct Moments {
    count: u64,
    mean: f64,
    /// The sum of squared distances from the mean.
    squares: f64,
}

impl Moments {
    /// Takes a value.
    pub fn record(&mut self, value: f64) {
        self.count += 1;
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
        (self.count > 0).then_some(self.mean)
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
        moments.record(5.0);
        assert_eq!((moments.mean(), moments.stddev()), (Some(5.0), None));
        [7.0, 9.0].into_iter().for_each(|value| moments.record(value));
        assert_eq!((moments.mean(), moments.stddev()), (Some(7.0), Some(2.0)));
    }

    #[test]
    fn a_small_spread_on_a_large_mean() {
        let mut moments = Moments::default();
        (0..1000).for_each(|at| moments.record(1e15 + f64::from(at % 2)));
        let stddev = moments.stddev().expect("two values");
        // sqrt(250 / 999)
        assert!((stddev - 0.500_250_187_640_765_7).abs() < 1e-9, "{stddev}");
    }
}
