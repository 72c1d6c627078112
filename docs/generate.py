"""Writes docs/reference/ from the program itself: `python docs/generate.py`.

With `--check` it writes nothing and exits 1 if a page is not what it would write.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from lianjin.core.settings import Language
from lianjin.core.words import Words

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "python" / "lianjin"
TARGET = ROOT / "docs" / "reference"
LANGUAGES: dict[Language, str] = {"en": ".md", "zh": ".zh-CN.md"}


class Speaker:
    """Says things in one language."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def __call__(self, en: str, zh: str) -> str:
        return zh if self.language == "zh" else en

    def one(self, words: Words) -> str:
        """The form of a pair in this language."""
        return words.of(self.language)

    @property
    def note(self) -> str:
        """The line that says where a page comes from."""
        said = self(
            "Made from the program by `python docs/generate.py`; changes belong there.",
            "由 `python docs/generate.py` 从程序生成；请改程序，不要改本页。",
        )
        return f"> {said}"


def pages() -> dict[str, str]:
    """Every page of the reference, by file name."""
    makers = {
        "operators": operators,
        "rules": rules,
        "presets": presets,
        "standards": standards,
        "measures": measures,
        "cli": command_line,
        "errors": errors,
        "settings": settings,
        "permissions": permissions,
    }
    made = {
        name + suffix: make(Speaker(language)).rstrip("\n") + "\n"
        for name, make in makers.items()
        for language, suffix in LANGUAGES.items()
    }
    return made | {"openapi.json": openapi()}


def openapi() -> str:
    """The description of the service's routes, from which the pages take their types."""
    from lianjin.service.app import openapi

    return json.dumps(openapi(), ensure_ascii=False, indent=2) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    cells = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    lines = [head, ["---"] * len(head), *cells]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def operators(say: Speaker) -> str:
    """All operators with their settings and rules."""
    from lianjin.cli.operators import UNITS
    from lianjin.operators.registry import operators as known

    found = [
        "# " + say("Operators", "算子"),
        say.note,
        say(
            "Measure in code, decide in the recipe. `lianjin operators NAME` prints the same.",
            "代码只管测量，取舍写在配方里。`lianjin operators NAME` 显示同样的内容。",
        ),
    ]
    titles = {
        "repair": ("Repairs, in the order they belong in", "修复（按应有的次序）"),
        "score": ("Scores", "指标"),
        "link": ("Links", "去重"),
    }
    head = (say("name", "名称"), say("title", "标题"), say("unit", "单位"), say("gives", "结果"))

    def unit(operator: Any) -> str:
        return say.one(UNITS.get(operator.unit, Words.verbatim(operator.unit)))

    for verb, title in titles.items():
        mine = known(verb)  # type: ignore[arg-type]
        rows = [(f"`{o.name}`", say.one(o.title), unit(o), say.one(o.summary)) for o in mine]
        found += ["## " + say(*title), table(head, rows)]
        found += [_operator(o, say) for o in mine if o.parameters or o.rules]
    return "\n\n".join(found)


def _operator(operator: Any, say: Speaker) -> str:
    from lianjin.operators.settings import expectation

    heading = f"### {operator.name} · {say(operator.en, operator.zh)} · v{operator.version}"
    found = [heading, say.one(operator.docs)]
    if operator.parameters:
        head = (
            say("setting", "设置"),
            say("takes", "取值"),
            say("default", "默认"),
            say("means", "含义"),
        )
        properties = operator.schema["properties"]
        rows = []
        for parameter in operator.parameters:
            said = properties[parameter.name]
            default = json.dumps(said.get("default"), ensure_ascii=False)
            rows.append(
                (
                    f"`{parameter.name}`",
                    say.one(expectation(said)).strip(),
                    say("required", "必填") if parameter.is_required else f"`{default}`",
                    say.one(parameter.about),
                )
            )
        found.append(table(head, rows))
    if operator.rules:
        head = (say("rule", "规则"), say("what it does", "作用"))
        found.append(table(head, [(f"`{k}`", say.one(v)) for k, v in operator.rules.items()]))
    return "\n\n".join(found)


