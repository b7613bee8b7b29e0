"""The form of a delivered file before any row is read: what it is, whether it is whole, and its fingerprint.

One pass over the bytes, a block of lines at a time, so that a file of any size needs the same memory. What cannot be
read safely is refused here, by line: another encoding, mixed line ends, a cut archive, a field of absurd length.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from pbc.errors import RefusedInput

CHUNK = 1 << 20
LONGEST_LINE = 1 << 20  # a delivery line holds hundreds of characters; a million is a mistake, not a record
LARGEST = 64 << 30  # bytes when opened out
SWOLLEN, SWOLLEN_FROM = 500, 1 << 30  # times its size when packed, asked above so many bytes
GZIP, PARQUET, ZIP = b"\x1f\x8b", b"PAR1", b"PK\x03\x04"
FOREIGN = {
    b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", ZIP: "a workbook or zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook", b"%PDF": "a PDF", b"BZh": "a bzip2 archive", b"7z\xbc\xaf": "a 7z archive",
}  # fmt: skip
_KINDS_OF_FILE = {stat.S_IFIFO: "a pipe", stat.S_IFDIR: "a folder", stat.S_IFSOCK: "a socket"}


@dataclass(frozen=True)
class FileForm:
    """What a file is: `kind` csv, csv.gz or parquet; `sha256` of its bytes as delivered; `lines` of text, if text."""

    path: Path
    kind: str
    sha256: str
    bytes_count: int
    lines: int = 0
    line_end: str = "\n"
    has_quotes: bool = False
    blank_lines: int = 0

    def rows_expected(self, *, has_headings: bool) -> int | None:
        """This returns how many rows a plain text file must give; None where quoted fields may hold line ends."""
        return None if self.kind == "parquet" or self.has_quotes else self.lines - self.blank_lines - has_headings


@dataclass
class _Seen:
    """What the pass has counted so far."""

    lines: int = 0
    feeds: int = 0
    pairs: int = 0
    blank_line: int = 0
    has_quotes: bool = False
    digest: Any = field(default_factory=hashlib.sha256)
    size: int = 0


def examine(path: Path) -> FileForm:
    """This returns the form of a file, and refuses one that is not whole, open text or Parquet. Any size, bounded memory."""
    require_plain(path)
    try:
        with path.open("rb") as raw:
            return _examine(path, raw)
    except OSError as error:
        raise RefusedInput(
            "This file cannot be opened.", path.name, error.strerror or str(error), remedy="Check its name and place."
        ) from error


def require_plain(path: Path) -> None:
    """This refuses a pipe, a device or a folder before it is opened: opening one may wait for ever or never end."""
    try:
        mode = path.stat().st_mode
    except OSError:  # what is missing is told by whoever opens it
        return
    if not stat.S_ISREG(mode):
        raise RefusedInput(
            "This is not a plain file.", path.name, _KINDS_OF_FILE.get(stat.S_IFMT(mode), "a device"), "a file",
            "Save the delivery as a file and name that.",
        )  # fmt: skip


def _examine(path: Path, raw: IO[bytes]) -> FileForm:
    start = raw.read(4)
    raw.seek(0)
    if not start:
        raise RefusedInput("This file is empty.", path.name, "0 bytes", "a heading row and data", "Send it again.")
    for magic, name in FOREIGN.items():
        if start.startswith(magic):
            raise RefusedInput(
                f"This file is {name}, which is not read here.", path.name, name,
                "CSV in UTF-8, gzipped CSV or Parquet", "Save it as CSV UTF-8 and send that.",
            )  # fmt: skip
    seen = _Seen()
    if start == PARQUET:
        return _examine_parquet(path, raw, seen)
    kind = "csv.gz" if start.startswith(GZIP) else "csv"
    for block in _blocks_of_lines(path, _chunks(path, raw, seen, kind), seen):
        _check_block(path, block, seen)
    if not seen.feeds and not seen.lines:
        raise RefusedInput("This file is empty.", path.name, "no text", "a heading row and data", "Send it again.")
    return FileForm(
        path, kind, seen.digest.hexdigest(), seen.size, seen.lines, "\r\n" if seen.pairs else "\n", seen.has_quotes,
        seen.lines - seen.blank_line + 1 if seen.blank_line else 0,
    )  # fmt: skip


def _examine_parquet(path: Path, raw: IO[bytes], seen: _Seen) -> FileForm:
    end = b""
    while chunk := raw.read(CHUNK):
        seen.digest.update(chunk)
        seen.size += len(chunk)
        end = (end + chunk)[-4:]
    if end != PARQUET or seen.size < 12:
        raise RefusedInput(
            "This Parquet file is cut short.", path.name, f"{seen.size:,} bytes without the closing mark",
            "a whole file", "Send it again; compare its size with the sender's.",
        )  # fmt: skip
    _require_believable(path, packed_bytes=seen.size, opened_bytes=_opened_bytes(path))
    return FileForm(path, "parquet", seen.digest.hexdigest(), seen.size)


def _opened_bytes(path: Path) -> int:
    """The bytes of its pages before packing, by the footer; 0 where it cannot be read, which whoever reads it refuses."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        held = pq.read_metadata(path)
    except (pa.ArrowException, OSError):
        return 0
    return sum(held.row_group(at).total_byte_size for at in range(held.num_row_groups))


