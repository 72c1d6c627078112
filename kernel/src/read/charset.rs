//! Charset detection: bytes of unknown encoding into text.
//!
//! UTF-8 is checked first, at memory speed. Then come byte order marks, UTF-16 and UTF-32 by their
//! NULs, and chardetng's statistics (Firefox's detector) for the rest, to which EUC-TW is added. What
//! a page or its server declares decides only where the bytes leave it open.

use super::cns;
use super::object::Problem;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// Bytes beyond ASCII from which statistics outweigh a declaration.
const TELLING_BYTES: usize = 64;
/// How much of a page is searched for a declaration, as browsers do.
const DECLARATION_BYTES: usize = 1024;
/// How much is shown to the detector: statistics do not improve beyond.
const DETECTED_BYTES: usize = 1 << 20;

/// Text, and how it was decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// Without a byte order mark.
    pub text: Cow<'a, str>,
    /// The name by the WHATWG standard in lower case (`gb18030`, `big5`, `shift_jis`), `utf-32le` or
    /// `euc-tw`.
    pub charset: &'static str,
    /// Sequences that stand for no character and became U+FFFD.
    pub replaced: usize,
}

/// The text of `bytes`, or why they are none (`undecodable`).
///
/// `hint`: a charset that the server declares; without one a declaration in the first kilobyte
/// counts (`<meta charset>`, `<?xml encoding>`). A hint never wins over bytes that contradict it;
/// it does over short UTF-8 that pairs of bytes may be as well.
/// Damaged text is decoded as far as it goes; bytes are refused if more than a tenth of the
/// characters would be U+FFFD, or a fiftieth (two at least) control characters. O(n): UTF-8 is borrowed after one
/// check at over 5 GB/s, other encodings take about 100 MB/s. Memory: the text.
///
/// # Errors
/// The bytes are no text.
pub fn decode<'a>(bytes: &'a [u8], hint: Option<&str>) -> Result<Decoded<'a>, Problem> {
    let utf8 = simdutf8::basic::from_utf8(bytes);
    if let Some(decoded) = marked(bytes).or_else(|| wide(bytes, utf8.is_ok())) {
        return checked(decoded);
    }
    if let Ok(text) = utf8 {
        if let Some(encoding) = hint.and_then(of_pairs)
            && is_of_pairs(bytes)
        {
            let decoded = by(encoding, bytes);
            if decoded.replaced == 0 {
                return checked(decoded);
            }
        }
        // ISO-2022-JP is ASCII with escapes; only its escapes tell it from UTF-8.
        if memchr::memmem::find(bytes, b"\x1b$").is_none() {
            return checked(Decoded { text: text.into(), charset: "utf-8", replaced: 0 });
        }
    } else if is_damaged_utf8(bytes) {
        return checked(by(UTF_8, bytes));
    }
    let encoding = chosen(bytes, hint);
    let decoded = by(encoding, bytes);
    if !encoding.is_single_byte()
        && let Some(text) = cns::decode(bytes, &decoded.text)
    {
        return checked(Decoded { text: text.into(), charset: "euc-tw", replaced: 0 });
    }
    checked(decoded)
}

/// The encoding of many short records that are not all UTF-8: one of several bytes a character that
/// the statistics see, else UTF-8. Encodings of one byte accept anything and would hide the damage.
pub(super) fn seen(bytes: &[u8]) -> &'static Encoding {
    let beyond_ascii = bytes.iter().filter(|byte| !byte.is_ascii()).take(16).count();
    if beyond_ascii < 16 || is_damaged_utf8(bytes) {
        return UTF_8;
    }
    let seen = chosen(bytes, None);
    if seen.is_single_byte() { UTF_8 } else { seen }
}

/// Decodes by a byte order mark.
fn marked(bytes: &[u8]) -> Option<Decoded<'_>> {
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe\0\0") {
        return Some(utf32(rest, u32::from_le_bytes, "utf-32le"));
    }
    if let Some(rest) = bytes.strip_prefix(b"\0\0\xfe\xff") {
        return Some(utf32(rest, u32::from_be_bytes, "utf-32be"));
    }
    let (encoding, length) = Encoding::for_bom(bytes)?;
    Some(by(encoding, bytes.get(length..).unwrap_or_default()))
}

