//! The element names that matter to the shape of a page.

/// An element's name, or `Text` for a run of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Tag {
    Text,
    Root,
    Html,
    Head,
    Body,
    Title,
    Meta,
    Link,
    Base,
    Script,
    Style,
    Noscript,
    Template,
    A,
    Abbr,
    Address,
    Article,
    Aside,
    B,
    Blockquote,
    Br,
    Button,
    Caption,
    Center,
    Code,
    Dd,
    Details,
    Dialog,
    Div,
    Dl,
    Dt,
    Em,
    Embedded,
    Fieldset,
    Figcaption,
    Figure,
    Font,
    Footer,
    Form,
    H1,
    H2,
    H3,
    H4,
    H5,
    H6,
    Header,
    Hr,
    I,
    Img,
    Input,
    Label,
    Li,
    Main,
    Menu,
    Nav,
    Ol,
    Optgroup,
    Option,
    P,
    Pre,
    Rb,
    Rp,
    Rt,
    Ruby,
    S,
    Section,
    Select,
    Span,
    Strong,
    Sub,
    Summary,
    Sup,
    Svg,
    Table,
    Tbody,
    Td,
    Textarea,
    Tfoot,
    Th,
    Thead,
    Time,
    Tr,
    U,
    Ul,
    Void,
    Other,
}

/// How many tags there are; the size of a table with a place for each.
pub const COUNT: usize = Tag::Other as usize + 1;

impl Tag {
    /// The tag of that name in lower case; `Other` if the name does not matter.
    pub fn named(name: &[u8]) -> Self {
        match name {
            b"a" => Self::A,
            b"abbr" => Self::Abbr,
            b"address" => Self::Address,
            b"area" | b"col" | b"embed" | b"param" | b"source" | b"track" | b"wbr" => Self::Void,
            b"article" => Self::Article,
            b"aside" => Self::Aside,
            b"b" => Self::B,
            b"base" => Self::Base,
            b"blockquote" => Self::Blockquote,
            b"body" => Self::Body,
            b"br" => Self::Br,
            b"button" => Self::Button,
            b"caption" => Self::Caption,
            b"center" => Self::Center,
            b"code" | b"samp" | b"kbd" | b"tt" => Self::Code,
            b"dd" => Self::Dd,
            b"details" => Self::Details,
            b"dialog" => Self::Dialog,
            b"div" => Self::Div,
            b"dl" => Self::Dl,
            b"dt" => Self::Dt,
            b"em" => Self::Em,
            b"fieldset" => Self::Fieldset,
            b"figcaption" => Self::Figcaption,
            b"figure" => Self::Figure,
            b"font" => Self::Font,
            b"footer" => Self::Footer,
            b"form" => Self::Form,
            b"h1" => Self::H1,
            b"h2" => Self::H2,
            b"h3" => Self::H3,
            b"h4" => Self::H4,
            b"h5" => Self::H5,
            b"h6" => Self::H6,
            b"head" => Self::Head,
            b"header" => Self::Header,
            b"hr" => Self::Hr,
            b"html" => Self::Html,
            b"i" => Self::I,
            b"iframe" | b"object" | b"audio" | b"video" | b"canvas" | b"map" | b"noembed"
            | b"noframes" | b"frameset" => Self::Embedded,
            b"img" | b"image" => Self::Img,
            b"input" => Self::Input,
            b"label" => Self::Label,
            b"li" => Self::Li,
            b"link" => Self::Link,
            b"main" => Self::Main,
            b"menu" => Self::Menu,
            b"meta" => Self::Meta,
            b"nav" => Self::Nav,
            b"noscript" => Self::Noscript,
            b"ol" => Self::Ol,
            b"optgroup" => Self::Optgroup,
            b"option" => Self::Option,
            b"p" => Self::P,
            b"pre" | b"listing" | b"xmp" | b"plaintext" => Self::Pre,
            b"rb" => Self::Rb,
            b"rp" => Self::Rp,
            b"rt" | b"rtc" => Self::Rt,
            b"ruby" => Self::Ruby,
            b"s" | b"strike" | b"del" => Self::S,
            b"script" => Self::Script,
            b"section" | b"hgroup" => Self::Section,
            b"select" | b"datalist" => Self::Select,
            b"span" => Self::Span,
            b"strong" => Self::Strong,
            b"style" => Self::Style,
            b"sub" => Self::Sub,
            b"summary" => Self::Summary,
            b"sup" => Self::Sup,
            b"svg" => Self::Svg,
            b"table" => Self::Table,
            b"tbody" => Self::Tbody,
            b"td" => Self::Td,
            b"template" => Self::Template,
            b"textarea" => Self::Textarea,
            b"tfoot" => Self::Tfoot,
            b"th" => Self::Th,
            b"thead" => Self::Thead,
            b"time" => Self::Time,
            b"title" => Self::Title,
            b"tr" => Self::Tr,
            b"u" => Self::U,
            b"ul" => Self::Ul,
            _ => Self::Other,
        }
    }

    /// Has no content and no end tag.
    pub fn is_void(self) -> bool {
        matches!(
            self,
            Self::Void
                | Self::Br
                | Self::Hr
                | Self::Img
                | Self::Input
                | Self::Link
                | Self::Meta
                | Self::Base
        )
    }

    /// Starts and ends a line of its own.
    pub fn is_block(self) -> bool {
        matches!(
            self,
            Self::Root
                | Self::Html
                | Self::Head
                | Self::Body
                | Self::Address
                | Self::Article
                | Self::Aside
                | Self::Blockquote
                | Self::Caption
                | Self::Center
                | Self::Dd
                | Self::Details
                | Self::Dialog
                | Self::Div
                | Self::Dl
                | Self::Dt
                | Self::Fieldset
                | Self::Figcaption
                | Self::Figure
                | Self::Footer
                | Self::Form
                | Self::Header
                | Self::Hr
                | Self::Li
                | Self::Main
                | Self::Menu
                | Self::Nav
                | Self::Ol
                | Self::P
                | Self::Pre
                | Self::Section
                | Self::Summary
                | Self::Table
                | Self::Tbody
                | Self::Td
                | Self::Tfoot
                | Self::Th
                | Self::Thead
                | Self::Tr
                | Self::Ul
        ) || self.is_heading()
    }

    /// h1 to h6.
    pub fn is_heading(self) -> bool {
        matches!(self, Self::H1 | Self::H2 | Self::H3 | Self::H4 | Self::H5 | Self::H6)
    }

    /// May stand in the head; anything else ends it.
    pub fn is_head_content(self) -> bool {
        matches!(
            self,
            Self::Title
                | Self::Meta
                | Self::Link
                | Self::Base
                | Self::Script
                | Self::Style
                | Self::Noscript
                | Self::Template
        )
    }

    /// Holds nothing a reader reads: code, controls, embedded media.
    pub fn is_unread(self) -> bool {
        matches!(
            self,
            Self::Head
                | Self::Title
                | Self::Script
                | Self::Style
                | Self::Noscript
                | Self::Template
                | Self::Button
                | Self::Select
                | Self::Textarea
                | Self::Option
                | Self::Optgroup
                | Self::Svg
                | Self::Embedded
                | Self::Dialog
                | Self::Figcaption
                | Self::Rt
                | Self::Rp
        )
    }
}
