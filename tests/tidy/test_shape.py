"""Files and functions are short, records are frozen, and everything public says what it gives."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

FILE_LINES = 500
FUNCTION_LINES = 60
TABLES = {"named", "soup"}
"""Rust functions that are one table written as a `match` or a list, and nothing else."""
GATHERERS = {"Facts", "Summary"}
"""Records that are filled while something is read, and read once they are whole."""
VAGUE = {"utils", "util", "helpers", "helper", "misc", "common", "tools", "manager"}


def shown(wrong: list[str]) -> None:
    assert not wrong, "\n" + "\n".join(wrong)


def source(tracked: list[Path], *suffixes: str) -> list[Path]:
    """Files that somebody wrote: a revision of the database is a list of tables, and generated."""
    written = (path for path in tracked if "migrations" not in path.parts)
    return [path for path in written if path.suffix in suffixes]


def test_files_have_at_most_500_lines(tracked: list[Path], root: Path) -> None:
    shown(
        [
            f"{path.relative_to(root)} has {count} lines"
            for path in source(tracked, ".py", ".rs", ".pyi")
            if (count := len(path.read_text("utf-8").splitlines())) > FILE_LINES
        ]
    )


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_python_functions_have_at_most_60_lines(tracked: list[Path], root: Path) -> None:
    wrong = []
    for path in source(tracked, ".py"):
        for node in functions(ast.parse(path.read_text("utf-8"))):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                wrong.append(f"{path.relative_to(root)}:{node.lineno} {node.name}: {length} lines")
    shown(wrong)


RUST_FUNCTION = re.compile(r"^\s*(?:pub(?:\([^)]*\))?\s+)?(?:const\s+|unsafe\s+)*fn\s+(\w+)")
RUST_NOISE = re.compile(
    r"""//.*|b?'(?:\\.[^']*|[^'\\])'|r\#"(?:.|\n)*?"\#|b?"(?:\\(?:.|\n)|[^"\\])*\"""", re.VERBOSE
)


def rust_functions(text: str) -> Iterator[tuple[int, str, int]]:
    """(line, name, lines) of each function, by its braces; strings and comments are blanked."""
    blank = RUST_NOISE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    lines = blank.splitlines()
    for number, line in enumerate(lines):
        if (match := RUST_FUNCTION.match(line)) is None:
            continue
        depth, opened = 0, False
        for end, later in enumerate(lines[number:], 1):
            if not opened and later.rstrip().endswith(";") and "{" not in later:
                break
            depth += later.count("{") - later.count("}")
            opened = opened or "{" in later
            if opened and depth <= 0:
                yield number + 1, match[1], end
                break


def test_rust_functions_have_at_most_60_lines(tracked: list[Path], root: Path) -> None:
    wrong = []
    for path in source(tracked, ".rs"):
        for line, name, length in rust_functions(path.read_text("utf-8")):
            if length > FUNCTION_LINES and name not in TABLES:
                wrong.append(f"{path.relative_to(root)}:{line} {name}: {length} lines")
    shown(wrong)


def test_every_file_is_called_by_its_noun(tracked: list[Path], root: Path) -> None:
    shown(
        [
            str(path.relative_to(root))
            for path in source(tracked, ".py", ".rs")
            if path.stem in VAGUE or VAGUE & set(path.stem.split("_"))
        ]
    )


def test_records_are_frozen(modules: dict[Path, ast.Module], root: Path) -> None:
    wrong = []
    for path, tree in modules.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
                continue
            if node.name in GATHERERS:
                continue
            for decorator in map(ast.unparse, node.decorator_list):
                if "dataclass" in decorator and "frozen=True" not in decorator:
                    wrong.append(f"{path.relative_to(root)}:{node.lineno} {node.name}")
    shown(wrong)


def public(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """Public functions and classes of a module, and the public methods of the latter."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (
                    inner
                    for inner in node.body
                    if isinstance(inner, ast.FunctionDef) and not inner.name.startswith("_")
                )


def test_everything_public_says_what_it_gives(modules: dict[Path, ast.Module], root: Path) -> None:
    wrong = [
        f"{path.relative_to(root)}:{node.lineno} {node.name}"
        for path, tree in modules.items()
        for node in public(tree)
        if not ast.get_docstring(node)
    ]
    wrong += [
        str(path.relative_to(root)) for path, t in modules.items() if not ast.get_docstring(t)
    ]
    shown(wrong)


def test_nothing_is_run_from_text_and_nothing_is_caught_blindly(
    modules: dict[Path, ast.Module], root: Path
) -> None:
    wrong = []
    for path, tree in modules.items():
        for node in ast.walk(tree):
            called = node.func.id if isinstance(node, ast.Call) and isinstance(
                node.func, ast.Name
            ) else ""  # fmt: skip
            bare = isinstance(node, ast.ExceptHandler) and node.type is None
            if called in ("eval", "exec") or bare:
                wrong.append(f"{path.relative_to(root)}:{node.lineno}")
    shown(wrong)


def test_the_environment_is_read_in_one_place(modules: dict[Path, ast.Module], root: Path) -> None:
    wrong = [
        f"{path.relative_to(root)}:{node.lineno}"
        for path, tree in modules.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv")
        if path.relative_to(root / "python" / "lianjin").as_posix()
        not in ("core/words.py", "cli/screen.py")
    ]
    shown(wrong)