/// A declared encoding of pairs of bytes.
fn of_pairs(label: &str) -> Option<&'static Encoding> {
    let declared = Encoding::for_label(label.trim().as_bytes())?;
    [GBK, GB18030, BIG5, EUC_JP, EUC_KR].into_iter().find(|encoding| *encoding == declared)
}

/// Whether what lies beyond ASCII in valid UTF-8 is short and may as well be pairs: `一` in GBK is
/// `һ` in UTF-8.
///
/// Three bytes to a character are UTF-8, and so are the letters and signs of Latin-1.
fn is_of_pairs(bytes: &[u8]) -> bool {
    let mut beyond = bytes.iter().filter(|byte| !byte.is_ascii()).peekable();
    if beyond.peek().is_none() || beyond.clone().nth(TELLING_BYTES).is_some() {
        return false;
    }
    beyond.all(|byte| matches!(byte, 0x80..0xC0 | 0xC4..0xE0))
}

/// Decodes UTF-16 and UTF-32 without a mark: NULs stand at every second or fourth place.
///
/// What is UTF-8 as well has to be full of them: one in a text is a slip.
fn wide(bytes: &[u8], is_utf8: bool) -> Option<Decoded<'_>> {
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    memchr::memchr(0, head)?;
    if is_utf8 && memchr::memchr_iter(0, head).count() * 4 <= head.len() {
        return None;
    }
    let mut nulls = [0usize; 4];
    for (index, _) in head.iter().enumerate().filter(|(_, byte)| **byte == 0) {
        if let Some(count) = nulls.get_mut(index % 4) {
            *count += 1;
        }
    }
    let quads = (head.len() / 4).max(1);
    let [first, second, third, fourth] = nulls;
    let is_quad = bytes.len().is_multiple_of(4);
    if is_quad && third + fourth >= 2 * quads - quads / 8 {
        return sound(utf32(bytes, u32::from_le_bytes, "utf-32le"));
    }
    if is_quad && first + second >= 2 * quads - quads / 8 {
        return sound(utf32(bytes, u32::from_be_bytes, "utf-32be"));
    }
    // One ASCII character in 50 is enough, and the other half of the bytes has next to none.
    let (even, odd) = (first + third, second + fourth);
    let encoding = if odd * 25 >= quads && odd > 8 * even {
        UTF_16LE
    } else if even * 25 >= quads && even > 8 * odd {
        UTF_16BE
    } else {
        return None;
    };
    sound(by(encoding, bytes))
}

fn sound(decoded: Decoded<'_>) -> Option<Decoded<'_>> {
    (decoded.replaced == 0).then_some(decoded)
}

fn utf32<'a>(bytes: &[u8], unit: impl Fn([u8; 4]) -> u32, charset: &'static str) -> Decoded<'a> {
    let (mut text, mut replaced) = (String::with_capacity(bytes.len() / 2), 0);
    for quad in bytes.chunks(4) {
        let character = quad.try_into().ok().and_then(|quad| char::from_u32(unit(quad)));
        replaced += usize::from(character.is_none());
        text.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    Decoded { text: text.into(), charset, replaced }
}

/// The text of `bytes` in this encoding, whatever they are.
pub(super) fn by<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Decoded<'a> {
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    let replaced = if had_errors { text.matches(char::REPLACEMENT_CHARACTER).count() } else { 0 };
    Decoded { text, charset: name(encoding), replaced }
}

/// The name of an encoding in the `charset` column.
pub(super) fn name(encoding: &'static Encoding) -> &'static str {
    // Browsers decode both by one table; the larger name is the true one.
    const NAMES: &[(&str, &str)] = &[
        ("Big5", "big5"),
        ("EUC-JP", "euc-jp"),
        ("EUC-KR", "euc-kr"),
        ("GBK", "gb18030"),
        ("IBM866", "ibm866"),
        ("ISO-2022-JP", "iso-2022-jp"),
        ("ISO-8859-2", "iso-8859-2"),
        ("ISO-8859-5", "iso-8859-5"),
        ("ISO-8859-6", "iso-8859-6"),
        ("ISO-8859-7", "iso-8859-7"),
        ("ISO-8859-8", "iso-8859-8"),
        ("KOI8-R", "koi8-r"),
        ("KOI8-U", "koi8-u"),
        ("Shift_JIS", "shift_jis"),
        ("UTF-16BE", "utf-16be"),
        ("UTF-16LE", "utf-16le"),
        ("UTF-8", "utf-8"),
    ];
    let given = encoding.name();
    NAMES.iter().find(|(name, _)| *name == given).map_or(given, |(_, lower)| lower)
}

/// UTF-8 with a few bad bytes: most of what lies beyond ASCII is well formed.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|character| !character.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    let cut_at_end = std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none());
    good >= 4 * bad || (cut_at_end && good > 0)
}

