//! Tests of the whole way from the arguments to a request.

use super::{Command, Request, parse};
use crate::key::Key;
use crate::text::Unit;

fn error(args: &[&str]) -> String {
    match parse(args) {
        Err(error) => error.to_string(),
        Ok(command) => panic!("{args:?} is {command:?}"),
    }
}

fn run(args: &[&str]) -> Request {
    match parse(args) {
        Ok(Command::Run(run)) => *run,
        other => panic!("{args:?} is {other:?}"),
    }
}

#[test]
fn values_attach_and_letters_group() {
    for args in [&["-uns", "-Hq", "a->b"][..], &["-u", "ns", "-H", "-q", "a->b"], &["--unit=ns", "-qHuns", "a->b"]] {
        let run = run(args);
        assert_eq!(run.given.unit.map(Unit::name), Some("ns"));
        assert!(run.given.quiet && run.given.no_header);
    }
}

#[test]
fn operands_are_loops_and_inputs() {
    let run = run(&["x=a->b", "-", "-l", "c|d", "a b", "-ie->f"]);
    let names: Vec<_> = run.loops.iter().map(|found| (found.name.as_str(), found.text())).collect();
    assert_eq!(names, [("x", "a -> b".to_owned()), ("loop1", "c -> d".to_owned())]);
    let inputs: Vec<_> = run.given.inputs.iter().map(ToString::to_string).collect();
    assert_eq!(inputs, ["(standard input)", "a b", "e->f"]);
}

#[test]
fn the_built_in_loop_crosses_threads_unless_told() {
    assert_eq!(run(&[]).loops[0].name, "Native");
    assert_eq!(run(&[]).key, Key::All);
    assert_eq!(run(&["-ktid"]).key, Key::Tid);
    assert_eq!(run(&["a->b"]).key, Key::Tid);
}

#[test]
fn every_mistake_names_the_text_and_the_remedy() {
    for (args, expected) in [
        (&["--sumary"][..], "unknown option '--sumary'; did you mean '--summary'?"),
        (&["--summ"], "unknown option '--summ'; did you mean '--summary'?"),
        (&["-z"], "unknown option '-z'; --help lists the options"),
        (&["a", "->", "b"], "'->' stands alone; quote the loop: 'A -> B'"),
        (&["--quiet=yes"], "--quiet takes no value, but was given 'yes'"),
        (&["--help=yes"], "--help takes no value, but was given 'yes'"),
        (&["-u"], "-u: expected a value, UNIT"),
        (&["-u", "n"], "-u 'n': expected one of s, ns, ms, us"),
        (&["--match", "lates"], "--match 'lates': expected one of latest, nested, first, strict"),
        (&["--tid", "1,x"], "--tid '1,x': expected whole numbers and ranges, as in '1,2,5-9'"),
        (&["--max-keys", "0"], "--max-keys '0': expected a whole number from 1 to 1000000000"),
        (
            &["-l", "sys_exit_ppoll"],
            "-l 'sys_exit_ppoll': expected a loop, 'A -> B' (the log file of perf-script-postprocessor's -l is --log)",
        ),
        (&["a -> -> b"], "'a -> -> b': expected an event name before '->'"),
        (&["x=a->b", "x=b->c"], "two loops are named 'x'; give one another name: 'NAME=b -> c'"),
        (&["-sq"], "-q has no effect with -s, which asks for a summary"),
        (&["-s", "-fcsv"], "-f has no effect with -s, which prints no rows; --summary-format is the summary's"),
        (&["-sH"], "-H has no effect with -s, which prints no rows"),
        (&["-kcpu", "a->b by tid"], "-k cpu has no effect: every loop has a key of its own, 'by KEY'"),
    ] {
        assert_eq!(error(args), expected, "{args:?}");
    }
}

#[test]
fn of_several_conflicts_the_first_in_the_table_is_shown() {
    assert_eq!(error(&["-sqH"]), "-H has no effect with -s, which prints no rows");
    assert_eq!(
        error(&["--discover", "--pairs", "a->b"]),
        "-l or a LOOP has no effect with --pairs, which finds its own loops"
    );
}

#[test]
fn an_option_conflicts_with_some_values_of_another_only() {
    assert_eq!(error(&["-H", "-fjson"]), "-H has no effect with -f json, which has no header");
    assert!(run(&["-H", "-fcsv"]).given.no_header);
    assert_eq!(error(&["-msplit"]), "-m split writes a file for each category; name a directory for them with -o DIR");
    assert!(run(&["-msplit", "-o", "dir"]).given.directory.is_some());
}
