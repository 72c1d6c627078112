"""Every operator, defined once: what it does, its settings, its titles, unit and version.

Takes functions with a decorator; gives the definitions that recipe check, command line,
reference page, report and provenance are made from.
Built-in modules and installed plug-ins are imported at the first question, not before.
"""

from __future__ import annotations

import difflib
import importlib
import inspect
import pkgutil
import sys
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib.metadata import entry_points
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, Literal

from lianjin.core.errors import Conflict, RecipeError

Verb = Literal["repair", "score", "link"]
VERBS: tuple[Verb, ...] = ("repair", "score", "link")
ENTRY_POINTS = "lianjin.operators"
"""The entry point group under which an installed package names its modules of operators."""


@dataclass(frozen=True)
class Parameter:
    """One setting of an operator: name, type, and default (`inspect.Parameter.empty`: required)."""

    name: str
    annotation: Any
    default: Any

    @property
    def is_required(self) -> bool:
        """Whether a recipe has to give it."""
        return self.default is inspect.Parameter.empty


@dataclass(frozen=True)
class Operator:
    """An operator's one definition; calling it runs it on a text or on a column.

    `reference` is the Python form. `kernel` says that the kernel carries a twin of the same
    name, which is what runs; a property test holds both equal. `rules` maps each rule id of a
    repair to what it does (en).
    """

    verb: Verb
    name: str
    version: int
    zh: str
    en: str
    unit: str
    reference: Callable[..., Any]
    kernel: bool
    rules: Mapping[str, str] = field(default_factory=dict)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The settings, in order: all keyword-only arguments of the reference form."""
        signature = inspect.signature(self.reference, eval_str=True)
        return tuple(
            Parameter(p.name, p.annotation, p.default)
            for p in signature.parameters.values()
            if p.kind is inspect.Parameter.KEYWORD_ONLY
        )

    @property
    def returns(self) -> Any:
        """The type of the result, without None: `int`, `float`, `str` or `bool` for a score."""
        found = inspect.signature(self.reference, eval_str=True).return_annotation
        kinds = [kind for kind in typing.get_args(found) if kind is not type(None)]
        return kinds[0] if len(kinds) == 1 and type(None) in typing.get_args(found) else found

    @property
    def summary(self) -> str:
        """The first line of the docstring."""
        return (inspect.getdoc(self.reference) or "").partition("\n")[0]

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema of the settings."""
        from lianjin.operators.settings import schema

        return schema(self)

    def __call__(self, data: Any, **settings: Any) -> Any:
        """The result for one text (`str`) or for each text of an Arrow column.

        A repair gives the mended text or column, a score numbers or labels; there the kernel's
        twin runs if there is one. A link takes a column and gives its reference form's list.
        """
        from lianjin.operators.call import call

        return call(self, data, settings)

    def on_column(self, column: Any, **settings: Any) -> Any:
        """The results for an Arrow column of texts; null stays null."""
        from lianjin.operators.call import on_column

        return on_column(self, column, settings)

    def edits(self, text: str, **settings: Any) -> Any:
        """What a repair would change in a text, as a list of `Edit`."""
        from lianjin.operators.call import edits

        return edits(self, text, settings)


_operators: dict[tuple[Verb, str], Operator] = {}
_USER = "lianjin_user_"
"""How the modules of people's own files are called."""


def _register(operator: Operator) -> Operator:
    """Makes the operator known; a person's file may replace what another such file defined.

    So two recipes may each bring a score of the same name, one after the other; a recipe keeps
    hold of its own operators.
    """
    known = _operators.get((operator.verb, operator.name))
    origins = {o.reference.__module__ for o in (known, operator) if o is not None}
    if len(origins) > 1 and not all(name.startswith(_USER) for name in origins):
        assert known is not None
        raise Conflict(
            "duplicate-operator",
            f"{operator.reference.__module__} defines the {operator.verb} {operator.name!r}, "
            f"which {known.reference.__module__} defines already",
            hint="give it another name",
        )
    _operators[operator.verb, operator.name] = operator
    return operator


