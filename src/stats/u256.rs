//! Unsigned integers of 256 bits, with the operations that sums of squares need.

/// The number by which an integer is divided to get its decimal digits, 18 at a time.
const DECIMAL_GROUP: u128 = 10_u128.pow(18);

/// The number of decimal digits of 2^192.
const SQUARES_DIGITS: usize = 58;

/// An unsigned integer below 2^256.
///
/// Sums and products must stay below 2^256, and differences must not be negative; debug builds panic otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct U256 {
    high: u128,
    low: u128,
}

impl U256 {
    /// Returns the product of two integers. It always fits into 256 bits.
    pub(super) fn product(one: u128, other: u128) -> U256 {
        let halves = |number: u128| (number >> 64, number & u128::from(u64::MAX));
        let ((one_high, one_low), (other_high, other_low)) = (halves(one), halves(other));
        let mut product = U256 { high: one_high * other_high, low: one_low * other_low };
        for middle in [one_high * other_low, one_low * other_high] {
            product.add(U256 { high: middle >> 64, low: middle << 64 });
        }
        product
    }

    /// Returns the product of this integer and one of 64 bits.
    pub(super) fn times(self, factor: u64) -> U256 {
        let mut product = U256::product(self.low, factor.into());
        product.high += self.high * u128::from(factor);
        product
    }

    /// Adds an integer of 128 bits.
    pub(super) fn add_u128(&mut self, other: u128) {
        let (low, carry) = self.low.overflowing_add(other);
        self.low = low;
        self.high += u128::from(carry);
    }

    /// Adds another integer.
    pub(super) fn add(&mut self, other: U256) {
        self.add_u128(other.low);
        self.high += other.high;
    }

    /// Returns this integer minus one that is not greater.
    pub(super) fn minus(self, other: U256) -> U256 {
        let (low, borrow) = self.low.overflowing_sub(other.low);
        U256 { high: self.high - other.high - u128::from(borrow), low }
    }

    /// Returns the integer in decimal digits.
    pub(super) fn to_decimal(self) -> String {
        // The integer is divided by 10^18 again and again. Each step divides 32 bits at a time, so that every dividend
        // fits into 128 bits.
        let mut limbs: [u32; 8] = std::array::from_fn(|at| {
            let half = if at < 4 { self.high } else { self.low };
            (half >> (32 * (3 - at % 4))) as u32
        });
        let mut groups = Vec::new();
        while limbs != [0; 8] {
            let mut rest = 0_u128;
            for limb in &mut limbs {
                let dividend = rest << 32 | u128::from(*limb);
                *limb = (dividend / DECIMAL_GROUP) as u32;
                rest = dividend % DECIMAL_GROUP;
            }
            groups.push(rest);
        }
        let Some(first) = groups.pop() else { return "0".to_owned() };
        groups.iter().rev().fold(first.to_string(), |text, group| format!("{text}{group:018}"))
    }

    /// Reads an integer in decimal digits, without a sign and without zeros in front. Returns `None` for any other text,
    /// and for an integer of 2^192 or more, which no sum of squares of this program reaches.
    pub(super) fn from_decimal(text: &str) -> Option<U256> {
        let is_canonical = !text.is_empty() && (text == "0" || !text.starts_with('0'));
        if !is_canonical || text.len() > SQUARES_DIGITS || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let mut number = U256::default();
        for digit in text.bytes() {
            number = number.times(10);
            number.add_u128(u128::from(digit - b'0'));
        }
        (number.high >> 64 == 0).then_some(number)
    }

    /// Returns whether this integer is at least the other one.
    pub(super) fn is_at_least(self, other: U256) -> bool {
        (self.high, self.low) >= (other.high, other.low)
    }

