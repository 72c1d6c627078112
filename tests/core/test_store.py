import errno
import json

import pytest
from lianjin.core.errors import Conflict, StorageError
from lianjin.core.store import guarded, read_json, whole, write_if_absent, write_json


def test_a_block_that_fails_leaves_no_file(tmp_path):
    path = tmp_path / "a.txt"
    with pytest.raises(RuntimeError, match="interrupted"):
        _fail_half_way(path)
    assert list(tmp_path.iterdir()) == []


def _fail_half_way(path):
    with whole(path) as part:
        part.write_text("half")
        raise RuntimeError("interrupted")


def test_a_finished_block_replaces_the_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with whole(path) as part:
        part.write_text("new")
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_a_storage_error_that_says_what_to_do(tmp_path):
    with pytest.raises(StorageError) as caught, guarded(tmp_path / "x", "write"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert caught.value.code == "storage-enospc"
    assert "free some space" in caught.value.hint.en
    assert caught.value.exit_code == 3


def test_of_two_writers_exactly_one_wins(tmp_path):
    path = tmp_path / "manifest.json"
    write_if_absent(path, {"n": 1})
    with pytest.raises(Conflict, match="already-exists"):
        write_if_absent(path, {"n": 2})
    assert json.loads(path.read_text()) == {"n": 1}
    assert list(tmp_path.iterdir()) == [path]


def test_json_is_written_with_sorted_keys(tmp_path):
    write_json(tmp_path / "a.json", {"b": 1, "a": "炼金"})
    assert (tmp_path / "a.json").read_text("utf-8") == '{\n  "a": "炼金",\n  "b": 1\n}\n'


def test_a_damaged_json_file_is_named_with_its_line(tmp_path):
    (tmp_path / "a.json").write_text('{"a":\n')
    with pytest.raises(StorageError, match=r"damaged-file.*a\.json.*line 2"):
        read_json(tmp_path / "a.json")