def repair(
    *, version: int, zh: str, en: str, rules: Mapping[str, str], kernel: bool = True
) -> Callable[[Callable[..., Any]], Operator]:
    """Registers `f(text, *, settings…) -> list[Edit]` as a repair."""
    return lambda f: _register(
        Operator("repair", f.__name__, version, zh, en, "edits", f, kernel, rules)
    )


def score(
    *, version: int, unit: str, zh: str = "", en: str = "", kernel: bool = False
) -> Callable[[Callable[..., Any]], Operator]:
    """Registers `f(text) -> number` (or str, for a label) as a score.

    `unit`: ratio, chars, count, nats, label…
    """

    def register(f: Callable[..., Any]) -> Operator:
        title = en or f.__name__.replace("_", " ")
        return _register(
            Operator("score", f.__name__, version, zh or title, title, unit, f, kernel)
        )

    return register


def link(
    *, version: int, zh: str, en: str, kernel: bool = True
) -> Callable[[Callable[..., Any]], Operator]:
    """Registers `f(texts, *, settings…) -> cluster ids` as a link over a corpus."""
    return lambda f: _register(Operator("link", f.__name__, version, zh, en, "cluster", f, kernel))


def operators(verb: Verb | None = None) -> tuple[Operator, ...]:
    """All operators (of one verb): by verb, repairs in the order they belong in, then by name."""
    _discover()
    return tuple(sorted((o for o in _operators.values() if verb in (None, o.verb)), key=_rank))


def operator(verb: Verb, name: str) -> Operator:
    """The operator of that verb and name; RecipeError with the nearest name if there is none."""
    _discover()
    if (found := _operators.get((verb, name))) is not None:
        return found
    raise RecipeError(
        f"unknown-{verb}",
        f"no {verb} is called {name!r}{nearest(name, [o.name for o in operators(verb)])}",
        hint="run `lianjin operators` for the list",
    )


def nearest(name: str, names: typing.Iterable[str]) -> str:
    """`; nearest is 'name'` for the end of a message; empty if nothing is near.

    >>> nearest("entitys", ["entities", "script"])
    "; nearest is 'entities'"
    """
    near = difflib.get_close_matches(name, list(names), 1, 0.5)
    return f"; nearest is {near[0]!r}" if near else ""


def load_module(path: Path) -> tuple[Operator, ...]:
    """Imports a Python file; gives the operators it defines, which are known from then on.

    RecipeError if it cannot be read or imported, Conflict if it takes the name of a built-in one.
    """
    name = _USER + sha256(str(path.resolve()).encode()).hexdigest()[:16]
    _discover()
    for operator in _of_module(name):
        del _operators[operator.verb, operator.name]
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise RecipeError(
            "operators-file", f"{path} is no Python file", hint="give the path of a .py file"
        )
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Conflict:
        raise
    except Exception as error:  # whatever a person's own code raises is theirs to mend
        raise RecipeError(
            "operators-file",
            f"{path} cannot be imported: {type(error).__name__}: {error}",
            hint=f"run `python {path}` to see where",
        ) from error
    return _of_module(name)


def _of_module(name: str) -> tuple[Operator, ...]:
    return tuple(o for o in _operators.values() if o.reference.__module__ == name)


def _rank(operator: Operator) -> tuple[int, int, str]:
    from lianjin.operators.repair import ORDER

    place = ORDER.index(operator.name) if operator.name in ORDER else len(ORDER)
    return VERBS.index(operator.verb), place if operator.verb == "repair" else 0, operator.name


@cache
def _discover() -> None:
    """Imports every built-in module of operators, then the installed plug-ins."""
    for verb in VERBS:
        package = importlib.import_module(f"lianjin.operators.{verb}")
        for module in sorted(info.name for info in pkgutil.iter_modules(package.__path__)):
            importlib.import_module(f"{package.__name__}.{module}")
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        point.load()
