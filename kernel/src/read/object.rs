//! One JSON object into the columns of a record.

use super::dialogue::{self, Message, Preference};
use super::mapping::{Mapping, N_ROLES, Role};
use super::string;
use serde::de::{Deserializer as _, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt::Display;

/// What a record is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Kind {
    #[default]
    Text,
    Messages,
    Preference,
}

impl Kind {
    /// The word for it in the `kind` column.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Messages => "messages",
            Self::Preference => "preference",
        }
    }
}

/// Why a record is quarantined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Stable, in kebab-case: `invalid-json`.
    pub code: &'static str,
    /// What was found and what was expected: in English, a line feed, the same in Chinese.
    pub sentence: String,
}

impl Problem {
    /// A problem with this code and its sentence in English and Chinese.
    pub fn new(code: &'static str, en: impl Display, zh: impl Display) -> Self {
        Self { code, sentence: format!("{en}\n{zh}") }
    }
}

/// A record's columns. `fields` holds, as raw JSON, every member that no column holds word for word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Record<'a> {
    pub kind: Kind,
    pub text: Option<Cow<'a, str>>,
    pub title: Option<Cow<'a, str>>,
    pub author: Option<Cow<'a, str>>,
    pub published: Option<Cow<'a, str>>,
    pub url: Option<Cow<'a, str>>,
    pub licence: Option<Cow<'a, str>>,
    pub copyright: Option<Cow<'a, str>>,
    pub origin: Option<Cow<'a, str>>,
    pub aigc: Option<&'a str>,
    pub generated: Option<bool>,
    pub source_id: Option<Cow<'a, str>>,
    pub messages: Option<Vec<Message<'a>>>,
    pub preference: Option<Preference<'a>>,
    pub fields: Option<String>,
    pub problem: Option<Problem>,
}

/// The record that the JSON text `raw` is, or why it is none. A string is a text without fields.
///
/// Of a name that appears twice the last member counts and the others stay in `fields`. Nesting
/// deeper than `max_depth` is refused: what reads `fields` later may recurse. O(n); the text is
/// borrowed unless it has escapes.
#[must_use]
pub fn record<'a>(raw: &'a str, mapping: &Mapping, max_depth: usize) -> Record<'a> {
    match members(raw) {
        Ok(_) if is_deeper_than(raw, max_depth) => quarantined(
            Problem::new(
                "too-deep",
                format!("nested deeper than {max_depth} levels"),
                format!("嵌套超过 {max_depth} 层"),
            ),
            None,
        ),
        Ok(members) => Object::new(members, mapping).into_record(mapping),
        Err(error) => match serde_json::from_str::<String>(raw) {
            Ok(text) => Record { text: Some(Cow::Owned(text)), ..Record::default() },
            Err(_) => quarantined(refusal(raw, &error), None),
        },
    }
}

fn quarantined(problem: Problem, fields: Option<String>) -> Record<'static> {
    Record { fields, problem: Some(problem), ..Record::default() }
}

fn refusal(raw: &str, error: &serde_json::Error) -> Problem {
    if serde_json::from_str::<serde::de::IgnoredAny>(raw).is_ok() {
        let start: String = raw.trim_start().chars().take(20).collect();
        return Problem::new(
            "not-an-object",
            format!("{start:?} begins no object and no text"),
            format!("以 {start:?} 开头的既不是对象，也不是文本"),
        );
    }
    let (line, column) = (error.line(), error.column());
    let place = format!("第 {line} 行第 {column} 列：");
    if error.is_eof() {
        let en = format!("line {line}, column {column}: the JSON ends before it is complete");
        return Problem::new("invalid-json", en, format!("{place}JSON 没有写完就结束了"));
    }
    Problem::new("invalid-json", error, format!("{place}不合 JSON 语法"))
}

