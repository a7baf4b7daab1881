//! The numbers of events that have come up to some moment of the run.

/// The numbers of events that [`super::Watch`] had counted at some moment of the run, by name and by category. The
/// default is the moment before the first event.
#[derive(Clone, Debug, Default)]
pub struct EventCounts {
    /// The number of events of each name in the cache of the watch, in the order in which the names came first. The
    /// cache is bounded, so some names may have no room in it.
    pub(super) names: Vec<u64>,
    /// The number of events whose names are not in the cache.
    pub(super) uncached: u64,
    /// The number of events whose names are not in the cache, by the number of their category.
    pub(super) categories: Vec<u64>,
}

impl EventCounts {
    /// Returns the number of events of a name in the cache.
    pub(super) fn of_name(&self, index: usize) -> u64 {
        self.names.get(index).copied().unwrap_or(0)
    }

    /// Returns how many events of a category have a name that is not in the cache.
    pub(super) fn of_category(&self, number: usize) -> u64 {
        self.categories.get(number).copied().unwrap_or(0)
    }
}
