from __future__ import annotations

import pytest
from lianjin.core.errors import StorageError
from lianjin.core.tile import Tile, edge_of, left_over, read_tile, tile_at


@pytest.mark.parametrize("level", [None, 0, 1, 7, 63])
@pytest.mark.parametrize("index", [0, 5, 999, 1_000, 1_234_067, 10**9])
@pytest.mark.parametrize("width", [1, 17, 255, 256])
def test_a_tile_is_found_again_by_its_path(level, index, width):
    tile = Tile(level, index, width)
    assert Tile.of(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "checkpoint",
        "tile/0",
        "tile/0/0",
        "tile/00/000",
        "tile/0/x000/001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/../000",
        "tile/entries/000/001",
        "tile/0/000\n",
        "tile/0/٠٠٠",
    ],
)
def test_other_paths_are_of_no_tile(path):
    assert Tile.of(path) is None


def test_the_tiles_of_a_log_are_those_of_the_standard():
    """The example of C2SP tlog-tiles: 70,000 entries."""
    last = [(0, 272), (0, 273), (0, 274), (1, 0), (1, 1), (2, 0), (3, 0)]
    widths = [tile_at(level, index, 70_000).width for level, index in last]
    assert widths == [256, 112, 0, 256, 17, 1, 0]
    assert [tile_at(level, 0, 256).width for level in (None, 0, 1, 2)] == [256, 256, 1, 0]
    assert tile_at(1, 1, 70_000).path == "tile/1/001.p/17"


def test_the_edge_is_the_unfinished_tiles():
    tiles, bundle = edge_of(70_000)
    assert tiles == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1), *[None] * 5]
    assert bundle == Tile(None, 273, 112)
    assert edge_of(0) == ([None] * 8, None)


def test_a_full_tile_stands_for_a_partial_one_that_is_gone(tmp_path):
    path = tmp_path / Tile(0, 0).path
    path.parent.mkdir(parents=True)
    path.write_bytes(bytes(range(256)) * 32)
    assert read_tile(tmp_path, Tile(0, 0, 3)) == bytes(range(96))
    with pytest.raises(StorageError, match="damaged-file"):
        read_tile(tmp_path, Tile(0, 1, 3))


def test_only_what_stands_behind_the_log_is_left_over(tmp_path):
    of_it = [Tile(0, 0), Tile(0, 1, 3), Tile(None, 0), Tile(None, 1, 2), Tile(1, 0, 1)]
    behind = [Tile(0, 1, 4), Tile(0, 2, 9), Tile(None, 1), Tile(1, 0, 2), Tile(2, 0, 1)]
    for tile in (*of_it, *behind):
        (tmp_path / tile.path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / tile.path).touch()
    found = {Tile.of(path.relative_to(tmp_path).as_posix()) for path in left_over(tmp_path, 259)}
    assert found == set(behind)
