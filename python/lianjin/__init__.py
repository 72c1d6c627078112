"""From raw data to high-quality datasets.

    import lianjin

    lianjin.build("zh-web", input="raw", out="clean")
    lianjin.operator("repair", "strip_gloss")("質(zhì)量")

Refusals and hints speak the language of the environment, or that of `speak("zh")`.

`build` builds a dataset, `load` checks a recipe, `operators` and `operator` find operators, and the
decorators `score` and `repair` add new ones. Each is imported when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lianjin.core.words import Words as Words
    from lianjin.core.words import speak as speak
    from lianjin.curate.build import build as build
    from lianjin.curate.recipe import load as load
    from lianjin.operators.registry import operator as operator
    from lianjin.operators.registry import repair as repair
    from lianjin.operators.registry import score as score

_HOME = {
    "Words": "lianjin.core.words",
    "build": "lianjin.curate.build",
    "load": "lianjin.curate.recipe",
    "operator": "lianjin.operators.registry",
    "repair": "lianjin.operators.registry",
    "score": "lianjin.operators.registry",
    "speak": "lianjin.core.words",
}

__all__ = [*_HOME]


def __getattr__(name: str) -> Any:
    """The public name, from the module it lives in."""
    from importlib import import_module

    if name == "operators":
        return import_module("lianjin.operators")
    if name not in _HOME:
        raise AttributeError(f"module 'lianjin' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
