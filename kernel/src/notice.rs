//! What a text says about itself: where it comes from, whose it is, under which licence, who made it.
//!
//! Read before any cleaning takes such lines away. Only the first and the last lines are looked at.

use crate::repair::trim_blank;
use aho_corasick::{AhoCorasick, AhoCorasickKind, packed};
use memchr::memmem;
use serde_json::{Map, Value};
use std::sync::LazyLock;

/// Lines (that are not blank) looked at from the start, and from the end.
const HEAD: usize = 12;
const TAIL: usize = 16;
/// Longer lines (bytes) are body.
const LONGEST: usize = 900;
/// Longest origin, copyright line and explicit label, in characters.
const ORIGIN: usize = 40;
const COPYRIGHT: usize = 160;
const LABEL: usize = 40;

/// The notices of a text; `None` where it says nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Notices {
    /// Who published it first.
    pub origin: Option<String>,
    /// The line that says whose it is.
    pub copyright: Option<String>,
    /// SPDX id, without a version where the text gives none.
    pub licence: Option<String>,
    /// The implicit label of GB 45438 as JSON, fields in the standard's order.
    pub aigc: Option<String>,
    /// `Some(true)` where a label, implicit or explicit, says that a machine wrote it.
    pub generated: Option<bool>,
}

/// Fields of the implicit label, GB 45438-2025, annex E.
const FIELDS: [&str; 7] = [
    "Label",
    "ContentProducer",
    "ProduceID",
    "ReservedCode1",
    "ContentPropagator",
    "PropagateID",
    "ReservedCode2",
];

/// The notices of `text`. Looks at 28 lines at most; about 1 µs where they hold nothing.
pub fn notices(text: &str) -> Notices {
    let lines = outer_lines(text);
    let mut notices = Notices { aigc: front_matter(text), ..Notices::default() };
    for line in &lines {
        if notices.aigc.is_none() {
            notices.aigc = inline_label(line);
        }
        if notices.origin.is_none() {
            notices.origin = origin(line);
        }
        if notices.copyright.is_none() {
            notices.copyright = copyright(line);
        }
        if notices.licence.is_none() {
            notices.licence = licence(line);
        }
        if notices.generated.is_none() && is_explicit_label(line) {
            notices.generated = Some(true);
        }
    }
    if notices.aigc.is_some() {
        notices.generated = Some(true);
    }
    notices
}

/// Those of the first and the last lines of the text that may tell something, trimmed, in order,
/// each once.
fn outer_lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let (mut rest, mut n) = (text, 0);
    while n < HEAD && !rest.is_empty() {
        // `split_once` of the standard library looks at one byte after the other.
        let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        n += usize::from(push(&mut lines, rest.get(..end).unwrap_or_default()));
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    let (mut tail, mut n) = (Vec::new(), 0);
    while n < TAIL && !rest.is_empty() {
        let start = memchr::memrchr(b'\n', rest.as_bytes());
        let line = rest.get(start.map_or(0, |at| at + 1)..).unwrap_or_default();
        n += usize::from(push(&mut tail, line));
        rest = rest.get(..start.unwrap_or(0)).unwrap_or_default();
    }
    lines.extend(tail.into_iter().rev());
    lines
}

/// What every line has that tells anything, whatever the case of its ASCII letters.
struct Cues {
    /// Those without ASCII letters; `None` where the processor has no such search.
    plain: Option<packed::Searcher>,
    /// The others, or all of them.
    cased: Option<AhoCorasick>,
}

static CUES: LazyLock<Cues> = LazyLock::new(|| {
    let licences = LICENCES.iter().map(|(name, _)| name);
    let words = NAMED.iter().chain(&TOLD).chain(&CLAIMS).chain(licences).chain(&COMMONS);
    let words = words.chain(&MADE).chain(&["AIGC", "generated"]).copied();
    let (cased, plain): (Vec<&str>, Vec<&str>) =
        words.filter(|word| !has_sign(word)).partition(|word| has_letter(word));
    let searcher = packed::Searcher::new(&plain);
    let rest = if searcher.is_some() { Vec::new() } else { plain };
    let cased = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(cased.into_iter().chain(rest))
        .ok();
    Cues { plain: searcher, cased }
});

/// Whether the line is worth a look; 2 GB/s, and 0.5 GB/s of lines with ASCII letters.
fn may_tell(line: &str) -> bool {
    let Cues { plain, cased } = &*CUES;
    if has_sign(line) || plain.as_ref().is_some_and(|plain| plain.find(line).is_some()) {
        return true;
    }
    // All of the others begin with a letter: what stands before the first one need not be asked.
    let is_letter = |c: u8| c.is_ascii_alphabetic();
    let asked = match plain {
        None => line.as_bytes(),
        Some(_) if !has_letter(line) => return false,
        Some(_) => {
            let start = line.bytes().position(is_letter).unwrap_or(0);
            line.as_bytes().get(start..).unwrap_or_default()
        }
    };
    cased.as_ref().is_none_or(|cased| cased.is_match(asked))
}

