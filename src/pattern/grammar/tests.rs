//! Tests of loops, of mistakes in loops, and of the places at which the mistakes are shown.

use super::{Notation, has_arrow, has_bar, parse};
use crate::key::{Key, KeySource};

/// Parses a loop. Returns its name, the names of its positions, its key and its limit in nanoseconds. For a mistake,
/// returns its offset and its length in bytes, and the message.
fn shown(text: &str, notation: Notation) -> String {
    match parse(text, notation) {
        Ok(found) => {
            let names: Vec<_> = found.positions.iter().map(|position| position.unique_name.as_str()).collect();
            let within = found.within.map_or(String::new(), |limit| format!(" {}", limit.duration.0));
            format!("{}={} {}{within}", found.name, names.join(" "), found.key.map_or("", Key::name))
        }
        Err(error) => format!("{}+{}: {}", error.at, error.length, error.message),
    }
}

#[test]
fn loops() {
    for (text, expected) in [
        ("a->b", "=a b "),
        ("a -> b -> a -> a", "=a b a#2 a#3 "),
        ("io=kvm:kvm_exit->sys_exit_ppoll by all", "io=kvm_exit sys_exit_ppoll all"),
        (" my-loop.1=a -> b by cpu ", "my-loop.1=a b cpu"),
        ("kvm:x -> xen:x", "=x x#2 "),
        ("cpu-clock -> cpu_core/cycles/", "=cpu-clock cpu_core/cycles/ "),
        ("s:a | b@pid -> sched_*@$1 if x == 1", "=a|b sched_* "),
        ("a if x == \"->\" && !(y & 3) -> b if trace ~ '*|*' by all", "=a b all"),
        ("a@x,$2->b@$1,cpu by tid", "=a b tid"),
        ("a if ret == -1->b if ret<-1", "=a b "),
        ("a->!b->c", "=a c "),
        ("a -> ! s:b|c* if x == 1 -> a -> !* -> a by cpu", "=a a#2 a#3 cpu"),
        ("a -> b within 1.5ms", "=a b  1500000"),
        ("a -> b within 80ns by all", "=a b all 80"),
        ("a -> b by all within 2s", "=a b all 2000000000"),
        ("a@x -> !b@y -> c@z", "=a c "),
        ("a@x -> !b -> c", "=a c "),
        ("a -> !b@x -> c", "=a c "),
    ] {
        assert_eq!(shown(text, Notation::Arrows), expected, "{text}");
    }
}

#[test]
fn positions_stay_as_they_were_written() {
    let found = parse(" n= s:a|b @ x  if y==1->c@z by all", Notation::Arrows).expect("a loop");
    assert_eq!(found.text(), "s:a|b @ x  if y==1 -> c@z");
    assert_eq!(found.key_source(), KeySource::Fields);
    let found = parse("a->!b|c @x ->d within 7us by all", Notation::Arrows).expect("a loop");
    assert_eq!(found.text(), "a -> !b|c @x -> d within 7us");
    assert_eq!(found.key_source(), KeySource::Both);
}

#[test]
fn the_notation_of_the_predecessor() {
    assert_eq!(shown("a|b|c", Notation::Bars), "=a b c ");
    assert_eq!(shown("n=a | b", Notation::Bars), "n=a b ");
    assert!(shown("a|b by cpu", Notation::Bars).contains("a list of events"));
    assert!(shown("a|b@x", Notation::Bars).contains("a list of events"));
    assert!(shown("a|b", Notation::Arrows).contains("at least 2"));
}

#[test]
fn mistakes_point_at_their_place() {
    for (text, expected) in MISTAKES {
        assert_eq!(shown(text, Notation::Arrows), *expected, "{text:?}");
    }
    let long = vec!["a"; 33].join("->");
    assert!(shown(&long, Notation::Arrows).starts_with("96+1: a loop has at most 32 events"));
    assert_eq!(parse(&long[3..], Notation::Arrows).map(|found| found.positions.len()), Ok(32));
    let deep = format!("a if {}x == 1{} -> b", "(".repeat(10_000), ")".repeat(10_000));
    assert!(shown(&deep, Notation::Arrows).contains("at most 64 deep"));
}

