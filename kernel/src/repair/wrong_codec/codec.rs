//! Charsets as writers and readers, and which was taken for which.

use crate::gbk::gbk;
use encoding_rs::{BIG5, WINDOWS_1252};

/// Text that was written in one charset and read in another.
pub struct Inverse {
    /// The rule that an edit by this inverse bears.
    pub rule: &'static str,
    /// The bytes of a text in the charset it was read in; none if that charset cannot have made it.
    write: fn(&str) -> Option<Vec<u8>>,
    /// The text of bytes in the true charset; none if they are none.
    read: fn(&[u8]) -> Option<String>,
}

impl Inverse {
    /// The text as it was meant. Linear.
    pub fn apply(&self, text: &str) -> Option<String> {
        (self.read)(&(self.write)(text)?)
    }
}

/// All pairs that are undone, the commonest first.
pub const INVERSES: [Inverse; 7] = [
    Inverse { rule: "utf8_as_gbk", write: write_gbk, read: read_utf8 },
    Inverse { rule: "utf8_as_latin", write: write_latin, read: read_utf8 },
    Inverse { rule: "gbk_as_latin", write: write_latin, read: read_gbk },
    Inverse { rule: "big5_as_gbk", write: write_gbk, read: read_big5 },
    Inverse { rule: "big5_as_latin", write: write_latin, read: read_big5 },
    Inverse { rule: "gbk_as_big5", write: write_big5, read: read_gbk },
    Inverse { rule: "utf8_as_big5", write: write_big5, read: read_utf8 },
];

/// The byte of a character in Latin-1 or Windows-1252, whichever has it.
fn latin_byte(c: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(u32::from(c)) {
        return Some(byte);
    }
    let mut buffer = [0; 4];
    let (bytes, _, bad) = WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
    match (bytes.as_ref(), bad) {
        ([byte], false) => Some(*byte),
        _ => None,
    }
}

fn write_latin(text: &str) -> Option<Vec<u8>> {
    text.chars().map(latin_byte).collect()
}

/// GBK with the user-defined pairs, which decoders show as private-use characters.
pub fn gbk_bytes(c: char) -> Option<(u8, Option<u8>)> {
    match u8::try_from(c) {
        Ok(byte) if byte < 0x80 => Some((byte, None)),
        _ if c == '€' => Some((0x80, None)),
        _ => gbk().pair(c).map(|(lead, trail)| (lead, Some(trail))),
    }
}

fn write_gbk(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        let (lead, trail) = gbk_bytes(c)?;
        bytes.push(lead);
        bytes.extend(trail);
    }
    Some(bytes)
}

fn write_big5(text: &str) -> Option<Vec<u8>> {
    let (bytes, _, bad) = BIG5.encode(text);
    (!bad).then(|| bytes.into_owned())
}

fn read_utf8(bytes: &[u8]) -> Option<String> {
    std::str::from_utf8(bytes).ok().map(str::to_owned)
}

fn read_gbk(bytes: &[u8]) -> Option<String> {
    let mut text = String::with_capacity(bytes.len() * 2);
    let mut rest = bytes;
    loop {
        match rest {
            [byte, tail @ ..] if *byte < 0x80 => {
                text.push(char::from(*byte));
                rest = tail;
            }
            [lead, trail, tail @ ..] => {
                text.push(gbk().char(*lead, *trail)?);
                rest = tail;
            }
            [] => return Some(text),
            _ => return None,
        }
    }
}

fn read_big5(bytes: &[u8]) -> Option<String> {
    let text = BIG5.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some(text.into_owned())
}
