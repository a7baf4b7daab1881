//! Finds names that are similar to a given name, for messages such as "did you mean".

use std::cell::Cell;

/// The number of characters of a name that are compared. The names of events and options are shorter.
const COMPARED_MAX: usize = 64;

/// Returns the known names that are similar to a name. There are at most three, and the most similar one is the first.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    nearest_by(name, known.into_iter().map(|known| (known, known)), &Work::new(u64::MAX))
}

/// Returns all known names. The one that is most similar to `name` is the first.
pub fn by_nearness<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut known: Vec<&str> = known.into_iter().collect();
    let name = beginning(name);
    known.sort_by_cached_key(|known| strsim::damerau_levenshtein(name, known));
    known
}

/// Returns the known names that are similar to a name, as [`nearest`] does. Each known name comes with a text that is
/// compared in its place. The first 64 characters of each text are compared. The comparisons are taken off `work`; if it
/// does not suffice for all of them, this returns no name.
pub fn nearest_by<'a>(name: &str, known: impl Iterator<Item = (&'a str, &'a str)>, work: &Work) -> Vec<&'a str> {
    /// The least similarity of a name that is returned. The similarity is between 0 and 1.
    const NEAR: f64 = 0.6;
    let name = beginning(name);
    let mut near: Vec<(f64, &str)> = Vec::new();
    for (known, compared) in known {
        let compared = beginning(compared);
        let (one, other) = (name.len().min(compared.len()), name.len().max(compared.len()));
        // Two names with so different lengths cannot be similar enough, so the slow comparison is left out.
        let may_be_near = one as f64 >= NEAR * other as f64;
        if !work.spend(if may_be_near { one * other } else { 1 }) {
            return Vec::new();
        }
        if may_be_near {
            near.push((strsim::normalized_damerau_levenshtein(name, compared), known));
        }
    }
    near.retain(|(similarity, _)| *similarity >= NEAR);
    near.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    near.truncate(3);
    near.into_iter().map(|(_, known)| known).collect()
}

/// Returns the part of a name that is compared.
fn beginning(name: &str) -> &str {
    name.char_indices().nth(COMPARED_MAX).map_or(name, |(end, _)| &name[..end])
}

/// The work that comparisons may still take, in pairs of characters that are compared. A pair takes 2 to 3 ns.
#[derive(Debug)]
pub struct Work(Cell<u64>);

impl Work {
    /// Permits the comparison of so many pairs of characters.
    pub fn new(pairs: u64) -> Self {
        Work(Cell::new(pairs))
    }

    /// Takes a part of the work. Returns false if less than that is left.
    fn spend(&self, pairs: usize) -> bool {
        let left = self.0.get().checked_sub(pairs as u64);
        self.0.set(left.unwrap_or(0));
        left.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_comes_first() {
        assert_eq!(nearest("summry", ["quiet", "summary-format", "summary"]), ["summary"]);
        let names = ["sys_exit_poll", "sys_exit_ppoll", "sched_switch"];
        assert_eq!(nearest("sys_exit_ppol", names), ["sys_exit_ppoll", "sys_exit_poll"]);
        assert!(nearest("", names).is_empty());
    }

    #[test]
    fn names_are_compared_as_far_as_the_work_suffices() {
        let known = || [("abcd", "abcd"), ("x", "x"), ("abcx", "abcx")].into_iter();
        // Two pairs of names have 4 times 4 pairs of characters. One name is too short to be near.
        let work = Work::new(2 * (16 + 1 + 16) + 32);
        assert_eq!(nearest_by("abce", known(), &work), ["abcd", "abcx"]);
        assert_eq!(nearest_by("abce", known(), &work), ["abcd", "abcx"]);
        assert!(nearest_by("abce", known(), &work).is_empty());
    }

    #[test]
    fn a_long_name_is_compared_by_its_beginning() {
        let long = |end: &str| "n\u{e9}".repeat(40) + end;
        assert_eq!(nearest(&long("1"), [long("2").as_str()]), [long("2").as_str()]);
        assert_eq!(beginning(&long("")).chars().count(), COMPARED_MAX);
        assert_eq!(by_nearness(&"t".repeat(1_000_000), ["csv", "tsv"]), ["tsv", "csv"]);
    }
}
