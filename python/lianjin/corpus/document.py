"""The shape of a record on its way through a build.

Takes nothing; gives the Arrow schema that every reader yields and every step understands.
A plain text is one text part and then the `text` column; dialogues, preferences and media keep
their own columns and pass through a build unchanged.
"""

from __future__ import annotations

import pyarrow as pa

MESSAGES = pa.list_(pa.struct([("role", pa.string()), ("content", pa.large_string())]))
PREFERENCE = pa.struct(
    [("prompt", pa.large_string()), ("chosen", pa.large_string()), ("rejected", pa.large_string())]
)
PARTS = pa.list_(
    pa.struct(
        [
            ("kind", pa.string()),  # text | image | audio | video | table
            ("text", pa.large_string()),
            ("media_type", pa.string()),
            ("uri", pa.string()),
            ("digest", pa.string()),  # sha256:… of the referenced or inline bytes
            ("size_bytes", pa.int64()),
        ]
    )
)

RECORD = pa.schema(
    [
        pa.field("position", pa.int64(), nullable=False),  # 0-based record index in its file
        pa.field("start", pa.int64(), nullable=False),  # byte range in the decompressed file;
        pa.field("end", pa.int64(), nullable=False),  # row numbers in a columnar file
        pa.field("kind", pa.string(), nullable=False),  # text | messages | preference | media
        pa.field("text", pa.large_string()),
        pa.field("blob", pa.large_binary()),  # bytes still to be extracted
        pa.field("media_type", pa.string()),
        pa.field("charset", pa.string()),  # how the bytes were decoded
        pa.field("title", pa.string()),
        pa.field("author", pa.string()),
        pa.field("published", pa.string()),  # ISO 8601, as precise as the source
        pa.field("url", pa.string()),
        pa.field("licence", pa.string()),
        pa.field("copyright", pa.string()),
        pa.field("origin", pa.string()),  # 来源: who published it first
        pa.field("aigc", pa.string()),  # GB 45438 label as JSON
        pa.field("generated", pa.bool_()),
        pa.field("source_id", pa.string()),  # the record's own id
        pa.field("messages", MESSAGES),
        pa.field("preference", PREFERENCE),
        pa.field("parts", PARTS),
        pa.field("fields", pa.large_string()),  # the record's own fields, JSON, as they were
        pa.field("error_code", pa.string()),  # set: the record is quarantined
        pa.field("error", pa.string()),
    ]
)
"""What a reader yields. Order and types are exact; absent columns are filled with null."""
