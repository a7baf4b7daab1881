//! The state that standard input and standard output had when the program started.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicU8, Ordering};

/// Returns whether standard input is a terminal. Then nobody has piped anything into the program.
pub fn stdin_is_terminal() -> bool {
    io::stdin().is_terminal()
}

/// For each of the file descriptors 0 and 1, the value 1 if it was closed when the program started.
static CLOSED_AT_START: [AtomicU8; 2] = [AtomicU8::new(0), AtomicU8::new(0)];

/// Returns whether file descriptor 0 or 1 was closed when the program started (`<&-`, `>&-`).
///
/// Before `main` runs, the standard library of Rust opens `/dev/null` in place of a closed descriptor. So without this
/// function, output to a closed descriptor would disappear and look like a success.
pub fn closed_at_start(fd: usize) -> bool {
    CLOSED_AT_START.get(fd).is_some_and(|closed| closed.load(Ordering::Relaxed) != 0)
}

/// The only unsafe code of this program. It puts a function pointer among those that the loader calls before the
/// start-up of the standard library, because only then can a closed descriptor be seen. The function itself is safe
/// code that needs no runtime: two system calls and two atomic stores.
#[allow(unsafe_code)]
mod before_main {
    use super::{CLOSED_AT_START, Ordering};

    #[used]
    #[unsafe(link_section = ".init_array")]
    static LOOK: extern "C" fn() = look;

    extern "C" fn look() {
        let fds = [rustix::stdio::stdin(), rustix::stdio::stdout()];
        for (fd, closed) in fds.into_iter().zip(&CLOSED_AT_START) {
            if rustix::io::fcntl_getfd(fd).is_err() {
                closed.store(1, Ordering::Relaxed);
            }
        }
    }
}
