use super::*;
use flate2::write::GzEncoder;
use std::io::Write;

/// A pipe that returns one byte with each read, and `WouldBlock` before each byte.
struct Slow {
    bytes: std::vec::IntoIter<u8>,
    is_ready: bool,
}

impl Read for Slow {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.is_ready = !self.is_ready;
        if !self.is_ready {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        match (self.bytes.next(), room.first_mut()) {
            (Some(byte), Some(place)) => {
                *place = byte;
                Ok(1)
            }
            _ => Ok(0),
        }
    }
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).and_then(|()| encoder.finish()).expect("room")
}

fn zstd(text: &[u8]) -> Vec<u8> {
    let mut compressed = vec![0; zstd_safe::compress_bound(text.len())];
    let length = zstd_safe::compress(compressed.as_mut_slice(), text, 3).expect("room");
    compressed.truncate(length);
    compressed
}

/// Decompresses all bytes, with reads of at most `room` bytes. Returns the decompressed bytes, and the error that came
/// behind them.
fn decompress(compressed: &[u8], room: usize) -> (Vec<u8>, Option<String>) {
    let compression = Compression::detect(compressed).expect("a magic");
    let slow = Slow { bytes: Vec::from(compressed).into_iter(), is_ready: false };
    let mut reader = compression.reader(slow).expect("memory");
    let (mut text, mut bytes) = (Vec::new(), vec![0; room]);
    loop {
        match reader.read(&mut bytes) {
            Ok(0) => return (text, None),
            Ok(count) => text.extend_from_slice(&bytes[..count]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return (text, Some(error.to_string())),
        }
    }
}

#[test]
fn members_and_frames_follow_each_other_whatever_the_reads() {
    let text: Vec<u8> = (0..20_000_u32).flat_map(|number| format!("line {number}\n").into_bytes()).collect();
    let (first, second) = text.split_at(70_000);
    for compressed in [[gzip(first), gzip(b""), gzip(second)].concat(), [zstd(first), zstd(b""), zstd(second)].concat()]
    {
        for room in [7, 4096, 1 << 20] {
            let (decompressed, error) = decompress(&compressed, room);
            assert!(decompressed == text && error.is_none(), "{room}: {error:?}");
        }
    }
}

#[test]
fn the_bytes_before_the_trouble_count() {
    let text: Vec<u8> = (0..20_000_u32).flat_map(|number| (number.wrapping_mul(0x9e37_79b9)).to_le_bytes()).collect();
    for (name, compressed) in [("gzip", gzip(&text)), ("zstd", zstd(&text))] {
        for length in [4, 9, compressed.len() / 2, compressed.len() - 1] {
            let (decompressed, error) = decompress(&compressed[..length], 4096);
            assert!(text.starts_with(&decompressed), "{name} {length}");
            assert_eq!(error.as_deref(), Some(&*format!("the {name} data is cut off")), "{length}");
        }
        let (decompressed, _) = decompress(&compressed[..compressed.len() - 1], 4096);
        assert!(decompressed.len() * 4 > text.len(), "{name}: {}", decompressed.len());
        let (decompressed, error) = decompress(&[compressed.as_slice(), b"garbage at the end"].concat(), 4096);
        assert!(decompressed == text, "{name}");
        assert!(error.is_some_and(|error| error.starts_with(&format!("the {name} data is damaged: "))));
    }
}
