//! What a page says about itself: title, author, date, source, rights.
//!
//! Three voices, asked in this order: structured data (JSON-LD), `meta` and `link` elements, and the
//! lines around the article (来源：…, 作者：…, © …). A visible credit line in Chinese goes before the
//! `meta` author, which on Chinese sites names the site.

use super::block::Layout;
use super::choose::Chosen;
use super::date;
use super::tag::Tag;
use super::tree::{Attribute, Node, Tree};
use serde_json::Value;

/// Characters of a value that are kept.
const LONGEST_VALUE: usize = 300;
/// Blocks before the first and after the last block of an article that may speak about it.
const REACH: usize = 14;
/// Weight from which a block is a paragraph and not a line of credits.
const LONGEST_LINE: u32 = 240;

/// What a page says about itself; `None` where it says nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct About {
    /// The headline, without the name of the site.
    pub title: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// When, as ISO 8601, as precise as the page says.
    pub published: Option<String>,
    /// The canonical address.
    pub url: Option<String>,
    /// The address or name of the licence.
    pub licence: Option<String>,
    /// The copyright line.
    pub copyright: Option<String>,
    /// Who published it first (来源), else the name of the site.
    pub origin: Option<String>,
    /// The language the page declares, as it writes it.
    pub language: Option<String>,
    /// The label of GB 45438 for generated content, as it stands in the page's metadata.
    pub aigc: Option<String>,
}

/// Values by where they were found; the first of each is kept.
#[derive(Default)]
struct Found {
    structured: About,
    meta: About,
    site: Option<String>,
    title: Option<String>,
    headlines: Vec<String>,
}

/// What the page says about itself; `chosen` are the blocks of its main text.
/// Lines are asked only where there is an article. O(nodes).
pub fn about(tree: &Tree, layout: &Layout, chosen: &Chosen) -> About {
    let found = collect(tree);
    let visible = from_lines(layout, chosen);
    let Found { structured, meta, site, .. } = &found;
    let first = |choices: [&Option<String>; 3]| choices.into_iter().flatten().next().cloned();
    About {
        title: title(&found),
        author: first([&visible.author, &structured.author, &author_of(&found)]),
        published: first([&structured.published, &meta.published, &visible.published]),
        url: first([&meta.url, &structured.url, &None]),
        licence: first([&structured.licence, &meta.licence, &None]),
        copyright: first([&meta.copyright, &structured.copyright, &visible.copyright]),
        origin: first([&visible.origin, &meta.origin, &structured.origin]).or_else(|| site.clone()),
        language: first([&meta.language, &structured.language, &None]),
        aigc: meta.aigc.clone(),
    }
}

fn collect(tree: &Tree) -> Found {
    let mut found = Found::default();
    for (index, node) in tree.nodes.iter().enumerate() {
        let index = index as u32;
        match node.tag {
            Tag::Html => set(&mut found.meta.language, language(tree, node)),
            Tag::Meta => from_meta(tree, node, &mut found),
            Tag::Link | Tag::A => from_link(tree, node, &mut found.meta),
            Tag::Title if found.title.is_none() => {
                found.title = value(&tree.text_below(index));
            }
            Tag::H1 if found.headlines.len() < 8 => {
                found.headlines.extend(value(&tree.text_below(index)));
            }
            Tag::Time => {
                let written = tree.attribute(node, Attribute::Datetime);
                set(&mut found.meta.published, written.and_then(date::find));
            }
            Tag::Script => {
                let text = tree.text_below(index);
                if let Ok(data) = serde_json::from_str::<Value>(text.trim()) {
                    from_structured(&data, &mut found.structured);
                }
            }
            _ => {}
        }
    }
    found
}

fn set(slot: &mut Option<String>, value: Option<String>) {
    if slot.is_none() {
        *slot = value;
    }
}

/// A value with its spaces collapsed; none if nothing is left.
fn value(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text: String = text.chars().filter(|c| !c.is_control()).take(LONGEST_VALUE).collect();
    (!text.is_empty()).then_some(text)
}

fn language(tree: &Tree, node: &Node) -> Option<String> {
    let tag = tree.attribute(node, Attribute::Lang)?.trim();
    let is_tag = tag.len() >= 2
        && tag.len() <= 20
        && tag.starts_with(|c: char| c.is_ascii_alphabetic())
        && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    is_tag.then(|| tag.to_owned())
}

