"""The dataset's card for people (`README.md`) and for machines (`croissant.json`).

Takes the facts of a finished run; gives two files, the same in every equal run.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lianjin.core.store import write_json, write_text
from lianjin.corpus.manifest import FileEntry, file_entry
from lianjin.corpus.tokens import tokens_of

PARQUET = "application/x-parquet"
"""What Croissant's own readers know Parquet by; they read nothing of the registered
`application/vnd.apache.parquet`."""
_JSON = ("data", "examples")
_TERMS = (
    "citeAs", "column", "conformsTo", "equivalentProperty", "extract", "field", "fileProperty",
    "fileObject", "fileSet", "format", "includes", "isLiveDataset", "jsonPath", "key", "md5",
    "parentField", "path", "recordSet", "references", "regex", "repeated", "replace",
    "samplingRate", "separator", "source", "subField", "transform",
)  # fmt: skip
CONTEXT: dict[str, Any] = {
    "@language": "zh",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    **{name: f"cr:{name}" for name in _TERMS},
    **{name: {"@id": f"cr:{name}", "@type": "@json"} for name in _JSON},
    "conformsTo": "dct:conformsTo",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
}
"""The context of Croissant 1.0 whole: readers warn of a shorter one."""


def write_card(folder: Path, facts: dict[str, Any], files: list[FileEntry]) -> list[FileEntry]:
    """Writes both files into `folder`; their entries for the manifest."""
    write_text(folder / "README.md", _readme(facts))
    write_json(folder / "croissant.json", _croissant(facts, files))
    return [file_entry(folder, folder / name) for name in ("README.md", "croissant.json")]


def _readme(facts: dict[str, Any]) -> str:
    recipe = facts["recipe"]
    inputs = "\n".join(
        f"| {_cell(file['path'])} | {file['size_bytes']:,} | {file['records']:,} |"
        for file in facts["inputs"][:20]
    )
    rest = len(facts["inputs"]) - 20
    more = f"\n\n… and {rest:,} more; see `manifest.json`." if rest > 0 else ""
    return f"""# {recipe["name"]}

Built by lianjin {facts["version"]} with recipe `{recipe["name"]}` version {recipe["version"]}
(digest `{facts["recipe_digest"]}`).

| 记录 records | 保留 kept | 剔除 dropped | 隔离 quarantined |
|---|---|---|---|
| {facts["records"]:,} | {facts["kept"]:,} | {facts["dropped"]:,} | {facts["quarantined"]:,} |
{_tokens(facts)}
- `data/`: 保留的文档 kept documents
- `dropped/`: 剔除的文档，附理由 dropped documents with the reason
- `quarantine/`: 读不出的记录 records that could not be read
- `receipts/`: 每条输入记录的来处、改动、去向与理由 one row per input record
- `report.html`: 给人看的报告 the report

`lianjin verify DIR` 核对每个字节；`lianjin why DIR ID` 解释任一记录。
`lianjin verify DIR` checks every byte; `lianjin why DIR ID` explains any record.

## 出处 Inputs

| 文件 file | 字节 bytes | 记录 records |
|---|---:|---:|
{inputs}{more}
"""


def _tokens(facts: dict[str, Any]) -> str:
    """The line that says how many tokens the kept records have; nothing if nobody counted them."""
    if (tokens := tokens_of(facts)) is None:
        return ""
    said = tokens.wording
    return f"\n词元 tokens: {said.zh} {said.en}\n"


def _cell(path: str) -> str:
    """A path in a cell of a table: as code, or quoted where it holds what would end the cell."""
    if path.isprintable() and not {"|", "`"} & set(path):
        return f"`{path}`"
    shown = json.dumps(path).replace("|", "\\u007c").replace("`", "\\u0060")
    return f"`{shown}`"


def _croissant(facts: dict[str, Any], files: list[FileEntry]) -> dict[str, Any]:
    data = [entry for entry in files if entry.path.startswith("data/")]
    counted = facts.get("rights", {}).get("licence", {})
    licences = [name for name in counted if name not in ("unknown", "other")]
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": facts["recipe"]["name"],
        "description": f"Built by lianjin with recipe {facts['recipe']['name']}",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "version": str(facts["recipe"]["version"]),
        **({"license": licences} if licences else {}),
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": entry.path,
                "name": entry.path,
                "contentUrl": entry.path,
                "contentSize": f"{entry.size_bytes} B",
                "encodingFormat": PARQUET,
                "sha256": entry.sha256,
            }
            for entry in data
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": f"documents-{index}",
                "field": [
                    _field(f"documents-{index}", entry.path, name) for name in ("id", "text")
                ],
            }
            for index, entry in enumerate(data)
        ],
    }


def _field(record_set: str, file: str, name: str) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{record_set}/{name}",
        "name": name,
        "dataType": "sc:Text",
        "source": {"fileObject": {"@id": file}, "extract": {"column": name}},
    }
