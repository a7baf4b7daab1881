use super::*;
use crate::dialect::PERF_SCRIPT_SYNTAX;
use crate::event::{Payload, Resolution};

fn event(time: u64, name: &[u8]) -> Event<'_> {
    Event {
        time: Nanos(time),
        resolution: Resolution::Micros,
        tid: Some(1),
        pid: None,
        cpu: Some(3),
        machine: Some(b"m"),
        name,
        comm: Some(b"c"),
        payload: Payload { bytes: b" x=1", syntax: &PERF_SCRIPT_SYNTAX },
    }
}

/// Returns the times of the events in the order in which they leave the window.
fn order(window: Window, times: &[u64]) -> String {
    let mut reorder = Reorder::new(window);
    let mut out = Vec::new();
    let mut push = |held: Option<Held<'_>>| match held {
        Some(Held::Event(event, _)) => out.push(event.time.0.to_string()),
        Some(Held::Unfollowed(event)) => out.push(format!("({})", event.time.0)),
        Some(Held::Forget(tid)) => out.push(format!("-{tid}")),
        None => {}
    };
    for &time in times {
        assert!(reorder.hold(&event(time, b"a"), Origin::default()));
        while let Some(held) = reorder.next_due() {
            push(Some(held));
        }
    }
    while let Some(held) = reorder.next_of_all() {
        push(Some(held));
    }
    out.join(" ")
}

#[test]
fn a_window_of_events_puts_them_in_order() {
    assert_eq!(order(Window::Events(2), &[5, 3, 4, 9, 8]), "3 4 5 8 9");
    // The events 2 and 1 come later than the window allows, so they leave at once.
    assert_eq!(order(Window::Events(1), &[5, 7, 9, 2, 1, 10]), "5 7 2 1 9 10");
}

#[test]
fn ends_of_threads_take_no_place_among_the_events() {
    let mut reorder = Reorder::new(Window::Events(1));
    assert!(reorder.hold(&event(3, b"a"), Origin::default()));
    reorder.hold_forget(7, Some(Nanos(4)));
    assert_eq!(reorder.next_due(), None);
    assert!(reorder.hold(&event(2, b"b"), Origin::default()));
    assert_eq!(reorder.next_due(), Some(Held::Event(event(2, b"b"), Origin::default())));
    assert_eq!(reorder.next_due(), None);
    // The number of ends of threads is bounded, too: one more than the bound makes the earliest held thing leave.
    (0..OTHERS_MAX as u64).for_each(|time| reorder.hold_forget(8, Some(Nanos(10 + time))));
    assert_eq!(reorder.next_due(), Some(Held::Event(event(3, b"a"), Origin::default())));
}

/// Returns the times of the events that have left the window when the last one has been read.
fn order_so_far(window: Window, times: &[u64]) -> String {
    let mut reorder = Reorder::new(window);
    let mut out = Vec::new();
    for &time in times {
        assert!(reorder.hold(&event(time, b"a"), Origin::default()));
        while let Some(Held::Event(event, _)) = reorder.next_due() {
            out.push(event.time.0.to_string());
        }
    }
    out.join(" ")
}

#[test]
fn an_event_comes_out_when_one_is_later_by_the_window() {
    assert_eq!(order_so_far(Window::Span(Nanos(3)), &[5, 7]), "");
    assert_eq!(order_so_far(Window::Span(Nanos(3)), &[5, 8]), "5");
    assert_eq!(order_so_far(Window::Events(2), &[5, 8]), "");
    assert_eq!(order_so_far(Window::Events(2), &[5, 8, 9]), "5");
}

#[test]
fn the_end_of_a_thread_does_not_move_the_window() {
    let mut reorder = Reorder::new(Window::Span(Nanos(3)));
    reorder.hold_forget(7, Some(Nanos(1_000_000)));
    assert!(reorder.hold(&event(5, b"a"), Origin::default()));
    assert_eq!(reorder.next_due(), None);
    assert_eq!(reorder.next_of_all(), Some(Held::Event(event(5, b"a"), Origin::default())));
    assert_eq!(reorder.next_due(), None);
}

#[test]
fn a_window_of_time_holds_no_longer() {
    // When 2 and 1 come, 9 has been read, which is later by more than 3 ns. So both leave at once, in the wrong order.
    assert_eq!(order(Window::Span(Nanos(3)), &[5, 3, 4, 9, 8, 2, 1]), "3 4 5 2 1 8 9");
}

#[test]
fn what_is_held_comes_out_whole() {
    let mut reorder = Reorder::new(Window::Events(1));
    assert!(reorder.hold(&event(2, b"x:a"), Origin::default()));
    reorder.hold_forget(7, None);
    assert!(reorder.hold(&Event { comm: None, ..event(1, b"b") }, Origin::default()));
    // An event with a longer text than 1024 bytes is not held.
    assert!(!reorder.hold(&event(1, &[b'n'; 1100]), Origin::default()));
    assert_eq!(reorder.next_due(), Some(Held::Event(Event { comm: None, ..event(1, b"b") }, Origin::default())));
    assert_eq!(reorder.next_due(), None);
    assert_eq!(reorder.next_of_all(), Some(Held::Event(event(2, b"x:a"), Origin::default())));
    assert_eq!(reorder.next_of_all(), Some(Held::Forget(7)));
    assert_eq!(reorder.next_of_all(), None);
}
