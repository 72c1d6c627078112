"""Pages of known encodings: how many are decoded exactly.

Takes .data/encodings (the folder's name is the encoding of its pages); gives, for the encodings of
Chinese and Japanese and for UTF-8, pages whose text is exactly that of Python's own codec. Python
has several for one name, since makers' tables differ in a few signs; any of them will do. The WHATWG's
EUC-JP, which browsers and we follow, writes two signs as Windows does.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pyarrow as pa
from lianjin import _kernel

from bench.row import Row
from bench.usage import ROOT

FOLDER = ROOT / ".data" / "encodings" / "chardet" / "tests"
ICONV = "iconv -f EUC-TW -t UTF-8"
CODECS = {
    "Big5": ("cp950", "big5hkscs", "big5"),
    "CP932": ("cp932",),
    "EUC-JP": ("euc_jp",),
    "EUC-TW": (ICONV,),
    "GB2312": ("gb18030",),
    "SHIFT_JIS": ("cp932", "shift_jis", "shift_jis_2004"),
    "iso-2022-jp": ("iso2022_jp",),
    "utf-8": ("utf-8",),
    "utf-8-sig": ("utf-8-sig",),
}
"""By folder; ICONV is the C library's converter, for an encoding that Python has not."""
WINDOWS_SIGNS = str.maketrans("〜−", "～－")


def rows(megabytes: int) -> Iterator[Row]:
    """One row for all of CODECS, what failed in its note."""
    exact = total = 0
    failed = []
    for name, codecs in CODECS.items():
        pages = [path.read_bytes() for path in sorted((FOLDER / name).iterdir())]
        good = sum(_is_exact(page, codecs) for page in pages)
        exact, total = exact + good, total + len(pages)
        if good < len(pages):
            failed.append(f"{name} {good} of {len(pages)}")
    yield Row(
        "Chinese, Japanese and UTF-8 pages of `encodings` decoded exactly",
        f"{exact} of {total}",
        "all",
        holds=exact == total,
        note="; ".join(failed),
    )


def _is_exact(page: bytes, codecs: tuple[str, ...]) -> bool:
    """Whether the kernel's text of a page, told nothing about it, is that of one of the codecs."""
    column = _kernel.decode(pa.array([page], pa.large_binary()), pa.nulls(1, pa.string()))
    text = column["text"][0].as_py()
    truths = [_truth(page, codec) for codec in codecs]
    truths += [truth.translate(WINDOWS_SIGNS) for truth in truths if "euc_jp" in codecs]
    return text in truths


def _truth(page: bytes, codec: str) -> str:
    if codec != ICONV:
        return page.decode(codec, "replace")
    return subprocess.run(
        ICONV.split(), input=page, capture_output=True, check=True
    ).stdout.decode()


def main() -> None:
    """Prints the row."""
    for row in rows(0):
        print(row)


if __name__ == "__main__":
    main()