/// The sign is asked for on its own: the search for the others begins by their first four bytes.
fn has_sign(line: &str) -> bool {
    // `contains` would look for the character's last byte, which Chinese text is full of.
    let bytes = line.as_bytes();
    memchr::memchr_iter(0xC2, bytes).any(|at| bytes.get(at + 1) == Some(&0xA9))
}

fn has_letter(text: &str) -> bool {
    // Without a way out, so that the loop runs in vector registers.
    text.bytes().fold(false, |has, byte| has | byte.is_ascii_alphabetic())
}

/// Adds the line if it may tell something; whether it is not blank.
fn push<'a>(lines: &mut Vec<&'a str>, line: &'a str) -> bool {
    let line = trim_blank(line);
    if !line.is_empty() && line.len() <= LONGEST && may_tell(line) {
        lines.push(line);
    }
    !line.is_empty()
}

/// The `AIGC` mapping of a YAML front matter.
fn front_matter(text: &str) -> Option<String> {
    let body = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n"))?;
    let mut lines = body.split('\n').take(60).take_while(|line| trim_blank(line) != "---");
    let head = lines.find(|line| line.starts_with("AIGC:"))?;
    if let Some(label) = inline_label(head) {
        return Some(label);
    }
    let mut object = Map::new();
    for line in lines.take_while(|line| line.starts_with([' ', '\t'])) {
        let (name, value) = line.split_once(':')?;
        let value = trim_blank(value).trim_matches(['"', '\'']);
        object.insert(trim_blank(name).to_owned(), Value::String(value.to_owned()));
    }
    written(&object)
}

/// `AIGC: {…}`, as JSON, also inside a quoted string or a comment.
fn inline_label(line: &str) -> Option<String> {
    let at = memmem::find(line.as_bytes(), b"AIGC")?;
    let rest = line.get(at + 4..)?.trim_start_matches(['"', '\'', ' ']);
    let rest = rest.strip_prefix([':', '='])?.trim_start_matches(['"', '\'', ' ']);
    let object = rest.get(..rest.find('}')? + 1).filter(|part| part.starts_with('{'))?;
    let value: Value = serde_json::from_str(&object.replace("\\\"", "\"")).ok()?;
    written(value.as_object()?)
}

/// The label as JSON, if it is one: known fields with text, and a `Label` of 1, 2 or 3.
fn written(object: &Map<String, Value>) -> Option<String> {
    let known = object.iter().all(|(name, value)| {
        FIELDS.contains(&name.as_str())
            && value.as_str().is_some_and(|text| !text.chars().any(char::is_control))
    });
    let label = object.get("Label").and_then(Value::as_str)?;
    if !known || !matches!(label, "1" | "2" | "3") {
        return None;
    }
    let fields: Vec<String> = FIELDS
        .iter()
        .filter_map(|name| object.get(*name).map(|value| format!("\"{name}\":{value}")))
        .collect();
    Some(format!("{{{}}}", fields.join(",")))
}

/// Labels before an origin; those of the second list need no colon.
const NAMED: [&str; 4] = ["来源", "來源", "Source", "source"];
const TOLD: [&str; 9] = [
    "本文来自",
    "本文來自",
    "本文转自",
    "本文轉自",
    "转载自",
    "轉載自",
    "转自",
    "轉自",
    "本文来源于",
];
/// What may stand before 来源 without changing what it is the origin of.
const WHOSE: [&str; 10] =
    ["文章", "稿件", "信息", "新闻", "新聞", "内容", "內容", "消息", "本文", "资讯"];

/// `来源：X`, `本文来自“X”`, `转载自X`, up to a blank, a mark or 40 characters.
fn origin(line: &str) -> Option<String> {
    for label in NAMED {
        let Some((before, after)) = line.split_once(label) else { continue };
        let before = WHOSE.iter().find_map(|who| before.strip_suffix(who)).unwrap_or(before);
        let free =
            before.chars().next_back().is_none_or(|c| !c.is_alphanumeric() || c.is_ascii_digit());
        if let Some(rest) = after.strip_prefix([':', '：'])
            && free
        {
            return name(rest);
        }
    }
    let rest = TOLD
        .iter()
        .find_map(|label| line.trim_start_matches(['(', '（', '[', '【']).strip_prefix(label))?;
    name(rest.trim_start_matches([':', '：']))
}

