use super::*;
use bstr::BStr;

fn shown(payload: &str, name: &str) -> String {
    find(payload.as_bytes(), &FieldName::new(name)).map_or("-".to_owned(), |value| BStr::new(value).to_string())
}

#[test]
fn fields_with_an_equals_sign() {
    let wakeup = " comm=CPU 0/KVM pid=10321 prio=120 target_cpu=001";
    assert_eq!(shown(wakeup, "comm"), "CPU 0/KVM");
    assert_eq!(shown(wakeup, "pid"), "10321");
    assert_eq!(shown(wakeup, "target_cpu"), "001");
    assert_eq!(shown(wakeup, "cpu"), "-");
    let switch = " prev_comm=a=b c prev_pid=7 prev_prio=120 prev_state=R+ ==> next_comm=x==> y next_pid=0";
    assert_eq!(shown(switch, "prev_comm"), "a=b c");
    assert_eq!(shown(switch, "prev_state"), "R+");
    assert_eq!(shown(switch, "next_comm"), "x==> y");
    assert_eq!(shown(switch, "pid"), "-");
    assert_eq!(shown(" vec=1 [action=TIMER]", "vec"), "1 [action=TIMER]");
    assert_eq!(shown(" vec=1 [action=TIMER]", "action"), "TIMER");
    assert_eq!(shown(" comm=a) pid=1", "comm"), "a)");
    assert_eq!(shown("(dev=8 ino=2)", "ino"), "2");
    assert_eq!(shown("dev=8, ino=2", "dev"), "8");
    assert_eq!(shown("expires=4 [timeout=1250] bucket=42", "timeout"), "1250");
    assert_eq!(shown("prev_comm==foo prev_pid=3", "prev_comm"), "=foo");
    assert_eq!(shown("path=\"/tmp/a b=c\" mode=3", "path"), "/tmp/a b=c");
    assert_eq!(shown("path=\"/tmp/a mode=3", "path"), "\"/tmp/a");
    assert_eq!(shown("comm= pid=2", "comm"), "");
}

#[test]
fn fields_with_a_colon() {
    let call = "fd: 4</tmp/a, b.bin>, buf: 0x7fb55c000bc0, count: 512";
    assert_eq!(shown(call, "fd"), "4</tmp/a, b.bin>");
    assert_eq!(shown(call, "count"), "512");
    assert_eq!(shown(" ufds: 0x1, nfds: ", "nfds"), "");
    assert_eq!(shown("nfds:", "nfds"), "");
    let switch = "prev_comm: \"py, x: 3\", prev_pid: 14216 (python3), prev_state: 2, next_comm: \"a\"";
    assert_eq!(shown(switch, "prev_comm"), "py, x: 3");
    assert_eq!(shown(switch, "prev_pid"), "14216 (python3)");
    assert_eq!(shown(switch, "next_comm"), "a");
    assert_eq!(shown("(k: 1, v: (2))", "v"), "(2)");
    assert_eq!(shown("(k: 1, v: 2)", "v"), "2");
}

#[test]
fn fields_without_a_sign() {
    let exit = " vcpu 0 reason EPT_VIOLATION rip 0x5a1b20 info 384 0 ";
    assert_eq!(shown(exit, "reason"), "EPT_VIOLATION");
    assert_eq!(shown(exit, "info"), "384");
    assert_eq!(shown(" vcpu 1, rip 0x100146", "vcpu"), "1");
    // The word `struct` behind the name tells the type of the field. The value follows it.
    assert_eq!(shown("work struct=0x1 function=f", "work"), "0x1");
    assert_eq!(shown("work struct 0x1: function f", "work"), "0x1");
    assert_eq!(shown("work struct 0x1", "work"), "0x1");
    assert_eq!(shown("work structure 0x1", "work"), "structure");
    assert_eq!(shown("work struct 0x1: function f", "struct"), "0x1");
    assert_eq!(shown("work flags: 0x1", "work"), "-");
    assert_eq!(shown("bdi 8:0: ino=131 index=0", "bdi"), "8:0");
    // The form with a sign wins over the form with a blank.
    assert_eq!(shown("comm=pid 7 pid=5", "pid"), "5");
    assert_eq!(shown("a", "a"), "-");
    assert_eq!(shown("a", ""), "-");
}

#[test]
fn words_are_counted_from_one() {
    let issue = b" 8,0 R 4096 ()  1234 + 8 [fio]";
    assert_eq!(nth_word(issue, 1), Some(&b"8,0"[..]));
    assert_eq!(nth_word(issue, 5), Some(&b"1234"[..]));
    assert_eq!(nth_word(issue, 9), None);
    assert_eq!(nth_word(issue, 0), None);
}
