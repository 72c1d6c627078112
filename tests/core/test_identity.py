"""Canonical JSON is RFC 8785's, byte for byte."""

from __future__ import annotations

import json
import re
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lianjin.core.identity import canonical, digest, new_id


@pytest.mark.parametrize(
    ("bits", "expected"),
    [
        ("0000000000000000", "0"), ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"), ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"), ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"), ("44b52d02c7e14af6", "1e+23"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"), ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"), ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_in_appendix_b_of_the_rfc(bits: str, expected: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical(number).decode() == expected


def test_keys_are_sorted_by_utf16_units() -> None:
    keys = {"€": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "ö": 7}
    assert [*json.loads(canonical(keys))] == ["\r", "1", "\x80", "ö", "€", "\U0001f600", "\ufb33"]


@pytest.mark.parametrize("value", [float("nan"), 2**53 + 1, {1: 2}, b"bytes", {"a": {1, 2}}])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"canonical form|no text"):
        canonical(value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(JSON.filter(lambda value: "\\ud" not in json.dumps(value)))
def test_the_canonical_form_says_the_same_and_is_stable(value: object) -> None:
    again = json.loads(canonical(value), parse_int=float)
    assert again == json.loads(json.dumps(value), parse_int=float)
    assert canonical(again) == canonical(value)
    assert digest(value).startswith("sha256:")


def test_new_ids_are_all_different_and_sort_by_the_time_they_were_made() -> None:
    first = new_id("order")
    found = [new_id("order") for _ in range(1000)]
    assert len({first, *found}) == 1001
    assert all(re.fullmatch(r"order_[0-9a-hjkmnp-tv-z]{26}", i) for i in found)
    assert first[:16] <= found[-1][:16]
