"""Whether a file may go with a proposal, judged by what is in it and never by its name; and where its bytes are kept."""

from __future__ import annotations

import hashlib
import io
import os
import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings

from pbc.errors import RefusedInput
from pbc.stats.nhs_numbers import holds_nhs_number

LARGEST = 3_500_000  # bytes; a form takes no more than four million
UNPACKED, MEMBERS, NAME_SIGNS = 60_000_000, 2_000, 80
DOCUMENTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
WORDS_OF = re.compile(r"(word/document|xl/sharedStrings|xl/worksheets/[^/]+)\.xml")
ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|OpenAction)\b")
MARKUP = re.compile(r"<\s*(!doctype|html|script|svg|\?xml)", re.IGNORECASE)
KNOWN = "a PDF, a Word document, an Excel workbook, CSV, plain text, or a PNG or JPEG picture"


@dataclass(frozen=True)
class Kept:
    """A file that was checked and is safely on the disk."""

    name: str
    kind: str
    size_bytes: int
    sha256: str


def home() -> Path:
    """The folder of all attachments, its owner's alone and served by nobody."""
    place = Path(settings.PBC_UPLOADS) / "attachments"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def path_of(sha256: str) -> Path:
    """Where the bytes of a digest are."""
    return home() / sha256[:2] / sha256


def keep(chunks: Iterable[bytes], *, name: str) -> Kept:
    """This returns a file once it is checked and kept under its digest; refused, nothing of it stays."""
    content = _whole(chunks)
    kind = kind_of(content)
    digest = hashlib.sha256(content).hexdigest()
    place = path_of(digest)
    if not place.exists():
        place.parent.mkdir(mode=0o700, exist_ok=True)
        with NamedTemporaryFile(dir=place.parent, delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(place)
    return Kept(f"{plain_stem(name)}.{kind}", kind, len(content), digest)


def kind_of(content: bytes) -> str:
    """This returns the type of a file by its content, refusing what is none of those taken, and what holds more than it shows."""
    if content.startswith(b"%PDF-"):
        if ACTIVE.search(content):
            raise _refused("This PDF does something when it is opened.", "a PDF that is only read")
        return "pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content.startswith(b"PK\x03\x04"):
        return _document(content)
    return _text(content)


def plain_stem(name: str) -> str:
    """This returns a file's name without folders, ending and signs that could mean something to a computer.

    >>> plain_stem("../../etc/Our plan (2).exe.pdf"), plain_stem("..")
    ('Our plan (2).exe', 'file')
    """
    stem = re.split(r"[/\\]", name)[-1].rpartition(".")[0] or re.split(r"[/\\]", name)[-1]
    plain = re.sub(r"[^A-Za-z0-9 ._()-]+", "-", stem).strip(" .-")
    return plain[:NAME_SIGNS] or "file"


def _whole(chunks: Iterable[bytes]) -> bytes:
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > LARGEST:
            raise RefusedInput(
                "This file is too large.", found=f"more than {LARGEST:,} bytes", expected="3.5 MB at most",
                remedy="Make pictures in it smaller, or attach a part of it.",
            )  # fmt: skip
    if not content:
        raise RefusedInput("This file is empty.", found="0 bytes", remedy="Look whether it was saved.")
    return bytes(content)


def _document(content: bytes) -> str:
    """A Word document or Excel workbook without macros, that does not unpack into more than it says."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as held:
            members = held.infolist()
            if len(members) > MEMBERS or sum(each.file_size for each in members) > UNPACKED:
                raise _refused("This file unpacks into far more than it seems.", "a document of ordinary size")
            names = {each.filename for each in members}
            kind = next((of for name, of in DOCUMENTS.items() if name in names), "")
            if not kind or "[Content_Types].xml" not in names:
                raise _refused("This is no document that is taken here.", KNOWN)
            if any("vbaProject" in name or "embeddings/" in name for name in names) or any(
                each.flag_bits & 1 for each in members
            ):
                raise _refused(
                    "This document holds a macro or another file, or is locked.", "a document that is only read"
                )
            for name in sorted(names):
                if WORDS_OF.fullmatch(name):
                    _require_no_patient(_words(held.read(name).decode("utf-8", "replace")))
            return kind
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError) as fault:
        raise _refused("This file is damaged.", KNOWN) from fault


def _words(xml: str) -> str:
    """The words of a part of a document: a paragraph or cell a line, whatever it is cut into."""
    return re.sub(r"<[^>]*>", "", re.sub(r"</(w:p|si|v|c)>", "\n", xml))


def _text(content: bytes) -> str:
    try:
        said = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise _refused("This is no file that is taken here.", KNOWN) from fault
    if "\x00" in said or MARKUP.match(said.lstrip()[:100]):
        raise _refused("This is no file that is taken here.", KNOWN)
    _require_no_patient(said)
    return "csv" if "," in said.partition("\n")[0] else "txt"


def _require_no_patient(said: str) -> None:
    if holds_nhs_number(said):
        raise RefusedInput(
            "There is an NHS number in this file.",
            expected="no patient",
            remedy="Take every patient out of it, and attach it again.",
        )


def _refused(what: str, expected: str) -> RefusedInput:
    return RefusedInput(what, expected=expected, remedy="Save it otherwise, for example as a PDF, and attach that.")
