//! Inputs and limits that no usual trace has, but on which a program may break.
//!
//! Each test checks the counts in the output, or the exit status and the message. Many of them also limit the memory
//! that the program may take.

#![allow(clippy::expect_used, reason = "a test that cannot run fails with the reason")]

mod common;

use common::running::start;
use common::scratch::Scratch;
use common::{LOOP, PROGRAM, feed, filter, filter_in_shell, shell, skip_unless_never};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// Returns the line of an event of a thread. Its time is `us` microseconds after 100 s.
fn line(tid: usize, us: usize, name: &str) -> String {
    let (seconds, micros) = (100 + us / 1_000_000, us % 1_000_000);
    format!("             cat {tid:5} [000] {seconds:5}.{micros:06}: syscalls:{name}: 0x3\n")
}

/// Returns the lines of `count` calls of read(2), one every 20 us. Each call closes the loop [`LOOP`] once.
fn calls(count: usize) -> String {
    (0..count).map(|at| line(42, 20 * at, "sys_enter_read") + &line(42, 20 * at + 5, "sys_exit_read")).collect()
}

/// Returns a command for the program under limits. `limit` is the `ulimit` command that sets them. In the shell
/// script, `$run` stands for the program and its arguments.
fn limited(args: &[&str], limit: &str) -> Command {
    filter_in_shell(&format!("{limit} exec $run"), args)
}

/// Runs the program with limits. Its input comes in pieces.
fn run(args: &[&str], limit: &str, pieces: impl Iterator<Item = Vec<u8>> + Send + 'static) -> Output {
    feed(limited(args, limit), pieces)
}

/// Returns a number out of the JSON summary on standard output.
fn count(name: &str, output: &Output) -> u64 {
    common::count(name, &String::from_utf8_lossy(&output.stdout))
}

const JSON: [&str; 3] = ["-s", "--summary-format=json", LOOP];

/// Limits the address space to 32 MiB. This is enough for the code, the libraries, the stack and 16 MiB of data. If the
/// memory of the program grew with these inputs, it would not be enough, and the program would fail.
const SMALL: &str = "ulimit -v 32768;";

#[test]
fn a_million_lines_of_one_byte_are_a_million_lines() {
    let output = run(&JSON, SMALL, (0..1_000).map(|_| b"x\n".repeat(1_000)));
    assert_eq!((count("lines", &output), count("malformed", &output)), (1_000_000, 1_000_000));
    let output = run(&JSON, SMALL, (0..1_000).map(|_| b"\n".repeat(1_000)));
    assert_eq!((count("lines", &output), count("skipped", &output)), (1_000_000, 1_000_000));
}

/// Unless `--max-keys` says otherwise, the program follows 65,536 threads at once. Each further thread evicts the one
/// whose last event is the oldest.
#[test]
fn many_threads_are_followed_as_far_as_they_have_room() {
    let piece = |at: usize| (0..1_000).map(|tid| line(1 + at * 1_000 + tid, at, "sys_enter_read")).collect::<String>();
    let output = run(&JSON, SMALL, (0..300).map(move |at| piece(at).into_bytes()));
    assert_eq!(count("events", &output), 300_000);
    assert_eq!(count("evicted", &output), 300_000 - 65_536);
    assert_eq!(count("unfinished", &output), 65_536);
}

/// A trace may have any number of event names, but the program remembers only a limited number of them.
#[test]
fn a_hundred_thousand_names_do_not_grow() {
    let piece =
        |at: usize| (0..100).map(|name| line(42, at, &format!("event_{}", at * 100 + name))).collect::<String>();
    let output = run(&JSON, SMALL, (0..1_000).map(move |at| piece(at).into_bytes()).chain([calls(3).into_bytes()]));
    assert_eq!((count("events", &output), count("closed", &output)), (100_006, 3));
}

/// A time must be less than 2^64 ns and have at most nine decimals, and a tid must be less than 2^31.
#[test]
fn numbers_that_are_too_large_are_no_events() {
    let event = "             cat TID [000] TIME: syscalls:sys_enter_read: 0x3\n";
    let lines: String = [
        ("   42", "99999999999999999999.000000"),
        ("   42", "18446744074.000000"),
        ("   42", "18446744073.709551616"),
        ("2147483648", "    1.000000"),
        ("99999999999999999999", "    1.000000"),
        ("   42", "    1.0000000000"),
    ]
    .iter()
    .map(|(tid, time)| event.replace("TID", tid).replace("TIME", time))
    .collect();
    let good = event.replace("TID", "   42").replace("TIME", "18446744073.709551");
    let output = run(&JSON, SMALL, [lines.into_bytes(), good.into_bytes()].into_iter());
    assert_eq!((count("malformed", &output), count("events", &output)), (6, 1));
}

