use super::*;
use crate::dialect::PERF_SCRIPT_SYNTAX;
use crate::event::{Nanos, Resolution};

fn event<'a>(name: &'a [u8], text: &'a str) -> Event<'a> {
    Event {
        time: Nanos(1),
        resolution: Resolution::Nanos,
        tid: Some(1),
        pid: None,
        cpu: Some(0),
        machine: None,
        name,
        comm: None,
        payload: Payload::new(text.as_bytes(), &PERF_SCRIPT_SYNTAX),
    }
}

/// Returns the two threads and the state of a `sched_switch` as text.
fn switch(text: &str) -> Option<String> {
    let Switch { prev, prev_comm, prev_state, next, next_comm } =
        SchedReader::new().switch(&event(b"sched_switch", text))?;
    let comm = |comm: &[u8]| String::from_utf8_lossy(comm).into_owned();
    Some(format!("{}/{prev} {} {}/{next}", comm(prev_comm), prev_state.name(), comm(next_comm)))
}

#[test]
fn a_switch_is_read_in_every_form() {
    for (text, expected) in [
        (
            "prev_comm=a prev_pid=7 prev_prio=120 prev_state=S ==> next_comm=swapper/0 next_pid=0 next_prio=120",
            "a/7 sleeping swapper/0/0",
        ),
        (
            "prev_comm=prev_pid=9 prev_pid=7 prev_prio=120 prev_state=R+ ==> next_comm=a next_pid=1 next_pid=8 next_prio=0",
            "prev_pid=9/7 runnable a next_pid=1/8",
        ),
        (
            "prev_comm= ==> a prev_pid=7 prev_prio=120 prev_state=D ==> next_comm=b ==>  next_pid=8 next_prio=120",
            " ==> a/7 blocked b ==> /8",
        ),
        // The reader of perf.data prints only the fields that are read, so there are no priorities and no arrow.
        ("prev_comm=a prev_pid=7 prev_state=D next_comm=b next_pid=8", "a/7 blocked b/8"),
        ("lead:22293 [120] D ==> hostile4:22296 [120]", "lead/22293 blocked hostile4/22296"),
        ("12 [003] 1.0000:22289 [120] S ==> a:b: 1.5::0 [120]", "12 [003] 1.0000/22289 sleeping a:b: 1.5:/0"),
        (
            "prev_comm: \"bash\", prev_pid: 14175 (bash), prev_prio: 120, prev_state: 2, next_comm: \"swapper/1\", next_prio: 120",
            "bash/14175 blocked swapper/1/0",
        ),
        ("prev_comm: \"swapper/1\", prev_prio: 120, next_comm: \"b\", next_pid: 8 (b)", "swapper/1/0 runnable b/8"),
    ] {
        assert_eq!(switch(text).as_deref(), Some(expected), "{text}");
    }
    for text in ["", "prev_comm=a", "a ==> b", "a:x [120] S ==> b:8 [120]"] {
        assert_eq!(switch(text), None, "{text}");
    }
}

#[test]
fn a_wake_is_read_in_every_form() {
    let wake = |text: &str| SchedReader::new().wake(&event(b"sched_waking", text)).map(|wake| (wake.tid, wake.cpu));
    for (text, expected) in [
        ("comm=a pid=7 prio=120 target_cpu=001", Some((7, Some(1)))),
        ("comm=a pid=6 pid=7 prio=120 success=1 target_cpu=012", Some((7, Some(12)))),
        ("comm=a pid=7", Some((7, None))),
        ("a:b: 12.345678::22291 [120] CPU:000", Some((22291, Some(0)))),
        ("a:22291 [120] success=1 CPU:003", Some((22291, Some(3)))),
        ("comm: \"a\", pid: 7 (a), prio: 120, target_cpu: 1", Some((7, Some(1)))),
        ("comm=a", None),
        ("", None),
    ] {
        assert_eq!(wake(text), expected, "{text}");
    }
}

#[test]
fn the_name_decides_the_role() {
    for (name, role) in [
        ("sched:sched_switch", Role::Switch),
        ("sched_switch", Role::Switch),
        ("mine:sched_switch", Role::Other),
        ("sched:sched_wakeup_new", Role::Wake),
        ("tlb:tlb_flush", Role::Late),
        ("x86_fpu:x86_fpu_regs_activated", Role::Late),
        ("msr:read_msr", Role::Late),
        ("sched:sched_stat_runtime", Role::Other),
    ] {
        assert_eq!(Role::of(name.as_bytes()), role, "{name}");
    }
}
