//! The machine that `trace-cmd report` names in front of each line if it reads the files of several machines.

use bstr::ByteSlice;

/// Splits a line behind the name of a file, which `trace-cmd report` prints first if it reads several files:
/// `gues.dat:   sleep-13945 ...`. Returns the name of the file, which stands for its machine, and the rest of the line.
pub(super) fn split_machine(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let (file, rest) = line.split_at_checked(line.find_byte(b':')?)?;
    let (file, rest) = (file.trim_ascii_start(), rest.strip_prefix(b": ")?);
    (!file.is_empty() && !file.contains(&b' ')).then_some((file, rest))
}
