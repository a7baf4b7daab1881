use super::super::states::divide;
use super::*;
use crate::dialect::PERF_SCRIPT_SYNTAX;
use crate::event::{Payload, Resolution};

/// Takes events, each given as a time, a tid, a name and a payload. Returns how the time from the first event of thread
/// 7 to its last one divides, in the order of [`State::ALL`].
fn times(events: &[(u64, Tid, &str, &str)], limit: usize) -> [u128; 5] {
    let mut threads = Threads::new(limit);
    let mut own = Vec::new();
    for &(time, tid, name, payload) in events {
        let event = Event {
            time: Nanos(time),
            resolution: Resolution::Nanos,
            tid: Some(tid),
            pid: None,
            cpu: Some(0),
            machine: None,
            name: name.as_bytes(),
            comm: None,
            payload: Payload::new(payload.as_bytes(), &PERF_SCRIPT_SYNTAX),
        };
        let Seen { snapshot, .. } = threads.event(&event, Role::of(event.name));
        if tid == 7 {
            own.push((time, Some(snapshot)));
        }
    }
    let ((start, from), (end, to)) = (own[0], own[own.len() - 1]);
    divide(from, to, end - start).0
}

const SLEEPS: &str = "prev_comm=a prev_pid=7 prev_prio=1 prev_state=S ==> next_comm=b next_pid=8 next_prio=1";
const IS_PREEMPTED: &str = "prev_comm=a prev_pid=7 prev_prio=1 prev_state=R ==> next_comm=b next_pid=8 next_prio=1";
const BLOCKS: &str = "prev_comm=a prev_pid=7 prev_prio=1 prev_state=D ==> next_comm=b next_pid=8 next_prio=1";
const RUNS: &str = "prev_comm=b prev_pid=8 prev_prio=1 prev_state=S ==> next_comm=a next_pid=7 next_prio=1";
const WAKES: &str = "comm=a pid=7 prio=1 target_cpu=000";

#[test]
fn the_states_follow_the_scheduler() {
    let all = [
        (100, 7, "a", ""),
        (110, 7, "sched:sched_switch", SLEEPS),
        (130, 8, "sched:sched_waking", WAKES),
        (131, 8, "sched:sched_wakeup", WAKES),
        (137, 8, "sched:sched_switch", RUNS),
        (140, 7, "b", ""),
        (145, 7, "sched:sched_switch", IS_PREEMPTED),
        (146, 8, "sched:sched_switch", RUNS),
        (150, 7, "sched:sched_switch", BLOCKS),
        (190, 8, "sched_wakeup", WAKES),
        (192, 7, "b", ""),
    ];
    assert_eq!(times(&all, 10), [10 + 8 + 4, 7 + 1 + 2, 20, 40, 0]);
    // The table has room for one thread only. The thread 8 displaces the thread 7 from it, so the earlier states of
    // thread 7 are not known.
    assert_eq!(times(&all, 1), [0, 0, 0, 0, 92]);
}

#[test]
fn events_that_the_kernel_prints_late_do_not_show_that_a_thread_runs() {
    let with = |name| [(100, 7, "a", ""), (110, 7, "sched_switch", SLEEPS), (112, 7, name, ""), (120, 7, "a", "")];
    assert_eq!(times(&with("tlb:tlb_flush"), 10), [10, 0, 10, 0, 0]);
    assert_eq!(times(&with("b"), 10), [18, 0, 2, 0, 0]);
}

#[test]
fn nothing_is_known_before_the_first_event_and_where_times_fall() {
    let begun_late = [(100, 7, "tlb_flush", ""), (110, 8, "sched_waking", WAKES), (117, 7, "a", ""), (118, 7, "a", "")];
    assert_eq!(times(&begun_late, 10), [1, 7, 0, 0, 10]);
    let fall = [(100, 7, "a", ""), (110, 8, "sched_waking", WAKES), (105, 7, "a", ""), (120, 7, "a", "")];
    assert_eq!(times(&fall, 10), [0, 0, 0, 0, 20]);
}

#[test]
fn a_thread_that_was_forgotten_begins_anew() {
    let mut threads = Threads::new(10);
    let event = Event {
        time: Nanos(5),
        resolution: Resolution::Nanos,
        tid: Some(7),
        pid: None,
        cpu: None,
        machine: None,
        name: b"a",
        comm: None,
        payload: Payload::empty(&PERF_SCRIPT_SYNTAX),
    };
    let era = |threads: &mut Threads| threads.event(&event, Role::Other).snapshot.words()[0];
    let before = era(&mut threads);
    assert_eq!(era(&mut threads), before);
    threads.forget(7);
    assert_ne!(era(&mut threads), before);
}
