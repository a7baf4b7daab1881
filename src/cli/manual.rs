//! The man page's text, beyond the options.
pub(super) struct Section {
    pub title: &'static str,
    pub blocks: &'static [Block],
}
pub(super) enum Block {
    Text(&'static str),
    Code(&'static str),
    Item(&'static str, &'static str),
}
pub(super) const BEFORE_OPTIONS: &[Section] = &[];
pub(super) const AFTER_OPTIONS: &[Section] = &[];
