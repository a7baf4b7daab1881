//! Finds the comm and the tids of this program.

use crate::event::{OwnThreads, Tid};
use std::fs;

/// The first pid namespace, in which a machine starts, as the link `/proc/self/ns/pid` shows it. The number is the
/// kernel's `PROC_PID_INIT_INO`.
const FIRST_PID_NAMESPACE: &[u8] = b"pid:[4026531836]";

/// Returns the threads that this program has now; `None` if the system does not tell the comm or the pid namespace.
///
/// Tracers print the tids of the first pid namespace. In another namespace, such as that of a container, the program
/// cannot know these tids. Then the threads have only a comm.
pub fn own_threads() -> Option<OwnThreads> {
    let mut comm = fs::read("/proc/self/comm").ok()?;
    if comm.last() == Some(&b'\n') {
        comm.pop();
    }
    let namespace = fs::read_link("/proc/self/ns/pid").ok()?;
    let sees_all_tids = namespace.as_os_str().as_encoded_bytes() == FIRST_PID_NAMESPACE;
    Some(OwnThreads::new(comm, if sees_all_tids { tids() } else { None }))
}

/// Returns the tids of all threads of this program.
fn tids() -> Option<Vec<Tid>> {
    let tasks = fs::read_dir("/proc/self/task").ok()?;
    let tids: Vec<Tid> = tasks.flatten().filter_map(|task| task.file_name().to_str()?.parse().ok()).collect();
    (!tids.is_empty()).then_some(tids)
}
