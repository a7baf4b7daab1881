//! A summary is complete also if the program is interrupted while its input, a pipe, is still open.

use crate::common::running::start;
use crate::common::{LOOP, filter};

const CALL: &str = "  bash 7 [000]  1.000001: sys_enter_read: fd: 3\n  bash 7 [001]  1.000004: sys_exit_read: 0x10\n";

#[test]
fn an_interrupted_pipe_has_a_whole_summary() {
    for (format, begins, ends) in [
        ("hgrm", "#[loop1 sys_enter_read", "SubBuckets     =         2048]\n"),
        ("hlog", "#[Histogram log format version 1.3]\n", "\n"),
        ("openmetrics", "# TYPE ", "\n# EOF\n"),
    ] {
        let mut running = start(filter(&["--summary-format", format, LOOP]));
        running.write(CALL);
        // The header and the row show that the program runs and has read the call.
        running.line();
        running.line();
        running.signal("INT");
        let ended = running.end();
        assert_eq!(ended.status, Some(0), "{ended:?}");
        assert!(ended.errors.starts_with(begins) && ended.errors.ends_with(ends), "{format}: {}", ended.errors);
    }
}
