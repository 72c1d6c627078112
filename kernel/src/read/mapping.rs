//! Which of a record's own names fill which column.

use std::collections::HashMap;

/// What a value of a record may become. `Prompt` to `Rejected` make a preference; `Instruction`,
/// `Input` and `Output` make a dialogue of one turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Role {
    Text,
    Title,
    Author,
    Published,
    Url,
    Licence,
    Copyright,
    Origin,
    Aigc,
    Generated,
    Id,
    Messages,
    Prompt,
    Chosen,
    Rejected,
    System,
    Instruction,
    Input,
    Output,
}

/// How many roles there are.
pub const N_ROLES: usize = Role::Output as usize + 1;

/// The names looked for where the recipe names none, the most telling first.
const FOUND: &[(Role, &[&str])] = &[
    (
        Role::Text,
        &[
            "text",
            "content",
            "body",
            "article",
            "raw_content",
            "document",
            "passage",
            "review",
            "comment",
            "abstract",
            "文本",
            "评论",
            "摘要",
            "正文",
            "内容",
        ],
    ),
    (Role::Title, &["title", "headline", "标题"]),
    (Role::Author, &["author", "作者"]),
    (
        Role::Published,
        &["published", "date_published", "publish_date", "publish_time", "pub_date", "date"],
    ),
    (Role::Url, &["url", "link", "uri", "source_url"]),
    (Role::Licence, &["licence", "license"]),
    (Role::Copyright, &["copyright"]),
    (Role::Origin, &["origin", "来源"]),
    (Role::Aigc, &["AIGC", "aigc"]),
    (Role::Generated, &["generated"]),
    (Role::Id, &["id", "_id", "doc_id", "uid", "uuid", "question_id"]),
    (Role::Messages, &["messages", "conversations", "conversation", "dialogue"]),
    (Role::Prompt, &["prompt", "question"]),
    (Role::Chosen, &["chosen", "response_chosen", "chosen_messages"]),
    (Role::Rejected, &["rejected", "response_rejected", "rejected_messages"]),
    (Role::System, &["system"]),
    (Role::Instruction, &["instruction", "question", "query", "ask", "prompt", "problem", "input"]),
    (Role::Input, &["input"]),
    (
        Role::Output,
        &[
            "output",
            "answer",
            "response",
            "completion",
            "std_answer",
            "target",
            "solution",
            "canonical_solution",
        ],
    ),
];

/// A mapping from names to roles, made once per run.
#[derive(Debug)]
pub struct Mapping {
    by_name: HashMap<String, Vec<(Role, u8)>>,
    named: [bool; N_ROLES],
}

impl Mapping {
    /// The mapping of a recipe: `named` gives the names it chose, role by role; other roles use the
    /// names that records usually carry. An unknown role is refused with a sentence.
    ///
    /// # Errors
    /// A role that does not exist.
    pub fn new(named: &[(String, String)]) -> Result<Self, String> {
        let mut mapping = Self { by_name: HashMap::new(), named: [false; N_ROLES] };
        for (role, name) in named {
            let role = Role::called(role)
                .ok_or_else(|| format!("there is no column {role:?} to map a field to"))?;
            mapping.add(name, role, 0);
            if let Some(flag) = mapping.named.get_mut(role as usize) {
                *flag = true;
            }
        }
        for (role, names) in FOUND {
            if !mapping.is_named(*role) {
                for (rank, name) in names.iter().enumerate() {
                    mapping.add(name, *role, u8::try_from(rank).unwrap_or(u8::MAX));
                }
            }
        }
        Ok(mapping)
    }

    /// Whether the recipe itself names the field of this role.
    #[must_use]
    pub fn is_named(&self, role: Role) -> bool {
        self.named.get(role as usize).copied().unwrap_or(false)
    }

    /// The roles a field of this name may take, each with its rank (0 is the best name). A name that
    /// is not known as it stands is looked for in lower case.
    #[must_use]
    pub fn roles(&self, name: &str) -> &[(Role, u8)] {
        let found = self.by_name.get(name).or_else(|| {
            let has_upper = name.bytes().any(|byte| byte.is_ascii_uppercase());
            if has_upper { self.by_name.get(&name.to_ascii_lowercase()) } else { None }
        });
        found.map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, name: &str, role: Role, rank: u8) {
        self.by_name.entry(name.to_owned()).or_default().push((role, rank));
    }
}

impl Role {
    /// The role of this name, as recipes write it: `text`, `id`, `published`…
    #[must_use]
    pub fn called(name: &str) -> Option<Self> {
        Some(match name {
            "text" => Self::Text,
            "title" => Self::Title,
            "author" => Self::Author,
            "published" => Self::Published,
            "url" => Self::Url,
            "licence" => Self::Licence,
            "copyright" => Self::Copyright,
            "origin" => Self::Origin,
            "aigc" => Self::Aigc,
            "generated" => Self::Generated,
            "id" => Self::Id,
            "messages" => Self::Messages,
            "prompt" => Self::Prompt,
            "chosen" => Self::Chosen,
            "rejected" => Self::Rejected,
            "system" => Self::System,
            "instruction" => Self::Instruction,
            "input" => Self::Input,
            "output" => Self::Output,
            _ => return None,
        })
    }
}
