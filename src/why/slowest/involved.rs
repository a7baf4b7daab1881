//! The threads that an event is about.

use crate::event::{Cpu, Event, FieldName, parse_number};
use crate::key::{Key, KeyValue};

/// Returns the thread of an event, and the other thread that the event is about: the one that gets the CPU in a
/// `sched_switch`, or the one that a `sched_wakeup` or `sched_waking` wakes. The tid 0 stands for the idle thread of
/// the event's CPU.
pub(super) fn involved(event: &Event<'_>) -> [Option<KeyValue>; 2] {
    let name = event.name.strip_prefix(b"sched:").unwrap_or(event.name);
    let other = match name {
        b"sched_switch" => switched_to(event),
        b"sched_wakeup" | b"sched_waking" => woken(event),
        _ => None,
    };
    let other = other.map(|thread| thread.on_machine(event.machine));
    let own = KeyValue::of(Key::Tid, event);
    [own, other.filter(|other| Some(*other) != own)]
}

fn number(event: &Event<'_>, name: &str) -> Option<i32> {
    let (number, _) = parse_number(event.payload.field(&FieldName::new(name))?)?;
    i32::try_from(number).ok()
}

/// Returns the thread that runs after a `sched_switch`.
///
/// ```text
/// prev_comm=bash prev_pid=12 prev_prio=120 prev_state=S ==> next_comm=swapper/3 next_pid=0 next_prio=120
/// bash:12 [120] S ==> swapper/3:0 [120]                                                     trace-cmd's own print
/// ```
fn switched_to(event: &Event<'_>) -> Option<KeyValue> {
    let arrow = || memchr::memmem::find(event.payload.bytes, b" ==> ");
    let own_print = || id_before_bracket(event.payload.bytes.get(arrow()? + 5..)?);
    let tid = number(event, "next_pid").or_else(own_print)?;
    Some(KeyValue::thread(tid, event.cpu))
}

/// Returns the thread that a `sched_wakeup` or `sched_waking` wakes.
///
/// ```text
/// comm=bash pid=12 prio=120 target_cpu=003
/// bash:12 [120] success=1 CPU:003                                                          trace-cmd's own print
/// ```
fn woken(event: &Event<'_>) -> Option<KeyValue> {
    let tid = number(event, "pid").or_else(|| id_before_bracket(event.payload.bytes))?;
    let cpu = number(event, "target_cpu").and_then(|cpu| Cpu::try_from(cpu).ok());
    Some(KeyValue::thread(tid, cpu.or(event.cpu)))
}

/// Returns the number in front of ` [`, as the 12 of `bash:12 [120] S`.
fn id_before_bracket(text: &[u8]) -> Option<i32> {
    let before = text.get(..memchr::memmem::find(text, b" [")?)?;
    let digits = before.rsplit(|byte| *byte == b':').next()?;
    str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{Line, read};

    fn involved_in(line: &str) -> [Option<KeyValue>; 2] {
        match read(line.as_bytes()) {
            Line::Event(event) => involved(&event),
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn the_other_thread_of_a_scheduler_event_is_found_in_every_form() {
        let [bash, idle] = [KeyValue::thread(7, None), KeyValue::thread(0, Some(3))];
        for (line, expected) in [
            ("  bash     7 [003]     1.000001: sys_enter_read: fd: 3", [Some(bash), None]),
            (
                "  bash     7 [003]     1.000001: sched:sched_switch: prev_comm=bash prev_pid=7 prev_prio=120 prev_state=S ==> next_comm=swapper/3 next_pid=0 next_prio=120",
                [Some(bash), Some(idle)],
            ),
            (
                "          <idle>-0     [003]  1.000001: sched_switch:         swapper/3:0 [120] R ==> bash:7 [120]",
                [Some(idle), Some(bash)],
            ),
            (
                " swapper     0 [003]     1.000001: sched:sched_waking: comm=bash pid=7 prio=120 target_cpu=001",
                [Some(idle), Some(bash)],
            ),
            (
                "          <idle>-0     [003]  1.000001: sched_wakeup:         bash:7 [120] success=1 CPU:001",
                [Some(idle), Some(bash)],
            ),
            (
                " swapper     0 [003]     1.000001: sched:sched_wakeup_new: comm=bash pid=7 prio=120 target_cpu=001",
                [Some(idle), None],
            ),
        ] {
            assert_eq!(involved_in(line), expected, "{line}");
        }
    }
}
