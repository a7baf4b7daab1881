//! Tests of the whole way from the arguments to a request.

use super::values::names;
use super::{Command, Request, parse};
use crate::key::Key;
use crate::report::SummaryFormat;
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
        (&["-u", "n"], "-u 'n': expected one of s, ms, us, ns"),
        (
            &["--match", "lates"],
            "--match 'lates': did you mean 'latest'? expected one of latest, first, strict, nested",
        ),
        (&["--tid", "1,x"], "--tid '1,x': expected whole numbers and ranges, as in '1,2,5-9'"),
        (&["--max-keys", "0"], "--max-keys '0': expected a whole number from 1 to 1000000000"),
        (
            &["-l", "sys_exit_ppoll"],
            "-l 'sys_exit_ppoll': expected a loop, 'A -> B' (the log file of perf-script-postprocessor's -l is --log)",
        ),
        (&["a -> -> b"], "'a -> -> b': expected an event name before '->'"),
        (&["x=a->b", "x=b->c"], "two loops are named 'x'; give one another name: 'NAME=b -> c'"),
        (&["-flog", "--summary-format", "tsv"], "--summary-format and -f log name two formats for one summary"),
        (
            &["-q", "--summary-format", "tsv"],
            "--summary-format has no effect with -q, which prints no summary; -s prints it",
        ),
        (&["--discover", "-fcsv"], "-f csv has no effect with --discover, which prints text, or with -f json JSON"),
    ] {
        assert_eq!(error(args), expected, "{args:?}");
    }
    let summaries = names(SummaryFormat::NAMES).join(", ");
    assert_eq!(
        error(&["-s", "-fcsv"]),
        format!("-f csv is a format of rows, and -s prints none; with -s expected one of {summaries}")
    );
}

#[test]
fn options_that_only_shape_an_output_are_accepted_without_it() {
    for args in [&["-sqH"][..], &["-Hfjson"], &["-qbtid"], &["-mevents", "-bcomm"], &["-kcpu", "a->b by tid"]] {
        run(args);
    }
    for (args, only_summary, format) in [
        (&["-ftable"][..], true, "table"),
        (&["-flog"], true, "log"),
        (&["-sfjson"], true, "json"),
        (&["-s", "--summary-format=tsv"], true, "tsv"),
        (&["-fjson"], false, "table"),
        (&["-fjson", "--summary-format=tsv"], false, "tsv"),
    ] {
        let given = run(args).given;
        assert_eq!((given.has_summary_only(), given.format_of_summary().name()), (only_summary, format), "{args:?}");
    }
}

#[test]
fn of_several_conflicts_the_first_in_the_table_is_shown() {
    assert_eq!(
        error(&["--discover", "--pairs", "a->b"]),
        "-l or a LOOP has no effect with --discover, which finds its own loops"
    );
}

#[test]
fn an_option_conflicts_with_some_values_of_another_only() {
    assert!(run(&["-m", "3", "--pairs"]).given.pairs);
    assert_eq!(error(&["-m", "0", "--pairs"]), "-m has no effect with --pairs, which finds its own loops");
    assert_eq!(error(&["-msplit"]), "-m split writes a file for each category; name a directory for them with -o DIR");
    assert!(run(&["-msplit", "-o", "dir"]).given.directory.is_some());
}