/// The name at the start of what follows a label.
fn name(rest: &str) -> Option<String> {
    let rest = trim_blank(rest).trim_start_matches(['“', '"', '《', '「', '[', '【']);
    let is_end = |c: char| c.is_whitespace() || "|｜,，。;；)）]】”\"》」<>、!！?？".contains(c);
    let name = rest.split(is_end).next().unwrap_or_default();
    let length = name.chars().count();
    (1..=ORIGIN).contains(&length).then(|| name.to_owned())
}

const CLAIMS: [&str; 9] = [
    "版权所有",
    "版權所有",
    "©",
    "Copyright",
    "COPYRIGHT",
    "版权归",
    "版權歸",
    "著作权归",
    "All Rights Reserved",
];

/// The line, if it claims a copyright.
fn copyright(line: &str) -> Option<String> {
    let claimed = CLAIMS.iter().any(|claim| line.contains(claim));
    (claimed && line.chars().count() <= COPYRIGHT).then(|| line.to_owned())
}

/// Names of licences in a line, lower case, and their SPDX ids; the first that fits.
const LICENCES: [(&str, &str); 14] = [
    ("apache license, version 2.0", "Apache-2.0"),
    ("apache license 2.0", "Apache-2.0"),
    ("apache-2.0", "Apache-2.0"),
    ("apache 2.0", "Apache-2.0"),
    ("mit license", "MIT"),
    ("mit 许可证", "MIT"),
    ("cc0", "CC0-1.0"),
    ("mozilla public license", "MPL-2.0"),
    ("gnu free documentation license", "GFDL"),
    ("gnu自由文档许可证", "GFDL"),
    ("gnu 自由文档许可证", "GFDL"),
    ("gnu affero general public license", "AGPL"),
    ("gnu lesser general public license", "LGPL"),
    ("gnu general public license", "GPL"),
];

/// The licence a line names.
fn licence(line: &str) -> Option<String> {
    let lower = line.to_ascii_lowercase();
    creative_commons(&lower).or_else(|| {
        LICENCES.iter().find(|(name, _)| lower.contains(name)).map(|(_, id)| (*id).to_owned())
    })
}

/// How a Creative Commons licence begins, lower case.
const COMMONS: [&str; 8] =
    ["cc by", "cc-by", "licenses/by", "知识共享署名", "署名-", "署名—", "姓名標示-", "姓名标示-"];

/// `CC BY-NC-SA 4.0`, its address, or its Chinese name: `署名-非商业性使用-相同方式共享 4.0`.
fn creative_commons(lower: &str) -> Option<String> {
    let (at, start) = COMMONS.iter().find_map(|start| lower.find(start).map(|at| (at, start)))?;
    let rest: String = lower.get(at + start.len()..)?.chars().take(30).collect();
    let has = |parts: &[&str]| parts.iter().any(|part| rest.contains(part));
    let chinese = !start.is_ascii();
    let mut id = "CC-BY".to_owned();
    let mut conditions = 0;
    for (part, names) in [
        ("-NC", &["-nc", "非商业", "非商業"][..]),
        ("-ND", &["-nd", "禁止演绎", "禁止演繹", "禁止改作"][..]),
        ("-SA", &["-sa", "相同方式共享", "相同方式分享"][..]),
    ] {
        if has(names) {
            id.push_str(part);
            conditions += 1;
        }
    }
    if chinese && conditions == 0 {
        return None;
    }
    for version in ["4.0", "3.0", "2.5", "2.0", "1.0"] {
        if rest.contains(version) {
            id.push('-');
            id.push_str(version);
            break;
        }
    }
    Some(id)
}

const MAKERS: [&str; 14] = [
    "AI",
    "ai",
    "人工智能",
    "人工智慧",
    "大模型",
    "语言模型",
    "AIGC",
    "ChatGPT",
    "DeepSeek",
    "文心一言",
    "豆包",
    "通义",
    "Kimi",
    "机器人",
];
const MADE: [&str; 8] = ["生成", "合成", "创作", "創作", "撰写", "撰寫", "写作", "编写"];
const SUBJECTS: [&str; 22] = [
    "",
    "本文",
    "本内容",
    "本內容",
    "本文内容",
    "以上内容",
    "以下内容",
    "以上內容",
    "上述内容",
    "该内容",
    "此内容",
    "内容",
    "文章",
    "本文章",
    "全文",
    "部分内容",
    "本文部分内容",
    "回答",
    "以上回答",
    "该文",
    "本页面",
    "本页面内容",
];

