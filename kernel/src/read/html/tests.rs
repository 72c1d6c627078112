//! Pages written for these tests, and what must come out of them.

use super::{Page, extract};
use proptest::prelude::*;

fn text(html: &str) -> String {
    extract(html).text
}

const NEWS: &str = include_str!("pages/news.html");
const ENGLISH: &str = include_str!("pages/english.html");
const FORUM: &str = include_str!("pages/forum.html");
const TABLE: &str = include_str!("pages/table.html");
const LIST: &str = include_str!("pages/list.html");
const BROKEN: &str = include_str!("pages/broken.html");

#[test]
fn chinese_news_keeps_its_paragraphs_and_loses_the_page_around_them() {
    let page = extract(NEWS);
    assert_eq!(page.text, include_str!("pages/news.txt").trim_end());
    let about = page.about;
    assert!(page.is_article);
    assert_eq!(about.title.as_deref(), Some("老城墙下的修表铺迎来新学徒"));
    assert_eq!(about.published.as_deref(), Some("2023-04-18T09:35"));
    assert_eq!(about.origin.as_deref(), Some("河湾晚报"));
    assert_eq!(about.author.as_deref(), Some("林小舟"));
    assert_eq!(about.url.as_deref(), Some("https://news.example.cn/2023/0418/1.html"));
    assert_eq!(about.language.as_deref(), Some("zh-CN"));
    assert_eq!(about.copyright.as_deref(), Some("Copyright © 2023 河湾网 版权所有"));
}

#[test]
fn english_article_takes_its_facts_from_structured_data() {
    let page = extract(ENGLISH);
    assert_eq!(page.text, include_str!("pages/english.txt").trim_end());
    let about = page.about;
    assert_eq!(about.title.as_deref(), Some("The ferry that runs on one engine"));
    assert_eq!(about.author.as_deref(), Some("Mara Quill, Tomas Reed"));
    assert_eq!(about.published.as_deref(), Some("2021-06-03T07:15:00Z"));
    assert_eq!(about.licence.as_deref(), Some("https://creativecommons.org/licenses/by/4.0/"));
    assert_eq!(about.origin.as_deref(), Some("Harbour Post"));
}

#[test]
fn forum_posts_table_cells_and_code_keep_their_shape() {
    assert_eq!(text(FORUM), include_str!("pages/forum.txt").trim_end());
    assert_eq!(text(TABLE), include_str!("pages/table.txt").trim_end());
}

#[test]
fn page_without_an_article_gives_its_list_and_not_its_navigation() {
    let page = extract(LIST);
    assert!(!page.is_article);
    assert_eq!(page.text, include_str!("pages/list.txt").trim_end());
}

#[test]
fn broken_tags_lose_no_sentence() {
    assert_eq!(text(BROKEN), include_str!("pages/broken.txt").trim_end());
}

#[test]
fn readings_over_characters_are_left_out() {
    let html = "<p><ruby>漢<rp>（</rp><rt>かん</rt><rp>）</rp>字<rp>（</rp><rt>じ</rt><rp>）</rp></ruby>\
                を読む。<ruby>東<rt>とう<rb>京<rt>きょう</ruby>へ行く。</p>";
    assert_eq!(text(html), "漢字を読む。東京へ行く。");
}

#[test]
fn label_of_generated_content_is_kept_as_it_stands() {
    let html = r#"<meta name="AIGC" content='{"Label":"1","ProduceID":"x7"}'><p>一段话。</p>"#;
    assert_eq!(extract(html).about.aigc.as_deref(), Some(r#"{"Label":"1","ProduceID":"x7"}"#));
}

#[test]
fn nothing_in_gives_nothing_out() {
    for html in ["", " \n", "<", "<!--", "<html>", "\0", "<script>let a = 1", "<title></title>"] {
        assert_eq!(extract(html).text.trim_matches('<'), "", "{html:?}");
    }
}

#[test]
fn nesting_of_100_000_levels_is_read_at_the_speed_of_a_flat_page() {
    let depth = 100_000;
    let sentence = "深处的一句话，读得到。";
    for tag in ["div", "p", "table", "a", "b", "ul", "li", "span", "h1", "section", "td"] {
        let deep = format!("<{tag}>").repeat(depth) + sentence + &format!("</{tag}>").repeat(depth);
        let started = std::time::Instant::now();
        assert!(text(&deep).contains(sentence), "{tag}");
        assert!(started.elapsed().as_secs() < 5, "{tag} took {:?}", started.elapsed());
    }
}

#[test]
fn huge_attributes_and_many_attributes_are_bounded() {
    let huge = "x".repeat(5_000_000);
    let html = format!("<p class='{huge}' id={huge}>一句话。<a href=\"{huge}\">链接</a></p>");
    assert_eq!(text(&html), "一句话。链接");
    let many = format!("<p {}>一句话。</p>", "class=a ".repeat(200_000));
    assert_eq!(text(&many), "一句话。");
}

/// Pieces that real pages are broken with.
fn soup() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "<div>",
        "</div>",
        "<p>",
        "</p>",
        "<table>",
        "<tr>",
        "<td>",
        "</table>",
        "<li>",
        "<ul>",
        "</ul>",
        "<a href='x'>",
        "</a>",
        "<b>",
        "</b>",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "<title>",
        "</title>",
        "<br>",
        "&nbsp;",
        "&#0;",
        "&#x1F600;",
        "&lt",
        "&amp;",
        "<",
        ">",
        "\"",
        "'",
        "=",
        "\0",
        "\u{feff}",
        "正文，一句话。",
        "Some words, here. ",
        "<pre>",
        "</pre>",
        "<ruby>",
        "<rt>",
        "</ruby>",
        "<body>",
        "</body>",
        "<html lang=zh>",
        "<head>",
        "</head>",
        "<nav>",
        "<svg>",
        "<textarea>",
        "<select>",
        "<option>",
        "<style>",
        "<h1>",
        "</h2>",
        "<meta name=date",
        "<article class=content>",
        "<div class=comment>",
        "<div style=display:none>",
        "]]>",
        "<![CDATA[",
    ]);
    prop::collection::vec(prop_oneof![3 => pieces.prop_map(str::to_owned), 1 => ".{0,12}"], 0..80)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_a_legal_page(html in soup()) {
        let Page { text, .. } = extract(&html);
        prop_assert_eq!(&text, &extract(&html).text);
    }

    #[test]
    fn letters_of_the_text_stand_in_the_page_in_the_same_order(html in soup()) {
        // Character references make characters that the source spells otherwise.
        let html = html.replace('&', "+");
        let mut source = html.chars();
        for letter in text(&html).chars().filter(|c| c.is_alphanumeric()) {
            prop_assert!(source.any(|c| c == letter), "{:?} of {:?}", letter, html);
        }
    }

    #[test]
    fn plain_text_in_a_paragraph_comes_out_as_it_went_in(words in "[a-z一-龥，。,. ]{1,200}") {
        let plain = text(&format!("<p>{words}</p>"));
        prop_assert_eq!(&plain, &words.split_whitespace().collect::<Vec<_>>().join(" "));
        prop_assert_eq!(text(&format!("<p>{plain}</p>")), plain);
    }
}
