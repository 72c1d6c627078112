"""The Rust kernel: columns of Arrow in and out, the interpreter lock released while it works."""

from typing import Any

class Chain:
    """Repairs to carry out one after the other, built once, used by many threads."""

    def __init__(self, steps: list[tuple[str, str]]) -> None:
        """`steps`: (repair name, settings as a JSON object). ValueError names a wrong one."""

    def run(self, texts: Any) -> tuple[Any, Any]:
        """(mended texts, edits) of a string column; null stays null.

        Edits are list<struct<step, rule, start, end, before, after, confidence>>,
        offsets in code points of the text as that step found it.
        """

class Link:
    """How alike two texts must be to repeat each other; checked once, used by many threads."""

    def __init__(self, jaccard: float = 0.8, ngram: int = 5, recall: float = 0.999) -> None:
        """A pair whose index is `jaccard` is found with probability `recall` or more.

        `jaccard` 0.1 to 1, `ngram` 1 to 64 characters; ValueError names what is out of range.
        """

    @property
    def bands(self) -> tuple[int, int]:
        """(keys per text, sketch values per key): (25, 5) by default."""

    def keys(self, texts: Any) -> Any:
        """One batch: struct<exact: fixed_size_binary[16], length_chars: uint32,
        bands: fixed_size_list<uint64>[n_bands], thumbs: fixed_size_binary[128]> of a string
        column; null for null.

        Equal `exact`: equal normal form, an exact duplicate. `bands` is null where the normal
        form is shorter than an n-gram. `length_chars` is the length of the normal form. `thumbs`
        is what is left of the sketch: enough to refuse most candidates.
        """

    def clusters(self, texts: Any, preference: Any = None) -> tuple[Any, Any]:
        """(kept: uint32 rows of this column, jaccard: float64) of each text; null for null.

        In order of `preference` (float64, greater first, null last, then the earlier row; None:
        the longer normal form first) a text that is not yet taken is kept (names itself, 1.0)
        and takes all free ones whose exact index with it reaches the threshold. Exact
        duplicates are among them, with 1.0.

        Out of core: `keys` per batch, then `Components` from all keys; the clusters of one whole
        component, or of several together, are what those of the whole corpus are, so each group
        of components is a task of its own. Rows must be in the order of the corpus.
        """

    def clusters_among(self, columns: list[tuple[Any, Any]], preference: Any) -> tuple[Any, Any]:
        """As `clusters`, of several columns, one after the other, whose keys are known.

        `columns`: texts and what `keys` gives for them. `preference`: one value for each text of
        all columns. Only candidates are read.
        """

class Components:
    """Documents joined by common keys; 4 bytes per document, in any number of calls."""

    def __init__(self, n_documents: int) -> None: ...
    def add(self, keys: Any, documents: Any) -> None:
        """Joins the documents (uint32) that have the same key (uint64) within this call.

        So all rows of one key must come in one call: one call per partition of the keys.
        """

    def labels(self) -> Any:
        """uint32 per document: the least document of its component; alone: itself."""

def exact_keys(texts: Any) -> Any:
    """struct<exact: fixed_size_binary[16], length_chars: uint32> of a string column."""

class Mapping:
    """Which fields of a structured record fill which columns."""

    def __init__(self, named: list[tuple[str, str]]) -> None:
        """`named`: (column, field) as a recipe names them. ValueError names a wrong column."""

def read_jsonl(
    buffer: bytes, mapping: Mapping, first_line: int, start: int, limits: tuple[int, int]
) -> tuple[Any, int, int]:
    """(batch in the schema RECORD, lines, framing bytes) of a buffer of whole lines.

    The buffer begins at line `first_line` and byte `start` of its file. `limits`: bytes of a
    record, levels of nesting. A record that cannot be read is a row with an `error_code`.
    """

class Scorer:
    """Scores to be taken of each text, built once, used by many threads."""

    def __init__(self, names: list[str], language_model: Any = None) -> None:
        """`language_model`: bytes or path of lid.176.ftz, read if a language score is named.

        ValueError names an unknown score or says what is wrong with the model, OSError that it
        cannot be read.
        """

    def run(self, texts: Any) -> Any:
        """A struct array with one field per name (int64, float64 or string); null for null."""

def character_kinds() -> tuple[bytes, list[str]]:
    """(kind of every code point, names of the kinds): what the scores take a character for."""

def score_names() -> list[str]:
    """Every name that `Scorer` knows."""

def score_stop_words() -> list[str]:
    """The stop words that the scores count, in lower case."""

def score_token_ratios() -> list[tuple[str, int]]:
    """(class, thousandths of a token for one of it), as `operators/score/token.py` names classes."""

def guess_language(model: Any, line: str) -> tuple[str, float] | None:
    """(label, probability) of one line, as fastText's `predict`; None if nothing in it is known."""

def extract_html(texts: Any) -> Any:
    """A batch of text, is_article, title, author, published, url, licence, copyright, origin,
    language and aigc for a string column of decoded HTML; null stays null.

    `text` has one line per block, cells of a row parted by tabs. A page without an article (a
    list, a search result) gives all its text but the navigation, and `is_article` is false.
    `published` is ISO 8601, as precise as the page; `language` is what the page declares.
    """

def decode(blobs: Any, hints: Any) -> Any:
    """A batch of text, charset, replaced, error_code and error for a large_binary column.

    `hints` (string): the charset that a server declared, or null. `replaced` counts the sequences
    that became U+FFFD. Bytes that are no text have error_code `undecodable` and no text.
    """

def read_lines(
    buffer: bytes, first_line: int, start: int, limits: tuple[int, int]
) -> tuple[Any, int, int]:
    """As `read_jsonl`, for lines that are texts themselves."""

