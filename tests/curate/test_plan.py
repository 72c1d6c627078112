"""The plan: files with their digests, and pieces that lose no byte and no line."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lianjin.curate.ingest import InputSpec, Piece, Summary, read
from lianjin.curate.plan import Plan, PlannedFile, plan


def lines(n: int) -> bytes:
    return b"".join(b'{"text": "line %d"}\n' % i for i in range(n))


def spans(planned: Plan) -> list[tuple[int, int, int]]:
    """(start, size, first position) of each piece."""
    return [(piece.start, piece.size_bytes, piece.first_position) for piece in planned.pieces]


def test_a_file_is_planned_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"abc")
    assert plan(InputSpec(), path=tmp_path) == Plan(
        files=(PlannedFile("a.txt", 3, hashlib.sha256(b"abc").hexdigest()),),
        pieces=(Piece("a.txt", str(tmp_path / "a.txt"), "txt", "", 0, 0, 3),),
    )


def test_the_recipe_s_word_on_the_format_is_final(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(b"a\nb\n")
    (piece,) = plan(InputSpec(format="lines"), path=tmp_path).pieces
    assert piece.format == "lines"


def test_the_recipe_s_path_is_taken_unless_the_call_names_one(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("a")
    spec = InputSpec(path=(str(tmp_path / "a.txt"),))
    assert [file.path for file in plan(spec).files] == ["a.txt"]
    assert [file.path for file in plan(spec, path=tmp_path / "b.txt").files] == ["b.txt"]


def test_lines_are_cut_after_line_ends_only(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines(10))  # 19 bytes a line
    assert spans(plan(InputSpec(), path=tmp_path, piece_bytes=50)) == [
        (0, 57, 0),
        (57, 57, 3),
        (114, 38, 6),
        (152, 38, 8),
    ]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.binary(max_size=12).map(lambda b: b.replace(b"\n", b" "))), st.integers(1, 40))
def test_pieces_of_any_lines_cover_the_file_and_number_its_lines(
    tmp_path_factory: pytest.TempPathFactory, rows: list[bytes], piece_bytes: int
) -> None:
    content = b"\n".join(rows)
    path = tmp_path_factory.mktemp("any") / "a"
    path.write_bytes(content)
    end = 0
    for piece in plan(InputSpec(format="lines"), path=path, piece_bytes=piece_bytes).pieces:
        assert piece.start == end
        assert piece.first_position == content.count(b"\n", 0, piece.start)
        assert content[: piece.start].endswith(b"\n") or piece.start == 0
        end = piece.start + piece.size_bytes
    assert end == len(content)


def test_a_table_is_cut_and_every_piece_knows_the_header(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"id,text\n" + b"1,word\n" * 20)
    planned = plan(InputSpec(), path=tmp_path, piece_bytes=40)
    assert [piece.head[:8] for piece in planned.pieces] == [b"", *[b"id,text\n"] * 3]
    found = []
    for piece in planned.pieces:
        for batch in read(piece, InputSpec(), Summary()):
            found += batch.select(["position", "text"]).to_pylist()
    assert found == [{"position": n, "text": "word"} for n in range(1, 21)]


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.txt", "a.jsonl.gz"])
def test_what_cannot_be_cut_is_one_piece(tmp_path: Path, name: str) -> None:
    content = b'text\n"a\nb"\n' + b"c\n" * 100
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    size_bytes = (tmp_path / name).stat().st_size
    planned = plan(InputSpec(), path=tmp_path, piece_bytes=20)
    assert spans(planned) == [(0, size_bytes, 0)]


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet", "txt"])
def test_an_empty_file_is_planned_and_gives_no_record_or_a_broken_one(
    tmp_path: Path, suffix: str
) -> None:
    (tmp_path / f"a.{suffix}").touch()
    (piece,) = plan(InputSpec(), path=tmp_path).pieces
    summary = Summary()
    found = [row for batch in read(piece, InputSpec(), summary) for row in batch.to_pylist()]
    expected = ["invalid-parquet"] if suffix == "parquet" else []
    assert [row["error_code"] for row in found] == expected
    assert summary.complete


def test_a_plan_tells_how_far_it_is_and_not_at_every_file(tmp_path: Path) -> None:
    for number in range(1_000):
        (tmp_path / f"{number}.txt").write_bytes(b"abc")
    (tmp_path / "large.txt").write_bytes(bytes(9 << 20))
    told: list[tuple[int, int]] = []
    plan(InputSpec(), path=tmp_path, report=lambda done, total: told.append((done, total)))
    total = 3_000 + (9 << 20)
    assert told[-1] == (total, total)
    assert told == sorted(told)
    assert 3 <= len(told) <= 200


def test_an_empty_input_tells_its_end(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    told: list[tuple[int, int]] = []
    plan(InputSpec(), path=tmp_path, report=lambda done, total: told.append((done, total)))
    assert set(told) <= {(0, 0)}
