"""The face of a certificate: one HTML page in Chinese and English for people to read and print.

Takes a check of a certificate; gives the page. The seal is there only if everything that was looked at
holds; otherwise an empty square stands in its place, and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from lianjin.core.fault import Fault
from lianjin.core.page import label, page, words
from lianjin.core.store import whole, write_text
from lianjin.core.words import Words
from lianjin.evaluate.certificate import Certificate, Checked

LOOKED_AT = {
    "signature": Words("signature", "签名"),
    "proof": Words("entry in the log", "日志条目"),
    "evaluation": Words("evaluation", "评测结果"),
    "dataset": Words("every byte of the dataset", "数据集的每个字节"),
}


def write_certificate(certificate: Certificate, checked: Checked, path: Path) -> Path:
    """Writes the certificate to `path` and its page beside it; the page's path."""
    with whole(path) as part:
        part.write_bytes(certificate.to_bytes())
    beside = path.with_suffix(".html")
    write_text(beside, face(checked))
    return beside


def face(checked: Checked) -> str:
    """The page; of bytes that are no certificate it says only that."""
    found = checked.certificate
    title = (
        "certificate" if found is None else str(found.body["name"] or found.body["subject"]["name"])
    )
    inner = (
        _faults(checked.faults) if found is None else _certificate(checked, found.body, found.proof)
    )
    return page(
        title=title,
        head="",
        body=f'<article class="card cert{" invalid" if checked.faults else ""}">{inner}</article>',
        style=files("lianjin.evaluate").joinpath("face.css").read_text("utf-8"),
    )


def _certificate(checked: Checked, body: Mapping[str, Any], proof: Mapping[str, Any]) -> str:
    standard, subject, grade = body["standard"], body["subject"], body["grade"]
    good = not checked.faults
    name = str(body["name"] or subject["name"])
    said = _pair(grade["title"]) if grade else label("未定级", "no grade")
    n_chars = f"{subject['chars']:,}"
    chars = label(f"{n_chars} 个字符", f"{n_chars} characters")
    facts = [
(label("记录", "records"), f"{subject['records']:,} · {chars}"),
        (label("标准", "standard"), f"{escape(standard['number'])} · {_pair(standard['title'])}"),
        (label("签发", "issued by"), escape(body["issuer"]["name"])),
        (label("签发时间", "issued"), _day(body["issued_utc"])),
        (label("有效至", "valid until"), _day(body["valid_until_utc"])),
    ]  # fmt: skip
    proven = [
        (label("Merkle 根", "Merkle root"), f"<code>{escape(subject['root'])}</code>"),
        (label("清单", "manifest"), f"<code>{escape(subject['manifest'])}</code>"),
        (label("评测", "evaluation"), f"<code>{escape(body['evaluation'])}</code>"),
        (label("签发公钥", "issuer's key"), f"<code>{escape(body['issuer']['key'])}</code>"),
        (
            label("日志", "log"),
            f"<code>{escape(body['log'])}</code> #{int(proof.get('index', 0)):,}",
        ),
    ]
    return (
        f'<header class="top"><div class="grow"><p class="small dim">{label("数据集质量证书", "Certificate of dataset quality")}</p>'
        f'<h1 class="serif">{escape(name)}</h1><p class="dim2">{_pair(standard["wording"])}</p></div>'
        f"{_seal(grade, good)}</header>"
        f'<p class="verdict"><b>{said}</b> · {_gates(body["gates"])}</p>'
        f'<div class="dims">{"".join(_dimension(d) for d in body["dimensions"])}</div>'
        f"{_kv(facts)}{_check(checked)}"
        f'<h2>{label("凭什么相信", "Why it can be believed")}</h2>{_kv(proven)}'
        f'<div class="copy"><code>lianjin verify DIR --certificate certificate.json --key {escape(body["issuer"]["key"])}</code></div>'
    )  # fmt: skip


def _seal(grade: Mapping[str, Any] | None, good: bool) -> str:
    if good and grade:
        said = f"{grade['title']['zh']} {grade['title']['en']}"
        shade = "" if grade["id"] in ("gold", "silver", "bronze") else " plain"
        return f'<div class="seal{shade}" role="img" aria-label="{escape(said)}">{escape(grade["seal"])}</div>'
    said = label("未定级", "no grade") if good else label("无效", "invalid")
    return f'<div class="seal none"><small>{said}</small></div>'


def _gates(gates: Sequence[Mapping[str, Any]]) -> str:
    passed = sum(bool(gate["passed"]) for gate in gates)
    return label(f"{len(gates)} 道门禁过 {passed} 道", f"{passed} of {len(gates)} gates passed")


def _dimension(dimension: Mapping[str, Any]) -> str:
    score, line = dimension["score"], dimension["line"]
    title = _pair(dimension["title"])
    share = f"{100 * dimension['measured']:.0f} %"
    note = label(f"测得 {share}", f"{share} measured")
    if score is None:
        return f'<div><p>{title} <b>—</b></p><div class="meter"><b style="left:{line:g}%"></b></div><p class="small dim">{label("测得不足，不计分", "too little measured for a score")} · {note}</p></div>'
    shade = "gold" if dimension["reached"] else "bad"
    verdict = label("达线", "reached") if dimension["reached"] else label("未达", "below")
    return (
        f'<div><p>{title} <b>{int(score * 10) / 10:.1f}</b></p><div class="meter">'
        f'<i class="{shade}" style="width:{score:.4g}%"></i><b style="left:{line:g}%"></b></div>'
        f'<p class="small dim">{label("线", "line")} {line:g} · {verdict} · {note}</p></div>'
    )


def _check(checked: Checked) -> str:
    looked = Words(
        ", ".join(LOOKED_AT[name].en for name in checked.looked_at),
        "、".join(LOOKED_AT[name].zh for name in checked.looked_at),
    )
    if checked.faults:
        return _faults(checked.faults)
    said = Words("verified here: ", "本机已核验：") + looked
    trust = (
        ""
        if checked.trusted
        else f"<br>{label('公钥取自证书本身；请与从别处得到的公钥核对', 'the key is the one in the certificate; compare it with one you have from elsewhere')}"
    )
    return f'<div class="note ok"><div><span class="ok">✓ {words(said)}</span>{trust}</div></div>'


def _faults(faults: Sequence[Fault]) -> str:
    rows = "".join(
        f"<li><b>{escape(f.code)}</b> <code>{escape(f.path)}</code><br>"
        f'<span class="small">{label("实为", "found")} {words(f.found)}<br>{label("应为", "expected")} {words(f.expected)}</span></li>'
        for f in faults
    )
    return f'<div class="note bad"><div><b class="bad">✕ {label("无效", "invalid")}</b><ul class="faults">{rows}</ul></div></div>'


def _kv(rows: Sequence[tuple[str, str]]) -> str:
    return (
        f'<dl class="kv">{"".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows)}</dl>'
    )


def _pair(said: Mapping[str, str]) -> str:
    return words(Words(said["en"], said["zh"]))


def _day(time_utc: str) -> str:
    return f'<time datetime="{escape(time_utc)}">{escape(time_utc[:10])}</time>'
