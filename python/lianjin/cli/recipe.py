"""`lianjin recipe list | show | check`: the presets, and whether a recipe can run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lianjin.cli.screen import Json, Lang, language, say, show, table, told
from lianjin.cli.usage import Command, Group
from lianjin.core.words import spoken

if TYPE_CHECKING:
    from lianjin.curate.recipe import Recipe

Name = Annotated[
    str,
    typer.Argument(metavar="RECIPE", help=told("A preset or a YAML file.", "预设名或 YAML 文件。")),
]


def register(app: typer.Typer) -> None:
    """Adds `recipe` and its three commands."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None, cls=Group)
    group.command(
        "list",
        cls=Command,
        help=told("List the presets.", "列出预设。"),
        epilog=told("Example: lianjin recipe list", "示例：lianjin recipe list"),
    )(list_)
    group.command(
        "show",
        cls=Command,
        help=told(
            "Show a recipe. With --resolved as it runs, all defaults filled in.",
            "显示配方。加 --resolved 显示补全默认值后的配方。",
        ),
        epilog=told(
            "Example: lianjin recipe show zh-web > my.yaml",
            "示例：lianjin recipe show zh-web > my.yaml",
        ),
    )(show_)
    group.command(
        "check",
        cls=Command,
        help=told(
            "Check a recipe whole. All problems at once, with file, line and nearest name.",
            "完整检查配方。一次列出全部问题，带文件、行号和最接近的名称。",
        ),
        epilog=told("Example: lianjin recipe check my.yaml", "示例：lianjin recipe check my.yaml"),
    )(check)
    group.callback()(language)
    app.add_typer(
        group,
        name="recipe",
        help=told("List, show and check recipes.", "列出、显示、检查配方。"),
        epilog=told("Example: lianjin recipe list", "示例：lianjin recipe list"),
    )


def list_(as_json: Json = False, lang: Lang = None) -> None:
    """Prints the presets with what they are for."""
    from lianjin.curate.recipe import load, presets

    recipes = [load(name) for name in presets()]
    data = [
        {"name": r.name, "version": r.version, "about": dict(r.about), "digest": r.digest}
        for r in recipes
    ]
    text = table((r.name, f"v{r.version}", r.about.get(spoken(), "")) for r in recipes)
    show(data, as_json=as_json, text=text)


def show_(
    name: Name,
    resolved: Annotated[
        bool,
        typer.Option("--resolved", help=told("With all defaults.", "补全默认值。")),
    ] = False,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Prints the recipe's YAML, or what it comes to."""
    import yaml

    from lianjin.curate.recipe import load, text_of

    recipe = load(name)
    if resolved:
        text = yaml.safe_dump(recipe.resolved, allow_unicode=True, sort_keys=False)
    else:
        text = text_of(name, spoken())
    show({**recipe.resolved, "digest": recipe.digest}, as_json=as_json, text=text.rstrip("\n"))


def check(name: Name, as_json: Json = False, lang: Lang = None) -> None:
    """Prints what a sound recipe does; refuses one that is not."""
    from lianjin.curate.recipe import load

    recipe = load(name)
    data = {
        "name": recipe.name,
        "version": recipe.version,
        "digest": recipe.digest,
        "scores": list(recipe.scores),
        "warnings": [warning.to_json() for warning in recipe.warnings],
    }
    show(data, as_json=as_json, text=_summary(recipe))


def _summary(recipe: Recipe) -> str:
    counts = (len(recipe.repairs), len(recipe.keeps), len(recipe.links), len(recipe.scores))
    lines = [
        f"{recipe.name} v{recipe.version}: " + say("sound", "可以运行"),
        say(
            "  {} repairs, {} rules, {} links, {} scores", "  修复 {}，规则 {}，去重 {}，指标 {}"
        ).format(*counts),
        f"  {recipe.digest}",
    ]
    lines += [say("warning: ", "提醒：") + str(warning) for warning in recipe.warnings]
    return "\n".join(lines)
