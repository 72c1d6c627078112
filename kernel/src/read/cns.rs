//! EUC-TW: the encoding of CNS 11643 that Taiwan's Unix systems used.
//!
//! Two bytes from A1 to FE are a character of plane 1; after 8E, a byte A1 or A2 names the plane
//! first. Planes 3 to 7 (rare characters) are not carried. The table is written by
//! `kernel/data/make_cns.py`; browsers know nothing of this encoding, and neither does chardetng.

use crate::data::inflate;
use crate::language_model::model;
use std::sync::LazyLock;

/// Characters of a page that are weighed against what another encoding makes of it.
const WEIGHED: usize = 400;
/// Places in a row, and rows in a plane.
const SIDE: usize = 94;

static PLANES: LazyLock<Vec<Vec<char>>> = LazyLock::new(|| {
    let table = inflate(include_bytes!("../../data/cns.tsv.z"));
    table.lines().map(|plane| plane.chars().collect()).collect()
});

/// The text of `bytes` if they are EUC-TW throughout and read better so than as `other` reads them.
///
/// One pass where they are not; Chinese of the mainland passes the first test by its bytes and fails
/// by its language, for about 50 µs.
pub fn decode(bytes: &[u8], other: &str) -> Option<String> {
    if bytes.is_ascii() {
        return None; // ISO-2022-JP too
    }
    let text = characters(bytes)?;
    (cost(&text) < cost(other)).then_some(text)
}

/// The characters, or nothing if one of them is not in the table.
fn characters(bytes: &[u8]) -> Option<String> {
    let mut text = String::with_capacity(bytes.len() * 3 / 2);
    let mut rest = bytes;
    loop {
        let (plane, code) = match rest {
            [] => return Some(text),
            [ascii @ 0..0x80, tail @ ..] => {
                text.push(char::from(*ascii));
                rest = tail;
                continue;
            }
            [0x8E, plane @ 0xA1..=0xA2, row, cell, tail @ ..] => {
                rest = tail;
                (usize::from(plane - 0xA1), (row, cell))
            }
            [row, cell, tail @ ..] => {
                rest = tail;
                (0, (row, cell))
            }
            [_] => return None,
        };
        text.push(character(plane, *code.0, *code.1)?);
    }
}

fn character(plane: usize, row: u8, cell: u8) -> Option<char> {
    let (row, cell) = (row.checked_sub(0xA1)?, cell.checked_sub(0xA1)?);
    let place = usize::from(row) * SIDE + usize::from(cell);
    let found = PLANES.get(plane)?.get(place).copied();
    found.filter(|c| *c != ' ' && usize::from(cell) < SIDE)
}

/// Cost of the first characters beyond ASCII, one with another.
fn cost(text: &str) -> i32 {
    let model = model();
    let mut context = model.line_start();
    let (mut total, mut n) = (0i32, 0);
    for c in text.chars().filter(|c| !c.is_ascii()).take(WEIGHED) {
        let (cost, next) = model.step(context, model.token(c));
        (total, n, context) = (total + cost, n + 1, next);
    }
    total / n.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::GBK;

    const BYTES: &[u8] = b"\xea\xc4\xd9\xd7\xc4\xcb\xcc\xa8\xcf\xaf\xa1\xa2\xea\xbd\xe6\xfb\xd2\xb3\xf6\xf0\
        \xa1\xa7\xe2\xf5\xc5\xb2\xc4\xb6\xcf\xa1\xa1\xa3\xc6\xbe\xd6\xc0\xcb\xc6\xa1\xa3\xdc\xb8\xc4\xa9\xca\xb5\xa1\xa4";
    const TEXT: &str = "維基大典者，網路為礎；集天下知、四海言、眾人志。";

    #[test]
    fn a_text_of_taiwan_is_read_and_one_of_the_mainland_is_not() {
        let (other, _, _) = GBK.decode(BYTES);
        assert_eq!(decode(BYTES, &other).as_deref(), Some(TEXT));
        let (mainland, _, _) = GBK.encode("今天的新闻说，上海的天气很好，人们都到公园里去了。");
        let (text, _, _) = GBK.decode(&mainland);
        assert_eq!(decode(&mainland, &text), None);
        assert_eq!(decode(b"\x1b$B$O\x1b(B", "は"), None);
    }

    #[test]
    fn what_the_table_has_not_is_no_text() {
        for bytes in [&b"\xa1"[..], b"\x8e\xa3\xa1\xc4", b"\xff\xff", b"\xa1\x41", b"\x80\x80"] {
            assert_eq!(characters(bytes), None, "{bytes:x?}");
        }
        assert_eq!(characters(b"\x8e\xa1\xc4\xa1").as_deref(), Some("一"));
        assert_eq!(characters(b"").as_deref(), Some(""));
    }
}