class _Noting:
    """A reader that fingerprints the bytes as delivered on their way into the gzip reader."""

    def __init__(self, raw: IO[bytes], seen: _Seen) -> None:
        self._raw, self._seen = raw, seen

    def read(self, size: int = -1) -> bytes:
        """This returns the next bytes and notes them."""
        chunk = self._raw.read(size)
        self._seen.digest.update(chunk)
        self._seen.size += len(chunk)
        return chunk


def _chunks(path: Path, raw: IO[bytes], seen: _Seen, kind: str) -> Iterator[bytes]:
    noting = _Noting(raw, seen)
    packed_bytes = os.fstat(raw.fileno()).st_size
    opened_bytes = 0
    source: Any = gzip.GzipFile(fileobj=noting) if kind == "csv.gz" else noting  # type: ignore[call-overload]
    try:
        while chunk := source.read(CHUNK):
            opened_bytes += len(chunk)
            _require_believable(path, packed_bytes=packed_bytes, opened_bytes=opened_bytes)
            yield chunk
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise RefusedInput(
            "This gzip file is damaged or cut short.", path.name, f"whole up to about line {seen.lines + 1:,}",
            "a whole file", "Send it again; compare its size with the sender's.",
        ) from error  # fmt: skip


def _require_believable(path: Path, *, packed_bytes: int, opened_bytes: int) -> None:
    """A few bytes that open out to fill a disk are refused as soon as they are seen to, not when the disk is full."""
    is_swollen = opened_bytes > SWOLLEN_FROM and opened_bytes > SWOLLEN * packed_bytes
    if is_swollen or opened_bytes > LARGEST:
        raise RefusedInput(
            "This file opens out to more than a delivery can hold.", path.name,
            f"{opened_bytes:,} bytes or more out of {packed_bytes:,}",
            f"at most {LARGEST:,} bytes, and at most {SWOLLEN} times the file where that is above {SWOLLEN_FROM:,}",
            "Ask the sender what it is; deliver a file this large in parts.",
        )  # fmt: skip


def _blocks_of_lines(path: Path, chunks: Iterator[bytes], seen: _Seen) -> Iterator[bytes]:
    """This yields whole lines together, and refuses a line too long to be a record before it fills the memory."""
    held: list[bytes] = []
    held_size = 0
    for chunk in chunks:
        cut = chunk.rfind(b"\n") + 1
        if cut:
            if held_size + chunk.find(b"\n") > LONGEST_LINE:
                raise _too_long(path, seen)
            yield b"".join([*held, chunk[:cut]])
            held, held_size = [], 0
        held.append(chunk[cut:])
        held_size += len(chunk) - cut
        if held_size > LONGEST_LINE:
            raise _too_long(path, seen)
    if held_size:
        yield b"".join(held)


