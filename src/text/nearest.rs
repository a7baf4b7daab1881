//! Finds names that are similar to a given name, for messages such as "did you mean".

/// The least similarity of a near name, from 0 to 1.
const NEAR: f64 = 0.6;

/// The least similarity, from 0 to 1, of the words in which two near names differ.
const NEAR_WORDS: f64 = 0.5;

/// Returns the known names that are near to a name: at most three, the nearest first.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    nearest_by(name, known.into_iter().map(|known| (known, known.to_owned())))
}

/// Returns the near names as [`nearest`] does. Each known name comes with a text. This text, and not the known name, is
/// compared with `name`.
pub fn nearest_by<'a>(name: &str, known: impl Iterator<Item = (&'a str, String)>) -> Vec<&'a str> {
    let mut near: Vec<(f64, &str)> = known
        .filter_map(|(known, compared)| similarity(name, &compared).map(|similarity| (similarity, known)))
        .collect();
    near.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    near.truncate(3);
    near.into_iter().map(|(_, known)| known).collect()
}

/// Returns the similarity of two names, from 0 to 1; `None` if they are not near.
///
/// Many names of events share most of their letters: `sys_enter_futex` and `sys_enter_read` differ in one word only,
/// but no user types one by mistake for the other. So the words in which the names differ must be near, too.
fn similarity(name: &str, known: &str) -> Option<f64> {
    // Two names whose lengths differ this much cannot be near: the check saves the comparison.
    let (one, other) = (name.len().min(known.len()), name.len().max(known.len()));
    if (one as f64) < NEAR * other as f64 {
        return None;
    }
    let similarity = strsim::normalized_damerau_levenshtein(name, known);
    if similarity < NEAR {
        return None;
    }
    let (name_words, known_words) = different_words(name, known);
    let is_near = strsim::normalized_damerau_levenshtein(&name_words, &known_words) >= NEAR_WORDS;
    is_near.then_some(similarity)
}

/// Returns the rest of two names behind the words with which both begin, and before the words with which both end.
fn different_words(one: &str, other: &str) -> (String, String) {
    let words = |text: &str| text.split(['_', '-', ':']).map(str::to_owned).collect::<Vec<_>>();
    let (one, other) = (words(one), words(other));
    let first = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    let (one, other) = (&one[first..], &other[first..]);
    let last = one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count();
    (one[..one.len() - last].join("_"), other[..other.len() - last].join("_"))
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
    fn names_that_differ_in_a_whole_word_are_not_near() {
        let names = ["sys_enter_read", "sys_enter_futex", "sys_exit_futex", "sys_exit_read"];
        assert_eq!(nearest("sys_enter_red", names), ["sys_enter_read"]);
        assert_eq!(nearest("sys_enter_fsync", names), [""; 0]);
        assert_eq!(nearest("sys_enter", ["sys_exit"]), [""; 0]);
        assert_eq!(nearest("schedswitch", ["sched_switch"]), ["sched_switch"]);
        assert_eq!(nearest("sys_enter_read", ["sys_enter_read"]), ["sys_enter_read"]);
    }
}
