//! Charsets as writers and readers, each from a flat table.
//!
//! A table is built from the decoder of `encoding_rs` at its first use, in some milliseconds.

use crate::gbk::gbk;
use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, SHIFT_JIS, WINDOWS_1252};
use std::sync::OnceLock;

/// A way to write text as bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// Read only: no text is the reading of bytes as UTF-8.
    Utf8,
    /// With user-defined pairs, which decoders show as private-use characters.
    Gbk,
    Big5,
    /// Latin-1 or Windows-1252, whichever has the character.
    Latin,
    ShiftJis,
    EucJp,
    /// Windows-949.
    EucKr,
}

/// Characters that other decoders show for a pair of GBK.
const GBK_VARIANTS: [(char, u16); 2] = [('€', 0xA2E3), ('・', 0xA1A4)];
/// Characters that decoders of Japanese show for the same pair, by EUC-JP.
const JAPANESE_VARIANTS: [(char, u16); 6] =
    [('〜', 0xA1C1), ('‖', 0xA1C2), ('−', 0xA1DD), ('¢', 0xA1F1), ('£', 0xA1F2), ('¬', 0xA2CC)];
/// Of two pairs Big5 writes the first, but of these characters the last.
const BIG5_LAST: &str = "═╞╡╪十卅";
/// Characters that older decoders of Big5 show where browsers show others.
const BIG5_VARIANTS: [(char, u16); 10] = [
    ('•', 0xA145),
    ('､', 0xA14E),
    ('‾', 0xA1C2),
    ('∼', 0xA1E3),
    ('♁', 0xA1F2),
    ('☉', 0xA1F3),
    ('＼', 0xA242),
    ('¥', 0xA244),
    ('¢', 0xA246),
    ('£', 0xA247),
];
/// What browsers show for the pairs by which older writers of Big5 wrote ／ and ＼.
const BIG5_SLASHES: [(char, char); 2] = [('∕', '／'), ('﹨', '＼')];

/// So many bytes say whether a charset wrote them.
const HEAD: usize = 40;

/// For each character its pair, or its byte, or 0; those of Big5 go beyond the basic plane.
///
/// A pair of EUC-JP whose second byte is ASCII stands for three: [`SHIFT`], and the pair with the
/// second byte's high bit set.
type Table = Vec<u16>;

/// The byte of EUC-JP before a pair of its supplement, JIS X 0212.
const SHIFT: u8 = 0x8F;

/// The bytes of a text in a charset; none if it lacks a character. `for_` is how they are read.
pub fn write(text: &str, charset: Charset, for_: Charset) -> Option<Vec<u8>> {
    let table = table(charset)?;
    let mut bytes = Vec::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c.is_ascii() {
            bytes.push(c as u8);
            continue;
        }
        let code = match table.get(c as usize) {
            None | Some(0) => return None,
            Some(_) if c == '€' && charset == Charset::Gbk && for_ == Charset::Utf8 => {
                euro(&bytes, chars.clone().next(), table)
            }
            Some(code) => *code,
        };
        match code.to_be_bytes() {
            [0, byte] => bytes.push(byte),
            [lead, trail @ ..0x80] if charset == Charset::EucJp => {
                bytes.extend([SHIFT, lead, trail | 0x80]);
            }
            pair => bytes.extend(pair),
        }
    }
    Some(bytes)
}

/// The first bytes of a text from its first character beyond ASCII on.
pub struct Head {
    bytes: [u8; HEAD],
    size: usize,
}

impl Head {
    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.size).unwrap_or_default()
    }

    fn push(&mut self, byte: u8) {
        if let Some(slot) = self.bytes.get_mut(self.size) {
            *slot = byte;
            self.size += 1;
        }
    }
}

/// The first bytes of a text in a charset; none if it lacks one of their characters.
pub fn write_head(text: &str, charset: Charset) -> Option<Head> {
    let table = table(charset)?;
    let mut head = Head { bytes: [0; HEAD], size: 0 };
    let wide = text.bytes().position(|byte| !byte.is_ascii())?;
    for c in text.get(wide..)?.chars() {
        // Which bytes `€` was depends on the reader.
        if head.size + 3 > HEAD || (c == '€' && charset == Charset::Gbk) {
            break;
        }
        if c.is_ascii() {
            head.push(c as u8);
            continue;
        }
        match table.get(c as usize).map_or([0, 0], |code| code.to_be_bytes()) {
            [0, 0] => return None,
            [0, byte] => head.push(byte),
            [lead, trail @ ..0x80] if charset == Charset::EucJp => {
                [SHIFT, lead, trail | 0x80].into_iter().for_each(|byte| head.push(byte));
            }
            [lead, trail] => {
                head.push(lead);
                head.push(trail);
            }
        }
    }
    Some(head)
}

