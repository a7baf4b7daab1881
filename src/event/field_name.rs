//! The name of a field of payloads.

use memchr::memmem::Finder;
use std::fmt;

/// The name of a field of payloads, prepared for searches. To prepare a search takes as long as to search a payload, so
/// a name is created once and used for all events.
#[derive(Clone)]
pub struct FieldName {
    text: String,
    /// The searcher is boxed because it takes 200 bytes and a name is a part of many other values.
    finder: Box<Finder<'static>>,
}

impl FieldName {
    /// Prepares a name for searches.
    pub fn new(text: &str) -> Self {
        FieldName { text: text.to_owned(), finder: Box::new(Finder::new(text.as_bytes()).into_owned()) }
    }

    /// Returns the name as the user wrote it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the offsets in a payload at which the name stands, also those at which it is only a part of a longer
    /// word.
    pub(super) fn offsets<'n>(&'n self, payload: &'n [u8]) -> impl Iterator<Item = usize> + 'n {
        self.finder.find_iter(payload)
    }
}

impl PartialEq for FieldName {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for FieldName {}

impl fmt::Debug for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl fmt::Display for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
