//! Draws a page with Chromium, without a window.

use crate::common::scratch::Scratch;
use flate2::read::ZlibDecoder;
use std::collections::BTreeSet;
use std::io::Read;
use std::process::{Command, Stdio};

/// Chromium, by the name under which the program is installed.
pub struct Chromium(&'static str);

/// A page as Chromium shows it.
#[derive(Debug)]
pub struct Drawn {
    /// The messages on the console, such as errors of the page.
    pub messages: Vec<String>,
    /// The number of different colours in the picture of the page.
    pub colours: usize,
    /// The number of blue points in the picture. The cells of heat maps, the bars of histograms and links are blue.
    pub blue: usize,
}

/// Returns Chromium if it is installed.
pub fn find() -> Option<Chromium> {
    let runs = |name: &&str| {
        let version = Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        version.is_ok_and(|status| status.success())
    };
    ["chromium", "chromium-browser", "google-chrome"].into_iter().find(runs).map(Chromium)
}

impl Chromium {
    /// Draws a page in a window that is 1200 points wide and 2400 points high.
    pub fn draw(&self, page: &str, scratch: &Scratch) -> Drawn {
        let picture = scratch.path("picture.png");
        let output = Command::new(self.0)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"])
            .args(["--enable-logging=stderr", "--window-size=1200,2400"])
            .arg(format!("--user-data-dir={}", scratch.path("profile")))
            .arg(format!("--screenshot={picture}"))
            .arg(format!("file://{page}"))
            .output()
            .expect("Chromium runs");
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        let file = std::fs::read(&picture).unwrap_or_else(|error| panic!("no picture: {error}: {log}"));
        let points = points(&file);
        let blue = points.iter().filter(|[red, _, blue]| u16::from(*blue) > u16::from(*red) + 60).count();
        let messages = log.lines().filter(|line| line.contains("CONSOLE")).map(str::to_owned).collect();
        Drawn { messages, colours: points.iter().collect::<BTreeSet<_>>().len(), blue }
    }
}

/// Returns the points of a PNG file as bytes for red, green and blue. The file must have one byte for each of these
/// three, and may have a fourth byte for transparency, which is left out.
fn points(file: &[u8]) -> Vec<[u8; 3]> {
    let number = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().expect("4 bytes")) as usize;
    let width = number(16);
    let size = if file[25] == 6 { 4 } else { 3 };
    assert!(file[24] == 8 && (file[25] == 6 || file[25] == 2), "an unknown form of PNG");
    let mut packed = Vec::new();
    let mut at = 8;
    while at + 12 <= file.len() {
        let length = number(at);
        if &file[at + 4..at + 8] == b"IDAT" {
            packed.extend_from_slice(&file[at + 8..at + 8 + length]);
        }
        at += length + 12;
    }
    let mut lines = Vec::new();
    ZlibDecoder::new(packed.as_slice()).read_to_end(&mut lines).expect("the picture can be unpacked");
    let mut above = vec![0; width * size];
    let mut points = Vec::new();
    for line in lines.chunks_exact(1 + width * size) {
        let line = unfiltered(line[0], &line[1..], &above, size);
        points.extend(line.chunks_exact(size).map(|point| [point[0], point[1], point[2]]));
        above = line;
    }
    points
}

/// Returns the bytes of a line of a PNG. The file stores each byte as its difference to a guess, and `filter` is the
/// number of the rule for the guess. The rule uses the same byte of the point to the left, of the point above, and of
/// the point above to the left. `size` is the number of bytes of a point.
fn unfiltered(filter: u8, line: &[u8], above: &[u8], size: usize) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(line.len());
    for (at, byte) in line.iter().enumerate() {
        let before = at.checked_sub(size);
        let left = before.map_or(0, |before| out[before]);
        let [up, corner] = [above[at], before.map_or(0, |before| above[before])];
        let guess = match filter {
            1 => left,
            2 => up,
            3 => u16::midpoint(left.into(), up.into()) as u8,
            4 => nearest(left, up, corner),
            _ => 0,
        };
        out.push(byte.wrapping_add(guess));
    }
    out
}

/// Returns that one of the three bytes which is nearest to left + up - corner (the Paeth filter of PNG).
fn nearest(left: u8, up: u8, corner: u8) -> u8 {
    let sum = i16::from(left) + i16::from(up) - i16::from(corner);
    let distance = |byte: u8| (sum - i16::from(byte)).abs();
    [left, up, corner].into_iter().min_by_key(|byte| distance(*byte)).unwrap_or(0)
}
