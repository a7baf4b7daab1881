//! The page for browsers (`-f html`): every page is well-formed, loads nothing and has no script, whatever the input
//! holds. A page of 12 loops takes less than 2 MB. The pictures show the numbers of the JSON summary. Chromium draws
//! the pages without an error.

#![allow(clippy::expect_used, reason = "a test that cannot run fails with the reason")]

#[path = "../common/mod.rs"]
mod common;

mod chromium;
mod comparison;
mod inputs;
mod markup;

use common::running::start;
use common::scratch::Scratch;
use common::{LOOP, PROGRAM, data, filter};
use markup::Element;
use std::path::Path;
use std::process::{Command, Stdio};

/// The options that ask for all analyses of slow and of unfinished loops, and for a histogram of each transition.
const ALL: [&str; 6] = ["--slowest", "20", "--explain", "--sched", "--unfinished", "--hist"];

/// Runs the program with these arguments on an input. Returns the bytes that it prints on standard output.
fn output(args: &[&str], input: &Path) -> Vec<u8> {
    let output = Command::new(PROGRAM).args(args).arg(input).stderr(Stdio::null()).output().expect("the program runs");
    assert!(output.status.success(), "{args:?}: {:?}", output.status);
    output.stdout
}

/// Returns the page that the program prints for these arguments, as a text and as elements. Checks that the page is
/// well-formed, and that it makes a browser neither load a file nor run a script.
fn page(args: &[&str], input: &Path) -> (String, Element) {
    let all: Vec<&str> = ["-f", "html"].iter().chain(args).copied().collect();
    let page = String::from_utf8(output(&all, input)).expect("the page is UTF-8");
    let root = markup::parse(&page);
    root.each(&mut |element| {
        assert!(!["script", "link", "iframe", "img", "object", "embed", "base", "use"].contains(&&*element.name));
        for (name, value) in &element.attributes {
            assert!(!name.starts_with("on") && name != "src" && name != "style", "{name}={value}");
            assert!(name != "href" || value.starts_with("#loop-"), "{value}");
        }
    });
    let style = root.all("style").first().map(|style| style.text.clone()).expect("the page has a style sheet");
    assert!(!style.contains("url(") && !style.contains("@import"), "the style sheet loads something");
    (page, root)
}

/// Returns the numbers that follow `"NAME":` in JSON, in their order.
fn json_numbers(json: &[u8], name: &str) -> Vec<u64> {
    let json = String::from_utf8_lossy(json);
    let key = format!("\"{name}\":");
    let numbers = json.split(&key).skip(1);
    let number = |rest: &str| rest.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok());
    numbers.filter_map(number).collect()
}

/// Returns the sum of the counts in the titles of all elements of a figure that have this name, such as `rect`. The
/// count is the number behind the last `: ` of a title.
fn sum_of_titles(figure: &Element, name: &str) -> u64 {
    let titles = figure.all(name).into_iter().filter_map(|element| element.children.first());
    let count = |title: &Element| {
        let behind = title.text.rsplit(": ").next().unwrap_or_default();
        behind.split(',').next().and_then(|digits| digits.parse::<u64>().ok()).expect("a title ends with a count")
    };
    titles.filter(|title| title.name == "title").map(count).sum()
}

/// In the heat map and in the histogram of a loop, each cell and each bar has its number of loops in its title. These
/// numbers add up to the number of closed loops in JSON.
#[test]
fn titles_of_cells_and_bars_add_up_to_the_count_of_json() {
    let loops = ["read=sys_enter_read -> sys_exit_read", "write=sys_enter_write -> sys_exit_write", "no=a -> b"];
    let interrupts = ["irq_handler_entry -> irq_handler_exit by cpu"];
    let io = ["kvm_mmio -> sys_exit_ppoll -> sys_enter_io_submit -> sys_exit_io_submit by all"];
    for (args, input) in
        [(&loops[..], "calls.txt"), (&interrupts, "irq.txt"), (&io, "qemu-native.txt"), (&["--pairs"], "calls.data")]
    {
        let (_, root) = page(args, &data(input));
        let json: Vec<&str> = ["-s", "-f", "json"].iter().chain(args).copied().collect();
        let closed = json_numbers(&output(&json, &data(input)), "closed");
        let closed: Vec<u64> = closed.into_iter().filter(|count| *count > 0).collect();
        let pictures = root.all_of_class("pictures");
        let cells: Vec<u64> = pictures.iter().map(|pictures| sum_of_titles(pictures, "path")).collect();
        let bars: Vec<u64> = pictures.iter().map(|pictures| sum_of_titles(pictures, "rect")).collect();
        assert!(!closed.is_empty());
        assert_eq!((&cells, &bars), (&closed, &closed), "{input}");
    }
}

#[test]
fn titles_of_numbers_are_the_values_of_json() {
    let args = ["-u", "ns", "sys_enter_read -> sys_exit_read"];
    let (page, _) = page(&args, &data("calls.data"));
    let json: Vec<&str> = ["-s", "-f", "json"].iter().chain(&args).copied().collect();
    let json = output(&json, &data("calls.data"));
    for name in ["sum", "min", "median", "p99", "max"] {
        let value = json_numbers(&json, name)[0];
        assert!(page.contains(&format!(">{value}</td>")), "{name} {value}");
    }
}

