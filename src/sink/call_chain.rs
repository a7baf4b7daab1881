//! The call chain of an event, in the form in which sinks get it.

/// The call chain of an event: the functions that were called, each by the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallChain<'a>(&'a [u8]);

impl<'a> CallChain<'a> {
    /// The byte between the names of two frames. No name contains this byte, because each name was read from one line
    /// of the input.
    pub const SEPARATOR: u8 = b'\n';

    /// Creates a call chain from the names of its frames, the outermost first, with [`CallChain::SEPARATOR`] between
    /// them.
    pub fn new(text: &'a [u8]) -> Self {
        CallChain(text)
    }

    /// Returns the names of the frames, the outermost first. A frame without a symbol has the name of its file in
    /// brackets.
    pub fn frames(self) -> impl Iterator<Item = &'a [u8]> {
        self.0.split(|byte| *byte == CallChain::SEPARATOR)
    }
}
