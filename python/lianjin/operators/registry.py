"""Every operator, defined once: what it does, its settings, its titles, unit and version.

Takes functions with a decorator; gives the definitions that recipe check, command line,
reference page, report and provenance are made from.
Built-in modules and installed plug-ins are imported at the first question, not before.
"""

from __future__ import annotations

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
from lianjin.core.words import NOTHING, Words, nearest

Verb = Literal["repair", "score", "link"]
VERBS: tuple[Verb, ...] = ("repair", "score", "link")
LISTED = Words("run `lianjin operators` for the list", "运行 `lianjin operators` 查看列表")
ENTRY_POINTS = "lianjin.operators"
"""The entry point group under which an installed package names its modules of operators."""


@dataclass(frozen=True)
class Parameter:
    """One setting of an operator: name, type, and default (`inspect.Parameter.empty`: required)."""

    name: str
    annotation: Any
    default: Any

    @property
    def about(self) -> Words:
        """What the setting is for: the `Words` in its annotation."""
        said = getattr(self.annotation, "__metadata__", ())
        return next((word for word in said if isinstance(word, Words)), NOTHING)

    @property
    def is_required(self) -> bool:
        """Whether a recipe has to give it."""
        return self.default is inspect.Parameter.empty


@dataclass(frozen=True)
class Operator:
    """An operator's one definition; calling it runs it on a text or on a column.

    `reference` is the Python form. `kernel` says that the kernel carries a twin of the same
    name, which is what runs; a property test holds both equal. `rules` maps each rule id of a
    repair to what it does. `about` says in Chinese what the docstring says in English; `settings…`
    are described where their type stands: `Annotated[int, Words("fewest glosses", "至少几处夹注")]`.
    """

    verb: Verb
    name: str
    version: int
    zh: str
    en: str
    unit: str
    reference: Callable[..., Any]
    kernel: bool
    rules: Mapping[str, Words] = field(default_factory=dict, hash=False)
    about: str = ""

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
    def title(self) -> Words:
        """What the operator is called."""
        return Words(self.en, self.zh)

    @property
    def docs(self) -> Words:
        """All that is said of the operator: the docstring, and `about`, or the docstring again."""
        said = inspect.getdoc(self.reference) or ""
        return Words(said, self.about or said)

    @property
    def summary(self) -> Words:
        """The first line of `docs`."""
        return Words(self.docs.en.partition("\n")[0], self.docs.zh.partition("\n")[0])

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
            Words(
                f"{operator.reference.__module__} defines the {operator.verb} {operator.name!r}, "
                f"which {known.reference.__module__} defines already",
                f"{operator.reference.__module__} 定义的 {operator.verb} {operator.name!r} "
                f"已由 {known.reference.__module__} 定义",
            ),
            hint=Words("give it another name", "换一个名称"),
        )
    _operators[operator.verb, operator.name] = operator
    return operator


def repair(
    *,
    version: int,
    zh: str,
    en: str,
    rules: Mapping[str, Words | str],
    about: str = "",
    kernel: bool = True,
) -> Callable[[Callable[..., Any]], Operator]:
    """Registers `f(text, *, settings…) -> list[Edit]` as a repair."""
    said = {
        rule: text if isinstance(text, Words) else Words.verbatim(text)
        for rule, text in rules.items()
    }
    return lambda f: _register(
        Operator("repair", f.__name__, version, zh, en, "edits", f, kernel, said, about)
    )


def score(
    *,
    version: int,
    unit: str,
    zh: str = "",
    en: str = "",
    about: str = "",
    kernel: bool = False,
) -> Callable[[Callable[..., Any]], Operator]:
    """Registers `f(text) -> number` (or str, for a label) as a score.

    `unit`: ratio, chars, count, nats, label…
    """

    def register(f: Callable[..., Any]) -> Operator:
        title = en or f.__name__.replace("_", " ")
        return _register(
            Operator("score", f.__name__, version, zh or title, title, unit, f, kernel, about=about)
        )

    return register


def link(
    *, version: int, zh: str, en: str, about: str = "", kernel: bool = True
) -> Callable[[Callable[..., Any]], Operator]:
    """Registers `f(texts, *, settings…) -> cluster ids` as a link over a corpus."""
    return lambda f: _register(
        Operator("link", f.__name__, version, zh, en, "cluster", f, kernel, about=about)
    )


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
        Words(f"no {verb} is called {name!r}", f"没有名为 {name!r} 的 {verb}")
        + nearest(name, [o.name for o in operators(verb)]),
        hint=LISTED,
    )


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
            "operators-file",
            Words(f"{path} is no Python file", f"{path} 不是 Python 文件"),
            hint=Words("give the path of a .py file", "应填 .py 文件的路径"),
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
            Words(
                f"{path} cannot be imported: {type(error).__name__}: {error}",
                f"{path} 无法导入：「{type(error).__name__}: {error}」",
            ),
            hint=Words(f"run `python {path}` to see where", f"运行 `python {path}` 看错在哪里"),
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
