//! Inputs for the tests of the page for browsers.

/// The number of closed loops of each loop in [`twelve_loops`].
pub const CLOSED_OF_EACH: u64 = 1_536;

/// Returns a trace whose comms and values contain markup, control characters and invalid UTF-8. They would break a page
/// that does not escape them.
pub fn hostile() -> Vec<u8> {
    let texts: [&[u8]; 12] = [
        b"<script>alert('1')</script>",
        b"</style><script>",
        b"\"><img src=x>",
        b"&lt;&amp;&#x3c;",
        b"a'b`c${d}\\",
        b"]]><!--",
        b"\xff\xfe\xc3",
        "\u{202e}gnp\u{2066}".as_bytes(),
        b"\x1b[31m\x07\x00",
        "\u{85}\u{9b}\u{fffe}".as_bytes(),
        "\u{1f600}\u{e9}".as_bytes(),
        b"--></title></svg>",
    ];
    let mut input = Vec::new();
    for (at, text) in (1..).zip(texts) {
        for (event, place) in [("a", 0), ("sys_enter_x", 1), ("sys_exit_x", 5), ("b", 10 * at)] {
            input.extend_from_slice(text);
            input.extend_from_slice(format!(" {at} [000] {at}.{place:06}: q:{event}: note=").as_bytes());
            input.extend_from_slice(text);
            input.push(b'\n');
        }
    }
    input
}

/// Returns a trace for the largest page. Each of the loops `aN -> mN -> bN`, for N from 0 to 11, closes 1536 times. The
/// loops close at 256 times, a second apart, and take from a nanosecond to hours. The lines are long, and become longer
/// when they are escaped. The field `note` has many long values.
pub fn twelve_loops() -> Vec<u8> {
    let mut events: Vec<(u64, u64, String)> = Vec::new();
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for number in 0..12_u64 {
        for at in 0..CLOSED_OF_EACH {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let tid = number * 10_000 + at + 1;
            let total = (1_u64 << (random % 44)) | (random % 1_000);
            let end = 20_000_000_000_000 + at % 256 * 1_000_000_000;
            let note = format!("v{}{}", random % 200, "<&>".repeat(60));
            for (order, name, time) in [(0, "a", end - total), (1, "m", end - total / 2), (2, "b", end)] {
                let [seconds, nanos] = [time / 1_000_000_000, time % 1_000_000_000];
                let line =
                    format!("<\"c{}\"> {tid} [000] {seconds}.{nanos:09}: q:{name}{number}: note={note}\n", at % 30);
                events.push((time, order, line));
            }
        }
    }
    events.sort();
    events.into_iter().flat_map(|(_, _, line)| line.into_bytes()).collect()
}

/// Returns a trace in which the loop `a -> m -> b`, followed by the field `id`, closes `closed` times, each time `step`
/// ns after the last one. A loop takes from `base` nanoseconds to 10 µs more. Every second group of 100 loops takes
/// another 8 µs.
pub fn compared(closed: u64, step: u64, base: u64) -> String {
    let mut events: Vec<(u64, String)> = Vec::new();
    for id in 1..=closed {
        let total = base + 10 * (id * id % 1009) + 8_000 * (id / 100 % 2);
        let end = 1_000_000_000 + step * id;
        for (name, time) in [("a", end - total), ("m", end - total * 7 / 10), ("b", end)] {
            let [seconds, nanos] = [time / 1_000_000_000, time % 1_000_000_000];
            events.push((time, format!("w {id} [000] {seconds}.{nanos:09}: q:{name}: id={id}\n")));
        }
    }
    events.sort();
    events.into_iter().map(|(_, line)| line).collect()
}

/// Returns a trace in which each of the pairs `sys_enter_cN -> sys_exit_cN`, for N from 0 to `pairs` - 1, closes
/// `closed` times. The pairs take from 1 to 40 µs, one microsecond more from pair to pair, and all of these times are
/// multiplied by `factor`.
pub fn many_pairs(pairs: u64, closed: u64, factor: u64) -> String {
    let mut text = String::new();
    for at in 0..closed {
        for pair in 0..pairs {
            let begin = at * 100_000 + pair * 100;
            for (name, time) in [("enter", begin), ("exit", begin + factor * (pair % 40 + 1))] {
                let [seconds, micros] = [time / 1_000_000, time % 1_000_000];
                text.push_str(&format!("x 1 [000] {seconds}.{micros:06}: q:sys_{name}_c{pair}: x\n"));
            }
        }
    }
    text
}