fn from_meta(tree: &Tree, node: &Node, found: &mut Found) {
    let Some(content) = tree.attribute(node, Attribute::Content).and_then(value) else { return };
    let slot = &mut found.meta;
    let mut key = String::new();
    for (name, value) in tree.attributes(node) {
        if matches!(name, Attribute::Name | Attribute::Property | Attribute::Itemprop) {
            key = value.trim().to_ascii_lowercase();
        }
    }
    match key.as_str() {
        "og:title" | "twitter:title" | "headline" | "dc.title" | "dcterms.title"
        | "articletitle" => set(&mut slot.title, Some(content)),
        "author" | "article:author" | "og:article:author" | "dc.creator" | "byl"
        | "parsely-author" | "sailthru.author" | "og:author" => {
            set(&mut slot.author, person(&content));
        }
        "article:published_time"
        | "datepublished"
        | "publishdate"
        | "pubdate"
        | "publish_date"
        | "og:published_time"
        | "og:release_date"
        | "og:time"
        | "date"
        | "dc.date"
        | "dcterms.created"
        | "dc.date.issued"
        | "parsely-pub-date"
        | "sailthru.date"
        | "publish-date"
        | "publication_date"
        | "article.published"
        | "firstpublishedtime" => {
            set(&mut slot.published, date::find(&content));
        }
        "og:url" => set(&mut slot.url, address(&content)),
        "source" | "mediaid" | "contentsource" | "article:source" | "dc.source"
        | "og:article:source" => {
            let content = content.trim_start_matches("来源：").trim_start_matches("来源:");
            set(&mut slot.origin, value(content));
        }
        "og:site_name" | "application-name" | "sitename" => set(&mut found.site, Some(content)),
        "copyright" | "dc.rights" | "dcterms.rights" | "rights" => {
            set(&mut slot.copyright, Some(content));
        }
        "license" | "licence" | "dcterms.license" | "dc.rights.license" => {
            set(&mut slot.licence, Some(content));
        }
        "aigc" => set(&mut slot.aigc, Some(content)),
        _ => {}
    }
}

/// A name, if the value is one and not an address or a number.
fn person(text: &str) -> Option<String> {
    let is_name = !text.contains("://")
        && !text.contains('@')
        && text.chars().any(char::is_alphabetic)
        && text.chars().count() <= 100;
    is_name.then(|| value(text)).flatten()
}

fn address(text: &str) -> Option<String> {
    (text.starts_with("http://") || text.starts_with("https://")).then(|| value(text)).flatten()
}

fn from_link(tree: &Tree, node: &Node, about: &mut About) {
    let Some(href) = tree.attribute(node, Attribute::Href) else { return };
    let rel = tree.attribute(node, Attribute::Rel).unwrap_or_default();
    let is =
        |wanted: &str| rel.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case(wanted));
    if is("license") || href.contains("creativecommons.org/licenses/") {
        set(&mut about.licence, value(href));
    } else if node.tag == Tag::Link && is("canonical") {
        // The canonical link is nearer to the truth than og:url.
        about.url = address(href).or_else(|| about.url.take());
    }
}

/// Reads JSON-LD: an object, a list, or a graph; nesting beyond three levels is not looked at.
fn from_structured(data: &Value, about: &mut About) {
    let mut level: Vec<&Value> = vec![data];
    for _ in 0..3 {
        let mut next = Vec::new();
        for value in level {
            match value {
                Value::Array(values) => next.extend(values.iter().take(100)),
                Value::Object(object) => {
                    next.extend(object.get("@graph"));
                    next.extend(object.get("mainEntity"));
                    from_object(value, about);
                }
                _ => {}
            }
        }
        level = next;
    }
}

fn from_object(object: &Value, about: &mut About) {
    let text = |key: &str| object.get(key).and_then(named);
    let kind = object.get("@type").and_then(named).unwrap_or_default();
    let is_work = object.get("headline").is_some()
        || object.get("datePublished").is_some()
        || object.get("pubDate").is_some()
        || kind.ends_with("Article")
        || kind.ends_with("Posting");
    if !is_work {
        return;
    }
    set(&mut about.title, text("headline"));
    set(&mut about.author, text("author").as_deref().and_then(person));
    let published = text("datePublished").or_else(|| text("pubDate"));
    set(&mut about.published, published.as_deref().and_then(date::find));
    set(&mut about.url, text("url").as_deref().and_then(address));
    set(&mut about.licence, text("license"));
    set(&mut about.copyright, text("copyrightHolder"));
    set(&mut about.origin, text("publisher"));
    set(&mut about.language, text("inLanguage"));
}

/// The text of a value, the `name` of an object, those of a list joined by commas.
fn named(data: &Value) -> Option<String> {
    let one = |data: &Value| match data {
        Value::String(text) => value(text),
        Value::Object(object) => object.get("name").and_then(Value::as_str).and_then(value),
        _ => None,
    };
    match data {
        Value::Array(values) => {
            let names: Vec<String> = values.iter().take(20).filter_map(one).collect();
            (!names.is_empty()).then(|| names.join(", "))
        }
        data => one(data),
    }
}

/// The author of the `meta` elements, unless it is the site, which titles name at their end.
fn author_of(found: &Found) -> Option<String> {
    let page = found.title.as_deref().unwrap_or_default();
    let tail = page.rsplit(['_', '|', '-', '–', '—']).next().filter(|tail| *tail != page);
    let is_site = |name: &&String| {
        found.site.as_ref() == Some(*name) || tail.is_some_and(|tail| tail.contains(name.as_str()))
    };
    found.meta.author.as_ref().filter(|name| !is_site(name)).cloned()
}

