"""`entities`: character references that were left over in text become characters."""

from __future__ import annotations

import re
from html.entities import html5

from lianjin.core.words import Words
from lianjin.operators.edit import Edit
from lianjin.operators.registry import repair
from lianjin.operators.repair.han import is_han
from lianjin.operators.repair.settle import settle

CONFIDENCE, CONFIDENCE_STRAY = 0.98, 0.97
WITHOUT_SEMICOLON = frozenset(
    ["nbsp", "ldquo", "rdquo", "lsquo", "rsquo", "hellip", "mdash", "ndash", "middot", "quot"]
)
"""References that also count without a semicolon: they are no words and no query's names."""
ELEMENTS = frozenset(
    [
        "p",
        "div",
        "span",
        "br",
        "a",
        "strong",
        "b",
        "i",
        "em",
        "font",
        "td",
        "tr",
        "table",
        "li",
        "ul",
        "ol",
        "section",
        "article",
        "h1",
        "h2",
        "h3",
        "center",
    ]
)
"""Elements whose closing tag may have been left behind."""
_WHITE = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
_NAMES = {
    name[:-1]: stands for name, stands in html5.items() if name[-1] == ";" and stands not in "\t\n"
}

RULES = {
    "named_entity": Words(
        "`&nbsp;`, `&quot;`: the character it names",
        "`&nbsp;`、`&quot;`：换成它所指的字符",
    ),
    "numeric_entity": Words(
        "`&#8220;`, `&#x201C;`: the character of that number",
        "`&#8220;`、`&#x201C;`：换成该编号的字符",
    ),
    "double_escaped_entity": Words(
        "`&amp;quot;`: escaped twice or more",
        "`&amp;quot;`：转义了两次以上",
    ),
    "stray_tag": Words(
        "`</p>` or the like that was left at a line's end",
        "残留在行末的 `</p>` 之类",
    ),
}


@repair(
    version=1,
    zh="字符实体还原",
    en="character references",
    about=(
        "把残留的字符实体换成它们所代表的字符。\n\n谈论标记语言的文本保留实体：文中有标签或"
        "代码时，以及实体组成标签（`&lt;div&gt;`）或正被讨论时。"
    ),
    rules=RULES,
)
def entities(text: str) -> list[Edit]:
    """References that were left over, as the characters they stand for.

    Text about markup keeps them: where tags or code stand in the document, and where a reference
    makes a tag (`&lt;div&gt;`) or is spoken of.
    """
    return settle(text, _find)


def _find(text: str) -> list[Edit]:
    found = [_reference(text, match.start()) for match in re.finditer("&", text)]
    found += [_stray_tag(text, match.start()) for match in re.finditer("</", text)]
    edits = sorted((e for e in found if e is not None), key=lambda edit: edit.start)
    if not edits or _is_markup(text):
        return []
    free, done = [], 0
    for edit in edits:
        if edit.start >= done:
            free.append(edit)
        done = max(done, edit.end)
    return free


def _reference(text: str, at: int) -> Edit | None:
    """The edit for the reference at the `&`, with all `amp;` in front of it; None if content."""
    rest = re.sub(r"\A(?:amp;)+", "", text[at + 1 :])
    n_amp = (len(text) - at - 1 - len(rest)) // 4
    if rest.startswith("#"):
        rule, found = "numeric_entity", _numeric(rest)
    else:
        rule, found = "named_entity", _named(rest)
        if found is None and n_amp:
            found = (0, "&")
    if found is None:
        return None
    length, after = found
    if n_amp and length:
        rule = "double_escaped_entity"
    end = at + 1 + 4 * n_amp + length
    opens = after == "<" and re.match(r"[A-Za-z/!?]", text[end:])
    closes = after == ">" and re.search(r'[A-Za-z0-9/"]\Z', text[:at])
    if opens or closes or _is_spoken_of(text, at, end):
        return None
    return Edit(rule, at, end, text[at:end], after, CONFIDENCE)


