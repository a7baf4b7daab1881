//! A second thread that reads a file: while the main thread parses the lines of
//! one block, the second copies the next block out of the system's cache.
//!
//! Only regular files with a length are read this way, because their reads never
//! wait for a writer. Measured on 270 MB, summary only, 21 pairs of runs: 0.84 of
//! the elapsed time of one thread, at 1.3 times its CPU time.

use super::block::Block;
use std::io::{self, Read};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// The number of blocks: one is parsed, one is full, one is being filled.
const BLOCKS: usize = 3;

/// The main thread's ends of the channels. The threads pass the same blocks back and forth.
pub(super) struct ReadAhead {
    full: Receiver<io::Result<Block>>,
    empty: Sender<Block>,
}

impl ReadAhead {
    /// Starts the thread, which reads the input to its end.
    ///
    /// # Errors
    ///
    /// Fails if the system refuses another thread.
    pub(super) fn start(mut input: impl Read + Send + 'static) -> io::Result<Self> {
        let (give_full, full) = channel();
        let (empty, take_empty) = channel::<Block>();
        let read = move || {
            // The thread ends after the input, after an error, or when `ReadAhead` is dropped.
            while let Ok(mut block) = take_empty.recv() {
                let read = block.fill(|room| read(&mut input, room));
                let ends = !matches!(read, Ok(1..));
                if give_full.send(read.map(|_| block)).is_err() || ends {
                    return;
                }
            }
        };
        let ahead = ReadAhead { full, empty };
        // The blocks are allocated before the second thread exists, because the
        // allocator sets address space aside for each further thread.
        (0..BLOCKS).for_each(|_| ahead.give_back(Block::default()));
        thread::Builder::new().stack_size(64 * 1024).spawn(read)?;
        Ok(ahead)
    }

    /// Returns the next block. At the end of the input, every call returns an empty block.
    ///
    /// # Errors
    ///
    /// Returns the error of a failed read. After that, nothing more is read.
    pub(super) fn next(&mut self) -> io::Result<Block> {
        self.full.recv().unwrap_or_else(|_| Ok(Block::default()))
    }

    /// Gives a block back to the thread, which fills it again.
    pub(super) fn give_back(&self, block: Block) {
        // After the end of the input the thread is gone, and nobody needs the block.
        let _ended = self.empty.send(block);
    }
}

/// Reads once. If a signal interrupts the read, it is repeated.
fn read(input: &mut impl Read, room: &mut [u8]) -> io::Result<usize> {
    loop {
        match input.read(room) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}