/// Whether brackets are nested deeper than `limit`; `raw` has passed the parser.
fn is_deeper_than(raw: &str, limit: usize) -> bool {
    let opening = memchr::memchr2_iter(b'[', b'{', raw.as_bytes());
    if opening.take(limit.saturating_add(1)).count() <= limit {
        return false;
    }
    let (mut depth, mut inside, mut escaped) = (0usize, false, false);
    for byte in raw.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            _ if inside => {}
            b'[' | b'{' => {
                depth += 1;
                if depth > limit {
                    return true;
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// A member's name and value, both raw.
type Member<'a> = (&'a str, &'a str);

/// The members of the object `raw`.
pub(super) fn members(raw: &str) -> Result<Vec<Member<'_>>, serde_json::Error> {
    struct Members;
    impl<'de> Visitor<'de> for Members {
        type Value = Vec<Member<'de>>;
        fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::with_capacity(8);
            while let Some((name, value)) = map.next_entry::<&RawValue, &RawValue>()? {
                members.push((name.get(), value.get()));
            }
            Ok(members)
        }
    }
    let mut parser = serde_json::Deserializer::from_str(raw);
    let members = parser.deserialize_map(Members)?;
    parser.end()?;
    Ok(members)
}

/// The elements of the array `raw`.
pub(super) fn elements(raw: &str) -> Result<Vec<&str>, serde_json::Error> {
    struct Elements;
    impl<'de> Visitor<'de> for Elements {
        type Value = Vec<&'de str>;
        fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("an array")
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            let mut elements = Vec::new();
            while let Some(element) = seq.next_element::<&RawValue>()? {
                elements.push(element.get());
            }
            Ok(elements)
        }
    }
    if !raw.starts_with('[') {
        return Err(serde_json::Error::custom("not an array"));
    }
    serde_json::Deserializer::from_str(raw).deserialize_seq(Elements)
}

/// An object's members, and which of them fills which role.
struct Object<'a> {
    members: Vec<Member<'a>>,
    /// Of each role: rank of the name, index of the member.
    chosen: [Option<(u8, usize)>; N_ROLES],
    /// Members a column holds word for word; one bit each for the first 64.
    held: u64,
}

impl<'a> Object<'a> {
    fn new(members: Vec<Member<'a>>, mapping: &Mapping) -> Self {
        let mut chosen = [None; N_ROLES];
        for (index, (name, value)) in members.iter().enumerate() {
            if *value == "null" {
                continue;
            }
            let Some(name) = string::text(name) else { continue };
            for &(role, rank) in mapping.roles(&name) {
                if let Some(slot) = chosen.get_mut(role as usize) {
                    let better = slot.is_none_or(|(best, _)| rank <= best);
                    if better {
                        *slot = Some((rank, index));
                    }
                }
            }
        }
        Self { members, chosen, held: 0 }
    }

