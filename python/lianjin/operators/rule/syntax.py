"""From the text of a rule to its parts.

rule   := all ("or" all)*
all    := claim ("and" claim)*
claim  := "not" claim | "(" rule ")" | test
test   := value (("<" | "<=" | "==" | "!=" | ">=" | ">") value)*
        | name ["not"] "in" "(" constant ("," constant)* ")"
        | name ["not"] ("contains" | "matches") string
        | name "is" ["not"] "null"
value  := name | constant
name   := word ("." word | "[" string "]")*
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from lianjin.core.limits import RULE_DEPTH, RULE_LENGTH_CHARS
from lianjin.core.words import NOTHING, Words
from lianjin.operators.rule.node import (
    Absence,
    And,
    Comparison,
    Constant,
    Membership,
    Name,
    Node,
    Not,
    Operand,
    Or,
    Search,
    Truth,
    names,
)

KEYWORDS = frozenset({"and", "or", "not", "in", "contains", "matches", "is", "null"})
COMPARISONS = frozenset({"<", "<=", "==", "!=", ">=", ">"})


@dataclass(frozen=True)
class Fault:
    """What is wrong with a rule, and at which characters of its text."""

    code: str
    message: Words
    start: int
    end: int
    hint: Words = NOTHING


class RuleFault(Exception):
    """The text is not a rule; `fault` says where and why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message.en)
        self.fault = fault


