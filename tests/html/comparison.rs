//! The page of a comparison (`--baseline`).

use super::common::scratch::Scratch;
use super::common::{data, skip_without};
use super::inputs::{compared, hostile, many_pairs, twelve_loops};
use super::markup::Element;
use super::{chromium, output, page, sum_of_titles};
use std::path::Path;

/// The two recordings that a test compares, in a folder of its own.
struct Sides {
    scratch: Scratch,
    before: String,
    after: String,
}

impl Sides {
    fn new(test: &str, before: &(impl AsRef<[u8]> + ?Sized), after: &(impl AsRef<[u8]> + ?Sized)) -> Sides {
        let scratch = Scratch::new(test);
        let (before, after) = (scratch.file("before", before), scratch.file("after", after));
        Sides { scratch, before, after }
    }

    /// Returns the page of the comparison, after the checks that every page must pass.
    fn page(&self, args: &[&str]) -> (String, Element) {
        page(&[&["--baseline", &self.before], args].concat(), Path::new(&self.after))
    }

    /// Returns the comparison as JSON.
    fn json(&self, args: &[&str]) -> String {
        let all = [&["-s", "-f", "json", "--baseline", &self.before], args].concat();
        String::from_utf8(output(&all, Path::new(&self.after))).expect("JSON is UTF-8")
    }
}

/// Returns the attribute of an element, or an empty text.
fn attribute<'e>(element: &'e Element, name: &str) -> &'e str {
    element.attributes.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value)
}

/// Returns the texts behind each `"NAME":` in JSON, up to a comma or a bracket.
fn json_values<'j>(json: &'j str, name: &str) -> Vec<&'j str> {
    let key = format!("\"{name}\":");
    json.split(&key).skip(1).filter_map(|rest| rest.split([',', '}', ']']).next()).collect()
}

#[test]
fn titles_of_numbers_are_the_values_of_json() {
    let sides = Sides::new("html-numbers", &compared(2000, 5000, 20_000), &compared(1500, 7000, 21_000));
    let args = ["-u", "ns", "a@id -> m@id -> b@id"];
    let (text, root) = sides.page(&args);
    let json = sides.json(&args);
    let cells = root.all("td");
    let titles: Vec<&str> = cells.iter().map(|cell| attribute(cell, "title")).collect();
    for name in ["mean", "median", "p90", "p99", "value"] {
        // The statistics of a side are numbers, and the ratio with the same name is an object.
        for value in json_values(&json, name).into_iter().filter(|value| !value.starts_with('{')) {
            assert!(titles.contains(&value), "{name} {value}: {titles:?}");
        }
    }
    for (low, high) in json_values(&json, "low").iter().zip(json_values(&json, "high")) {
        let ends = format!("{low} .. {high}").replace("null", "-");
        assert!(titles.contains(&&*ends), "{ends}: {titles:?}");
    }
    for word in json_values(&json, "verdict").into_iter().chain(json_values(&json, "method")) {
        assert!(text.contains(word.trim_matches('"')), "{word}");
    }
    assert!(json.contains("\"verdict\":\"slower\""), "{json}");
    // The total and both transitions have pictures, whose bars add up to the loops of both sides.
    let bars: Vec<u64> = root.all_of_class("pictures").iter().map(|figures| sum_of_titles(figures, "rect")).collect();
    assert_eq!(bars, [3500; 3]);
}

#[test]
fn both_sides_stand_in_one_picture_with_their_names() {
    let sides = Sides::new("html-both", &compared(2000, 5000, 20_000), &compared(1500, 7000, 21_000));
    let (_, root) = sides.page(&["a@id -> b@id"]);
    for side in ["before", "after"] {
        assert_eq!(root.all_of_class(&format!("curve {side}")).len(), 1);
        assert_eq!(root.all_of_class(&format!("label {side}")).len(), 2, "one in each picture");
        assert!(root.all_of_class(&format!("side {side}")).len() > 5, "the histogram has narrow bins");
    }
    // The badge of the only loop is the only one on the page. In this comparison, the upper end of the p99's interval
    // is not known, which is drawn as an arrow.
    assert_eq!(root.all_of_class("verdict slower").len(), 1);
    assert_eq!(root.all_of_class("interval longer").len() + root.all_of_class("interval").len(), 4);
    let arrows = root.all("path").into_iter().filter(|path| attribute(path, "d") == "M-7 -4L-1 0L-7 4");
    assert_eq!(arrows.count(), 1);
}

