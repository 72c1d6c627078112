"""What is pushed is a dataset as its manifest says, and nothing else goes along."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lianjin.core.errors import Finding, LianjinError, NotFound
from lianjin.core.store import json_text
from lianjin.corpus.manifest import digest_of, files_of, root_of
from lianjin.corpus.shipment import pack


def change(folder: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    """Changes the manifest as somebody would who can make digest and root fit again."""
    path = folder / "manifest.json"
    value = json.loads(path.read_text("utf-8"))
    edit(value)
    value["root"] = root_of(files_of(value))
    path.write_text(json_text(value | {"digest": digest_of(value)}), "utf-8")


def refused(folder: Path) -> str:
    with pytest.raises(LianjinError) as raised:
        pack(folder)
    assert isinstance(raised.value, Finding | NotFound) or raised.value.code == "damaged-file"
    return raised.value.code


def test_everything_under_the_root_and_what_stands_beside_it_is_packed(small: Path) -> None:
    shipment = pack(small)
    names = {item.path for item in shipment.items}
    assert names == {p.relative_to(small).as_posix() for p in small.rglob("*") if p.is_file()}
    assert [item.path for item in shipment.extras] == ["report.html", "run.json"]
    assert shipment.items[-1].path == "manifest.json"
    for item in shipment.items:
        data = b"".join(shipment.blocks(item))
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (item.sha256, item.size_bytes)


def test_hidden_files_stay_at_home(copied: Path) -> None:
    (copied / ".notes").write_text("private")
    assert ".notes" not in {item.path for item in pack(copied).items}


def test_a_folder_that_is_no_dataset_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path) == "not-a-dataset"
    assert refused(tmp_path / "nothing") == "not-a-dataset"


def test_what_differs_from_the_manifest_is_refused(copied: Path) -> None:
    part = next((copied / "data").iterdir())
    content = part.read_bytes()
    part.write_bytes(content + b"x")
    assert refused(copied) == "size-differs"
    part.unlink()
    assert refused(copied) == "file-missing"
    part.mkdir()
    assert refused(copied) == "file-missing"
    part.rmdir()
    part.write_bytes(content)
    (copied / "data" / "more").touch()
    assert refused(copied) == "file-unknown"


@pytest.mark.parametrize("name", ["report.html", "run.json", "README.md", "manifest.json"])
def test_a_link_would_take_along_what_stands_elsewhere(
    copied: Path, tmp_path: Path, name: str
) -> None:
    (copied / name).rename(tmp_path / "elsewhere")
    (copied / name).symlink_to(tmp_path / "elsewhere")
    assert refused(copied) == "link-inside"


def test_a_link_to_a_folder_or_to_nothing_is_refused(copied: Path, tmp_path: Path) -> None:
    (copied / "data").rename(tmp_path / "elsewhere")
    (copied / "data").symlink_to(tmp_path / "elsewhere")
    assert refused(copied) == "link-inside"
    (copied / "data").unlink()
    (tmp_path / "elsewhere").rename(copied / "data")
    (copied / "data" / "more").symlink_to(tmp_path)
    assert refused(copied) == "file-unknown"
    (copied / "data" / "more").unlink()
    (copied / "run.json").unlink()
    os.mkfifo(copied / "run.json")
    assert refused(copied) == "link-inside"


PATHS = [
    "../../etc/passwd", "/etc/passwd", "data/../../x", "..", ".", "", "a//b", "./a", "a/", "a\\b",
    "a\nb", "a\0b", ".pull", "data/.x.part", "manifest.json", "report.html", "data", "\u202ea",
    "README.md/x",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_a_manifest_that_names_what_no_file_can_be_called_is_refused(
    copied: Path, path: str
) -> None:
    def edit(value: dict[str, Any]) -> None:
        value["files"].append(value["files"][0] | {"path": path})

    change(copied, edit)
    assert refused(copied) in ("manifest-differs", "damaged-file")


@pytest.mark.parametrize(
    "edit",
    [
        lambda value: value["files"].append(value["files"][0]),
        lambda value: value["files"][0].update(size_bytes=-1),
        lambda value: value["files"][0].update(sha256="../../x"),
        lambda value: value["files"][0].update(rows="many"),
        lambda value: value["files"][0].update(records_root="x"),
        lambda value: value.update(kept=-1),
        lambda value: value.update(kept=value["kept"] + 1),
        lambda value: value.update(records="3"),
        lambda value: value.update(records=True),
    ],
)
def test_a_manifest_whose_facts_cannot_be_is_refused(
    copied: Path, edit: Callable[[dict[str, Any]], object]
) -> None:
    change(copied, edit)
    assert refused(copied) == "manifest-differs"


def test_a_manifest_that_was_changed_is_refused(copied: Path) -> None:
    path = copied / "manifest.json"
    text = path.read_text("utf-8")
    for changed in (
        text + "\n",
        text.replace('"kept": 1', '"kept": 1.0'),
        text.replace('"root": "', '"root": "0'),
        text.replace('"records": 3', '"records": 3,\n  "records": 3'),
    ):
        assert changed != text
        path.write_text(changed, "utf-8")
        assert refused(copied) == "manifest-differs"
    for rubbish in ("", "[]", "{}", "{", "[" * 100_000):
        path.write_text(rubbish)
        assert refused(copied) in ("manifest-differs", "damaged-file")


def test_a_flipped_byte_of_a_manifest_is_found_wherever_it_is(copied: Path) -> None:
    path = copied / "manifest.json"
    data = path.read_bytes()
    for at in range(0, len(data), 23):
        path.write_bytes(data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :])
        assert refused(copied) in ("manifest-differs", "damaged-file")
