//! Remembers the names of events, with the text around them that stands between the time and the payload.

/// The number of slots. Each of them holds one name.
pub(super) const SLOTS: usize = 1024;
/// The largest number of bytes of a text that is remembered.
const TEXT_MAX: usize = 80;
/// The number of slots in which a name with a given hash may stand. A hash has only 256 values (`SLOTS / WAYS`), so
/// some of the many names of system calls share one.
const WAYS: usize = 4;

/// The names that are remembered. The text of each includes the blanks before the name and the separator behind it.
pub(super) struct NameCache {
    known: Box<[Known; SLOTS]>,
    /// The slot that got another name last, until [`NameCache::take_changed`] returns it.
    changed: Option<u16>,
    /// The index of the slot that is replaced next among the slots for a hash, if all of them hold names. It changes
    /// with each new name.
    next_way: usize,
}

/// The text of one name, with the blanks before it and the separator behind it.
#[derive(Clone, Copy)]
struct Known {
    text: [u8; TEXT_MAX],
    /// The number of bytes of the text; 0 if the slot is free.
    length: u8,
    /// The [`Style`](super::layout::Style) of the lines in which the name stands, as a number.
    style: u8,
    /// The number of blanks before the name.
    before: u8,
}

impl Default for NameCache {
    fn default() -> Self {
        let none = Known { text: [0; TEXT_MAX], length: 0, style: 0, before: 0 };
        NameCache { known: Box::new([none; SLOTS]), changed: None, next_way: 0 }
    }
}

impl NameCache {
    /// Returns the slot of a text, if it is remembered for lines of this style. The style is the form of the lines, as a
    /// number (see `Known::style`), because the same text may mean something else in the lines of another tracer.
    ///
    /// Equal texts must come with equal hashes. Different texts should have different ones, so that the first slot is
    /// the right one.
    #[inline(always)]
    #[allow(clippy::indexing_slicing, reason = "the remainder is below the number of slots")]
    pub(super) fn find(&self, text: &[u8], style: usize, hash: u64) -> Option<u16> {
        let first = first_slot(hash);
        if self.known[first % SLOTS].is(text, style) {
            Some(first as u16)
        } else {
            self.find_in_ways(first, text, style)
        }
    }

    #[inline(never)]
    fn find_in_ways(&self, first: usize, text: &[u8], style: usize) -> Option<u16> {
        let ways = self.known.get(first..first + WAYS)?;
        ways.iter().position(|known| known.is(text, style)).map(|way| (first + way) as u16)
    }

    /// Returns the number of bytes of a slot's text without its separator, and the number of blanks before the name.
    #[inline(always)]
    #[allow(clippy::indexing_slicing, reason = "the remainder is below the number of slots")]
    pub(super) fn extent(&self, slot: u16) -> (usize, usize) {
        let Known { length, before, .. } = self.known[usize::from(slot) % SLOTS];
        (usize::from(length).saturating_sub(1), usize::from(before))
    }

    /// Remembers a text with `before` blanks before the name. A text that is too long is not remembered.
    pub(super) fn remember(&mut self, text: &[u8], style: usize, hash: u64, before: usize) {
        let first = first_slot(hash);
        let Some(ways) = self.known.get_mut(first..first + WAYS) else { return };
        if !(1..=TEXT_MAX).contains(&text.len()) || ways.iter().any(|known| known.is(text, style)) {
            return;
        }
        self.next_way = (self.next_way + 1) % WAYS;
        let way = ways.iter().position(|known| known.length == 0).unwrap_or(self.next_way);
        let (Some(known), slot) = (ways.get_mut(way), first + way) else { return };
        if let Some(place) = known.text.get_mut(..text.len()) {
            place.copy_from_slice(text);
        }
        (known.length, known.style, known.before) = (text.len() as u8, style as u8, before as u8);
        self.changed = Some(slot as u16);
    }

    /// Returns the slot that got another name since the last call.
    pub(super) fn take_changed(&mut self) -> Option<u16> {
        self.changed.take()
    }
}

impl Known {
    #[inline(always)]
    fn is(&self, text: &[u8], style: usize) -> bool {
        (usize::from(self.length), usize::from(self.style)) == (text.len(), style)
            && self.text.get(..text.len()) == Some(text)
    }
}

#[inline(always)]
fn first_slot(hash: u64) -> usize {
    (hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as usize * WAYS
}
