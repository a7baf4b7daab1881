//! A hash that never changes: SipHash-2-4 with 128 bits of output.
//!
//! [`KeyValue`](super::KeyValue) represents a long text by its hash. Statistics that one machine wrote may be merged on
//! another machine, with a later version of this program. So the hash must be the same everywhere and for ever, which
//! the hashes of std and of the crate foldhash do not promise.
//!
//! The algorithm is that of J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast short-input PRF" (2012), in the
//! variant with 128 bits that the authors' reference implementation defines. Its key is that of the test vector in the
//! paper, the bytes 00 to 0f. Because the key is not secret, the author of an input could make texts with the same
//! hash. Such texts would count as the same key or group, and nothing worse would happen.

/// Returns the hash of a text.
pub(super) fn hash_text(text: &[u8]) -> [u64; 2] {
    let (words, rest) = text.as_chunks::<8>();
    let mut state = State::new(OUTPUT_128);
    words.iter().for_each(|word| state.absorb(u64::from_le_bytes(*word)));
    let last = rest.iter().rev().fold(0, |last, &byte| last << 8 | u64::from(byte));
    state.finish(last, text.len())
}

/// Returns the hash of the bytes of these 64-bit words. The lowest byte of a word comes first.
pub(super) fn hash_words(words: impl Iterator<Item = u64>) -> [u64; 2] {
    let mut state = State::new(OUTPUT_128);
    let mut length = 0;
    for word in words {
        state.absorb(word);
        length += 8;
    }
    state.finish(0, length)
}

const KEY: [u64; 2] = [0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908];
/// The constant that makes the difference between the variants of 128 bits and of 64 bits.
const OUTPUT_128: u64 = 0xee;

/// The internal state: v0 to v3 in the paper.
struct State([u64; 4]);

impl State {
    fn new(variant: u64) -> State {
        let [k0, k1] = KEY;
        State([
            k0 ^ 0x736f_6d65_7073_6575,
            k1 ^ 0x646f_7261_6e64_6f6d ^ variant,
            k0 ^ 0x6c79_6765_6e65_7261,
            k1 ^ 0x7465_6462_7974_6573,
        ])
    }

    fn absorb(&mut self, word: u64) {
        self.0[3] ^= word;
        self.rounds(2);
        self.0[0] ^= word;
    }

    /// Absorbs the last word and returns the hash. `last` holds the rest of the text, which has at most 7 bytes. The
    /// highest byte of the last word gets the lowest byte of the text's length.
    fn finish(mut self, last: u64, length: usize) -> [u64; 2] {
        self.absorb(last | (length as u64) << 56);
        self.0[2] ^= OUTPUT_128;
        self.rounds(4);
        let low = self.output();
        self.0[1] ^= 0xdd;
        self.rounds(4);
        [low, self.output()]
    }

    fn output(&self) -> u64 {
        let State([v0, v1, v2, v3]) = self;
        v0 ^ v1 ^ v2 ^ v3
    }

    fn rounds(&mut self, count: usize) {
        let State([v0, v1, v2, v3]) = self;
        for _ in 0..count {
            *v0 = v0.wrapping_add(*v1);
            *v1 = v1.rotate_left(13) ^ *v0;
            *v0 = v0.rotate_left(32);
            *v2 = v2.wrapping_add(*v3);
            *v3 = v3.rotate_left(16) ^ *v2;
            *v0 = v0.wrapping_add(*v3);
            *v3 = v3.rotate_left(21) ^ *v0;
            *v2 = v2.wrapping_add(*v1);
            *v1 = v1.rotate_left(17) ^ *v2;
            *v2 = v2.rotate_left(32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes 00, 01, 02 and so on, which all test vectors hash.
    const TEXT: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    #[test]
    fn the_vector_of_the_paper_with_64_bits() {
        // Appendix A of the paper gives this hash of the first 15 bytes: a129ca6149be45e5. The state takes in these
        // bytes as two words. The highest byte of the second word is the length: 0f.
        let mut state = State::new(0);
        state.absorb(0x0706_0504_0302_0100);
        state.absorb(0x0f0e_0d0c_0b0a_0908);
        state.0[2] ^= 0xff;
        state.rounds(4);
        assert_eq!(state.output(), 0xa129_ca61_49be_45e5);
    }

    #[test]
    fn the_vectors_of_the_reference_implementation_with_128_bits() {
        // The vectors are in vectors.h of the reference implementation, as vectors_sip128.
        // `openssl mac -macopt size:16 SIPHASH` gives the same.
        for (length, expected) in [
            (0, 0xa381_7f04_ba25_a8e6_6df6_7214_c755_0293_u128),
            (15, 0x5493_e999_33b0_a811_7e08_ec0f_97cf_c3d9),
            (16, 0x6ee2_a4ca_67b0_54bb_fd33_15bf_8523_0577),
        ] {
            let hash = hash_text(&TEXT[..length]).map(u64::to_le_bytes).concat();
            assert_eq!(hash, expected.to_be_bytes(), "{length} bytes");
        }
    }

    #[test]
    fn words_are_hashed_as_their_bytes() {
        let words = [0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908];
        assert_eq!(hash_words(words.into_iter()), hash_text(&TEXT));
        assert_eq!(hash_words([].into_iter()), hash_text(b""));
    }
}
