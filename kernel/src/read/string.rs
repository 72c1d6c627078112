//! JSON strings: from the raw form between quotes to text.

use std::borrow::Cow;

/// The text of a raw JSON string (`raw` with its quotes), or `None` if `raw` is not a string.
///
/// `raw` must have passed a JSON parser. An unpaired surrogate (`\ud800`, half of a character cut by
/// a program that counts UTF-16) becomes U+FFFD. Borrows where nothing is escaped: one scan at
/// memory speed.
///
/// ```
/// use lianjin_kernel::read::string::text;
/// assert_eq!(text(r#""\u4e2d\ud83d\ude00\ud83d""#).as_deref(), Some("中😀\u{fffd}"));
/// assert_eq!(text("12"), None);
/// ```
pub fn text(raw: &str) -> Option<Cow<'_, str>> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    let Some(mut backslash) = memchr::memchr(b'\\', inner.as_bytes()) else {
        return Some(Cow::Borrowed(inner));
    };
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    loop {
        text.push_str(rest.get(..backslash).unwrap_or_default());
        let (character, after) = unescape(rest.get(backslash..).unwrap_or_default());
        text.push(character);
        rest = after;
        match memchr::memchr(b'\\', rest.as_bytes()) {
            Some(next) => backslash = next,
            None => break,
        }
    }
    text.push_str(rest);
    Some(Cow::Owned(text))
}

/// The character of the escape that `rest` starts with, and what follows it.
fn unescape(rest: &str) -> (char, &str) {
    let plain = match rest.as_bytes().get(1) {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unescape_unit(rest),
        Some(other) => char::from(*other),
        None => char::REPLACEMENT_CHARACTER,
    };
    (plain, rest.get(2..).unwrap_or_default())
}

/// As `unescape`, for `\uXXXX` and pairs of them.
fn unescape_unit(rest: &str) -> (char, &str) {
    let after = rest.get(6..).unwrap_or_default();
    let Some(high) = unit(rest) else { return (char::REPLACEMENT_CHARACTER, after) };
    if let Some(character) = char::from_u32(high) {
        return (character, after);
    }
    match unit(after) {
        Some(low @ 0xdc00..=0xdfff) if high < 0xdc00 => {
            let code = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
            let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            (character, after.get(6..).unwrap_or_default())
        }
        _ => (char::REPLACEMENT_CHARACTER, after),
    }
}

/// The UTF-16 unit of a `\uXXXX` that `rest` starts with.
fn unit(rest: &str) -> Option<u32> {
    u32::from_str_radix(rest.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::text;
    use proptest::prelude::*;

    #[test]
    fn unpaired_surrogates_become_the_replacement_character() {
        for (raw, expected) in [
            (r#""\ud800""#, "\u{fffd}"),
            (r#""\udc00a""#, "\u{fffd}a"),
            (r#""\ud800\ud800\udc00""#, "\u{fffd}\u{10000}"),
            (r#""\ud800\n""#, "\u{fffd}\n"),
            (r#""\u0000\/\"\\""#, "\0/\"\\"),
        ] {
            assert_eq!(text(raw).unwrap(), expected, "{raw}");
        }
    }

    proptest! {
        #[test]
        fn every_string_comes_back_from_its_raw_form(original in ".*") {
            let raw = serde_json::to_string(&original).unwrap();
            prop_assert_eq!(text(&raw).unwrap(), original);
        }
    }
}