/// The headline: the `h1` that the page's title repeats, else what `meta` says, else the title
/// without the name of the site.
fn title(found: &Found) -> Option<String> {
    let page = found.title.clone().unwrap_or_default();
    let solid = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let solid_page = solid(&page);
    let repeated = found.headlines.iter().filter(|headline| {
        let headline = solid(headline);
        match headline.chars().count() {
            0..=3 => false,
            4..=9 => solid_page.starts_with(&headline),
            _ => solid_page.contains(&headline),
        }
    });
    let longest = repeated.max_by_key(|headline| headline.len()).cloned();
    longest
        .or_else(|| found.structured.title.clone())
        .or_else(|| found.meta.title.clone())
        .or_else(|| without_site(&page))
        .or_else(|| found.headlines.first().cloned())
}

/// A page's title up to the name of the site behind `_`, `|`, `--` or ` - `.
fn without_site(title: &str) -> Option<String> {
    for mark in ["_", "|", "--", " - ", " – ", " — ", "｜", "－"] {
        if let Some((head, _)) = title.split_once(mark)
            && head.trim().chars().count() >= 4
        {
            return value(head);
        }
    }
    if let Some((head, tail)) = title.rsplit_once('-') {
        let is_site = tail.chars().count() <= 8 && tail.chars().any(|c| c as u32 > 0x2e80);
        if is_site && head.chars().count() >= 8 {
            return value(head);
        }
    }
    value(title)
}

/// What the lines around the main text say.
fn from_lines(layout: &Layout, chosen: &Chosen) -> About {
    let mut about = About { copyright: copyright(layout), ..About::default() };
    if !chosen.is_article {
        return about;
    }
    let first = chosen.blocks.first().copied().unwrap_or_default();
    let last = chosen.blocks.last().copied().unwrap_or_default();
    let lines = |range: std::ops::Range<usize>| {
        let end = range.end.min(layout.blocks.len());
        let blocks = layout.blocks.get(range.start.min(end)..end).unwrap_or_default();
        blocks.iter().filter(|block| block.weight < LONGEST_LINE).map(|block| layout.text_of(block))
    };
    for text in lines(first.saturating_sub(REACH)..first) {
        set(&mut about.published, date::find(text));
    }
    for text in lines(first.saturating_sub(REACH)..first + 3) {
        if is_dated(text) {
            set(&mut about.published, date::find(text));
        }
        set(&mut about.origin, labelled(text, &["来源：", "来源:", "来源于：", "來源：", "來源:"]));
        set(&mut about.author, labelled(text, &["作者：", "作者:", "文/", "文｜", "【文/"]));
    }
    for text in lines(last.saturating_sub(3)..last + REACH) {
        if is_dated(text) {
            set(&mut about.published, date::find(text));
        }
        set(&mut about.origin, labelled(text, &["来源：", "来源:", "來源：", "本文来自"]));
        set(&mut about.author, labelled(text, &["作者：", "作者:"]));
    }
    about
}

/// Whether a line says when the page was published.
fn is_dated(text: &str) -> bool {
    ["发布日期", "发布时间", "發布日期", "發布時間", "更新时间"]
        .iter()
        .any(|label| text.contains(label))
}

/// What follows a label, up to the next label or space.
fn labelled(text: &str, labels: &[&str]) -> Option<String> {
    let after = labels.iter().find_map(|label| text.split_once(label).map(|(_, after)| after))?;
    let stops = [
        "作者",
        "责任编辑",
        "责编",
        "编辑",
        "举报",
        "时间",
        "发布",
        "浏览",
        "点击",
        "字号",
        "参与互动",
    ];
    let after = after.trim_start();
    let end = after
        .find(|c: char| c.is_whitespace() || "|｜)）】]，。,;；".contains(c))
        .unwrap_or(after.len());
    let mut found = after.get(..end).unwrap_or_default();
    for stop in stops {
        found = found.split_once(stop).map_or(found, |(head, _)| head);
    }
    let n_chars = found.chars().count();
    if matches!(found, "未知" | "佚名" | "网络" | "互联网") {
        return None;
    }
    let is_name = (2..=30).contains(&n_chars) && found.chars().any(char::is_alphabetic);
    is_name.then(|| value(found)).flatten()
}

/// The last line that claims the rights to the page.
fn copyright(layout: &Layout) -> Option<String> {
    let claims = |text: &str| {
        text.contains('©')
            || text.contains("版权所有")
            || text.contains("版權所有")
            || text.contains("Copyright")
            || text.contains("copyright")
    };
    let near_end = layout.blocks.iter().rev().take(40).filter(|block| block.weight < 300);
    near_end.map(|block| layout.text_of(block)).find(|text| claims(text)).and_then(value)
}