const MISTAKES: &[(&str, &str)] = &[
    (" io = a -> b", "4+1: no blank before '=': write 'io=a -> b'"),
    ("", "0+0: expected an event name before the end"),
    ("a", "1+0: expected '->' and a second event: a loop has at least 2, 'A -> B'"),
    ("a -> ", "5+0: expected an event name before the end"),
    ("-> a", "0+2: expected an event name before '->'"),
    ("a -> -> b", "5+2: expected an event name before '->'"),
    ("a -> if", "5+2: expected an event name before 'if'"),
    ("a -> b by", "9+0: expected one of tid, pid, cpu, comm, all after 'by', not the end"),
    ("a -> b by thread", "10+6: expected one of tid, pid, cpu, comm, all after 'by', not 'thread'"),
    ("a -> b by tid x", "14+1: expected nothing behind the key, before 'x'"),
    ("a -> b c", "7+1: expected '->', 'by KEY' or 'within DURATION' before 'c'"),
    ("a => b", "2+2: expected '->' in place of '=>'"),
    ("a -> kvm:", "5+4: 'kvm:': expected 'name' or 'subsystem:name'"),
    ("n=a -> é", "7+2: expected an event name before 'é'"),
    ("a| -> b", "3+2: expected an event name before '->'"),
    ("a@ -> b", "3+2: expected a field, or $N in single quotes, behind '@' before '->'"),
    ("a@x, -> b@y", "5+2: expected a field, or $N in single quotes, behind ',' before '->'"),
    ("a@$ -> b@y", "2+1: expected the number of a word, as in $1, not '$'"),
    ("a@$0 -> b@y", "2+2: expected the number of a word, as in $1, not '$0'"),
    ("a@$1x -> b@y", "2+3: expected the number of a word, as in $1, not '$1x'"),
    ("a@x,y -> b@z", "10+1: the key is 1 field here and 2 fields before: expected as many at each position"),
    ("a@x,y -> b", "10+0: the key is the loop's key here and 2 fields before: expected as many at each position"),
    ("a -> b@x,y", "6+1: the key is 2 fields here and the loop's key before: expected as many at each position"),
    ("a if -> b", "5+2: expected FIELD OP VALUE, '!' or '(' before '->'"),
    ("a if x -> b", "7+2: expected one of == != < <= > >= & ~ before '->'"),
    ("a if x = 1 -> b", "7+1: expected one of == != < <= > >= & ~ before '='"),
    ("a if x == -> b", "10+2: expected a value behind '==' before '->'"),
    ("a if x == by -> b", "10+2: expected a value behind '==' before 'by'"),
    ("a if x == 'y -> b", "10+1: expected a value behind '==', but nothing closes this quote"),
    ("a if (x == 1 -> b", "13+2: expected '&&', '||' or ')' before '->'"),
    ("a if x == 1) -> b", "11+1: expected '&&', '||', '->', 'by KEY' or 'within DURATION' before ')'"),
    ("a if x == 1 && -> b", "15+2: expected FIELD OP VALUE, '!' or '(' before '->'"),
    ("a if x == 1 and y == 2 -> b", "12+3: expected '&&', '||', '->', 'by KEY' or 'within DURATION' before 'and'"),
    ("a where x == 1 -> b", "2+5: expected 'if', '->', 'by KEY' or 'within DURATION' before 'where'"),
    ("a && x == 1 -> b", "2+2: expected '->', 'by KEY' or 'within DURATION'; conditions begin with 'if', before '&&'"),
    ("a if x < y -> b", "9+1: expected a number behind '<', not 'y'"),
    ("a if x & \"1\" -> b", "9+3: expected a number behind '&', not '\"1\"'"),
    ("a if comm < 3 -> b", "10+1: comm is text: expected one of == != ~, not '<'"),
    ("a if CPU ~ 3 -> b", "9+1: CPU is a number: expected one of == != < <= > >= &, not '~'"),
    ("a if CPU == x -> b", "12+1: expected a number behind '==', not 'x'"),
    ("!a -> b -> c", "0+1: a negated position cannot be the first: expected an event before it"),
    ("a -> !b", "5+2: a negated position cannot be the last: expected '-> EVENT' behind it"),
    ("a -> b -> !c@x by tid", "10+4: a negated position cannot be the last: expected '-> EVENT' behind it"),
    ("a -> !b -> !c -> d", "11+1: two negated positions cannot stand side by side: '!B|C' allows neither B nor C"),
    ("a -> !!b -> c", "6+1: expected an event name before '!'"),
    ("a|!b -> c", "2+1: expected an event name before '!'"),
    ("a -> ! -> c", "7+2: expected an event name before '->'"),
    ("a@x -> !b -> c@x", "7+2: expected '@' and as many fields as the other positions have"),
    ("a@x,y -> !b@x -> c@x,y", "11+1: the key is 1 field here and 2 fields before: expected as many at each position"),
    (
        "a@x,y -> !b -> c@x,y",
        "12+2: the key is the loop's key here and 2 fields before: expected as many at each position",
    ),
    ("a -> within", "5+6: expected an event name before 'within'"),
    ("a@within -> b", "2+6: expected a field, or $N in single quotes, behind '@' before 'within'"),
    ("a -> b within", "13+0: expected a duration, as 10ms, 1.5s, 250us or 80ns behind 'within', not the end"),
    ("a -> b within 10", "14+2: expected a duration with its unit, as 10ms or 10s behind 'within', not '10'"),
    ("a -> b within 10 ms", "14+2: expected a duration with its unit, as 10ms or 10s behind 'within', not '10'"),
    ("a -> b within 1h", "14+2: expected one of s, ms, us, ns behind 'within', not '1h'"),
    ("a -> b within 0s", "14+2: expected at least a nanosecond, and whole ones behind 'within', not '0s'"),
    ("a -> b within by tid", "14+2: expected a duration, as 10ms, 1.5s, 250us or 80ns behind 'within', not 'by'"),
    ("a -> b within 1s within 2s", "17+6: expected nothing behind the duration, before 'within'"),
    ("a -> b within 1s by tid by cpu", "24+2: expected nothing behind the key, before 'by'"),
    ("a if 5 == x -> b", "5+1: expected FIELD OP VALUE, '!' or '(' before '5'"),
    ("a if x == 18446744073709551616 -> b", "10+20: '18446744073709551616': expected a number of 64 bits"),
    ("a if x > 0x10000000000000000 -> b", "9+19: '0x10000000000000000': expected a number of 64 bits"),
];

#[test]
fn carets_stand_under_the_mistake() {
    let pointer = |text: &str| parse(text, Notation::Arrows).expect_err("a mistake").pointer(text);
    let shown = pointer("é -> b");
    assert_eq!((shown.line.as_str(), shown.carets.as_str()), ("é -> b", "^"));
    let shown = pointer("a\t-> if");
    assert_eq!((shown.line.as_str(), shown.carets.as_str()), ("a -> if", "     ^^"));
    let long = format!("{}=> y", format!("{} -> ", "a".repeat(100)).repeat(20));
    let shown = pointer(&long);
    assert_eq!(shown.line.find("=>"), shown.carets.find('^'));
    assert!(shown.line.starts_with("...") && shown.line.len() < 1100, "{shown:?}");
}

#[test]
fn arrows_within_quotes_are_none() {
    assert!(has_arrow("a->b") && has_arrow("'x' -> b") && !has_arrow("a if x ~ '->'") && !has_arrow("a|b"));
    assert!(!has_bar("a || b") && has_bar("a|b"));
}
