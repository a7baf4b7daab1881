//! Names that were seen, by the bytes at which they stand.

/// How many names are remembered, and how long one may be with what belongs to it.
pub(in crate::dialect) const SLOTS: usize = 1024;
const NAME_MAX: usize = 80;
/// How many names may stand at one hash: those of all system calls fall together.
const WAYS: usize = 4;

/// Names with the mark behind them, and the blanks before them, as they stand
/// behind the time.
pub(in crate::dialect) struct Names {
    known: Box<[Name; SLOTS]>,
    /// The slot that got a name last, until somebody asks.
    changed: Option<u16>,
    /// Which of its slots the next name takes where all are taken.
    next: usize,
}

#[derive(Clone, Copy)]
struct Name {
    text: [u8; NAME_MAX],
    length: u8,
    /// In which layout it stood.
    layout: u8,
    /// What stands before the name.
    before: u8,
}

impl Default for Names {
    fn default() -> Self {
        let none = Name { text: [0; NAME_MAX], length: 0, layout: 0, before: 0 };
        Names { known: Box::new([none; SLOTS]), changed: None, next: 0 }
    }
}

impl Names {
    /// The slot of a text, if it is one of those remembered, in this layout.
    /// `mark` has bits that are the same for the same text, and should differ
    /// for others.
    #[inline(always)]
    #[allow(clippy::indexing_slicing, reason = "a remainder of the slots is one")]
    pub(in crate::dialect) fn find(&self, text: &[u8], layout: usize, mark: u64) -> Option<u16> {
        let first = first_slot(mark);
        if self.known[first % SLOTS].is(text, layout) {
            Some(first as u16)
        } else {
            self.find_beside(first, text, layout)
        }
    }

    #[inline(never)]
    fn find_beside(&self, first: usize, text: &[u8], layout: usize) -> Option<u16> {
        let ways = self.known.get(first..first + WAYS)?;
        ways.iter().position(|known| known.is(text, layout)).map(|way| (first + way) as u16)
    }

    /// How long a slot's text is without its mark, and how much of it stands before the name.
    #[inline(always)]
    #[allow(clippy::indexing_slicing, reason = "a remainder of the slots is one")]
    pub(in crate::dialect) fn extent(&self, slot: u16) -> (usize, usize) {
        let Name { length, before, .. } = self.known[usize::from(slot) % SLOTS];
        (usize::from(length).saturating_sub(1), usize::from(before))
    }

    /// Remembers a text; the name in it begins after `before` bytes.
    pub(in crate::dialect) fn remember(&mut self, text: &[u8], layout: usize, mark: u64, before: usize) {
        let first = first_slot(mark);
        let Some(ways) = self.known.get_mut(first..first + WAYS) else { return };
        if !(1..=NAME_MAX).contains(&text.len()) || ways.iter().any(|known| known.is(text, layout)) {
            return;
        }
        self.next = (self.next + 1) % WAYS;
        let way = ways.iter().position(|known| known.length == 0).unwrap_or(self.next);
        let (Some(known), slot) = (ways.get_mut(way), first + way) else { return };
        if let Some(place) = known.text.get_mut(..text.len()) {
            place.copy_from_slice(text);
        }
        (known.length, known.layout, known.before) = (text.len() as u8, layout as u8, before as u8);
        self.changed = Some(slot as u16);
    }

    /// The slot that another name took since this was asked, where one did.
    pub(in crate::dialect) fn take_changed(&mut self) -> Option<u16> {
        self.changed.take()
    }
}

impl Name {
    #[inline(always)]
    fn is(&self, text: &[u8], layout: usize) -> bool {
        (usize::from(self.length), usize::from(self.layout)) == (text.len(), layout)
            && self.text.get(..text.len()) == Some(text)
    }
}

#[inline(always)]
fn first_slot(mark: u64) -> usize {
    (mark.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as usize * WAYS
}