@dataclass(frozen=True)
class Rule:
    """A parsed rule: its text, which is also the reason for a drop, and its parts."""

    text: str
    root: Node

    @property
    def names(self) -> tuple[str, ...]:
        """The scores and columns it needs, each once, in the order they appear.

        >>> parse("200 <= chars <= 100_000 and fields.score > 3").names
        ('chars', 'fields')
        """
        return tuple(dict.fromkeys(name.path[0] for name in names(self.root)))


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<number>[+-]?(?:[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![\w.]))
    |(?P<string>'(?:\\'|[^'])*'|"(?:\\"|[^"])*")
    |(?P<word>[^\W\d]\w*)
    |(?P<sign><=|>=|==|!=|<|>|\(|\)|\[|\]|,|\.)""",
    re.VERBOSE,
)
_INSTEAD = {
    "=": "==", "&&": "and", "&": "and", "||": "or", "|": "or", "!": "not", "<>": "!=",
    "（": "(", "）": ")", "，": ",", "＜": "<", "＞": ">", "≤": "<=", "≥": ">=", "≠": "!=",
    "“": '"', "”": '"', "‘": "'", "’": "'", "＝": "==",
}  # fmt: skip
"""What people write in other languages, or with a Chinese keyboard, and what it is here."""


_CLAIM = Words("a claim", "一个条件")
_FIELD = Words("a field's name", "字段名")
_QUOTED_FIELD = Words("a field's name in quotes", "带引号的字段名")


def parse(text: str) -> Rule:
    """The rule that the text says; `RuleFault` points at the place where it says none.

    >>> parse("han_ratio >= 0.3 and language == 'zh'").names
    ('han_ratio', 'language')
    """
    if len(text) > RULE_LENGTH_CHARS:
        raise _fault(
            Words(
                f"the rule has {len(text)} characters; at most {RULE_LENGTH_CHARS}",
                f"规则有 {len(text)} 个字符；最多 {RULE_LENGTH_CHARS} 个",
            ),
            0,
            1,
        )
    return Rule(text, _Parser(text, _tokens(text)).rule())


def _fault(message: Words, start: int, end: int, hint: Words = NOTHING) -> RuleFault:
    return RuleFault(Fault("rule-syntax", message, start, max(end, start + 1), hint))


def _tokens(text: str) -> tuple[_Token, ...]:
    tokens, position = [], 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unknown_sign(text, position)
        if match.lastgroup != "space":
            tokens.append(_Token(str(match.lastgroup), match[0], match.start(), match.end()))
        position = match.end()
    return tuple(tokens)


def _unknown_sign(text: str, position: int) -> RuleFault:
    for length in (2, 1):
        sign = text[position : position + length]
        if sign in _INSTEAD:
            said = Words(
                f"{sign!r} is no sign of a rule; write {_INSTEAD[sign]!r}",
                f"规则里没有符号 {sign!r}；应写 {_INSTEAD[sign]!r}",
            )
            return _fault(said, position, position + len(sign))
    if text[position] in "'\"":
        said = Words("this string has no closing quote", "这个字符串缺少后引号")
        return _fault(said, position, len(text))
    run = re.match(r"[\w.]+|.", text[position:], re.DOTALL)
    found = run[0] if run else text[position]
    if found[0].isdigit():
        message = Words(
            f"{found!r} is no number; numbers are written 0.5, 1e6 or 100_000",
            f"{found!r} 不是数；数写作 0.5、1e6 或 100_000",
        )
    else:
        message = Words(f"a rule cannot hold {found!r}", f"规则里不能有 {found!r}")
    return _fault(message, position, position + len(found))


class _Parser:
    """Reads tokens from left to right; `rule` is the way in."""

    def __init__(self, text: str, tokens: tuple[_Token, ...]) -> None:
        self._text = text
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    def rule(self) -> Node:
        node = self._any()
        if (token := self._peek()) is not None:
            said = (
                f"the rule is complete before {token.text!r}",
                f"规则到 {token.text!r} 之前已经完整",
            )
            hint = Words("join two claims by `and` or `or`", "用 `and` 或 `or` 连接两个条件")
            raise _fault(Words(*said), token.start, token.end, hint)
        return node

    def _peek(self, ahead: int = 0) -> _Token | None:
        index = self._next + ahead
        return self._tokens[index] if index < len(self._tokens) else None

    def _is(self, *texts: str, ahead: int = 0) -> bool:
        token = self._peek(ahead)
        return token is not None and token.kind in ("word", "sign") and token.text in texts

    def _take(self, wanted: Words) -> _Token:
        token = self._peek()
        if token is None:
            end = len(self._text.rstrip())
            said = Words(
                f"the rule ends where {wanted.en} is expected", f"规则结束了，此处还应有{wanted.zh}"
            )
            raise _fault(said, end, end + 1)
        self._next += 1
        return token

    def _expect(self, text: str) -> _Token:
        token = self._take(Words(f"`{text}`", f" `{text}`"))
        if token.text != text or token.kind not in ("word", "sign"):
            said = Words(
                f"`{text}` is expected, not {token.text!r}",
                f"此处应为 `{text}`，不是 {token.text!r}",
            )
            raise _fault(said, token.start, token.end)
        return token

    def _any(self) -> Node:
        return self._joined("or", self._all, Or)

    def _all(self) -> Node:
        return self._joined("and", self._claim, And)

    def _joined(self, word: str, inner: Callable[[], Node], kind: type[And | Or]) -> Node:
        parts = [inner()]
        while self._is(word):
            self._next += 1
            parts.append(inner())
        if len(parts) == 1:
            return parts[0]
        flat = [q for p in parts for q in (p.parts if isinstance(p, kind) else (p,))]
        return kind(tuple(flat), parts[0].start, parts[-1].end)

    def _claim(self) -> Node:
        self._depth += 1
        if self._depth > RULE_DEPTH:
            token = self._tokens[self._next - 1]
            said = Words(
                f"the rule nests deeper than {RULE_DEPTH}", f"规则嵌套超过 {RULE_DEPTH} 层"
            )
            raise _fault(said, token.start, token.end)
        try:
            if self._is("not"):
                start = self._take(_CLAIM).start
                part = self._claim()
                return Not(part, start, part.end)
            if self._is("("):
                start = self._take(_CLAIM).start
                node = self._any()
                return replace(node, start=start, end=self._expect(")").end)
            return self._test()
        finally:
            self._depth -= 1

    def _test(self) -> Node:
        left = self._value()
        negated = self._is("not") and self._is("in", "contains", "matches", ahead=1)
        if negated:
            self._next += 1
        if self._is("in", "contains", "matches", "is"):
            if isinstance(left, Constant):
                said = Words("a name is expected here, not a constant", "此处应为名称，不是常量")
                raise _fault(said, left.start, left.end)
            node = self._named_test(left)
            return Not(node, node.start, node.end) if negated else node
        return self._chain(left)

    def _named_test(self, name: Name) -> Node:
        word = self._take(Words("a test", "一个判断")).text
        if word == "in":
            return self._membership(name)
        if word == "is":
            negated = self._is("not")
            self._next += negated
            node = Absence(name, name.start, self._expect("null").end)
            return Not(node, node.start, node.end) if negated else node
        token = self._take(Words("a string in quotes", "带引号的字符串"))
        if token.kind != "string":
            said = Words(f"`{word}` takes a string in quotes", f"`{word}` 后面应为带引号的字符串")
            raise _fault(said, token.start, token.end)
        return Search(name, word, _string(token.text), name.start, token.end)

    def _membership(self, name: Name) -> Node:
        self._expect("(")
        values = [self._constant()]
        while self._is(","):
            self._next += 1
            values.append(self._constant())
        return Membership(name, tuple(values), name.start, self._expect(")").end)

    def _constant(self) -> Constant:
        value = self._value()
        if isinstance(value, Name):
            said = Words("`in` takes constants", "`in` 里只能是常量")
            hint = Words("text goes in quotes", "文本要加引号")
            raise _fault(said, value.start, value.end, hint)
        return value

    def _chain(self, first: Operand) -> Node:
        values, signs = [first], []
        while self._is(*COMPARISONS):
            signs.append(self._take(Words("a sign", "一个符号")).text)
            values.append(self._value())
        pairs = tuple(
            Comparison(left, sign, right, left.start, right.end)
            for left, sign, right in zip(values, signs, values[1:], strict=False)
        )
        if not pairs:
            return Truth(first, first.start, first.end)
        return pairs[0] if len(pairs) == 1 else And(pairs, pairs[0].start, pairs[-1].end)

    def _value(self) -> Operand:
        token = self._take(Words("a score, a field or a constant", "指标、字段或常量"))
        if token.kind == "number":
            return Constant(_number(token), token.start, token.end)
        if token.kind == "string":
            return Constant(_string(token.text), token.start, token.end)
        if token.kind != "word" or token.text in KEYWORDS:
            said = Words(
                f"a score, a field or a constant is expected, not {token.text!r}",
                f"此处应为指标、字段或常量，不是 {token.text!r}",
            )
            raise _fault(said, token.start, token.end)
        if token.text in ("true", "false"):
            return Constant(token.text == "true", token.start, token.end)
        return self._name(token)

    def _name(self, first: _Token) -> Name:
        path, end = [first.text], first.end
        while self._is(".", "["):
            if self._take(Words("a name", "一个名称")).text == ".":
                token = self._take(_FIELD)
                if token.kind != "word":
                    said = Words("a field's name is expected", "此处应为字段名")
                    raise _fault(said, token.start, token.end)
                path.append(token.text)
            else:
                token = self._take(_QUOTED_FIELD)
                if token.kind != "string":
                    said = Words("a field's name in quotes is expected", "此处应为带引号的字段名")
                    raise _fault(said, token.start, token.end)
                path.append(_string(token.text))
                token = self._expect("]")
            end = token.end
        return Name(tuple(path), first.start, end)


def _number(token: _Token) -> int | float:
    value = float(token.text)
    if not math.isfinite(value):
        raise _fault(Words("this number is too large", "这个数太大"), token.start, token.end)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _string(text: str) -> str:
    """The string between the quotes. Only the quote itself is escaped, so `\\d` stays `\\d`."""
    return text[1:-1].replace("\\" + text[0], text[0])
