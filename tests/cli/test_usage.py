"""With `--lang zh` every command and every refusal speaks Chinese, and English with `--lang en`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lianjin.cli import VERBS
from lianjin.core.entry import Entry
from lianjin.core.key import make_key
from lianjin.core.log import Log
from lianjin.core.words import speak, spoken
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import VersionName

from .conftest import Run

HAN = re.compile("[\u4e00-\u9fff]")
QUOTED = re.compile("`[^`]*`|「[^」]*」|'[^']*'|\"[^\"]*\"|“[^”]*”")
BAD = {
    "open.yaml": "name: [\n",
    "tab.yaml": "name: a\n\tsteps: 3\n",
    "colon.yaml": "a: b: c\n",
    "empty.yaml": "",
    "anchor.yaml": "name: &a b\n",
    "twice.yaml": "name: a\nname: b\n",
    "many.yaml": (
        "name: a b\nversion: 0\nextra: 1\nabout: {fr: x, en: 3}\noperators: [3, none.py]\n"
        "input: {path: 3, format: pdf, charset: rot13, text: 3}\noutput: {shard: big}\n"
        "quarantine: {limit: 2}\nsteps:\n  - repair: entitys\n  - keep: 3\n  - keep: 'chars > '\n"
        "  - keep: 'char > 3'\n  - keep: 'chars = 3'\n  - keep: 'chars > 1 and'\n"
        "  - keep: 'language > 3'\n  - keep: 'chars in (a)'\n  - keep: 'chars contains 3'\n"
        "  - keep: '(chars > 1'\n  - keep: '1 < 2'\n  - keep: 'fields > 1'\n  - keep: 'chars.a > 1'\n"
        "  - keep: 'title matches \"(\"'\n  - keep: 'chars >= 0'\n  - keep: 'chars < 0'\n"
        "  - keep: 'chars > 5'\n  - keep: 'chars < 3'\n  - keep: 'chars > 5'\n  - score: chras\n"
        "  - link: minhash\n    with: {jaccard: 2, foo: 1, ngram: x, keep: best}\n    after: never\n"
        "  - link: exact\n    with: 3\n  - repair: script\n    with: {to: latin}\n  - frob: 1\n  - 3\n"
    ),
    "order.yaml": "name: a\nsteps:\n  - repair: entities\n  - repair: wrong_codec\n",
    "no-steps.yaml": "name: a\n",
    "wanting.yaml": (
        "nmae: a\nversion: 0\nabout: {fr: x}\ntype: {is: big, by: x}\nscale: {records: x}\n"
        "time: {from: May}\ntaxonomy:\n  - {by: topic, cells: [a, a], least: 0}\n  - {cells: 3}\n"
        "items: [a]\nsource: {kind: x}\nlicence: {commercial: 1}\nthresholds: 3\nowner: {x: 1}\n"
    ),
    "few.yaml": 'name: a\nsteps:\n  - keep: "chars >= 1"\nquarantine: {limit: 0}\n',
}
HERE = "127.0.0.1"
VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SIGNED = ["--key", "log.key", "--log", "log", "--log-key", "log.key", "--out", "c.json"]
CALLS = [
    *([verb, "--help"] for verb in VERBS),
    ["--help"],
    ["recipe"],
    ["recipe", "list", "--help"],
    ["recipe", "show", "--help"],
    ["recipe", "check", "--help"],
    ["recipe", "list"],
    *(["recipe", "show", name] for name in ("zh-web", "zh-repair", "en-web")),
    *(["recipe", "check", name] for name in (*BAD, "zh-web", "zh-wbe", "nope.yaml", "latin.yaml", ".")),
    ["operators"],
    ["operators", "minhash"],
    ["operators", "wrong_codec"],
    ["operators", "language"],
    ["operators", "nothing"],
    ["biuld"],
    ["build"],
    ["build", "zh-web"],
    ["build", "zh-web", "more", "--out", "x"],
    ["build", "zh-web", "--out"],
    ["build", "zh-web", "--oot", "x"],
    ["build", "zh-web", "--limit", "0", "--out", "x"],
    ["build", "zh-web", "--json=1", "--out", "x"],
    ["build", "zh-web", "--out", "x"],
    ["build", "zh-web", "--out", "x", "--input", "nowhere"],
    ["build", "zh-web", "--out", "x", "--input", "nothing"],
    ["build", "zh-web", "--out", "a.jsonl", "--input", "a.jsonl"],
    ["build", "zh-web", "--out", ".", "--input", "a.jsonl"],
    ["build", "zh-web", "--out", "a.jsonl/x", "--input", "a.jsonl"],
    ["build", "zh-web", "--out", "out", "--input", "a.jsonl"],
    ["build", "few.yaml", "--out", "y", "--input", "broken.jsonl"],
    ["build", "r.yaml", "--dry-run", "--input", "a.jsonl"],
    ["build", "r.yaml", "--out", "out", "--input", "a.jsonl"],
    *(["why", "out", f"a.jsonl#{position}"] for position in range(5)),
    ["why", "out", "nothing"],
    ["why", "nowhere", "a"],
    ["verify", "out"],
    ["verify", "damaged"],
    ["verify", "unbelieved"],
    ["verify", "nowhere"],
    ["verify", "out", "--certificate", "r.yaml"],
    ["verify", "out", "--certificate", "nowhere"],
    ["verify", "out", "--certificate", "r.yaml", "--key", "a"],
    ["evaluate", "out"],
    ["evaluate", "out", "--out", "ev"],
    ["evaluate", "out", "--out", "out/ev"],
    ["evaluate", "out", "--out", "ev", "--standard", "tc609"],
    ["evaluate", "out", "--out", "ev", "--standard", "many.yaml"],
    ["evaluate", "out", "--out", "ev", "--requirement", "wanting.yaml"],
    ["evaluate", "out", "--out", "ev", "--requirement", "nowhere.yaml"],
    ["evaluate", "nowhere", "--out", "ev"],
    ["evaluate", "damaged", "--out", "ev"],
    ["certify", "out"],
    ["certify", "out", "--evaluation", "ev", *SIGNED],
    ["certify", "out", "--evaluation", "nothing", *SIGNED],
    ["certify", "damaged", "--evaluation", "nothing", *SIGNED],
    ["export", "out", "--out", "new.jsonl"],
    ["export", "out", "--out", "a.jsonl"],
    ["export", "out", "--out", "x", "--format", "xml"],
    ["export", "out"],
    ["report", "nowhere"],
    ["push", "out", "lab/news@1.0.0", "--to", "registry"],
    ["push", "out", "lab/news@1.0.0", "--to", "registry", "--message", "new"],
    ["push", "out", "lab/news@1.1.0", "--to", "registry", "--parent", "lab/none@1.0.0"],
    ["push", "out", "lab/news@1.1.0", "--to", "registry", "--parent", "x"],
    ["push", "damaged", "lab/news@1.1.0", "--to", "registry"],
    ["push", "unbelieved", "lab/news@1.1.0", "--to", "registry"],
    ["push", "nowhere", "lab/news@1.1.0", "--to", "registry"],
    ["push", "out", "lab/news", "--to", "registry"],
    ["push", "out", "lab/news@1.1.0", "--to", "log"],
    ["push", "out", "lab/news@1.1.0", "--to", f"http://{HERE}:1"],
    ["push", "out", "lab/news@1.1.0", "--to", "ftp://a"],
    ["push", "out", "lab/news@1.1.0", "--to", "https://a", "--token-file", "log.key"],
    ["push", "out", "lab/news@1.1.0", "--to", "http://a", "--token-file", "token"],
    ["push", "out"],
    ["pull", "lab/news", "--from", "registry", "--out", "new"],
    ["pull", "lab/news", "--from", "registry", "--out", "registry"],
    ["pull", "lab/news@2.0.0", "--from", "registry", "--out", "new"],
    ["pull", "lab/none", "--from", "registry", "--out", "new"],
    ["pull", "lab/news", "--from", "nowhere", "--out", "new"],
    ["pull", "lab/news", "--from", "registry"],
    ["verify", "registry"],
    ["verify", "torn"],
    ["log"],
    *(["log", verb, "--help"] for verb in ("verify", "prove", "check", "key")),
    ["log", "verify", "log"],
    ["log", "verify", "forged"],
    ["log", "verify", "nowhere"],
    ["log", "verify", "log", "--key", "a"],
    ["log", "verify", "log", "--seen", "r.yaml"],
    *(["log", "prove", "log", index] for index in ("2", "x", "99999999999999999999")),
    ["log", "prove", "log"],
    ["log", "prove", "forged", "0"],
    ["log", "check", "r.yaml", "--key", VERIFIER],
    ["log", "check", "nowhere.json", "--key", VERIFIER],
    ["log", "check", "r.yaml"],
    ["log", "key", "log.key", "--name", "a"],
    ["log", "key", "new.key", "--name", "a b"],
    ["log", "key", "new.key", "--name", "a"],
]  # fmt: skip


@pytest.fixture
def place(out: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a dataset, damaged ones, bad recipes; afterwards the language is as before."""
    folder = out.parent
    monkeypatch.chdir(folder)
    for name, text in BAD.items():
        (folder / name).write_text(text, "utf-8")
    (folder / "latin.yaml").write_bytes(b"name: \xff\n")
    (folder / "broken.jsonl").write_text("{\n" * 30)
    (folder / "nothing").mkdir()
    for name in ("damaged", "unbelieved"):
        (folder / name / "data").mkdir(parents=True)
        (folder / name / "manifest.json").write_bytes((out / "manifest.json").read_bytes())
    (folder / "damaged" / "strange").touch()
    (folder / "unbelieved" / "manifest.json").write_text("{}")
    with Log.create(folder / "log", make_key(folder / "log.key", "a")) as log:
        log.append([Entry("built", "2026-01-31T08:00:00Z")] * 2)
    (folder / "forged").mkdir()
    for name in ("verifier", "checkpoint"):
        text = (folder / "log" / name).read_text("utf-8")
        (folder / "forged" / name).write_text(text.replace("\n2\n", "\n3\n"), "utf-8")
    (folder / "token").write_text("lj_token")
    version = VersionName.parse("lab/news@1.0.0")
    for name in ("registry", "torn"):
        Registry(folder / name).commit(out, version, created_by="lin", now="2026-01-31T08:00:00Z")
    Registry(folder / "torn").blobs.put([b"left"])
    for number, path in enumerate(Registry(folder / "torn").blobs.all()):
        path.chmod(0o644)
        path.write_bytes(b"") if number % 2 else path.unlink()
    before = spoken()
    yield folder
    speak(before)


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_no_english_sentence_in_chinese(run: Run, place: Path, call: list[str]) -> None:
    said = run(*call, "--lang", "zh")
    assert HAN.search(said.out + said.err), said
    for line in (said.out + said.err).splitlines():
        if line.strip().startswith(("en:", '"en"', "- keep:", "lianjin ")):
            continue
        bare = re.sub(r"规则：.*|示例：.*|[\w./-]*#\d+|\S*/\S*", "", QUOTED.sub("", line))
        found = re.findall(r"(?:\b[A-Za-z]{2,}\b +){3}\b[A-Za-z]{2,}\b", bare)
        assert not found, line


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_no_chinese_sentence_in_english(run: Run, place: Path, call: list[str]) -> None:
    said = run(*call, "--lang", "en")
    bare = QUOTED.sub("", said.out + said.err)
    if "show" in call or "operators" in call or "why" in call or "--json" in call:
        return  # they quote Chinese text
    assert not re.search("[\u4e00-\u9fff]{4}", bare.replace("从", "")), said