    fn into_record(mut self, mapping: &Mapping) -> Record<'a> {
        let body = match self.body(mapping) {
            Ok(body) => body,
            Err(problem) => {
                self.held = 0;
                return quarantined(problem, self.rest());
            }
        };
        let mut record = Record {
            title: self.hold(Role::Title),
            author: self.hold(Role::Author),
            url: self.hold(Role::Url),
            licence: self.hold(Role::Licence),
            copyright: self.hold(Role::Copyright),
            origin: self.hold(Role::Origin),
            source_id: self.source_id(),
            ..body
        };
        if let Some(date) = self.peek(Role::Published).filter(|date| is_dated(date)) {
            record.published = Some(date);
            self.mark(Role::Published);
        }
        if let Some(label) = self.raw(Role::Aigc) {
            record.aigc = Some(label);
            self.mark(Role::Aigc);
        }
        if let Some(flag) = self.raw(Role::Generated).and_then(|raw| raw.parse().ok()) {
            record.generated = Some(flag);
            self.mark(Role::Generated);
        }
        record.fields = self.rest();
        record
    }

    /// Kind and content: what the recipe named, else the most specific shape the members have.
    fn body(&mut self, mapping: &Mapping) -> Result<Record<'a>, Problem> {
        if mapping.is_named(Role::Text) {
            return self
                .text()
                .ok_or_else(|| self.missing("the text the recipe names", "配方指定的文本"));
        }
        if mapping.is_named(Role::Messages) {
            return self
                .messages()
                .ok_or_else(|| self.missing("the messages the recipe names", "配方指定的对话"));
        }
        if mapping.is_named(Role::Chosen) || mapping.is_named(Role::Rejected) {
            return self.preference().ok_or_else(|| {
                self.missing("both answers the recipe names", "配方指定的两个回答")
            });
        }
        let instructs = mapping.is_named(Role::Instruction)
            || matches!(self.slot(Role::Instruction), Some((0, _)));
        self.preference()
            .or_else(|| self.messages())
            .or_else(|| if instructs { self.turn() } else { None })
            .or_else(|| self.text())
            .or_else(|| self.turn())
            .ok_or_else(|| {
                self.missing("a text, messages or a pair of answers", "文本、对话或一对回答")
            })
    }

    fn text(&mut self) -> Option<Record<'a>> {
        let text = self.hold(Role::Text)?;
        Some(Record { text: Some(text), ..Record::default() })
    }

    /// A dialogue, or the JSON text of one, as cells of a table hold it.
    fn messages(&mut self) -> Option<Record<'a>> {
        let raw = self.raw(Role::Messages)?;
        let (messages, whole) = match string::text(raw) {
            Some(cell) => (dialogue::of_cell(&cell)?, false),
            None => dialogue::dialogue(raw)?,
        };
        if whole {
            self.mark(Role::Messages);
        }
        Some(Record { kind: Kind::Messages, messages: Some(messages), ..Record::default() })
    }

    /// Instruction, input and output: one question, one answer. The members stay in `fields`.
    fn turn(&mut self) -> Option<Record<'a>> {
        let instruction = self.peek(Role::Instruction)?;
        let (input, output) = match self.peek(Role::Output) {
            Some(output) => {
                let is_own = self.slot(Role::Input).map(|slot| slot.1)
                    != self.slot(Role::Instruction).map(|slot| slot.1);
                (self.peek(Role::Input).filter(|_| is_own), output)
            }
            None => self.first_instance()?,
        };
        let question = match input.filter(|input| !input.is_empty()) {
            Some(input) => Cow::Owned(format!("{instruction}\n{input}")),
            None => instruction,
        };
        let said = |role, content| Message { role: Cow::Borrowed(role), content: Some(content) };
        let mut messages = Vec::with_capacity(3);
        if let Some(system) = self.peek(Role::System).filter(|system| !system.is_empty()) {
            messages.push(said("system", system));
        }
        messages.push(said("user", question));
        messages.push(said("assistant", output));
        Some(Record { kind: Kind::Messages, messages: Some(messages), ..Record::default() })
    }

    /// (input, output) of the first of the `instances` that an instruction of Self-Instruct nests.
    fn first_instance(&self) -> Option<(Option<Cow<'a, str>>, Cow<'a, str>)> {
        let (_, raw) = self.members.iter().find(|(name, _)| *name == "\"instances\"")?;
        let first = members(elements(raw).ok()?.into_iter().next()?).ok()?;
        let said = |wanted| {
            let named = first.iter().find(|(name, _)| *name == wanted);
            named.and_then(|(_, value)| string::text(value))
        };
        Some((said("\"input\""), said("\"output\"")?))
    }

    fn preference(&mut self) -> Option<Record<'a>> {
        let (chosen, before) = dialogue::answer(self.raw(Role::Chosen)?)?;
        let (rejected, _) = dialogue::answer(self.raw(Role::Rejected)?)?;
        let asked = self.peek(Role::Prompt).or_else(|| {
            let (messages, _) = dialogue::dialogue(self.raw(Role::Messages)?)?;
            Some(Cow::Owned(dialogue::joined(&messages)))
        });
        let mut preference = Preference { prompt: asked.or(before), chosen, rejected };
        let as_given = self.peek(Role::Chosen).is_some() && self.peek(Role::Rejected).is_some();
        if preference.prompt.is_none() && dialogue::split_prompt(&mut preference) || !as_given {
            // The columns no longer hold the members word for word: those stay in `fields`.
        } else {
            self.mark(Role::Chosen);
            self.mark(Role::Rejected);
            if self.peek(Role::Prompt).is_some() {
                self.mark(Role::Prompt);
            }
        }
        Some(Record { kind: Kind::Preference, preference: Some(preference), ..Record::default() })
    }

    fn source_id(&mut self) -> Option<Cow<'a, str>> {
        self.hold(Role::Id).or_else(|| {
            let raw = self.raw(Role::Id)?;
            raw.starts_with(|c: char| c.is_ascii_digit() || c == '-').then_some(Cow::Borrowed(raw))
        })
    }

    fn slot(&self, role: Role) -> Option<(u8, usize)> {
        self.chosen.get(role as usize).copied().flatten()
    }

    fn raw(&self, role: Role) -> Option<&'a str> {
        self.members.get(self.slot(role)?.1).map(|(_, value)| *value)
    }

    /// The string of this role.
    fn peek(&self, role: Role) -> Option<Cow<'a, str>> {
        self.raw(role).and_then(string::text)
    }

    /// The string of this role, which its column then holds.
    fn hold(&mut self, role: Role) -> Option<Cow<'a, str>> {
        let text = self.peek(role)?;
        self.mark(role);
        Some(text)
    }

    fn mark(&mut self, role: Role) {
        if let Some((_, index)) = self.slot(role) {
            self.held |= u32::try_from(index).ok().and_then(|i| 1u64.checked_shl(i)).unwrap_or(0);
        }
    }

    /// The members no column holds, as an object; `None` if there are none.
    fn rest(&self) -> Option<String> {
        let is_held = |index: usize| index < 64 && self.held >> index & 1 == 1;
        let mut rest = String::new();
        for (index, (name, value)) in self.members.iter().enumerate() {
            if !is_held(index) {
                rest.push(if rest.is_empty() { '{' } else { ',' });
                rest.push_str(name);
                rest.push(':');
                rest.push_str(value);
            }
        }
        if rest.is_empty() {
            return None;
        }
        rest.push('}');
        Some(rest)
    }

    fn missing(&self, expected: &str, expected_zh: &str) -> Problem {
        let mut names: Vec<&str> = self.members.iter().map(|(name, _)| *name).take(12).collect();
        if self.members.len() > names.len() {
            names.push("…");
        }
        let (en, zh) = match names.join(", ") {
            none if none.is_empty() => ("none".to_owned(), "无".to_owned()),
            listed => (listed.clone(), listed),
        };
        Problem::new(
            "missing-field",
            format!("expected {expected}; the fields are: {en}"),
            format!("应有{expected_zh}；现有字段：{zh}"),
        )
    }
}

/// Whether a date stands as ISO 8601 writes it: `2024-05-01`, with or without a time.
fn is_dated(date: &str) -> bool {
    let Some((day, rest)) = date.split_at_checked(10) else { return false };
    let shaped = day.bytes().enumerate().all(|(index, byte)| match index {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    shaped && (rest.is_empty() || rest.starts_with(['T', ' ']))
}

/// Whether the object `raw` is well formed but holds no text, messages or answers.
pub(super) fn is_no_record(raw: &str, mapping: &Mapping) -> bool {
    let record = record(raw, mapping, usize::MAX);
    record.problem.is_some_and(|problem| problem.code == "missing-field")
}

/// The value of the one member that is an array of objects, if there is exactly one.
pub(super) fn only_array_of_objects(raw: &str) -> Option<&str> {
    let members = members(raw).ok()?;
    let is_of_objects = |value: &str| {
        value.strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with('{'))
    };
    let mut arrays = members.into_iter().filter(|(_, value)| is_of_objects(value));
    let (_, array) = arrays.next()?;
    arrays.next().is_none().then_some(array)
}