def rules(say: Speaker) -> str:
    """The grammar of rules and the names they may use."""
    from lianjin.operators.rule import syntax
    from lianjin.operators.vocabulary import COLUMNS, vocabulary

    grammar = (inspect.getdoc(syntax) or "").partition("\n\n")[2]
    kinds = vocabulary()
    rows = [(f"`{n}`", _kind(kinds[n], say), say("column", "列")) for n in COLUMNS]
    rows += [
        (f"`{n}`", _kind(k, say), say("score", "指标"))
        for n, k in kinds.items()
        if n not in COLUMNS
    ]
    return "\n\n".join(
        [
            "# " + say("Rules", "规则"),
            say.note,
            say(
                "A `keep` step holds a rule: comparisons over scores and fields. Rules are parsed,"
                " never run as code. The rule's own text is the reason for a drop.",
                "`keep` 步骤写一条规则：对指标和字段的比较。规则只被解析，从不当作代码执行；"
                "规则原文就是剔除的理由。",
            ),
            f"```text\n{inspect.cleandoc(grammar)}\n```",
            say(
                "**Absent values.** An absent score or field is null, a comparison with null is"
                " null, and `and`, `or`, `not` follow three-valued logic. A document is dropped"
                " only by a rule that is false for it; with `when_null: drop` beside `keep`, a"
                " rule that is null drops it too. `x is null` asks for absence itself.",
                "**缺失值。** 缺失的指标或字段为 null，与 null 的比较仍为 null，`and`、`or`、`not`"
                " 遵循三值逻辑。只有结果为假的规则才剔除文档；在 `keep` 旁写 `when_null: drop`，"
                "结果为 null 时也剔除。`x is null` 用于判断缺失本身。",
            ),
            say(
                "**Own fields** are written `fields.name` or `fields['any name']`. Text that looks"
                " like a number stays text; compared with a number it is null. `matches` takes a"
                " regular expression in RE2's syntax and finds it anywhere.",
                "**记录自带字段**写作 `fields.name` 或 `fields['任意名称']`。形似数字的文本仍是"
                "文本，与数字比较得 null。`matches` 接受 RE2 语法的正则表达式，在任意位置匹配。",
            ),
            table((say("name", "名称"), say("holds", "取值"), say("is a", "类别")), rows),
        ]
    )


def _kind(kind: Any, say: Speaker) -> str:
    if kind.type == "text":
        return say("text", "文本")
    if kind.type == "boolean":
        return say("true or false", "真或假")
    low = "−∞" if kind.low is None else f"{kind.low:g}"
    high = "∞" if kind.high is None else f"{kind.high:g}"
    whole = say("whole number", "整数") if kind.whole else say("number", "数")
    return f"{whole}, {low} … {high}"


def presets(say: Speaker) -> str:
    """Every preset as it is written."""
    import yaml
    from lianjin.curate.recipe import presets as names
    from lianjin.curate.recipe import text_of

    found = ["# " + say("Presets", "预设"), say.note]
    for name in names():
        text = text_of(name, say.language)
        recipe = yaml.safe_load(text)
        about = recipe["about"][say.language]
        found += [f"## {name} v{recipe['version']}", about, f"```yaml\n{text.rstrip()}\n```"]
    return "\n\n".join(found)


def standards(say: Speaker) -> str:
    """Every standard with its gates, grades and indices, and which measure counts what."""
    from lianjin.evaluate.standard import load_standard
    from lianjin.evaluate.standard import standards as names

    found = ["# " + say("Standards", "标准"), say.note]
    for name in names():
        standard = load_standard(name)
        gates = [(f"`{g.id}`", say.one(g.title), f"`{g.measure}`") for g in standard.gates]
        grades = [(say.one(g.title), ", ".join(g.dimensions) or "—", ", ".join(g.indices) or "—") for g in standard.grades]  # fmt: skip
        found += [
            f"## {standard.number} {say.one(standard.title)}",
            say.one(standard.wording) + say(".", "。"),
            say(
                f"A dimension is reached at {standard.pass_line:g} of 100: the weighted mean of what was "
                "measured. What nothing here measures has no number and takes no part; of a dimension "
                f"at least {standard.least_measured:.0%} must be measured for it to have a score.",
                f"维度达到 {standard.pass_line:g} 分（满分 100）为达线，取已测指标的加权平均。此处测不了的不给数值，"
                f"也不参与平均；一个维度至少测得 {standard.least_measured:.0%} 才计分。",
            ),
            table((say("gate", "门禁"), say("title", "名称"), say("measure", "测量")), gates),
            table(
                (say("grade", "等级"), say("dimensions", "维度"), say("indices", "指标")), grades
            ),
        ]
        for dimension in standard.dimensions:
            found += [f"### {dimension.code} {say.one(dimension.title)}", _indices(dimension, say)]
    return "\n\n".join(found)


def _indices(dimension: Any, say: Speaker) -> str:
    rows = []
    for index in (one for top in dimension.indices for one in (top, *top.parts)):
        counted = f"`{index.measure}`" if index.measure else say.one(index.reason) or "—"
        line = f"{index.line:g}"
        rows.append((index.code, say.one(index.title), say.one(index.formula), counted, line))
    head = (
        say("code", "代码"),
        say("index", "指标"),
        say("formula", "算式"),
        say("measure", "测量"),
        say("line", "线"),
    )
    return table(head, rows)  # fmt: skip


def measures(say: Speaker) -> str:
    """Every measure: what it counts, of what, and what its numbers mean."""
    from lianjin.evaluate.measure import measures as known

    units = {
        "record": say("records", "记录"),
        "set": say("the whole set", "整个数据集"),
        "cell": say("aspects", "方面"),
        "row": say("rows", "行"),
    }
    found = [
        "# " + say("Measures", "测量"),
        say.note,
        say(
            "A measure counts and never decides: lines, weights and gates are the standard's.",
            "测量只计数，不作判断：及格线、权重与门禁由标准规定。",
        ),
    ]
    for measure in known():
        found += [
            f"## {measure.name} · {say.one(measure.title)} · v{measure.version}",
            f"{say('counts', '计数对象')}: {units[measure.unit]}",
            say.one(measure.docs),
        ]
        if measure.settings:
            rows = [(f"`{k}`", f"`{json.dumps(v)}`") for k, v in measure.settings.items()]
            found.append(table((say("setting", "设置"), say("default", "默认")), rows))
        if measure.causes:
            rows = [(f"`{k}`", say.one(v)) for k, v in measure.causes.items()]
            found.append(table((say("cause", "原因"), say("means", "含义")), rows))
    return "\n\n".join(found)


