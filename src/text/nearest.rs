//! Names near to a name.

/// The known names that are near to a name, nearest first, at most three.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    nearest_by(name, known.into_iter().map(|known| (known, known.to_owned())))
}

/// All known names, the nearest to a name first.
pub fn by_nearness<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut known: Vec<&str> = known.into_iter().collect();
    known.sort_by_key(|known| strsim::damerau_levenshtein(name, known));
    known
}

/// As [`nearest`], of names that are compared by another text.
pub fn nearest_by<'a>(name: &str, known: impl Iterator<Item = (&'a str, String)>) -> Vec<&'a str> {
    const NEAR: f64 = 0.6;
    let mut near: Vec<(f64, &str)> = known
        .filter(|(_, compared)| {
            // What differs in length alone is not near.
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
    fn near_names_come_nearest_first() {
        assert_eq!(nearest("summry", ["quiet", "summary-format", "summary"]), ["summary"]);
        let names = ["sys_exit_poll", "sys_exit_ppoll", "sched_switch"];
        assert_eq!(nearest("sys_exit_ppol", names), ["sys_exit_ppoll", "sys_exit_poll"]);
        assert!(nearest("", names).is_empty());
    }
}
