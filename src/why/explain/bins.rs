//! The bins into which closed loops are sorted by their totals, and the bin at which the tail begins.

/// The bin of a total. There are 128 bins for each octave, which goes from a power of two of nanoseconds to the next.
pub type Bin = u16;

/// The number of bins of an octave.
const OF_OCTAVE: u128 = 128;

/// Returns the bin of a total in nanoseconds: 128 floor(log2 t) + floor(128 (t / 2^floor(log2 t) - 1)). The bin of 0 is 0.
pub fn bin_of(total_ns: u64) -> Bin {
    let Some(octave) = total_ns.checked_ilog2() else { return 0 };
    let fraction = ((OF_OCTAVE * u128::from(total_ns)) >> octave) - OF_OCTAVE;
    (u128::from(octave) * OF_OCTAVE + fraction) as Bin
}

/// Returns the smallest total in nanoseconds that a bin can hold; 0 for bin 0.
pub fn begin_of(bin: Bin) -> u64 {
    if bin == 0 {
        return 0;
    }
    let (octave, fraction) = (u32::from(bin) / 128, u128::from(bin) % OF_OCTAVE);
    ((OF_OCTAVE + fraction) << octave).div_ceil(OF_OCTAVE) as u64
}

/// Returns the bin at which the tail begins: the greatest bin for which it and all greater bins hold at least
/// ceil(n/100) of the n loops. `counts` has the bins that hold loops, in any order; the result is `None` if it is
/// empty.
pub fn tail_bin(counts: impl IntoIterator<Item = (Bin, u64)>) -> Option<Bin> {
    let mut counts: Vec<(Bin, u64)> = counts.into_iter().collect();
    counts.sort_unstable();
    let wanted = counts.iter().map(|(_, count)| count).sum::<u64>().div_ceil(100);
    let mut held = 0;
    counts.into_iter().rev().find_map(|(bin, count)| {
        held += count;
        (held >= wanted).then_some(bin)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bin_begins_with_the_smallest_total_that_it_holds() {
        for (total, bin) in
            [(0, 0), (1, 0), (2, 128), (3, 192), (4, 256), (128, 896), (129, 897), (255, 1023), (256, 1024)]
        {
            assert_eq!(bin_of(total), bin, "{total}");
        }
        assert_eq!(bin_of(u64::MAX), 64 * 128 - 1);
        let mut random = 1_u64;
        for _ in 0..10_000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let total = random >> (random >> 58);
            let begin = begin_of(bin_of(total));
            assert!(begin <= total, "{total}");
            assert!(begin == 0 || bin_of(begin) == bin_of(total) && bin_of(begin - 1) < bin_of(total), "{total}");
        }
    }

    #[test]
    fn the_tail_has_at_least_one_in_a_hundred() {
        assert_eq!(tail_bin([]), None);
        assert_eq!(tail_bin([(5, 1)]), Some(5));
        assert_eq!(tail_bin([(9, 1), (5, 99)]), Some(9));
        assert_eq!(tail_bin([(5, 100), (9, 1)]), Some(5));
        assert_eq!(tail_bin([(5, 100), (9, 1), (8, 1)]), Some(8));
    }
}
