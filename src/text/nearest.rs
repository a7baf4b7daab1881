//! Finds names that are similar to a given name, for messages such as "did you mean".

/// Returns the known names that are similar to a name. There are at most three, and the most similar one is the first.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    nearest_by(name, known.into_iter().map(|known| (known, known.to_owned())))
}

/// Returns all known names. The one that is most similar to `name` is the first.
pub fn by_nearness<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut known: Vec<&str> = known.into_iter().collect();
    known.sort_by_key(|known| strsim::damerau_levenshtein(name, known));
    known
}

/// Returns the known names that are similar to a name, as [`nearest`] does. Each known name comes with a text that is
/// compared in its place.
pub fn nearest_by<'a>(name: &str, known: impl Iterator<Item = (&'a str, String)>) -> Vec<&'a str> {
    /// The least similarity of a name that is returned. The similarity is between 0 and 1.
    const NEAR: f64 = 0.6;
    let mut near: Vec<(f64, &str)> = known
        .filter(|(_, compared)| {
            // Two names with so different lengths cannot be similar enough, so the slow comparison is left out.
            let (one, other) = (name.len().min(compared.len()), name.len().max(compared.len()));
            one as f64 >= NEAR * other as f64
        })
        .map(|(known, compared)| (strsim::normalized_damerau_levenshtein(name, &compared), known))
        .filter(|(similarity, _)| *similarity >= NEAR)
        .collect();
    near.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    near.truncate(3);
    near.into_iter().map(|(_, known)| known).collect()
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
}
