//! The names of the files that hold the events of one category each.

/// The beginnings of the names of other files that are written into the directory.
const RESERVED: [&str; 5] = ["loop_diff", "perf_data", "delta_processed", "delta_output", "delta_figure"];

/// The largest number of bytes in a name. A longer name is cut, and the number of the category is added to make it
/// unique.
const LENGTH_MAX: usize = 200;

/// Returns the name of the file of a category, without its extension.
///
/// Some bytes are written as `%` and two hexadecimal digits. Otherwise the name could lead out of the directory, or be
/// that of another file that is written there.
pub(super) fn category_file_name(category: &[u8], number: usize) -> String {
    let is_reserved = RESERVED.iter().any(|name| category.starts_with(name.as_bytes()));
    let mut name = String::new();
    for (at, &byte) in category.iter().enumerate() {
        let is_plain = byte.is_ascii_alphanumeric() || b"_-+".contains(&byte) || (byte == b'.' && at > 0);
        if is_plain && !(is_reserved && at == 0) {
            name.push(char::from(byte));
        } else {
            name.push_str(&format!("%{byte:02X}"));
        }
    }
    if name.len() > LENGTH_MAX {
        name.truncate(LENGTH_MAX);
        name.push_str(&format!("%{number}"));
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_stay_in_the_directory() {
        for (category, expected) in [
            (&b"kvm___"[..], "kvm___"),
            (b"../etc/passwd", "%2E.%2Fetc%2Fpasswd"),
            (b".hidden", "%2Ehidden"),
            (b"cpu/event=0x3c/", "cpu%2Fevent%3D0x3c%2F"),
            (b"a b\n\xff%", "a%20b%0A%FF%25"),
            (b"loop_diff", "%6Coop_diff"),
        ] {
            assert_eq!(category_file_name(category, 0), expected);
        }
        assert_ne!(category_file_name(&[b'/'; 128], 1), category_file_name(&[b'/'; 127], 2));
    }
}