#[test]
fn as_many_positions_and_loops_as_a_command_line_holds() {
    let names: Vec<String> = (0..32).map(|at| format!("e{at}")).collect();
    let longest = names.join(" -> ");
    let text: String = (0..64).map(|at| line(42, at, &names[at % 32])).collect();
    let output = run(&["-s", "--summary-format=json", &longest], SMALL, std::iter::once(text.clone().into_bytes()));
    assert_eq!(count("closed", &output), 2);
    let loops: Vec<String> = (0..1_000).map(|at| format!("l{at}=e{} -> e{}", at % 32, (at * 7 + 1) % 32)).collect();
    let arguments: Vec<&str> =
        ["-s", "--summary-format=json"].into_iter().chain(loops.iter().map(String::as_str)).collect();
    let output = run(&arguments, "", std::iter::once(text.into_bytes()));
    let summary = String::from_utf8_lossy(&output.stdout);
    assert_eq!(summary.matches("\"name\":\"l").count(), 1_000);
}

#[test]
fn a_last_line_that_is_cut_off_is_one_line() {
    let text = calls(2);
    let output = run(&JSON, SMALL, std::iter::once(text.as_bytes()[..text.len() - 25].to_vec()));
    assert_eq!((count("lines", &output), count("events", &output), count("malformed", &output)), (4, 3, 1));
}

#[test]
fn few_descriptors_and_little_memory_are_said() {
    let folder = Scratch::new("descriptors");
    let capture = folder.file("capture", &calls(1_000));
    let run = |limit: &str| {
        let ended = start(limited(&[&JSON[..], &[&capture]].concat(), limit)).end();
        (ended.status, ended.errors)
    };
    // With any number of descriptors, the program either works or says that they are too few.
    let mut works = false;
    for descriptors in 4..40 {
        let (status, errors) = run(&format!("ulimit -n {descriptors};"));
        works = status == Some(0) && errors.is_empty();
        let names_it =
            ["signals cannot be handled: ", &format!("{capture}: ")].iter().any(|what| errors.contains(what));
        let says_so = names_it && errors.ends_with(": Too many open files\n") && errors.lines().count() == 1;
        assert!(works || status == Some(1) && says_so, "{descriptors}: {errors}");
    }
    assert!(works);
    // The program reads a file with a second thread. If there is no room for the stack of this thread, the main thread
    // must read the file. The numbers are limits of the address space in KiB.
    for kib in [9_000, 12_000, 16_000] {
        let (_, errors) = run(&format!("ulimit -v {kib};"));
        assert!(!errors.contains("panicked at"), "{kib}: {errors}");
    }
}

/// A recording that `perf script` prints takes more descriptors than one that this program reads itself. This recording
/// is cut off behind its magic, so the program starts `perf script`. A shell script stands in for perf.
#[test]
fn few_descriptors_for_perf_script_are_said() {
    let folder = Scratch::new("descriptors-of-perf");
    let recording = folder.file("perf.data", "PERFILE2");
    let perf = folder.file("perf", "#!/bin/sh\necho '        x 1 [000] 1.000000: s:a: '\n");
    std::fs::set_permissions(perf, std::fs::Permissions::from_mode(0o755)).expect("a script can be made");
    let path = format!("PATH={}:$PATH;", folder.folder().display());
    let (mut works, mut starts) = (false, false);
    for descriptors in 4..40 {
        let ended = start(limited(&["-s", "a -> a", &recording], &format!("{path} ulimit -n {descriptors};"))).end();
        works = ended.status == Some(0);
        let started =
            ended.errors.contains(&format!("{recording}: perf script cannot be started: Too many open files\n"));
        starts |= started;
        let opened = ["signals cannot be handled: ", &format!("{recording}: ")]
            .iter()
            .any(|what| ended.errors.contains(&format!("{what}Too many open files\n")));
        assert!(works || ended.status == Some(1) && (started || opened), "{descriptors}: {}", ended.errors);
    }
    assert!(works && starts);
}

/// The limit on the number of processes also limits the number of threads. It does not apply to root, so the program
/// runs as another user.
#[test]
fn a_thread_that_is_refused_is_said() {
    const TEST: &str = "a_thread_that_is_refused_is_said";
    // The other user may not enter the folder of the tests, but every user may run a copy in the folder for temporary
    // files.
    let program = std::env::temp_dir().join(format!("pspp-filter-{}-of-all-users", std::process::id()));
    std::fs::copy(PROGRAM, &program).expect("the program can be copied");
    let script = format!("setpriv --reuid=65534 --clear-groups prlimit --nproc=1 \"$program\" '{LOOP}'");
    let mut command = shell(&script, &std::env::temp_dir());
    let output = command.env("program", &program).stdin(Stdio::null()).output().expect("sh runs");
    std::fs::remove_file(&program).expect("the copy can be removed");
    let errors = String::from_utf8_lossy(&output.stderr);
    if errors.contains("setpriv") || errors.contains("prlimit") {
        return skip_unless_never(TEST, "setpriv(1) and prlimit(1) may not limit another user");
    }
    let expected =
        "pspp-filter: signals cannot be handled: a thread cannot be started: Resource temporarily unavailable\n";
    assert_eq!((output.status.code(), &*errors), (Some(1), expected));
}

#[test]
fn a_directory_as_standard_input_is_an_error() {
    let input = File::open("/").expect("a directory");
    let output = Command::new(PROGRAM).args(["-q", LOOP]).stdin(input).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "pspp-filter: (standard input): Is a directory\n");
}