def _too_long(path: Path, seen: _Seen) -> RefusedInput:
    return RefusedInput(
        "A line is far too long for a record.", f"{path.name}, line {seen.lines + 1:,}",
        f"more than {LONGEST_LINE:,} bytes", "at most a few thousand characters",
        "Look for a missing line end, an unclosed quotation mark or a document pasted into a field.",
    )  # fmt: skip


def _check_block(path: Path, block: bytes, seen: _Seen) -> None:
    _check_encoding(path, block, seen)
    feeds, pairs = block.count(b"\n"), block.count(b"\r\n")
    seen.feeds += feeds
    seen.pairs += pairs
    seen.has_quotes = seen.has_quotes or b'"' in block
    if (seen.pairs and seen.feeds != seen.pairs) or block.count(b"\r") != pairs:
        raise RefusedInput(
            "This file mixes line ends.", f"{path.name}, {_first_odd_line(block, seen, is_windows=seen.pairs > feeds // 2)}",
            "more than one of LF, CRLF and CR", "one kind throughout",
            "Save it again with one kind of line end; look for a line break inside a field.",
        )  # fmt: skip
    _check_blank_lines(path, block, seen)
    seen.lines += feeds + (not block.endswith(b"\n"))


def _check_blank_lines(path: Path, block: bytes, seen: _Seen) -> None:
    """Blank lines at the very end are harmless; before data they would shift the numbers of the rows that follow."""
    at = _blank_line_at(block)
    if at >= 0 and not seen.blank_line:
        seen.blank_line = seen.lines + block.count(b"\n", 0, at) + 1
    if seen.blank_line and block[max(at, 0) :].strip():
        raise RefusedInput(
            "A blank line stands among the rows.", f"{path.name}, line {seen.blank_line:,}", "a blank line", "a row",
            "Delete it; look for a line break inside a field, or for rows lost on the way.",
        )  # fmt: skip


def _blank_line_at(block: bytes) -> int:
    """Where the first blank line of whole lines begins, or -1; plain searches, since a pattern is ten times slower."""
    if block.startswith((b"\n", b"\r\n")):
        return 0
    found = [at + 1 for at in (block.find(b"\n\n"), block.find(b"\n\r\n")) if at >= 0]
    return min(found, default=-1)


def _first_odd_line(block: bytes, seen: _Seen, *, is_windows: bool) -> str:
    for offset, line in enumerate(block.split(b"\n")):
        body = line.removesuffix(b"\r")
        if b"\r" in body or line.endswith(b"\r") != is_windows:
            return f"line {seen.lines + offset + 1:,}"
    return f"about line {seen.lines + 1:,}"


def _check_encoding(path: Path, block: bytes, seen: _Seen) -> None:
    try:
        if not block.isascii():
            block.decode("utf-8")
    except UnicodeDecodeError as error:
        line = seen.lines + block.count(b"\n", 0, error.start) + 1
        raise RefusedInput(
            "This file is not UTF-8 text.", f"{path.name}, line {line:,}", f"the byte 0x{block[error.start]:02X}",
            "UTF-8", "Save it as CSV UTF-8. From Excel choose CSV UTF-8, not CSV; older systems write Windows-1252.",
        ) from error  # fmt: skip
    if b"\x00" in block:
        line = seen.lines + block.count(b"\n", 0, block.find(b"\x00")) + 1
        raise RefusedInput(
            "This file holds zero bytes, so it is not text.", f"{path.name}, line {line:,}", "the byte 0x00", "UTF-8 text",
            "Send the CSV itself, not a database or a memory dump of it.",
        )  # fmt: skip
