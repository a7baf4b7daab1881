//! Writes elements of HTML and SVG. Each element is ended, and each text and attribute is escaped.

use crate::text::is_obeyed;

/// The largest number of bytes that a text takes on the page, unless the caller of [`push_cut`] gives another one.
/// Names of events, comms and values of fields are mostly far shorter.
const TEXT_MAX: usize = 400;

/// The names and values of an element's attributes. An attribute whose value is empty is left out. Values are escaped,
/// but unlike texts they are never cut.
pub(super) type Attributes<'a> = &'a [(&'a str, &'a str)];

/// Appends an element. `content` appends what stands inside of it.
pub(super) fn element(out: &mut Vec<u8>, name: &str, attributes: Attributes<'_>, content: impl FnOnce(&mut Vec<u8>)) {
    push_start(out, name, attributes);
    out.push(b'>');
    content(out);
    out.extend_from_slice(b"</");
    out.extend_from_slice(name.as_bytes());
    out.push(b'>');
}

/// Appends an element that has no content. Only elements of SVG, and those of HTML that cannot have content, may be
/// written in this way.
pub(super) fn empty(out: &mut Vec<u8>, name: &str, attributes: Attributes<'_>) {
    push_start(out, name, attributes);
    out.extend_from_slice(b"/>");
}

/// Appends an element that consists of a text. The element has no class if `class` is empty.
pub(super) fn tagged(out: &mut Vec<u8>, name: &str, class: &str, text: impl AsRef<[u8]>) {
    element(out, name, &[("class", class)], |out| push_text(out, text));
}

fn push_start(out: &mut Vec<u8>, name: &str, attributes: Attributes<'_>) {
    out.push(b'<');
    out.extend_from_slice(name.as_bytes());
    for (attribute, value) in attributes.iter().filter(|(_, value)| !value.is_empty()) {
        out.push(b' ');
        out.extend_from_slice(attribute.as_bytes());
        out.extend_from_slice(b"=\"");
        push_cut(out, value, usize::MAX);
        out.push(b'"');
    }
}

/// Appends a text, escaped. The text is cut if it takes more than 400 bytes on the page.
pub(super) fn push_text(out: &mut Vec<u8>, text: impl AsRef<[u8]>) {
    push_cut(out, text, TEXT_MAX);
}

/// Appends a text, escaped. If the escaped text takes more than `max` bytes, it is cut, and an ellipsis stands behind
/// it.
///
/// Bytes that are no UTF-8 and the characters U+FFFE and U+FFFF, which XML forbids, become U+FFFD. Characters that
/// control a terminal become `?`, as in the summary that is printed as a table.
pub(super) fn push_cut(out: &mut Vec<u8>, text: impl AsRef<[u8]>, max: usize) {
    let start = out.len();
    let mut push = |shown: &str| {
        let fits = out.len() - start + shown.len() <= max;
        out.extend_from_slice(if fits { shown.as_bytes() } else { "\u{2026}".as_bytes() });
        fits
    };
    for chunk in text.as_ref().utf8_chunks() {
        for character in chunk.valid().chars() {
            let mut buffer = [0; 4];
            let shown = match character {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                '"' => "&quot;",
                '\'' => "&#39;",
                '\u{fffe}' | '\u{ffff}' => "\u{fffd}",
                _ if is_obeyed(character) => "?",
                _ => character.encode_utf8(&mut buffer),
            };
            if !push(shown) {
                return;
            }
        }
        if !chunk.invalid().is_empty() && !push("\u{fffd}") {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(push: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        push(&mut out);
        String::from_utf8(out).expect("the page is UTF-8")
    }

    #[test]
    fn elements_are_ended_and_attributes_are_escaped() {
        let page = written(|out| {
            element(out, "p", &[("title", "a\"><script>")], |out| {
                empty(out, "br", &[]);
                tagged(out, "b", "", "x & y");
            });
        });
        assert_eq!(page, "<p title=\"a&quot;&gt;&lt;script&gt;\"><br/><b>x &amp; y</b></p>");
    }

    #[test]
    fn texts_of_the_input_are_harmless() {
        for (text, shown) in [
            (&b"<script>alert('1')</script>"[..], "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"),
            (b"a\x00b\x1b[31m\n\t", "a?b?[31m??"),
            (b"\xff\xc3\xa9\x9b", "\u{fffd}\u{e9}\u{fffd}"),
            ("\u{202e}gnp\u{2066}".as_bytes(), "?gnp?"),
            ("\u{85}\u{fffe}\u{ffff}".as_bytes(), "?\u{fffd}\u{fffd}"),
            (b"]]>&amp;`${}", "]]&gt;&amp;amp;`${}"),
        ] {
            assert_eq!(written(|out| push_text(out, text)), shown);
        }
    }

    #[test]
    fn a_long_text_is_cut_at_its_size_on_the_page() {
        assert_eq!(written(|out| push_cut(out, "abcd", 4)), "abcd");
        assert_eq!(written(|out| push_cut(out, "abcde", 4)), "abcd\u{2026}");
        assert_eq!(written(|out| push_cut(out, "a<<<", 6)), "a&lt;\u{2026}");
        assert_eq!(written(|out| push_text(out, "\"".repeat(1000))).len(), 66 * 6 + "\u{2026}".len());
    }
}
