//! A quantile, which the user names by its percentile.

/// A quantile: the value that a share of all values does not exceed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantile {
    /// The percentile in units of 10^-12 percent, from 0 to [`Quantile::WHOLE`].
    share: u64,
}

impl Quantile {
    /// The largest number of decimals of a percentile.
    const DECIMALS: usize = 12;
    /// The value of `share` that stands for 1 percent.
    const PERCENT: u64 = 10_u64.pow(Quantile::DECIMALS as u32);
    /// The value of `share` that stands for all values, 100 percent.
    const WHOLE: u64 = 100 * Quantile::PERCENT;

    /// The quantiles of a summary, unless the user names others.
    pub const USUAL: [Quantile; 4] = [Quantile::MEDIAN, Quantile::P90, Quantile::P99, Quantile::per_mille(999)];
    /// The percentile 50. The median of an even number of values is the mean of the two middle ones.
    pub const MEDIAN: Quantile = Quantile::per_mille(500);
    /// The percentile 90.
    pub const P90: Quantile = Quantile::per_mille(900);
    /// The percentile 99.
    pub const P99: Quantile = Quantile::per_mille(990);

    /// Returns the quantile for a share in thousandths, from 0 to 1000.
    pub(crate) const fn per_mille(thousandths: u64) -> Quantile {
        Quantile { share: thousandths * (Quantile::WHOLE / 1000) }
    }

    /// Reads a percentile: a number from 0 to 100 with at most 12 decimals, as `99.9`. Returns `None` for any other
    /// text.
    pub fn from_percentile(text: &str) -> Option<Quantile> {
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let is_shaped = is_number(whole) && is_number(decimals) && !decimals.is_empty();
        if !is_shaped || whole.is_empty() || decimals.len() > Quantile::DECIMALS {
            return None;
        }
        let fraction: u64 = format!("{decimals:0<width$}", width = Quantile::DECIMALS).parse().ok()?;
        let share = whole.parse::<u64>().ok()?.checked_mul(Quantile::PERCENT)?.checked_add(fraction)?;
        (share <= Quantile::WHOLE).then_some(Quantile { share })
    }

    /// Returns the name in every output: `median`, or a `p` and the percentile, such as `p99.9`.
    pub fn name(self) -> String {
        if self == Quantile::MEDIAN {
            return "median".to_owned();
        }
        let (whole, fraction) = (self.share / Quantile::PERCENT, self.share % Quantile::PERCENT);
        let text = format!("p{whole}.{fraction:0width$}", width = Quantile::DECIMALS);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// Returns the share as a number from 0 to 1; 0.99 for p99.
    pub(crate) fn share(self) -> f64 {
        self.share as f64 / Quantile::WHOLE as f64
    }

    /// Returns the two ranks whose mean is the quantile of `count` values, which must not be 0. The smallest value has
    /// the rank 1. The two ranks differ only for the median of an even number of values.
    pub(crate) fn ranks(self, count: u64) -> [u64; 2] {
        if self == Quantile::MEDIAN {
            return [count.div_ceil(2), count / 2 + 1];
        }
        let rank = (u128::from(self.share) * u128::from(count)).div_ceil(u128::from(Quantile::WHOLE)) as u64;
        [rank.max(1); 2]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_have_names() {
        for (text, name) in [
            ("50", "median"),
            ("50.0", "median"),
            ("90", "p90"),
            ("099.90", "p99.9"),
            ("0", "p0"),
            ("100", "p100"),
            ("100.000000000000", "p100"),
            ("0.000000000001", "p0.000000000001"),
            ("7", "p7"),
        ] {
            assert_eq!(Quantile::from_percentile(text).map(Quantile::name).as_deref(), Some(name), "{text}");
        }
        assert_eq!(Quantile::USUAL.map(Quantile::name), ["median", "p90", "p99", "p99.9"]);
    }

    #[test]
    fn other_texts_are_no_percentiles() {
        for text in ["", ".", "5.", ".5", "-1", "+1", "100.1", "101", "1e1", "9 ", "p9", "1.0000000000001", "1.2.3"] {
            assert_eq!(Quantile::from_percentile(text), None, "{text}");
        }
        assert_eq!(Quantile::from_percentile(&"9".repeat(40)), None);
    }

    #[test]
    fn ranks_are_exact() {
        let ranks = |text: &str, count| Quantile::from_percentile(text).expect("a percentile").ranks(count);
        assert_eq!(ranks("50", 4), [2, 3]);
        assert_eq!(ranks("50", 5), [3, 3]);
        assert_eq!(ranks("50", 1), [1, 1]);
        assert_eq!(ranks("99", 100), [99, 99]);
        assert_eq!(ranks("99.000000000001", 100), [100, 100]);
        assert_eq!(ranks("0", 7), [1, 1]);
        assert_eq!(ranks("100", u64::MAX), [u64::MAX; 2]);
        assert_eq!(ranks("50", u64::MAX), [u64::MAX / 2 + 1; 2]);
    }
}