/// The encoding that the statistics see, or the declared one where they leave it open.
fn chosen(bytes: &[u8], hint: Option<&str>) -> &'static Encoding {
    let shown = bytes.get(..bytes.len().min(DETECTED_BYTES)).unwrap_or_default();
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(shown, true);
    let seen = detector.guess(None, Utf8Detection::Deny);
    let declared = hint
        .and_then(|label| Encoding::for_label(label.trim().as_bytes()))
        .or_else(|| Encoding::for_label(declaration(bytes)?));
    let Some(declared) = declared else { return seen };
    if !declared.is_ascii_compatible() || declared == UTF_8 || by(declared, bytes).replaced > 0 {
        return seen;
    }
    let is_telling = shown.iter().filter(|byte| !byte.is_ascii()).nth(TELLING_BYTES).is_some();
    let agree = declared.is_single_byte() && seen.is_single_byte();
    if agree || !is_telling { declared } else { seen }
}

/// The label of `charset=` or `encoding=` in the first kilobyte.
fn declaration(bytes: &[u8]) -> Option<&[u8]> {
    let head = bytes.get(..bytes.len().min(DECLARATION_BYTES))?;
    let lower = head.to_ascii_lowercase();
    let after = ["charset=", "encoding="]
        .iter()
        .find_map(|word| memchr::memmem::find(&lower, word.as_bytes()).map(|at| at + word.len()))?;
    let rest = head.get(after..)?;
    let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
    let is_label = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_:".contains(byte);
    rest.get(..rest.iter().take_while(|byte| is_label(byte)).count())
}