    /// Returns the nearest float. If two floats are equally near, returns the one with an even mantissa.
    pub(super) fn to_f64(self) -> f64 {
        let bits = 256 - if self.high == 0 { 128 + self.low.leading_zeros() } else { self.high.leading_zeros() };
        let Some(dropped) = bits.checked_sub(128).filter(|&dropped| dropped > 0) else { return self.low as f64 };
        // The upper 128 bits are more than twice the 53 bits of a mantissa. The dropped bits matter only if the upper
        // ones lie exactly between two floats. Then it is enough to know whether a dropped bit is set.
        let top = self.high.checked_shl(128 - dropped).unwrap_or(0) | self.low.checked_shr(dropped).unwrap_or(0);
        let is_inexact = self.low.trailing_zeros() < dropped;
        (top | u128::from(is_inexact)) as f64 * 2_f64.powi(dropped as i32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MAX: u128 = u128::MAX;

    fn two_to_the(exponent: i32) -> f64 {
        2_f64.powi(exponent)
    }

    #[test]
    fn products_of_the_largest_integers() {
        assert_eq!(U256::product(MAX, MAX), U256 { high: MAX - 1, low: 1 });
        assert_eq!(U256::product(MAX, 2), U256 { high: 1, low: MAX - 1 });
        assert_eq!(U256::product(1 << 64, 1 << 64), U256 { high: 1, low: 0 });
        assert_eq!(U256 { high: 3, low: MAX }.times(5), U256 { high: 19, low: MAX - 4 });
    }

    #[test]
    fn sums_carry_and_differences_borrow() {
        let mut sum = U256 { high: 0, low: MAX };
        sum.add_u128(1);
        assert_eq!(sum, U256 { high: 1, low: 0 });
        sum.add(U256 { high: 1, low: MAX });
        assert_eq!(sum, U256 { high: 2, low: MAX });
        assert_eq!(U256 { high: 2, low: 0 }.minus(U256 { high: 0, low: 1 }), U256 { high: 1, low: MAX });
    }

    #[test]
    fn decimal_digits() {
        assert_eq!(U256::default().to_decimal(), "0");
        assert_eq!(U256 { high: 1, low: 0 }.to_decimal(), "340282366920938463463374607431768211456");
        assert_eq!(
            U256 { high: MAX, low: MAX }.to_decimal(),
            "115792089237316195423570985008687907853269984665640564039457584007913129639935"
        );
        for number in [U256 { high: 0, low: 10_u128.pow(36) }, U256 { high: u64::MAX.into(), low: MAX }] {
            assert_eq!(U256::from_decimal(&number.to_decimal()), Some(number));
        }
        let beyond = U256 { high: 1 << 64, low: 0 }.to_decimal();
        for text in ["", "01", "-1", "1.0", "x", &beyond, &"9".repeat(70)] {
            assert_eq!(U256::from_decimal(text), None, "{text}");
        }
    }

    #[test]
    fn floats_are_the_nearest() {
        let of = |high, low| U256 { high, low }.to_f64();
        assert_eq!(of(0, 0), 0.0);
        assert_eq!(of(0, (1 << 53) + 1), two_to_the(53));
        assert_eq!(of(0, MAX), two_to_the(128));
        assert_eq!(of(1, 0), two_to_the(128));
        assert_eq!(of(MAX, MAX), two_to_the(256));
        assert_eq!(of(1 << 127, 0), two_to_the(255));
        // The next float above 2^128 is larger by 2^76. A number halfway between two floats becomes the one with the
        // even mantissa. A number that is larger by 1 becomes the upper one.
        assert_eq!(of(1, 1 << 75), two_to_the(128));
        assert_eq!(of(1, (1 << 75) + 1), two_to_the(128) + two_to_the(76));
        assert_eq!(of(1, 3 << 75), two_to_the(128) + two_to_the(77));
        assert_eq!(of(1 << 100, (1 << 75) + 1), two_to_the(228));
        assert_eq!(of((1 << 100) + (1 << 47), 0), two_to_the(228));
        assert_eq!(of((1 << 100) + (1 << 47), 1), two_to_the(228) + two_to_the(176));
    }

    proptest! {
        #[test]
        fn squares_of_sums_agree(one in any::<u128>(), other in any::<u64>()) {
            // (a - b)^2 + 2ab = a^2 + b^2
            let (one, other) = (one / 2, u128::from(other));
            let difference = one.abs_diff(other);
            let mut left = U256::product(difference, difference);
            left.add(U256::product(one, other).times(2));
            let mut right = U256::product(one, one);
            right.add_u128(other * other);
            prop_assert_eq!(left, right);
            prop_assert_eq!(right.minus(left), U256::default());
        }

        #[test]
        fn small_products_are_those_of_128_bits(one in any::<u64>(), other in any::<u64>()) {
            let product = u128::from(one) * u128::from(other);
            prop_assert_eq!(U256::product(one.into(), other.into()), U256 { high: 0, low: product });
            prop_assert_eq!(U256 { high: 0, low: one.into() }.times(other), U256 { high: 0, low: product });
            prop_assert_eq!(U256 { high: 0, low: product }.to_f64(), product as f64);
        }
    }
}