def _named(rest: str) -> tuple[int, str] | None:
    """(length, what it stands for) of the name that begins here."""
    match = re.match(r"[A-Za-z0-9]{0,33}", rest)
    name = match[0] if match else ""
    follows = rest[len(name) : len(name) + 1]
    if follows == ";":
        stands = _NAMES.get(name) or _NAMES.get(name.lower())
        return (len(name) + 1, _spaced(stands)) if stands else None
    if follows == "=" or name not in WITHOUT_SEMICOLON:
        return None
    return len(name), _spaced(_NAMES[name])


def _spaced(stands: str) -> str:
    """A space for every kind of space, nothing for what has no width."""
    if re.fullmatch("[\xa0\u2002-\u200a]", stands):
        return " "
    return "" if re.fullmatch("[\xad\u200b-\u200f]", stands) else stands


def _numeric(rest: str) -> tuple[int, str] | None:
    """(length, character) of the number that begins here with its `#`."""
    match = re.match(r"#(?:[xX]([0-9A-Fa-f]+)|([0-9]+))", rest)
    if match is None:
        return None
    digits = match[1] or match[2]
    if len(digits) > 7:
        return None
    code = int(digits, 16 if match[1] else 10)
    follows = rest[match.end() : match.end() + 1]
    if follows != ";" and (
        code < 0xA0 or len(digits) < 4 or (follows.isascii() and follows.isalnum())
    ):
        return None
    char = _character(code)
    return (match.end() + (follows == ";"), char) if char else None


def _character(code: int) -> str | None:
    """What a number stands for; None for letters, digits and what is no character.

    128 to 159 mean Windows-1252, as browsers read them.
    """
    if code in (0xA0, 0x3000) or 0x2002 <= code <= 0x200A:
        return " "
    if 0x80 <= code <= 0x9F:
        return bytes([code]).decode("cp1252", "ignore") or None
    if code < 0x80:
        return chr(code) if chr(code) in " \"'<>" else None
    if code in (0xFFFE, 0xFFFF) or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        return None
    return chr(code)


def _is_spoken_of(text: str, start: int, end: int) -> bool:
    """Whether the text names the reference instead of using it: quoted, in backticks, as code."""
    line = text[:start].rpartition("\n")[2]
    quoted = text[:start].endswith(tuple("`\"'“‘「\\")) and text[end:].startswith(tuple("`\"'”’」"))
    is_code = line.startswith("    ") and line.strip(_WHITE) != ""
    return quoted or line.count("`") % 2 == 1 or is_code


def _stray_tag(text: str, at: int) -> Edit | None:
    """The edit for a closing tag at a line's end whose opening stands nowhere in the text."""
    match = re.compile(r"</([A-Za-z0-9]{0,8})>").match(text, at)
    if match is None or match[1].lower() not in ELEMENTS:
        return None
    behind = text[match.end() :].lstrip(" \t\r")
    while later := re.match(r"</([^>]*)>", behind):
        if later[1].lower() not in ELEMENTS:
            return None
        behind = behind[later.end() :].lstrip(" \t\r")
    left = text[:at]
    is_end = behind == "" or behind.startswith("\n")
    is_prose = left.endswith(">") or _is_prose(left.rstrip(_WHITE)[-1:])
    is_opened = re.search("<" + match[1], text, re.IGNORECASE | re.ASCII) is not None
    if not is_end or not is_prose or is_opened:
        return None
    return Edit("stray_tag", at, match.end(), match[0], "", CONFIDENCE_STRAY)


def _is_prose(char: str) -> bool:
    return char != "" and (
        is_han(char)
        or "\u3001" <= char <= "\u3011"
        or "\uff01" <= char <= "\uff5e"
        or char in "“”…"
    )


def _is_markup(text: str) -> bool:
    """Whether the document shows markup or code, in which references are content."""
    tags = [m for m in re.finditer("<", text) if _is_open_tag(text[m.end() : m.end() + 320])]
    return len(tags) >= 3 or any(
        sign in text for sign in ("```", "<?xml", "<!DOCTYPE", "<!doctype", "#include")
    )


def _is_open_tag(inside: str) -> bool:
    """Whether `name>`, `name attribute…>` or `name/>` begins here."""
    match = re.match(r"(?=[A-Za-z])[A-Za-z0-9]{1,12}", inside)
    if match is None:
        return False
    rest = inside[match.end() :]
    return rest.startswith((">", "/")) or (rest.startswith(" ") and ">" in rest[:300])
