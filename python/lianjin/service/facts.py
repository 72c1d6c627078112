"""What a manifest says of its run, as far as it says it in the form that a build does.

Takes the manifest of a version, which anybody may have written; gives funnel, errors and rights.
What is of another form is left out, never guessed.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from lianjin.core.settings import Language
from lianjin.curate.why import step_texts
from lianjin.operators.rule import RuleFault, parse

VERBS = ("repair", "keep", "link", "score")


class StepView(BaseModel):
    """One step of the recipe: what it says, how many records it removed, how many were left."""

    step: int
    verb: str
    text: str
    removed: int
    left: int


def funnel(manifest: dict[str, Any], language: Language) -> list[StepView]:
    """What each step of a recipe removed and left, in order; it ends with what was kept.

    It begins with what was read and not quarantined. Empty for a dataset that no recipe made.
    """
    if not has_recipe(manifest):
        return []
    left = manifest["records"] - manifest["quarantined"]
    removed_by = counts_of(manifest.get("steps"))
    steps = []
    for number, text in enumerate(step_texts(manifest)):
        removed = removed_by.get(str(number), 0)
        left -= removed
        step = manifest["recipe"]["steps"][number]
        verb = next(verb for verb in VERBS if verb in step)
        told = {"text": text.of(language), "removed": removed, "left": left}
        steps.append(StepView(step=number, verb=verb, **told))
    return steps


def has_recipe(manifest: dict[str, Any]) -> bool:
    """Whether the manifest has a recipe in the form that builds write, with rules that can be read."""
    recipe = manifest.get("recipe")
    steps = recipe.get("steps") if isinstance(recipe, dict) else None
    return isinstance(steps, list) and all(map(_is_step, steps))


def counts_of(value: Any) -> dict[str, int]:
    """The whole numbers of an object, by name; empty if it is none."""
    if not isinstance(value, dict):
        return {}
    return {name: n for name, n in value.items() if isinstance(n, int) and not isinstance(n, bool)}


def rights_of(manifest: dict[str, Any]) -> dict[str, dict[str, int]]:
    """What the kept records say of source, licence and makers, counted."""
    value = manifest.get("rights")
    if not isinstance(value, dict):
        return {}
    return {name: counts_of(group) for name, group in value.items() if isinstance(group, dict)}


def _is_step(step: Any) -> bool:
    if not isinstance(step, dict) or not isinstance(step.get("with") or {}, dict):
        return False
    said = [step[verb] for verb in VERBS if verb in step]
    if len(said) != 1 or not isinstance(said[0], str):
        return False
    return "keep" not in step or _is_rule(said[0])


def _is_rule(text: str) -> bool:
    try:
        parse(text)
    except RuleFault:
        return False
    return True
