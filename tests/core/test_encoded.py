from __future__ import annotations

import pytest
from lianjin.core.encoded import decoded, encoded


@pytest.mark.parametrize("size", [0, 1, 2, 3, 32, 68])
def test_bytes_come_back(size):
    assert decoded(encoded(bytes(range(size)))) == bytes(range(size))


@pytest.mark.parametrize(
    "text", ["A", "AB=", "AB==", "ABC=", "QUFB\n", " QUFB", "QUF-", "QUFé", "="]
)
def test_no_other_form_is_read(text):
    with pytest.raises(ValueError, match=r"base64|ASCII"):
        decoded(text)