/// Comms and values that look like markup are shown as text, and no character that controls a terminal or turns the
/// direction of the text is on the page.
#[test]
fn names_of_the_input_stay_text() {
    let scratch = Scratch::new("html-hostile");
    let input = scratch.file("in", &inputs::hostile());
    let mut args =
        Vec::from(["a -> b", "c=a if note ~ '*</style><script>*' -> b", "-b", "comm,note", "--show", "note"]);
    args.extend(ALL);
    let (text, _) = page(&args, Path::new(&input));
    assert!(text.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"), "the page shows the comm");
    assert!(!text.contains("<script") && !text.contains("</style><script"), "a name became markup");
    let is_harmful = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202a}'..='\u{202e}' | '\u{fffe}');
    assert_eq!(text.chars().find(|c| is_harmful(*c)), None);
    page(&[&["--pairs"], &ALL[..]].concat(), Path::new(&input));
}

#[test]
fn a_page_of_twelve_loops_is_under_two_megabytes() {
    let scratch = Scratch::new("html-large");
    let input = scratch.file("in", &inputs::twelve_loops());
    let loops: Vec<String> = (0..12).map(|at| format!("n{at}=a{at} -> m{at} -> b{at}")).collect();
    let args: Vec<&str> = loops.iter().map(String::as_str).chain(["-b", "note,comm"]).chain(ALL).collect();
    let (text, root) = page(&args, Path::new(&input));
    assert!(text.len() < 2_000_000, "{} bytes", text.len());
    assert_eq!(root.all_of_class("pictures").len(), 12);
    assert!(root.all_of_class("slow").len() == 12 * 20, "each loop has its 20 slowest");
    for pictures in root.all_of_class("pictures") {
        assert_eq!(sum_of_titles(pictures.all_of_class("wide")[0], "path"), inputs::CLOSED_OF_EACH);
    }
}

/// If there are 20 pairs, 12 have pictures, and 10 have their slowest loops.
#[test]
fn only_twelve_loops_have_pictures() {
    let scratch = Scratch::new("html-many");
    let mut text = String::new();
    for at in 0..20 {
        text.push_str(&format!("x 1 [000] {at}.000001: q:sys_enter_c{at}: x\n"));
        text.push_str(&format!("x 1 [000] {at}.0001{at:02}: q:sys_exit_c{at}: x\n"));
    }
    let input = scratch.file("in", &text);
    let (text, root) = page(&["--pairs", "--slowest", "1"], Path::new(&input));
    assert_eq!(root.all_of_class("pictures").len(), 12);
    assert!(text.contains("not of the other 8"), "the page says what it leaves out");
    assert_eq!(root.all_of_class("slow").len(), 10);
}

#[test]
fn a_page_without_closed_loops_is_a_page() {
    for args in [&["no -> such"][..], &["--pairs", "-l", "no -> such"], &["sys_enter_read -> no", "-b", "fd"]] {
        let all = [args, &ALL[..2], &["--unfinished", "--explain", "--hist"]].concat();
        let (text, root) = page(&all, &data("calls.txt"));
        assert!(text.contains("class=\"hint\""), "{args:?}: the page says why");
        assert!(root.all("h1").len() == 1, "{args:?}");
    }
}

/// Ctrl-C while the program reads a pipe ends the input, so the page is complete.
#[test]
fn an_interrupted_pipe_has_a_whole_page() {
    let mut running = start(filter(&["--summary-format", "html", LOOP]));
    running.write("  bash 7 [000]  1.000001: sys_enter_read: fd: 3\n  bash 7 [001]  1.000004: sys_exit_read: 0x10\n");
    // The program prints a header and the row of the call. When these two lines have come, it has read the input.
    running.line();
    running.line();
    running.signal("INT");
    let ended = running.end();
    assert_eq!(ended.status, Some(0), "{ended:?}");
    assert_eq!(markup::parse(&ended.errors).all_of_class("pictures").len(), 1);
}

#[test]
fn chromium_draws_pages_without_errors() {
    let test = "chromium_draws_pages_without_errors";
    let Some(chromium) = chromium::find() else { return common::skip_without(test, "chromium") };
    let scratch = Scratch::new("html-chromium");
    let hostile = scratch.file("hostile", &inputs::hostile());
    let read = [&["sys_enter_read -> sys_exit_read"], &ALL[..]].concat();
    let pairs = [&["--pairs"], &ALL[..]].concat();
    let pages: [(&[&str], &Path, bool); 4] = [
        (&read, &data("calls.data"), true),
        (&pairs, &data("calls.txt"), true),
        (&["a -> b", "-b", "comm"], Path::new(&hostile), true),
        (&["no -> such"], &data("calls.txt"), false),
    ];
    for (at, (args, input, has_pictures)) in pages.into_iter().enumerate() {
        let file = scratch.file(&format!("page{at}.html"), &page(args, input).0);
        let drawn = chromium.draw(&file, &scratch);
        assert_eq!(drawn.messages, Vec::<String>::new(), "{args:?}");
        assert!(drawn.colours > 8, "{args:?}: the picture is blank");
        assert_eq!(drawn.blue > 0, has_pictures, "{args:?}: {drawn:?}");
    }
}
