"""Both cutting repairs: the kernel against the reference form, and a second run, on damaged pages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lianjin import _kernel
from lianjin.operators.edit import Edit, apply
from lianjin.operators.registry import operator

BODY = "昨夜的雨下到天亮，河边的老槐树落了一地白花。守桥的人说，这样的雨三年没有见过了。"
PHRASES = [
    line.split(" ")[-1].lstrip("^")
    for line in _kernel.boilerplate_rules().splitlines()
    if line and not line.startswith(("#", "=="))
]
GLUE = [
    "\n",
    "\n",
    "\n",
    "\n\n",
    " ",
    "　",
    "|",
    "(",
    ")",
    "【",
    "】",
    "：",
    ">",
    "。",
    "2020-01-02",
]
framed_pages = st.lists(
    st.one_of(
        st.sampled_from(PHRASES), st.sampled_from(GLUE), st.sampled_from([BODY, "河声", "12"])
    ),
    max_size=40,
).map("".join)
TERMS = [
    word
    for line in _kernel.spam_terms().splitlines()
    if not line.startswith("#")
    for word in line.split(" ")[1:]
]

items = st.lists(st.sampled_from([*TERMS, "四季歌", "河声报"]), min_size=1, max_size=3).map("".join)
listed_pages = st.builds(
    lambda before, parts, glue, after: before + glue.join(parts) + after,
    st.sampled_from(["", BODY, f"{BODY}\n"]),
    st.lists(items, max_size=30),
    st.sampled_from(["|", " | ", "\n", " ", "；"]),
    st.sampled_from(["", "|", "\n", f"\n{BODY}", "\n京ICP备123号"]),
)

PAGES = {"cut_boilerplate": framed_pages, "cut_spam_tail": listed_pages}


def spans(edits: list[Edit]) -> list[tuple[str, int, int]]:
    """What is cut and by which rule; the kernel's confidence has single precision."""
    return [(edit.rule, edit.start, edit.end) for edit in edits]


@pytest.mark.parametrize("name", PAGES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_kernel_and_the_reference_form_agree(name: str, data: st.DataObject) -> None:
    text = data.draw(st.one_of(PAGES[name], st.text(max_size=200)))
    repair = operator("repair", name)
    edits = repair.edits(text)
    assert spans(edits) == spans(repair.reference(text))
    assert repair.edits(apply(text, edits)) == []