/// Whether text in a charset may begin so; the last character may be cut short.
pub fn begins(bytes: &[u8], charset: Charset) -> bool {
    let is_pair = match charset {
        Charset::Gbk => |lead, trail| gbk().char(lead, trail).is_some(),
        Charset::Big5 => is_big5,
        _ => return std::str::from_utf8(bytes).err().is_none_or(|err| err.error_len().is_none()),
    };
    let mut rest = bytes;
    loop {
        rest = match rest {
            [] | [_] => return true,
            [byte, tail @ ..] if byte.is_ascii() => tail,
            [lead, trail, tail @ ..] if is_pair(*lead, *trail) => tail,
            _ => return false,
        };
    }
}

/// Whether a pair of bytes is Big5, the few that are a letter and its accent included.
fn is_big5(lead: u8, trail: u8) -> bool {
    static BITS: OnceLock<Vec<u64>> = OnceLock::new();
    let bits = BITS.get_or_init(|| {
        let mut bits = vec![0; 1 << 10];
        for pair in 0x8100..=0xFEFF_u16 {
            let bytes = pair.to_be_bytes();
            let text = BIG5.decode_without_bom_handling_and_without_replacement(&bytes);
            if let Some(word) = bits.get_mut(usize::from(pair / 64)).filter(|_| text.is_some()) {
                *word |= 1 << (pair % 64);
            }
        }
        bits
    });
    let pair = u16::from_be_bytes([lead, trail]);
    bits.get(usize::from(pair / 64)).is_some_and(|word| word >> (pair % 64) & 1 == 1)
}

/// The code of a character in GBK; none if it lacks the character.
pub fn gbk_code(c: char) -> Option<u16> {
    if c.is_ascii() { Some(c as u16) } else { code(c, Charset::Gbk) }
}

/// What a charset writes for a character beyond ASCII, as in its [`Table`]; none if it lacks it.
pub fn code(c: char, charset: Charset) -> Option<u16> {
    table(charset)?.get(c as usize).copied().filter(|code| *code != 0)
}

/// The one character that a pair of GBK or Big5 is.
pub fn pair_char(pair: u16, charset: Charset) -> Option<char> {
    let [lead, trail] = pair.to_be_bytes();
    match charset {
        Charset::Gbk => gbk().char(lead, trail),
        Charset::Big5 => big5_chars().get(usize::from(pair)).copied().filter(|c| *c != '\0'),
        _ => None,
    }
}

/// For each pair of Big5 its character, or NUL.
fn big5_chars() -> &'static [char] {
    static CHARS: OnceLock<Vec<char>> = OnceLock::new();
    CHARS.get_or_init(|| {
        let slash = |c: char| {
            BIG5_SLASHES.iter().find(|(shown, _)| *shown == c).map_or(c, |(_, meant)| *meant)
        };
        (0..=0xFFFF)
            .map(|pair| if pair < 0x8140 { None } else { char_of(BIG5, pair) })
            .map(|c| c.map_or('\0', slash))
            .collect()
    })
}

/// Two codes of GBK are `€`; in UTF-8 A2 E3 ends one character and begins the next.
fn euro(before: &[u8], next: Option<char>, table: &[u16]) -> u16 {
    let needs_one =
        matches!(before, [.., 0xE0..=0xEF, 0x80..=0xBF]) || matches!(before, [.., 0xC2..=0xDF]);
    let lead = next.and_then(|c| table.get(c as usize)).map_or(0, |code| code >> 8);
    if needs_one && (0x81..=0xBF).contains(&lead) { 0xA2E3 } else { 0x80 }
}

/// The text of bytes in a charset; none if they are none.
pub fn read(bytes: &[u8], charset: Charset) -> Option<String> {
    match charset {
        Charset::Utf8 => std::str::from_utf8(bytes).ok().map(str::to_owned),
        Charset::Gbk => read_gbk(bytes),
        Charset::Big5 => read_big5(bytes),
        _ => None,
    }
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

/// The slashes are full-width, whoever wrote them: the signs of mathematics stand in no prose.
fn read_big5(bytes: &[u8]) -> Option<String> {
    let mut text = BIG5.decode_without_bom_handling_and_without_replacement(bytes)?.into_owned();
    for (shown, meant) in BIG5_SLASHES {
        if text.contains(shown) {
            text = text.replace(shown, meant.encode_utf8(&mut [0; 4]));
        }
    }
    Some(text)
}

fn table(charset: Charset) -> Option<&'static Table> {
    static TABLES: [OnceLock<Table>; 6] = [const { OnceLock::new() }; 6];
    let (place, build): (usize, fn() -> Table) = match charset {
        Charset::Utf8 => return None,
        Charset::Gbk => (0, gbk_table),
        Charset::Big5 => (1, big5_table),
        Charset::Latin => (2, latin_table),
        Charset::ShiftJis => (3, shift_jis_table),
        Charset::EucJp => (4, euc_jp_table),
        Charset::EucKr => (5, || decoded(EUC_KR, 0x8141..=0xFEFE)),
    };
    TABLES.get(place).map(|table| table.get_or_init(build))
}