def command_line(say: Speaker) -> str:
    """Every command with its arguments, options and example."""
    from lianjin.cli import app
    from typer.main import get_command

    found = ["# " + say("Command line", "命令行"), say.note, _exits(say)]
    return "\n\n".join([*found, *_command("lianjin", get_command(app()), say)])


def _command(name: str, command: Any, say: Speaker) -> Iterator[str]:
    from lianjin.cli.usage import name_of

    yield f"## {name}"
    yield say.one(Words.read(command.help))
    rows = [(f"`{name_of(p)}`", say.one(Words.read(p.help))) for p in command.params]
    if rows:
        yield table((say("option", "选项"), say("means", "含义")), rows)
    if command.epilog:
        _, program, example = say.one(Words.read(command.epilog)).partition("lianjin")
        yield f"    {program}{example}"
    for inner in getattr(command, "commands", {}).values():
        yield from _command(f"{name} {inner.name}", inner, say)


def _exits(say: Speaker) -> str:
    rows = [
        ("0", say("done", "完成")),
        ("1", say("a finding: verification or a gate failed", "有发现：校验或门槛未通过")),
        ("2", say("the call was wrong", "调用有误")),
        ("3", say("the environment failed: disk, permission", "环境故障：磁盘、权限")),
        ("70", say("a bug in lianjin", "lianjin 自身的错误")),
        ("130", say("stopped by Ctrl-C", "被 Ctrl-C 中止")),
    ]
    return table((say("exit", "退出码"), say("means", "含义")), rows)


def errors(say: Speaker) -> str:
    """Every code of a refusal or of a quarantined record."""
    from lianjin.core.codes import groups

    titles = {
        "refused": say("Refusals", "拒绝"),
        "quarantined": say("Quarantined records", "隔离的记录"),
    }
    found = ["# " + say("Error codes", "错误代码"), say.note]
    for group, items in groups().items():
        rows = [(f"`{code}`", text[say.language]) for code, text in sorted(items.items())]
        found += [f"## {titles[group]}", table((say("code", "代码"), say("means", "含义")), rows)]
    return "\n\n".join(found)


def settings(say: Speaker) -> str:
    """The environment variables and the limits."""
    from lianjin.core import limits as limit_table
    from lianjin.core.settings import VARIABLES

    variables = [(f"`{name}`", say(*said)) for name, said in VARIABLES.items()]
    limits = [
        (f"`{name}`", f"{getattr(limit_table, name):,}", say.one(about))
        for name, about in limit_table.ABOUT.items()
    ]
    return "\n\n".join(
        [
            "# " + say("Settings and limits", "设置与上限"),
            say.note,
            table((say("variable", "变量"), say("means", "含义")), variables),
            "## " + say("Limits", "上限"),
            table((say("limit", "上限"), say("value", "值"), say("means", "含义")), limits),
        ]
    )


def permissions(say: Speaker) -> str:
    """Who may do what in the service, as its policy says."""
    from lianjin.service.policy import POLICY

    reaches = {
        "public": say("everybody", "任何人"),
        "own": say("their own", "本人的"),
        "organisation": say("their organisation's", "本机构的"),
        "any": say("all", "全部"),
    }
    rows = []
    for permission, rules in POLICY.items():
        for rule in rules:
            roles = (
                ", ".join(f"`{r}`" for r in sorted(rule.roles))
                if rule.roles
                else say("all", "所有角色")
            )
            verified = say("yes", "是") if rule.verified else ""
            scope = rule.scope or say("none: sign in", "无，须登录")
            rows.append((f"`{permission}`", roles, reaches[rule.reach], scope, verified))
    head = (
        say("permission", "权限"),
        say("roles", "角色"),
        say("whose things", "作用范围"),
        say("scope of a token", "令牌范围"),
        say("verified only", "须通过核验"),
    )
    return "\n\n".join(
        [
            "# " + say("Permissions", "权限"),
            say.note,
            say(
                "What is not in this table is denied. Another organisation's things are not found.",
                "表中没有的一律拒绝。其他机构的内容视为不存在。",
            ),
            table(head, rows),
        ]
    )


def main() -> None:
    """Writes the pages, or says which differ."""
    made = pages()
    if "--check" in sys.argv:
        present = {path.name: path.read_text("utf-8") for path in TARGET.iterdir()}
        stale = sorted(name for name in {*made, *present} if made.get(name) != present.get(name))
        if stale:
            raise SystemExit(f"run `python docs/generate.py`; not current: {', '.join(stale)}")
        return
    TARGET.mkdir(exist_ok=True)
    for name, text in made.items():
        (TARGET / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
