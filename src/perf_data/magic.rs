//! The first bytes of a perf.data.

/// A perf.data of a little-endian machine begins with these bytes (tools/perf/util/header.c, `PERF_MAGIC2`).
pub const MAGIC: &[u8; 8] = b"PERFILE2";

/// The bytes of [`MAGIC`] in reverse order, with which a perf.data of a big-endian machine begins.
pub const SWAPPED_MAGIC: &[u8; 8] = b"2ELIFREP";

/// Returns whether a file that begins with these bytes is a perf.data, of either byte order.
pub fn is_perf_data(beginning: &[u8]) -> bool {
    beginning.starts_with(MAGIC) || beginning.starts_with(SWAPPED_MAGIC)
}
