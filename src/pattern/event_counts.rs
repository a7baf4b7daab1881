//! The numbers of events at some point in the input.

/// The number of events of each name and category that [`super::Watch`] had counted at some point in the input. The
/// default is the point before the first event.
#[derive(Clone, Debug, Default)]
pub struct EventCounts {
    /// The number of events of each cached name, in order of first appearance.
    pub(super) names: Vec<u64>,
    /// The number of events of all other names.
    pub(super) uncached: u64,
    /// The number of those in each category, by its number.
    pub(super) categories: Vec<u64>,
}

impl EventCounts {
    /// Returns the number of events of a cached name.
    pub(super) fn of_name(&self, index: usize) -> u64 {
        self.names.get(index).copied().unwrap_or(0)
    }

    /// Returns the number of events in a category whose names are not cached.
    pub(super) fn of_category(&self, number: usize) -> u64 {
        self.categories.get(number).copied().unwrap_or(0)
    }
}