/// `本文由AI生成`, `以上内容由人工智能辅助生成，请注意甄别`, `AI生成，仅供参考`.
fn is_explicit_label(line: &str) -> bool {
    if line.chars().count() > LABEL {
        return false;
    }
    let line =
        line.trim_start_matches(['(', '（', '[', '【', '*', '#', '>', ' ', '※', '注', ':', '：']);
    let lower = line.to_ascii_lowercase();
    if ["generated by ai", "ai-generated content", "this content was generated by ai"]
        .iter()
        .any(|label| lower.starts_with(label))
    {
        return true;
    }
    if let Some(rest) =
        ["AI生成", "AI 生成", "人工智能生成"].iter().find_map(|label| line.strip_prefix(label))
    {
        let rest = rest.strip_prefix("内容").unwrap_or(rest);
        return rest.is_empty() || rest.starts_with([',', '，', ')', '）', ']', '】', '。']);
    }
    let Some((subject, rest)) = line.split_once('由') else { return false };
    let Some((before, after)) = MAKERS.iter().find_map(|maker| rest.split_once(maker)) else {
        return false;
    };
    let made = MADE.iter().any(|made| {
        after.split_once(made).is_some_and(|(between, _)| between.chars().count() <= 8)
    });
    SUBJECTS.contains(&trim_blank(subject)) && before.chars().count() <= 8 && made
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "昨夜的雨下到天亮，河边的老槐树落了一地白花。";

    #[test]
    fn every_cue_opens_the_gate_in_any_case() {
        let licences = LICENCES.iter().map(|(name, _)| name);
        for cue in NAMED.iter().chain(&TOLD).chain(&CLAIMS).chain(licences).chain(&COMMONS) {
            assert!(may_tell(&format!("{BODY}{}{BODY}", cue.to_ascii_uppercase())), "{cue}");
        }
        assert!(!may_tell(BODY) && !may_tell("nothing told here"));
    }

    #[test]
    fn an_empty_text_says_nothing() {
        assert_eq!(notices(""), Notices::default());
        assert_eq!(notices(BODY), Notices::default());
    }

    #[test]
    fn the_implicit_label_is_read_in_both_forms() {
        let wanted = Some(r#"{"Label":"1","ContentProducer":"河声","ProduceID":"7"}"#.to_owned());
        let inline = format!(
            "---\ntitle: 雨\nAIGC: {{\"ProduceID\":\"7\",\"Label\":\"1\",\"ContentProducer\":\"河声\"}}\n---\n{BODY}"
        );
        let nested = format!(
            "---\nAIGC:\n  Label: \"1\"\n  ContentProducer: 河声\n  ProduceID: '7'\ntitle: 雨\n---\n{BODY}"
        );
        for text in [inline, nested] {
            let found = notices(&text);
            assert_eq!((found.aigc, found.generated), (wanted.clone(), Some(true)));
        }
    }

    #[test]
    fn an_unknown_field_or_label_is_no_label() {
        for object in [r#"{"Label":"4"}"#, r#"{"Label":"1","Maker":"x"}"#, r#"{"ProduceID":"1"}"#] {
            assert_eq!(notices(&format!("---\nAIGC: {object}\n---\n{BODY}")).aigc, None);
        }
    }

    #[test]
    fn explicit_labels_count_and_news_about_them_does_not() {
        for label in
            ["（本文由AI生成）", "以上内容由人工智能辅助生成，请注意甄别。", "AI生成，仅供参考"]
        {
            assert_eq!(notices(&format!("{BODY}\n{label}")).generated, Some(true), "{label}");
        }
        for line in ["AI生成内容标识办法今起施行", "这部电影由人工智能公司出资，导演亲自创作"]
        {
            assert_eq!(notices(&format!("{line}\n{BODY}")).generated, None, "{line}");
        }
    }

    #[test]
    fn origin_copyright_and_licence_are_read_from_the_ends() {
        let page = format!(
            "雨\n2021-05-02 来源：河声报 打印\n{BODY}\n本作品采用知识共享署名-非商业性使用-相同方式共享 4.0 国际许可协议\n© 2021 河声报社\n"
        );
        let found = notices(&page);
        assert_eq!(found.origin.as_deref(), Some("河声报"));
        assert_eq!(found.copyright.as_deref(), Some("© 2021 河声报社"));
        assert_eq!(found.licence.as_deref(), Some("CC-BY-NC-SA-4.0"));
    }

    #[test]
    fn a_reprint_names_its_origin_and_a_picture_does_not() {
        assert_eq!(
            notices(&format!("{BODY}\n本文来自“河声在线”,版权归原网站所有")).origin.as_deref(),
            Some("河声在线")
        );
        assert_eq!(notices(&format!("{BODY}\n图片来源：视觉")).origin, None);
    }
}