/// The message must name the file that did not fit on the disk, and no other file may be left half-written.
#[test]
fn a_disk_that_fills_up_leaves_no_results() {
    let (disk, outside) = (Scratch::new("disk"), Scratch::new("beside-the-disk"));
    let capture = outside.file("capture", &calls(2_000));
    // Runs the program on a disk of `kib` KiB that only this program sees. Returns the exit status of the program with
    // the names of the files that it left, and its messages. Returns `None` if the machine does not permit such a disk.
    let on_disk = |kib: usize| {
        let mount = format!("mount -t tmpfs -o size={kib}k none \"$1\"");
        let run = format!("\"$0\" -q -m events+loops -o \"$1/out\" '{LOOP}' \"$2\"; echo $?; ls \"$1/out\"");
        let mut command = Command::new("unshare");
        command
            .args(["-rm", "sh", "-c", &format!("{mount} && {{ {run}; }}"), PROGRAM])
            .arg(disk.folder())
            .arg(&capture);
        let output = command.output().ok().filter(|output| output.status.success())?;
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Some((text(output.stdout), text(output.stderr)))
    };
    let Some((enough, errors)) = on_disk(8_000) else {
        return skip_unless_never("a_disk_that_fills_up_leaves_no_results", "unshare may not make a disk");
    };
    assert!(enough.starts_with("0\n"), "{enough} {errors}");
    for kib in [4, 16, 60, 120, 200] {
        let (found, errors) = on_disk(kib).expect("unshare ran before");
        assert_eq!(found, "1\n", "{kib} KiB: {errors}");
        assert!(errors.contains("No space left on device") && errors.lines().count() == 1, "{kib} KiB: {errors}");
    }
}

/// If a file shrinks while it is read, its new end is the end of the input.
#[test]
fn a_file_that_is_truncated_while_it_is_read_ends_there() {
    let folder = Scratch::new("truncated");
    let capture = folder.file("capture", &calls(200_000));
    let mut child = limited(&["--summary-format=json", LOOP, &capture], SMALL).spawn().expect("sh runs");
    let mut stdout = child.stdout.take().expect("a pipe");
    // Rows have come, so the program reads the file now. It cannot go on until this test reads, because a pipe holds
    // only a few of the rows.
    stdout.read_exact(&mut [0; 1_000]).expect("rows");
    let file = OpenOptions::new().write(true).open(&capture).expect("the file is there");
    file.set_len(100).expect("it can be truncated");
    std::io::copy(&mut stdout, &mut std::io::sink()).expect("rows");
    let output = child.wait_with_output().expect("a child");
    let summary = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{summary}");
    assert!(summary.contains("\"bytes\":") && !summary.contains("panicked"), "{summary}");
}

/// The input is one end of a terminal. The test writes to the other end and then closes it, so the system reports EIO
/// behind the written lines.
#[test]
fn an_input_that_fails_in_the_middle_is_reported_and_its_loops_count() {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal can be made");
    grantpt(&master).expect("a terminal can be had");
    unlockpt(&master).expect("a terminal can be opened");
    let name = ptsname(&master, Vec::new()).expect("it has a name");
    let mut other =
        OpenOptions::new().write(true).open(PathBuf::from(name.to_string_lossy().into_owned())).expect("it opens");
    let mut command = filter(&["--summary-format=json", LOOP, "-"]);
    let child = command.stdin(Stdio::from(master)).spawn().expect("it runs");
    other.write_all(calls(3).as_bytes()).expect("a terminal takes it");
    drop(other);
    let output = child.wait_with_output().expect("a child");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(errors.contains("pspp-filter: (standard input): Input/output error"), "{errors}");
    assert!(errors.contains("\"closed\":3,"), "{errors}");
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 4);
}

/// For a name that was never seen, the hints of the summary list names that are near to it. They do so only until
/// 20,000 pairs of names have been compared, so that a summary of many loops and many names does not take long.
#[test]
fn the_comparison_of_names_is_bounded() {
    let name = |number: usize| format!("event_{number:03}_of_many");
    let text: String = (0..1000).map(|number| format!("a 1 [000] 1.000001: {}: x\n", name(number))).collect();
    let loops = (0..100).flat_map(|number| ["-l".to_owned(), format!("{0}x -> {0}y", name(number))]);
    let loops: Vec<String> = loops.collect();
    let args: Vec<&str> = ["-s"].into_iter().chain(loops.iter().map(String::as_str)).collect();
    let output = feed(filter(&args), std::iter::once(text));
    let table = String::from_utf8_lossy(&output.stdout);
    assert_eq!(table.matches("was never seen").count(), 200, "{table}");
    // Each of the two positions of a loop is compared with 1000 names to list near ones, and with the 1000 names once
    // more to find the loop that is meant. These are 4000 pairs of names for a loop, so the limit of 20,000 pairs is
    // reached after 5 loops.
    assert_eq!(table.matches("near to it").count(), 10, "{table}");
    assert_eq!(table.matches("did you mean").count(), 5, "{table}");
}