#[test]
fn a_side_without_loops_is_named_and_not_drawn() {
    let calls = std::fs::read(data("calls.txt")).expect("the data can be read");
    let read = "sys_enter_read -> sys_exit_read";
    for (before, after, reason, drawn) in [
        (&b""[..], &calls[..], "as no loop closed before", "after"),
        (&calls, b"", "as no loop closed after", "before"),
    ] {
        let sides = Sides::new(&format!("html-none-{drawn}"), before, after);
        let (text, root) = sides.page(&[read]);
        assert!(text.contains(reason), "{reason}");
        let other = if drawn == "after" { "before" } else { "after" };
        assert_eq!(root.all_of_class(&format!("curve {drawn}")).len(), 1);
        assert_eq!(root.all_of_class(&format!("curve {other}")).len(), 0);
        assert_eq!(root.all_of_class("interval").len(), 0);
    }
    let (text, root) = Sides::new("html-none", &calls, &calls).page(&["no -> such"]);
    assert!(text.contains("as no loop closed on either side"));
    assert!(root.all("figure").is_empty());
}

#[test]
fn names_of_both_sides_stay_text() {
    let trace = hostile();
    let sides = Sides::new("html-compared-hostile", &trace, &trace);
    let (text, _) = sides.page(&["a -> b", "c=a if note ~ '*</style><script>*' -> b"]);
    assert!(!text.contains("<script") && !text.contains("</style><script"), "a name became markup");
    let odd = sides.scratch.file("<script>&\"'", &trace);
    let (text, _) = page(&["--baseline", &odd, "a -> b"], Path::new(&odd));
    assert!(text.contains("&lt;script&gt;&amp;&quot;&#39;") && !text.contains("<script"), "the page names the input");
    sides.page(&["--pairs"]);
}

#[test]
fn only_twelve_pairs_have_pictures() {
    let sides = Sides::new("html-pairs", &many_pairs(256, 3, 1), &many_pairs(256, 3, 2));
    let (text, root) = sides.page(&["--pairs"]);
    assert!(text.len() < 2_000_000, "{} bytes", text.len());
    assert_eq!(root.all_of_class("pictures").len(), 12);
    assert!(text.contains("not of the other 244"), "the page says what it leaves out");
    let json = sides.json(&["--pairs"]);
    let names: Vec<&str> = json_values(&json, "name").into_iter().map(|name| name.trim_matches('"')).collect();
    let of_pairs: Vec<&str> = names.into_iter().filter(|name| name.starts_with("sys_")).collect();
    let cells = root.all_of_class("compared")[0].all("th");
    let shown = cells.into_iter().filter(|cell| attribute(cell, "scope") == "row");
    let shown: Vec<&str> = shown.map(|cell| cell.children.first().map_or(&*cell.text, |link| &*link.text)).collect();
    assert_eq!(shown.len(), 256);
    assert_eq!(shown, of_pairs, "the pair that changed most comes first");
}

#[test]
fn a_comparison_of_twelve_loops_is_under_two_megabytes() {
    let trace = twelve_loops();
    let sides = Sides::new("html-compared-large", &trace, &trace);
    let loops: Vec<String> = (0..12).map(|at| format!("n{at}=a{at} -> m{at} -> b{at}")).collect();
    let (text, root) = sides.page(&loops.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(text.len() < 2_000_000, "{} bytes", text.len());
    assert_eq!(root.all_of_class("pictures").len(), 36);
}

#[test]
fn chromium_draws_a_comparison() {
    let Some(chromium) = chromium::find() else {
        return skip_without("chromium_draws_a_comparison", "chromium");
    };
    let sides = Sides::new("html-compared-drawn", &compared(2000, 5000, 20_000), &compared(1500, 7000, 21_000));
    for args in [&["a@id -> m@id -> b@id", "none=a -> zz"][..], &["--pairs"], &["no -> such"]] {
        let file = sides.scratch.file("page.html", &sides.page(args).0);
        let drawn = chromium.draw(&file, &sides.scratch);
        assert_eq!(drawn.messages, Vec::<String>::new(), "{args:?}");
        assert!(drawn.colours > 8 && drawn.blue > 0, "{args:?}: {drawn:?}");
    }
}