def read_json(
    buffer: bytes,
    mapping: Mapping,
    state: tuple[int, bool],
    start: int,
    is_last: bool,
    limits: tuple[int, int],
) -> tuple[Any, int, int, tuple[int, bool]]:
    """(batch, bytes consumed, framing bytes, state) of a part of a JSON document.

    `state`: records so far, and whether the part begins within the array; (0, False) at first.
    The next buffer begins at the first byte that was not consumed.
    """

def table_layout(
    buffer: bytes, is_tab_separated: bool
) -> tuple[tuple[int, bool, list[str]], int] | None:
    """((delimiter, whether quotes enclose cells, names), length of the header), or None: no row."""

def read_table(
    buffer: bytes,
    layout: tuple[int, bool, list[str]],
    mapping: Mapping,
    first_line: int,
    start: int,
    is_last: bool,
    limits: tuple[int, int],
) -> tuple[Any, int, int, int]:
    """(batch, bytes consumed, lines, framing bytes) of a buffer of rows, the header left out."""

def read_columns(batch: Any, mapping: Mapping, first_row: int, limits: tuple[int, int]) -> Any:
    """The rows of any Arrow batch as records; `start` and `end` are row numbers."""

def texts_of_rows(texts: Any, rows: Any) -> Any:
    """The texts in these rows (int64) of a string column as large_string; null stays null.

    In the order of `rows`, copied once. ValueError: there is no such row.
    """

def row_hashes(batch: Any) -> Any:
    """Leaf hash (RFC 6962) of each row of a RecordBatch, fixed_size_binary(32).

    A row's canonical bytes are its columns in order: tag 0 for null, else 1 and the value;
    numbers little-endian, text with a u64 length, lists with a u64 count. TypeError names a
    type that has no canonical bytes (dictionaries, dates, maps).
    """

def merkle_root(hashes: Any) -> bytes:
    """Root (RFC 6962) over a fixed_size_binary(32) column; of no rows, SHA-256 of nothing."""

def notices(texts: Any) -> Any:
    """struct<origin, copyright, licence, aigc, generated> of a string column; null for null.

    What a text says about itself in its first and last lines; read it before any repair.
    """

def boilerplate_rules() -> str:
    """The rules of `cut_boilerplate` as the kernel carries them; their head says how to read them."""

def spam_terms() -> str:
    """The terms of `cut_spam_tail` as the kernel carries them, a weight before each line."""

def simplified(text: str) -> str:
    """The simplified form of each character, without context."""

def repair_model() -> bytes:
    """The language model of the repairs, `kernel/models/repair.lm.z`, as the kernel carries it."""

def reading_table() -> str:
    """Readings, one a line: syllable, characters it is the usual reading of, others read so."""

def han_table() -> str:
    """Rows of characters by name: `pairs` (traditional, simplified), `traditional`, `simplified`."""

def script_table() -> str:
    """The conversions' dictionaries: section names in brackets, then rows `key TAB value`."""

class LogEdge:
    """The right edge of a Merkle log: all that an append needs of it. Never changed."""

    def __init__(self, size: int, tiles: list[bytes], bundle: bytes) -> None:
        """`tiles`: the unfinished tile of each level from 0, empty where there is none.

        `bundle`: the unfinished bundle of entries. ValueError: they are not of a log of `size`.
        """

    @property
    def size(self) -> int:
        """Entries of the log."""

    def root(self) -> bytes:
        """The RFC 6962 root over all entries."""

    def grown(
        self, entries: list[bytes]
    ) -> tuple[LogEdge, list[tuple[tuple[int, int], bytes]], list[tuple[int, bytes]]]:
        """(the edge after these entries, [((level, index), tile)], [(index, bundle)]).

        Tiles and bundles are those that are new or longer. ValueError: an entry over 65,535 bytes.
        """

def log_tile_width(level: int, index: int, size: int) -> int:
    """Hashes of a tile in a log of `size` entries, 0 to 256."""

def log_leaves(bundle: bytes) -> bytes:
    """Leaf hashes of the entries of a bundle, 32 bytes each; ValueError: the bundle is broken."""

def log_entries(bundle: bytes) -> list[bytes]:
    """The entries of a bundle; ValueError: it is broken."""

def log_tile_root(tile: bytes) -> bytes:
    """The root over hashes of 32 bytes; what a full tile is on the level above."""

def log_root(tiles: list[bytes]) -> bytes:
    """The root over a log, from the unfinished tiles of each level from 0, empty where none is."""

def log_inclusion_tiles(index: int, size: int) -> list[tuple[int, int]]:
    """(level, index) of the tiles that a proof is made of. ValueError: no such entry."""

def log_inclusion(index: int, size: int, tiles: list[bytes]) -> list[bytes]:
    """The RFC 6962 inclusion proof from the tiles that `log_inclusion_tiles` names, in order."""

def log_consistency_tiles(old: int, new: int) -> list[tuple[int, int]]:
    """(level, index) of the tiles that a proof is made of. ValueError: `old` is larger."""

def log_consistency(old: int, new: int, tiles: list[bytes]) -> list[bytes]:
    """The RFC 6962 consistency proof from the tiles that `log_consistency_tiles` names, in order."""

def log_is_included(entry: bytes, index: int, head: tuple[int, bytes], path: list[bytes]) -> bool:
    """Whether the path proves that this is the entry `index` under a head (size, root)."""

def log_is_consistent(old: tuple[int, bytes], new: tuple[int, bytes], path: list[bytes]) -> bool:
    """Whether the path proves that the head `old` is of the beginning of the log of `new`."""