fn gbk_table() -> Table {
    let mut table: Table = vec![0; 1 << 16];
    for (code, slot) in (0..).zip(table.iter_mut()) {
        let pair = char::from_u32(code).filter(|c| !c.is_ascii()).and_then(|c| gbk().pair(c));
        *slot = pair.map_or(0, |(lead, trail)| u16::from_be_bytes([lead, trail]));
    }
    for (c, pair) in GBK_VARIANTS {
        set(&mut table, u32::from(c), pair);
    }
    table
}

fn big5_table() -> Table {
    let mut table = vec![0; 0x3_0000];
    fill(&mut table, BIG5, 0xA140..=0xFEFE);
    fill(&mut table, BIG5, 0x8740..=0xA0FE);
    for pair in (0xA140..=0xFEFE_u16).rev() {
        if let Some(c) = char_of(BIG5, pair).filter(|c| BIG5_LAST.contains(*c)) {
            let is_later = table.get(c as usize).is_some_and(|first| *first < pair);
            if is_later {
                set(&mut table, u32::from(c), pair);
            }
        }
    }
    for (c, pair) in BIG5_VARIANTS {
        if table.get(c as usize) == Some(&0) {
            set(&mut table, u32::from(c), pair);
        }
    }
    table
}

fn latin_table() -> Table {
    let mut table: Table = (0..=0xFFFF).map(|code| if code < 0x100 { code } else { 0 }).collect();
    for byte in 0x80..0xA0_u8 {
        let bytes = [byte];
        let (text, _) = WINDOWS_1252.decode_without_bom_handling(&bytes);
        if let Some(c) = text.chars().next() {
            set(&mut table, u32::from(c), u16::from(byte));
        }
    }
    table
}

/// With user-defined pairs, and the bytes that Windows shows as private-use characters.
fn shift_jis_table() -> Table {
    let mut table = decoded(SHIFT_JIS, 0x8140..=0xFCFC);
    for (c, pair) in JAPANESE_VARIANTS {
        let [row, cell] = pair.to_be_bytes().map(|byte| u16::from(byte) - 0xA0);
        let trail = if row % 2 == 1 { cell + 0x3F + u16::from(cell > 63) } else { cell + 0x9E };
        set(&mut table, u32::from(c), (row.div_ceil(2) + 0x80) << 8 | trail);
    }
    for byte in 0xA1..=0xDF_u8 {
        set(&mut table, 0xFF61 + u32::from(byte) - 0xA1, u16::from(byte));
    }
    let windows = [(0x80, 0x80), (0xA0, 0xA0), (0xF8F0, 0xA0), (0xF8F1, 0xFD), (0xF8F2, 0xFE)];
    for (code, byte) in windows {
        set(&mut table, code, byte);
    }
    table
}

fn euc_jp_table() -> Table {
    let mut table = decoded(EUC_JP, 0xA1A1..=0xFEFE);
    for (c, pair) in JAPANESE_VARIANTS {
        set(&mut table, u32::from(c), pair);
    }
    for byte in 0xA1..=0xDF_u8 {
        set(&mut table, 0xFF61 + u32::from(byte) - 0xA1, 0x8E00 | u16::from(byte));
    }
    for pair in 0xA1A1..=0xFEFE_u16 {
        let [lead, trail] = pair.to_be_bytes();
        let bytes = [SHIFT, lead, trail];
        let text = EUC_JP.decode_without_bom_handling_and_without_replacement(&bytes);
        let c = text.and_then(|text| text.chars().next()).filter(|c| !c.is_ascii());
        if let Some(slot) = c.and_then(|c| table.get_mut(c as usize)).filter(|slot| **slot == 0) {
            *slot = pair & 0xFF7F;
        }
    }
    table
}

fn set(table: &mut Table, code: u32, value: u16) {
    if let Some(slot) = table.get_mut(code as usize) {
        *slot = value;
    }
}

/// The table of what a decoder reads, the first pair where two are the same character.
fn decoded(encoding: &'static Encoding, pairs: std::ops::RangeInclusive<u16>) -> Table {
    let mut table = vec![0; 1 << 16];
    fill(&mut table, encoding, pairs);
    table
}

fn fill(table: &mut Table, encoding: &'static Encoding, pairs: std::ops::RangeInclusive<u16>) {
    for pair in pairs {
        if let Some(slot) = char_of(encoding, pair).and_then(|c| table.get_mut(c as usize)) {
            *slot = if *slot == 0 { pair } else { *slot };
        }
    }
}

/// The one character beyond ASCII that two bytes are.
fn char_of(encoding: &'static Encoding, pair: u16) -> Option<char> {
    let bytes = pair.to_be_bytes();
    let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes)?;
    let mut chars = text.chars();
    chars.next().filter(|c| !c.is_ascii() && chars.next().is_none())
}
