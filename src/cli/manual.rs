//! The man page's text, beyond the options. Plain text; `` `code` `` is bold.

/// A section of the man page.
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) blocks: &'static [Block],
}

/// A piece of a section.
pub(super) enum Block {
    /// A paragraph.
    Text(&'static str),
    /// Lines to be typed, or as they are printed.
    Code(&'static str),
    /// A term and its meaning.
    Item(&'static str, &'static str),
}

use Block::{Code, Item, Text};

pub(super) const BEFORE_OPTIONS: &[Section] = &[Section {
    title: "DESCRIPTION",
    blocks: &[
        Text(
            "`pspp-filter` reads the text of `perf script`, `perf trace`, ftrace or `trace-cmd report`, follows each thread through the events of a loop, A -> B -> C, and writes one row of deltas each time the loop closes (C is seen). At the end of the input it prints count, mean, standard deviation, minimum, median, percentiles and maximum of every transition (A to B, B to C) and of the whole (A to C). Memory does not grow with the input.",
        ),
        Text(
            "An operand that contains `->` is a loop. Any other operand is an input: a file, a directory, or `-` for standard input. Without inputs, standard input is read. Rows go to standard output, the summary and notes to standard error.",
        ),
        Text(
            "Without a loop, those of a delta_processor.conf are followed (`-c`, or the installed one), else the built-in one: `Native`, which is `kvm_exit -> sys_exit_ppoll -> sys_enter_io_submit -> sys_exit_io_submit by all`, from a guest's kick to its request's submission. An explicit `-k` replaces its key.",
        ),
    ],
}];

pub(super) const AFTER_OPTIONS: &[Section] = &[
    Section {
        title: "LOOPS",
        blocks: &[
            Code(
                "loop     = [NAME=]position -> position { -> position } [by KEY]\nposition = event { | event } [@field { , field }] [if CONDITION]",
            ),
            Text(
                "A loop has 2 to 32 positions, and the same event may stand at several: `A -> A` gives the time between arrivals, `A -> B -> A` the whole cycle with its way back. Several loops are followed in one pass. A mistake in a loop is shown with a caret under it.",
            ),
            Text(
                "An event is `name` or `subsystem:name`, with `*` for any bytes and `?` for any one. `kvm_exit` matches kvm:kvm_exit, and an input that prints kvm_exit alone; `kvm:kvm_exit` matches both too, but not xen:kvm_exit. A modifier that the input prints (cycles:ppp, cpu-clock:u) is not part of the name. `a | b` is either event at one position.",
            ),
            Text(
                "`@field` takes the key from the event: `sched_wakeup@pid -> sched_switch@next_pid` joins the waker's event with the one that lets the thread run. Several fields are joined with commas, as many at each position; a position without any has the loop's key, as one value: `sched_wakeup@pid -> sys_exit_read`. An event that lacks a field does not stand at the position. Values that are whole numbers are the same however they are written (16, 0x10, 0016), others are compared as bytes. An event may enter two streams, as in `sched_switch@prev_pid -> sched_switch@next_pid`; in each it counts only for the positions that gave it that key.",
            ),
            Text("`if` lets only those events stand at a position that fulfil a condition. See FIELDS AND CONDITIONS."),
            Text(
                "NAME is directly followed by one `=`; loops without one are loop1, loop2, and so on in order. `by KEY` says what keeps its own place in this loop, whatever `-k` says: `tid`, `pid`, `cpu`, `comm` or `all`. The words `if` and `by` are reserved; what stands between quotes is one text.",
            ),
        ],
    },
    Section {
        title: "FIELDS AND CONDITIONS",
        blocks: &[
            Text(
                "A field is one of the payload, as perf script, perf trace, ftrace and trace-cmd print it: `name=value` (up to the next name= or ==>), `name: value` (up to the next name:, or the closing parenthesis; without quotes), or a word behind `name`. `$N` is the payload's word N, counted from 1, between blanks. `tid`, `pid`, `cpu` and `comm` are those of the header where the payload has none of that name; `common_pid` (the tid), `CPU` and `COMM` are the header's in any case; `trace` is the whole payload. `ret` is what a system call returned, also where the exit prints nothing else.",
            ),
            Text(
                "A number is decimal or 0x, of 64 bits with a sign: 0xffffffffffffffff is -1. It ends before `<`, and before a blank and a bracket: of `3</dev/null>`, `14216 (python3)` and `500 [ns]` it is 3, 14216 and 500.",
            ),
            Text(
                "A condition is `FIELD OP VALUE`, joined with `&&`, `||`, `!` and parentheses as in the filters of the kernel (perf record --filter).",
            ),
            Item("== !=", "Numbers, where both are; else texts. A value in quotes is a text."),
            Item("< <= > >=", "Numbers; false for a text."),
            Item("&", "Numbers that have a bit in common."),
            Item("~", "The text is of this form, with `*` and `?`."),
            Text(
                "A comparison with a field that the event lacks is false, and `!` makes it true. Payloads are looked at only where a position of the event's name asks for it.",
            ),
            Text(
                "What a comm imitates cannot be told from a field: where a name stands in a payload twice, the first counts. perf trace leaves out arguments that are 0 (perf config trace.show_zeros=yes prints them): there, a read of fd 0 has no fd. perf script prints pointers where perf trace prints file names. Without -R, trace-cmd report prints sched_switch and sched_wakeup without names: use `-R`, or `$N`.",
            ),
        ],
    },
    Section {
        title: "KEYS",
        blocks: &[
            Item("tid", "Each thread. Events without a tid belong to one unnamed thread, shown as `-`."),
            Item("pid", "Each process. perf script prints it with -F +pid."),
            Item("cpu", "Each processor."),
            Item("comm", "Each command name."),
            Item("all", "Everything together: the loop may cross threads."),
            Text(
                "The statistics are those of all keys together. Another key can close a loop that means something else: `sched_waking -> sched_switch` by tid is the waker's own switch.",
            ),
            Text(
                "Where positions take their key from the event (`@field`), rows have a column `key` with the values of the closing event, numbers without what stands behind them, joined by commas. Where all do, KEY has no say.",
            ),
            Text(
                "With tid and pid, 0 (the idle threads) is kept apart for every processor, also where a field is joined with threads (`sched_switch@next_pid -> sched_switch`); where all positions have fields, 0 is a value like others. Where the input lacks the field of another key than tid, such events are not followed, and a note says how to print it.",
            ),
        ],
    },
    Section {
        title: "MATCHING",
        blocks: &[
            Text(
                "State is kept for each loop and key; only events that stand at a position touch it. Times are integer nanoseconds from the text to the output.",
            ),
            Item(
                "latest",
                "When the last event of the loop comes, the loop closes with the latest events before it that came in loop order. An event counts at most once at each position; one that is seen twice counts at its later time; after a close, all that began with the same first event is dropped; an event that closes one loop may open the next.",
            ),
            Item(
                "strict",
                "The last events of the key, of those at any position, must be the loop: each position directly after the other, with times that do not fall.",
            ),
            Text(
                "An event that is earlier than the event before it in the same loop and key is counted as out of order. A delta is never negative: a time that steps back does not continue a chain.",
            ),
            Text(
                "Where the tracer lost events (PERF_RECORD_LOST), open loops are dropped, and counted: those of the processor that lost them in loops by cpu, all in the others. In loops by tid, PERF_RECORD_EXIT frees a thread's state and PERF_RECORD_FORK resets it, where perf script prints them (--show-task-events). Each input is a recording of its own: what is open at its end is not carried into the next.",
            ),
        ],
    },
    Section {
        title: "INPUT",
        blocks: &[
            Text(
                "The text of `perf script`, of all versions since 3.x and with every choice of -F that prints a time and an event: with and without comm, tid, pid, cpu, period, misc and flags, with 6 or 9 decimals (--ns), in latency format (-L), with call chains, headers and side-band records. No option says which: every line is recognised by itself. The parse is exact also for a comm that imitates a header, because perf pads its fields to known widths.",
            ),
            Text(
                "`perf trace`: a line of a system call gives two events, syscalls:sys_enter_X at its time and syscalls:sys_exit_X at time and duration. An interrupted call gives the enter, its `[continued]` line the exit; where the time is `?` or the duration unknown there is no such event. Tracepoints, page faults (`minfault`, `majfault`), `-s` tables, call chains and colours are known. It writes to standard error: `perf trace ... 2>&1 |`. Its times count from its first event, unless `-T` is given.",
            ),
            Text(
                "ftrace's `trace` and `trace_pipe`, also in the latency format and with the tgid, and `trace-cmd report`, with `-t` in nanoseconds: events have no subsystem, `sys_X(` and `sys_X -> ` are syscalls:sys_enter_X and syscalls:sys_exit_X, and a function of the function tracer is an event of its name. Lines of a trace_clock that counts something else than time (counter, x86-tsc) are skipped, and a note says so.",
            ),
            Text(
                "A binary perf.data is read as it is, told by how it begins, without perf: a file that `perf record` wrote, also with -z, and its stream (`perf record -o - |`, live, or in a file). Rows are those of `perf script --ns -F comm,pid,tid,cpu,time,event,trace --show-task-events --show-lost-events` on it, in a twentieth of the time: in perf's own order, which holds an event back until two of perf's rounds have ended, with names of threads, ends and losses; a thread that has ended keeps its name, which perf forgets since 6.12. Times keep their nanoseconds, also where perf would print microseconds. Live, a row therefore comes with the events that follow it; where few come, perf says them late, unless `--no-buffering` makes it say each at once. What waits is let go when the input ends, or a signal ends the program.",
            ),
            Text(
                "Payloads are printed from the raw data, by the descriptions of tracepoints that perf.data carries, as perf prints them (without plugins of libtraceevent). So fields, `$N` and `trace` are those of the text; beyond those, a field that the kernel declares and the text does not name is there as well (`sector` and `dev` of block requests, `exit_reason`, `__syscall_nr`), numbers in decimal, those of an array with commas between them: a loop that asks for one has rows here which it cannot have on text. For what is not understood (names of functions, `%pS`; `$N` and `trace` of events that are no tracepoints), and where a file holds what is not read (hardware traces, a directory of `perf record --threads`, another byte order, compression above level 19, samples without a time), `perf script` prints it as a child, and a note says why; in a stream it is an error that names a field to use instead, or the command that prints it. A perf.data that was written as a file cannot be read from a pipe: name it, or < it.",
            ),
            Text(
                "The perf_data.csv of perf-script-postprocessor (a line `tstamp,entry`, then a time in seconds and an event) has neither tid nor cpu: its events belong to one unnamed thread. In a directory perf_data.csv, raw_perf and perf.data are looked for, in this order; a note says which is read.",
            ),
            Text(
                "With --deltatime perf prints times since the event before; they look like times, and cannot be told from them.",
            ),
            Text(
                "Every line is an event, skipped (blank, a comment, a call-chain frame, a side-band record, a table, a loss, a sample without a time), or malformed. Malformed lines are counted and the first is shown at the end. A line may have any length; of one longer than 256 KiB the rest is dropped.",
            ),
        ],
    },
    Section {
        title: "LOSSES AND THE ENDS OF THREADS",
        blocks: &[
            Text(
                "What the tracer says it lost (PERF_RECORD_LOST, which needs `perf script --show-lost-events`; `LOST n events!`; `CPU:n [LOST n EVENTS]`; `[n EVENTS DROPPED]`) is counted, and drops the begun loops that it may have cut: where the key is cpu and the marker names one, those of that cpu, else all. A note says so.",
            ),
            Text(
                "With `perf script --show-task-events` and the key tid, the end of a thread frees its state, and a new thread with its tid begins anew. A thread that execs goes on where it was, under its new name.",
            ),
        ],
    },
    Section {
        title: "ORDER",
        blocks: &[
            Text(
                "Within a thread, all tracers print in time order. Between threads perf trace does not: it prints a call when it returns. Where a loop joins threads (any key but tid), an event that steps back in time is counted as out of order, and a note says so. `--reorder N` holds N events of the loops back and lets the earliest go first; `--reorder DURATION` holds an event until one is read that is so much later, and at most 65536. When the buffer is full, the earliest leaves early; what comes later still passes in the order of its arrival. The end of the input, and a loss, let all go.",
            ),
            Text(
                "Live, rows come later by as much as is held back. An event whose name, comm and, where a loop looks into it, payload are longer than 1024 bytes together is not held.",
            ),
        ],
    },
    Section {
        title: "ROWS",
        blocks: &[
            Item(
                "tsv",
                "A header that starts with `#`, then columns separated by tabs: time, tid, cpu and comm of the closing event, and between them the deltas and their total in the unit that the header names. The time is in seconds, with 6 decimals, or 9 where the input has more than 6. Deltas are exact decimals without trailing zeros. What is unknown, and an empty comm, is `-`. A control byte in a comm is written as `?`. With more than one loop there is a column with its name after cpu, and each loop's header stands before its first row.",
            ),
            Item(
                "csv",
                "The same columns with commas, quoted as RFC 4180 says; lines end with a newline alone. With several loops there is one header with the columns of all, empty where they are not this row's.",
            ),
            Item(
                "json",
                "One object a line: loop, time, tid, cpu, comm, deltas, total, unit; with the digits of the TSV. tid, cpu and comm are null where unknown. Bytes of a comm that are not UTF-8 become U+FFFD.",
            ),
            Text(
                "Deltas are called `delta:<later>__<earlier>`, by the names of the events without subsystem; a name that stands twice in a loop is A, A#2.",
            ),
            Text(
                "Rows come in the order in which loops close. Into a pipe from a live producer a row appears at once; with a file they are written in large blocks.",
            ),
        ],
    },
    Section {
        title: "SUMMARY",
        blocks: &[
            Item(
                "table",
                "For people: each loop's transitions; the events seen at each position; the ledger of lines. Where a loop did not close, it says why as far as it can tell: an event that was never seen, and near names that were, or the keys that would have closed it.",
            ),
            Item(
                "json",
                "One line: unit; loops with name, loop, key, match, closed, first, last, transitions (name, count, mean, stddev, min, median, p90, p99, p99.9, max) positions (event, seen) and, with `-b`, groups (by, value, closed, transitions); categories (name, count) of all events; input (bytes, lines, events, skipped, malformed, lost, lost_markers, cut, out_of_order, evicted, unfinished). first and last are the times of the first and last row, in seconds. What has no value is null.",
            ),
            Item(
                "tsv",
                "A line for each transition, with a header that starts with `#`; with `-b`, the group in the last column.",
            ),
            Item("log", "The text of perf-script-postprocessor's delta_output.log, in seconds."),
            Text(
                "`-I DURATION` adds a summary of each interval of trace time, as soon as an event beyond it is read, and at the end the whole, without one. Intervals begin with the first event of an input and are separate: a loop belongs to the one in which it closes, and the counts of lines and events are those read while it lasted. Those without a closed loop print nothing. Times that step back stay in the interval that runs; with `--reorder` (see ORDER) intervals follow the events of the loops as they come out, later than the lines are counted. With `-o`, intervals are not in the log. The json line has `interval`, with `from` and `to` in seconds; tsv has a line `#interval FROM TO` before the header, table and log a line of their own.",
            ),
            Text(
                "Count, mean, minimum and maximum are those of all deltas; the standard deviation is divided by n-1. Quantiles come from a histogram of 3 significant digits that counts in the resolution of the input: with microseconds, all below 2.048 ms is exact, and the rest is within 0.1 %. A percentile p is the smallest value with at least p % of all values at or below it; the median of an even count is the mean of the two middle values.",
            ),
            Text(
                "`unfinished` is the number of (loop, key) pairs that hold a begun loop at the end. `cut` is how many of them a loss dropped, `evicted` how many keys went because there were more than --max-keys.",
            ),
        ],
    },
    Section {
        title: "GROUPS",
        blocks: &[
            Text(
                "`-b FIELD` adds the statistics of each value of FIELD to those of the whole, in every summary. `comm`, `pid`, `tid` and `cpu` are those of the closing event's header, `key` is the loop's key. Any other field of the payload, and `$N`, is that of the earliest position of the loop whose event prints it: so reads are told apart by the fd of their enter. Loops of which no event prints it are a group of their own, `-`, in JSON null.",
            ),
            Text(
                "The first 64 values have a group each, and 4096 over all loops; the rest of a loop together is `others`. Groups with the most loops come first. In tsv the group is the last column, `*` for the whole. Of a value, up to 111 bytes are shown.",
            ),
        ],
    },
    Section {
        title: "PAIRS",
        blocks: &[Text(
            "`--pairs` makes a loop of every beginning and its end in the input, `X_enter_Y -> X_exit_Y`, `X_entry -> X_exit`, `X_begin -> X_end`, `X_start -> X_end`, for each thread (or what `-k` says), named after what both have in common: sys_read, softirq, kvm. It is for all tracepoints what `perf trace -s` is for system calls. The summary has a line for each, the longest total first (json, tsv and log in the same order); pairs of which one end was never seen are left out. At most 256 pairs are followed; a note says if there were more. Rows have the column `loop`; in CSV they have the total alone.",
        )],
    },
    Section {
        title: "DISCOVERY",
        blocks: &[
            Text(
                "`--discover` needs no loop. It prints the events, with counts, and the loops worth asking for, most frequent first, each as a command that can be pasted (behind the same pipe, where standard input was read). These are the pairs as above; loops that join threads by what their events print, such as a wake-up and the switch to the thread, or a request's issue and completion; and sequences that come again: of a thread, until an event comes that it has already, and from one thread to another that wakes up right after. The first two were followed, and close as often as it says; a sequence closes at least as often. The scheduler's own events are left out of sequences.",
            ),
            Text(
                "Where a loop did not close, and the reason is not plain, the summary proposes the sequences that have most of its events.",
            ),
        ],
    },
    Section {
        title: "MODES",
        blocks: &[
            Item("loops, 3", "A row for each closed loop, and their statistics in the summary."),
            Item(
                "events, 0",
                "A row for each event, with the delta to the one before it of the same category and key (`-k`, by default tid): time, tid, cpu, category, delta, event, comm. The first of a category has none (`-`, in JSON null); where time steps back it is negative. The category joins the two ends of a call: sys_enter_x and sys_exit_x are sys__x, else an inner _enter_ or _exit_ is __, else _exit or _entry is ___ (kvm_entry and kvm_exit are kvm___).",
            ),
            Item("events+loops, 1", "As events, and the statistics of the loops in the summary."),
            Item("split, 2", "With `-o`: a file for each category, and the statistics of the loops."),
        ],
    },
    Section {
        title: "FILES",
        blocks: &[
            Text(
                "With `-o DIR`, the files of perf-script-postprocessor, in seconds. A file is written whole or not at all; where an input could not be read, none is.",
            ),
            Item(
                "loop_diff.csv",
                "An index, the times of the positions, and the deltas of each closed loop; of the first loop. That of another is loop_diff_NAME.csv.",
            ),
            Item("delta_output.log", "The summary in the format `log`; `--log` names another file."),
            Item("perf_data.csv", "Time and name of the events of the loops; unless it is the input, or DIR is."),
            Item("delta_processed.csv", "In the modes events and events+loops: the rows of these modes."),
            Item(
                "CATEGORY.csv",
                "In the mode split: the same rows, a file for each category. A byte that is no letter, digit or one of _ - + . becomes % and two hexadecimal digits. Up to 1024 categories; the rest is in others.csv.",
            ),
            Item(
                "delta_figure.gp",
                "Draws the maximum, mean and minimum of each transition: gnuplot delta_figure.gp writes delta_figure.svg.",
            ),
            Item(
                "/etc/delta_processor.conf",
                "Where it exists, and neither a loop nor `-c` is given, its loops are followed, and a note says so.",
            ),
            Text("A delta_processor.conf has sections, of which `-t` chooses one:"),
            Code(
                "[Native]\norder = kvm_exit|sys_exit_ppoll|sys_enter_io_submit|sys_exit_io_submit\nkey = all\nsubmission = kvm_exit|sys_enter_io_submit\ncompletion = kvm_entry__kvm_inj_virq__after|sys_exit_ppoll__sys_enter_io_getevents__before",
            ),
            Item("order", "The loop, named after the section: `a|b|c`, or with arrows and a key of its own."),
            Item("key", "The key of the section's loops that name none; without it `all`, or what `-k` says."),
            Item(
                "submission",
                "A loop of two events, named submission. Blanks separate several: submission2, and so on.",
            ),
            Item(
                "completion",
                "`K__R__after|F__S__before`, the halves in either order, is the loop F -> S -> R -> K, named completion: from the F that comes before an S to the K that comes after an R. Its total is the completion latency.",
            ),
            Item("skim_*", "Accepted, and not needed."),
        ],
    },
    Section {
        title: "SIGNALS",
        blocks: &[
            Item(
                "SIGINT",
                "Ctrl-C reaches the whole pipeline. Reading a pipe, the filter goes on to the end of its input, prints the summary and ends with 0; reading a file it stops, prints the summary and ends with 130. A second one ends it as well, with rows and summary so far, and status 130.",
            ),
            Item(
                "SIGTERM, SIGHUP",
                "Rows and summary so far are written; status 143, 129. A second one, later than a moment, kills.",
            ),
            Item("SIGUSR1", "The summary so far on standard error; also with `-q`."),
        ],
    },
    Section {
        title: "EXIT STATUS",
        blocks: &[
            Item(
                "0",
                "The input was read to its end and everything was written, malformed lines or not, and events or none; also when the reader of standard output went away.",
            ),
            Item(
                "1",
                "Reading or writing failed (an input that cannot be read is reported, and the others are read), or --fail-malformed met a malformed line.",
            ),
            Item("2", "The command line is wrong."),
            Item("128+n", "Ended by signal n, after writing what it had."),
        ],
    },
    Section {
        title: "MEMORY",
        blocks: &[
            Text(
                "About 3 MiB, and 2.5 more while a regular file is read, and what follows, none of which depends on the length of the input. For a loop of n positions, n histograms (one where n is 2) of 16 KiB to about 215 KiB each (for deltas up to an hour in microseconds; 300 KiB in nanoseconds). For each key followed at once, up to --max-keys: 60 to 130 bytes (105 at the default) and 8 n(n+1)/2 bytes with `latest`, 8 (n+3) with `strict`; with several loops, n is that of the longest. For each of up to 4096 different event names, 200 bytes and twice its length. Until a loop closes for the first time, it is followed under the other keys as well, for the hints: at most 1 MiB, over all loops. With `-o`, 64 KiB for each file, and 4 KiB for each category.",
            ),
            Text(
                "`-b` takes as many histograms again for each group, of which a loop has 65 and all loops 4096 at most, and with a field of the payload 128 bytes for each position and key. `--pairs` takes a histogram for each of at most 256 pairs, 4 to 55 MiB; with `-b` it can be 4096 more: --pairs -b comm with 256 pairs of 64 comms, up to 0.2 ms each in nanoseconds, took 400 MiB. `--discover` and the hints remember at most 1024 names, 4096 threads and 4096 sequences, about 1 MiB.",
            ),
            Text(
                "Of a binary perf.data, the records of two of perf's rounds wait to be put in order, some 60 bytes each and the payloads that a loop looks into, 512 Ki (48 MiB) and 32 MiB of payloads at most, and 60 bytes for each thread; a compressed one takes 1 MiB, at level 19 9 MiB. `-I` takes as many histograms again. `--reorder` takes about 130 bytes, and the length of its name and comm, and of its payload where a loop looks into it, for each event that it holds.",
            ),
            Text(
                "For example, 200,000 threads in a loop of 2, 4 or 8 events take 25, 36 or 75 MiB with `--max-keys 200000`.",
            ),
            Text(
                "When there are more keys than --max-keys, the least recently used is dropped and counted as evicted. When the system has no memory left, it says so and ends the program with status 134; rows that were written stand.",
            ),
        ],
    },
    Section {
        title: "EXAMPLES",
        blocks: &[
            Text(
                "How long do reads take, in each thread? A perf.data needs no `perf script`; in text, --ns and --show-lost-events print the nanoseconds and the losses.",
            ),
            Code(
                "perf record -o perf.data -e syscalls:sys_enter_read,syscalls:sys_exit_read -a -- sleep 10\npspp-filter 'sys_enter_read -> sys_exit_read' perf.data\nperf script --ns --show-lost-events | pspp-filter 'sys_enter_read -> sys_exit_read'",
            ),
            Text("The same, live, the summary alone after Ctrl-C:"),
            Code(
                "perf record --no-buffering -q -o - -e 'syscalls:sys_*_read' -a |\n    pspp-filter -s 'sys_enter_read -> sys_exit_read'",
            ),
            Text("From perf trace, ftrace and trace-cmd, with a summary of every second:"),
            Code(
                "perf trace -a -e read 2>&1 | pspp-filter -I 1s 'sys_enter_read -> sys_exit_read'\ncat /sys/kernel/tracing/trace_pipe | pspp-filter -I 1s 'sys_enter_read -> sys_exit_read'\ntrace-cmd report -t | pspp-filter -I 1s 'sys_enter_read -> sys_exit_read'",
            ),
            Text("The ten slowest rows:"),
            Code("perf script | pspp-filter -qH 'sys_enter_read -> sys_exit_read' | sort -k 4,4gr | head"),
            Text("Rows longer than a millisecond, with awk:"),
            Code("perf script | pspp-filter -qH 'sys_enter_read -> sys_exit_read' | awk '$4 > 1000'"),
            Text("A picture, with gnuplot:"),
            Code(
                "perf script | pspp-filter -q 'sys_enter_read -> sys_exit_read' > rows\ngnuplot -e \"set term png; set output 'rows.png'; set logscale y; plot 'rows' using 1:4 title 'read, us'\"",
            ),
            Text("In CI, fail when the 99th percentile is above 5 ms:"),
            Code(
                "perf script | pspp-filter -s --summary-format tsv 'sys_enter_read -> sys_exit_read' |\n    awk '$2 == \"total\" { exit !($3 > 0 && $9 < 5000) }'",
            ),
        ],
    },
    Section {
        title: "RECIPES",
        blocks: &[
            Text("Wake-up latency, from the waker to the switch to the thread; by the comm of the woken:"),
            Code(
                "perf record -e sched:sched_wakeup,sched:sched_switch -a -- sleep 5\npspp-filter -s -b next_comm 'sched_wakeup@pid -> sched_switch@next_pid' perf.data",
            ),
            Text("Time off the processor; and on the run queue alone, of threads that were preempted:"),
            Code(
                "pspp-filter -s 'sched_switch@prev_pid if prev_pid != 0 -> sched_switch@next_pid' perf.data\npspp-filter -s 'sched_switch@prev_pid if prev_pid != 0 && prev_state ~ \"R*\" -> sched_switch@next_pid' perf.data",
            ),
            Text("Reads by file descriptor; and those that failed:"),
            Code(
                "perf record -o reads -e 'syscalls:sys_*_read' -a -- sleep 5\npspp-filter -s -b fd 'sys_enter_read -> sys_exit_read' reads\npspp-filter -s -b ret 'sys_enter_read -> sys_exit_read if ret < 0' reads",
            ),
            Text(
                "Block I/O by device and sector: in the queue, and on the device. Newer kernels print the same words:",
            ),
            Code(
                "perf record -o block -e 'block:block_rq_*' -a -- sleep 5\npspp-filter -s 'block_rq_insert@$1,$5 -> block_rq_issue@$1,$5 -> block_rq_complete@$1,$4' block",
            ),
            Text("Soft interrupts: raised to entered, and entered to left, by processor and vector:"),
            Code(
                "perf record -o softirqs -e 'irq:softirq_*' -a -- sleep 5\npspp-filter -s -b vec 'softirq_raise@cpu,vec -> softirq_entry@cpu,vec -> softirq_exit@cpu,vec' softirqs",
            ),
            Text("Exits of a guest, by reason; and those of one kind:"),
            Code(
                "perf script | pspp-filter -s -b reason 'kvm_exit -> kvm_entry'\nperf script | pspp-filter -s 'kvm_exit if reason ~ \"EPT_*\" -> kvm_entry'",
            ),
            Text("The cycle of an event loop, asleep and at work; and the time between arrivals, by processor:"),
            Code(
                "perf script | pspp-filter -s 'sys_enter_ppoll -> sys_exit_ppoll -> sys_enter_ppoll'\nperf script | pspp-filter -s -k cpu 'sched_switch -> sched_switch'",
            ),
            Text("No idea yet? What there is to ask for, and all calls at once:"),
            Code("perf script | pspp-filter --discover\nperf script | pspp-filter -s --pairs"),
        ],
    },
    Section {
        title: "COMING FROM PERF-SCRIPT-POSTPROCESSOR",
        blocks: &[
            Item("perf_script_processor DIR", "`pspp-filter -o DIR DIR`"),
            Item(
                "delta_processor -i F -o DIR -c CONF -t 0 -m 3",
                "`pspp-filter -i F -o DIR -c CONF -t 0`; the modes 0, 1 and 2 with `-m`.",
            ),
            Item("delta_processor ... -l LOG", "`pspp-filter ... --log LOG`"),
            Item("order = A|B|C", "The same conf, `-l 'A|B|C' -k all`, or the operand `'A -> B -> C by all'`."),
            Text(
                "Three differences are wanted, here with the numbers of kvm_mmio|sys_exit_ppoll|sys_enter_io_submit|sys_exit_io_submit on 40,000 lines of QEMU with native AIO. Matching takes the latest events in loop order, as the documentation said: the median of the first step is 26 us, where frozen and stale timestamps gave 415 us. Incomplete loops are not counted as zeros: of 5,202 kvm_mmio events 1,734 loops closed, and that is the count. Times are exact: a delta of 7 us is 0.000007, and was 7.000286132097244e-06.",
            ),
        ],
    },
    Section {
        title: "BUGS",
        blocks: &[
            Text(
                "In text that was printed without a comm column, or whose columns were cut off by hand, a comm that ends with numbers can be taken for a comm and a tid; perf's own layouts with a comm are exact. A comm with a newline breaks its line in two: the halves that are no event are counted as malformed.",
            ),
            Text(
                "`-F +srcline` prints a line for each source line, which is no call-chain frame: these are counted as malformed, and do no other harm.",
            ),
            Text(
                "perf trace prints an event that is older than its first one with a time of 584 years, and so a call that returned before it began: such a time or duration is taken for unknown. ftrace's latency format with the option verbose is not read, nor are lines without a thread and a time (nocontext-info).",
            ),
            Text("A filter that is stuck in a write that nobody reads does not see SIGINT; SIGTERM twice ends it."),
            Text(
                "`-F pid` without tid prints one number, which is taken for the tid. Keys longer than 15 bytes are held as 120 bits of a hash.",
            ),
        ],
    },
    Section {
        title: "SEE ALSO",
        blocks: &[Text(
            "perf-record(1), perf-script(1), perf-trace(1), trace-cmd-report(1), awk(1), sort(1), gnuplot(1)",
        )],
    },
];
