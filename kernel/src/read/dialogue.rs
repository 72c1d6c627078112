//! Dialogues and answers, in the shapes that data sets write them.

use super::object::{elements, members};
use super::string;
use std::borrow::Cow;

/// One turn of a dialogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// `system`, `user`, `assistant`, or the source's own word.
    pub role: Cow<'a, str>,
    /// What was said; `None` where the source says null or sends no text.
    pub content: Option<Cow<'a, str>>,
}

/// Two answers to one prompt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Preference<'a> {
    pub prompt: Option<Cow<'a, str>>,
    pub chosen: Cow<'a, str>,
    pub rejected: Cow<'a, str>,
}

/// The turns of a dialogue, and whether the columns role and content hold all there was.
pub(super) fn dialogue(raw: &str) -> Option<(Vec<Message<'_>>, bool)> {
    let mut whole = true;
    let mut messages = Vec::new();
    for element in elements(raw).ok()? {
        let (message, complete) = turn(element)?;
        whole &= complete;
        messages.push(message);
    }
    (!messages.is_empty()).then_some((messages, whole))
}

/// The turns of a dialogue that a table's cell holds as JSON text.
pub(super) fn of_cell(cell: &str) -> Option<Vec<Message<'static>>> {
    let (messages, _) = cell.trim_start().starts_with('[').then(|| dialogue(cell))??;
    let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
    let said =
        |turn: Message<'_>| Message { role: owned(turn.role), content: turn.content.map(owned) };
    Some(messages.into_iter().map(said).collect())
}

/// One turn, as `role`/`content` or as `from`/`value`.
pub(super) fn turn(raw: &str) -> Option<(Message<'_>, bool)> {
    let (mut role, mut content, mut whole) = (None, None, true);
    for (name, value) in members(raw).ok()? {
        match name {
            "\"role\"" => role = string::text(value),
            "\"from\"" => {
                role = string::text(value).map(common_role);
                whole = false;
            }
            "\"content\"" | "\"value\"" => {
                whole &= name == "\"content\"";
                content = string::text(value);
                if content.is_none() {
                    whole = false;
                    content = text_parts(value);
                }
            }
            _ => whole = false,
        }
    }
    Some((Message { role: role?, content }, whole))
}

/// The texts of a content made of typed parts, joined by newlines.
fn text_parts(raw: &str) -> Option<Cow<'_, str>> {
    let mut texts = Vec::new();
    for part in elements(raw).ok()? {
        let named = members(part).ok()?.into_iter().find(|(name, _)| *name == "\"text\"");
        texts.extend(named.and_then(|(_, value)| string::text(value)));
    }
    (!texts.is_empty()).then(|| Cow::Owned(texts.join("\n")))
}

fn common_role(role: Cow<'_, str>) -> Cow<'_, str> {
    match role.as_ref() {
        "human" => Cow::Borrowed("user"),
        "gpt" => Cow::Borrowed("assistant"),
        _ => role,
    }
}

pub(super) fn joined(messages: &[Message<'_>]) -> String {
    let contents: Vec<&str> = messages.iter().filter_map(|m| m.content.as_deref()).collect();
    contents.join("\n")
}

/// An answer: a string, one message, or a dialogue whose last turn it is (then the rest before it).
pub(super) fn answer(raw: &str) -> Option<(Cow<'_, str>, Option<Cow<'_, str>>)> {
    if let Some(text) = string::text(raw) {
        return Some((text, None));
    }
    if raw.starts_with('{') {
        return Some((turn(raw)?.0.content?, None));
    }
    let (mut messages, _) = dialogue(raw)?;
    let last = messages.pop()?.content?;
    let before = (!messages.is_empty()).then(|| Cow::Owned(joined(&messages)));
    Some((last, before))
}

/// Takes the dialogue that both answers repeat (`\n\nHuman: … \n\nAssistant:`) off them as the prompt.
/// Says whether there was one.
pub(super) fn split_prompt(preference: &mut Preference<'_>) -> bool {
    const SPEAKER: &str = "\n\nAssistant:";
    let (chosen, rejected) = (&preference.chosen, &preference.rejected);
    let common =
        chosen.bytes().zip(rejected.bytes()).take_while(|(one, other)| one == other).count();
    let Some(at) = memchr::memmem::rfind(
        chosen.as_bytes().get(..common).unwrap_or_default(),
        SPEAKER.as_bytes(),
    ) else {
        return false;
    };
    let cut = at + SPEAKER.len();
    let part =
        |text: &str, from: usize, to: usize| text.get(from..to).unwrap_or_default().to_owned();
    *preference = Preference {
        prompt: Some(part(chosen, 0, cut).into()),
        chosen: part(chosen, cut, chosen.len()).into(),
        rejected: part(rejected, cut, rejected.len()).into(),
    };
    true
}
