//! Reads the loops of a `delta_processor.conf`.

use super::messages::Messages;
use super::stop::cause;
use crate::cli::{Request, UsageError};
use crate::pattern::conf;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

/// The largest size in bytes of a conf, which is a `delta_processor.conf`. A larger file is surely no conf.
/// Without this limit, a device such as /dev/zero would be read for ever.
const SIZE_MAX: u64 = 1 << 20;

/// Takes the loops of a run from a `delta_processor.conf`. It is the one that `-c` names, or the installed one if the
/// user names neither a conf nor a loop. Without a conf the request stays unchanged.
///
/// # Errors
///
/// The conf cannot be read or has a mistake, or `-t` names a section although there is no conf.
pub(super) fn take_loops(request: &mut Request, messages: &Messages<impl Write>) -> Result<(), UsageError> {
    let Some(choice) = request.conf.clone() else { return Ok(()) };
    let installed = Path::new(conf::INSTALLED);
    let path = match (&choice.file, choice.section.as_deref()) {
        (Some(path), _) => Path::new(path),
        (None, _) if installed.exists() => {
            messages.note(format_args!("following [{}] of {}", choice.section(), conf::INSTALLED));
            installed
        }
        (None, Some(section)) => {
            return Err(UsageError::new(format!("-t {section} has no effect without a conf; name one with -c")));
        }
        (None, None) => return Ok(()),
    };
    let shown = path.display();
    let text = read(path).map_err(|error| UsageError::new(format!("{shown}: {}", cause(&error))))?;
    if text.len() as u64 > SIZE_MAX {
        return Err(UsageError::new(format!("{shown}: not a conf: larger than 1 MiB")));
    }
    let text = String::from_utf8(text).map_err(|_| UsageError::new(format!("{shown}: not a conf: not UTF-8 text")))?;
    let loops = conf::loops(&text, choice.section())
        .map_err(|error| UsageError { message: format!("{shown}:{error}"), pointer: error.pointer })?;
    request.conf = None;
    request.follow(loops)
}

/// Reads a file, but at most [`SIZE_MAX`] + 1 bytes of it. If the result has all of these bytes, the file is too large.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    File::open(path)?.take(SIZE_MAX + 1).read_to_end(&mut text)?;
    Ok(text)
}
