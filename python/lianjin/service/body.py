"""Bodies and their fields, as they are taken at the border: strict, and without surprises.

Takes JSON; gives frozen records. Unknown fields are refused; texts have a length and no signs of
control, so that every database takes them and no screen is confused.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

from lianjin.core.limits import (
    ORGANISATION_NAME_CHARS,
    PASSWORD_CHARS,
    TITLE_CHARS,
)


class Body(BaseModel):
    """A body that is exactly as described."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _printable(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        raise PydanticCustomError("unprintable", "has signs that cannot be printed")
    return text


def _file_name(text: str) -> str:
    if (
        not text.isprintable()
        or text != text.strip()
        or text.startswith(".")
        or set(text) & set('/\\:*?"<>|')
    ):
        raise PydanticCustomError("file_name", "is no plain name of a file")
    return text


Title = Annotated[
    str, StringConstraints(min_length=1, max_length=TITLE_CHARS), AfterValidator(_printable)
]
"""A name as people write it: one line of printable characters, not blank at its ends."""
Handle = Annotated[
    str,
    StringConstraints(
        min_length=2,
        max_length=ORGANISATION_NAME_CHARS,
        pattern=r"^[a-z0-9]+([._-][a-z0-9]+)*$",
    ),
]
"""A name that stands in addresses: lower-case ASCII letters and digits, single `.`, `_`, `-`."""
Password = Annotated[
    str, StringConstraints(min_length=1, max_length=PASSWORD_CHARS, pattern=r"^[^\x00-\x1f\x7f]+$")
]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[\x21-\x7e]+$")]
"""A code or token that somebody hands back."""
IDENTITY = r"^[a-z]{2,20}_[0-9a-z]{26}$"
Identity = Annotated[str, StringConstraints(pattern=IDENTITY)]
"""An id within a body."""
PathIdentity = Annotated[str, Path(pattern=IDENTITY)]
"""An id within an address."""
FileName = Annotated[str, Path(min_length=1, max_length=100), AfterValidator(_file_name)]
"""A file's own name within an address: no folder, nothing hidden."""