/// Refuses what is no text: too much of it stands for no character, or for control characters.
fn checked(decoded: Decoded<'_>) -> Result<Decoded<'_>, Problem> {
    let controls = decoded.text.bytes().filter(|byte| is_control(*byte)).count();
    if controls == 0 && decoded.replaced == 0 {
        return Ok(decoded);
    }
    let characters = decoded.text.chars().count();
    let Decoded { charset, replaced, .. } = decoded;
    let is_full_of_controls = controls > 1 && controls * 50 > characters;
    if is_full_of_controls || replaced * 10 > characters {
        return Err(Problem::new(
            "undecodable",
            format!(
                "no charset gives a text; the best, {charset}, leaves {replaced} bad sequences \
                 and {controls} control characters in {characters}"
            ),
            format!(
                "任何字符集都读不出文本；最接近的 {charset} 在 {characters} 个字符中\
                 仍有 {replaced} 处坏字节和 {controls} 个控制字符"
            ),
        ));
    }
    Ok(decoded)
}

fn is_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | 0xb | 0xc | b'\r' | 0x1a..=0x1f)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use encoding_rs::SHIFT_JIS;
    use proptest::prelude::*;

    const CHINESE: &str = "今天的新闻说，上海的天气很好，人们都到公园里去了。这是一段普通的话，\
        没有什么特别的地方，只是为了试一试编码能不能看出来。";
    const TRADITIONAL: &str = "今天的新聞說，臺北的天氣很好，人們都到公園裡去了。這是一段普通的話，\
        沒有什麼特別的地方，只是為了試一試編碼能不能看出來。";
    const JAPANESE: &str = "今日のニュースによると、東京の天気はとてもよく、人々は公園に出かけました。\
        これは普通の文章で、特別なところはありません。";

    fn found(bytes: &[u8]) -> (String, &'static str, usize) {
        let decoded = decode(bytes, None).unwrap();
        (decoded.text.into_owned(), decoded.charset, decoded.replaced)
    }

    #[test]
    fn the_encodings_of_chinese_and_japanese_are_told_apart() {
        for (text, encoding, name) in [
            (CHINESE, GB18030, "gb18030"),
            (TRADITIONAL, BIG5, "big5"),
            (JAPANESE, EUC_JP, "euc-jp"),
            (JAPANESE, SHIFT_JIS, "shift_jis"),
            (CHINESE, UTF_8, "utf-8"),
        ] {
            let (bytes, _, _) = encoding.encode(text);
            assert_eq!(found(&bytes), (text.to_owned(), name, 0));
        }
    }

    #[test]
    fn wide_encodings_are_told_with_and_without_their_mark() {
        let text = "天气 weather\n很好。";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let wide: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        for (mark, bytes, name) in [
            (&b""[..], &little, "utf-16le"),
            (b"\xff\xfe", &little, "utf-16le"),
            (b"", &big, "utf-16be"),
            (b"\xfe\xff", &big, "utf-16be"),
            (b"", &wide, "utf-32le"),
            (b"\xff\xfe\0\0", &wide, "utf-32le"),
        ] {
            let marked = [mark, bytes].concat();
            assert_eq!(found(&marked), (text.to_owned(), name, 0), "{mark:?}");
        }
    }

    #[test]
    fn a_declaration_decides_only_where_the_bytes_leave_it_open() {
        let (bytes, _, _) = GB18030.encode("天气");
        assert_eq!(decode(&bytes, Some("gb2312")).unwrap().text, "天气");
        let (bytes, _, _) = GB18030.encode(CHINESE);
        for wrong in ["utf-8", "big5", "shift_jis", "iso-8859-1", "no-such"] {
            assert_eq!(decode(&bytes, Some(wrong)).unwrap().text, CHINESE, "{wrong}");
        }
    }

    #[test]
    fn short_utf8_that_may_be_pairs_follows_its_declaration() {
        for (bytes, hint, text, charset) in [
            (&b"\xd2\xbb"[..], Some("gbk"), "一", "gb18030"),
            (b"\xd2\xbb", None, "\u{4bb}", "utf-8"),
            (b"\xd2\xbb", Some("iso-8859-1"), "\u{4bb}", "utf-8"),
            ("© 2005".as_bytes(), Some("gbk"), "© 2005", "utf-8"),
            ("中文网".as_bytes(), Some("gbk"), "中文网", "utf-8"),
        ] {
            let decoded = decode(bytes, hint).unwrap();
            assert_eq!((&*decoded.text, decoded.charset), (text, charset), "{hint:?}");
        }
    }

    #[test]
    fn a_nul_in_utf8_is_no_other_encoding() {
        for text in ["天气\0很好", "ab\0cde", "abc\0", "weather\0 report."] {
            assert_eq!(found(text.as_bytes()), (text.to_owned(), "utf-8", 0));
        }
    }

    #[test]
    fn bad_bytes_in_a_text_are_counted_and_the_text_goes_on() {
        let mut bytes = CHINESE.as_bytes().to_vec();
        bytes.insert(30, 0xff);
        let (text, charset, replaced) = found(&bytes);
        assert_eq!((charset, replaced), ("utf-8", 1));
        assert_eq!(text.replace('\u{fffd}', ""), CHINESE);
        let (encoded, _, _) = GB18030.encode(CHINESE);
        let mut bytes = encoded.into_owned();
        bytes.insert(30, 0xff);
        let (_, charset, replaced) = found(&bytes);
        assert_eq!((charset, replaced), ("gb18030", 1));
    }

    #[test]
    fn gb18030_keeps_its_extension_and_its_four_byte_characters() {
        let text = format!("{CHINESE}朱镕基、㐂、𠮷、€");
        let (bytes, _, unmappable) = GB18030.encode(&text);
        assert!(!unmappable);
        assert_eq!(found(&bytes), (text, "gb18030", 0));
    }

    #[test]
    fn binary_bytes_are_refused() {
        let noise: Vec<u8> =
            (0..4000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert_eq!(decode(&noise, None).unwrap_err().code, "undecodable");
        assert_eq!(
            decode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", None).unwrap_err().code,
            "undecodable"
        );
        assert_eq!(decode(b"", None).unwrap().text, "");
    }

    proptest! {
        #[test]
        fn any_bytes_are_text_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = decode(&bytes, None);
        }

        #[test]
        fn utf8_comes_back_as_it_was(text in "[ -~一-龥]{0,200}") {
            prop_assert_eq!(found(text.as_bytes()), (text, "utf-8", 0));
        }
    }
}
