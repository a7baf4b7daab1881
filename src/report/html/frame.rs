//! The document around the parts of a page, and the limit of the page's size.

use super::budget::{DIVISORS, PAGE_BYTES_MAX};
use super::element::{element, empty, tagged};

/// The style sheet of all pages.
const STYLE_SHEET: &str = include_str!("style.css");

/// Appends a page. `styles` is appended to the style sheet of all pages. `body` appends the parts of the page.
pub(super) fn push(out: &mut Vec<u8>, title: &str, styles: &str, body: impl FnOnce(&mut Vec<u8>)) {
    out.extend_from_slice(b"<!DOCTYPE html>\n");
    element(out, "html", &[("lang", "en")], |out| {
        element(out, "head", &[], |out| {
            empty(out, "meta", &[("charset", "utf-8")]);
            empty(out, "meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")]);
            empty(out, "meta", &[("name", "color-scheme"), ("content", "light dark")]);
            tagged(out, "title", "", title);
            element(out, "style", &[], |out| {
                out.extend_from_slice(STYLE_SHEET.as_bytes());
                out.extend_from_slice(styles.as_bytes());
            });
        });
        out.push(b'\n');
        element(out, "body", &[], body);
    });
    out.push(b'\n');
}

/// Appends a page that is small enough, if possible. `push` appends the page, and gets the number by which it must
/// divide the limits of the page's parts. If the page is too large, it is taken back, and `push` is called with a
/// larger number.
pub(super) fn push_small_enough(out: &mut Vec<u8>, push: impl Fn(&mut Vec<u8>, usize)) {
    let start = out.len();
    for divisor in DIVISORS {
        out.truncate(start);
        push(out, divisor);
        if out.len() - start <= PAGE_BYTES_MAX {
            break;
        }
    }
}
