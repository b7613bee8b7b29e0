"""Files that go with a proposal: judged by what is in them, kept by digest, handed out only as downloads to whoever may read."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web.business_cases.matrix import AT, draft_of, submitted_by

from pbc.errors import RefusedInput
from pbc_web.audit.models import Entry
from pbc_web.business_cases import attaching
from pbc_web.business_cases.actions import attachments, coming_back
from pbc_web.business_cases.attaching import kind_of, path_of, plain_stem
from pbc_web.business_cases.models import Attachment
from pbc_web.business_cases.queries.attachments import attachments_of

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 words"


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path, settings: Any) -> Path:
    settings.PBC_UPLOADS = tmp_path
    return tmp_path


def packed(*, types: bool = True, **members: str) -> bytes:
    """A document as office programs pack it; two underscores are a slash, one more at the end a point."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        if types:
            file.writestr("[Content_Types].xml", "<Types/>")
        for name, text in members.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), text)
    return held.getvalue()


WORD = packed(word__document_xml="<w>Words.</w>")
LONG = packed(word__document_xml="".join(str(number) for number in range(2_000)))
DAMAGED = LONG[:400] + bytes(255 - each for each in LONG[400:420]) + LONG[420:]
GOOD = {
    "pdf": PDF, "png": b"\x89PNG\r\n\x1a\nx", "jpg": b"\xff\xd8\xff\xe0", "docx": WORD, "xlsx": packed(xl__workbook_xml="<x/>"),
    "csv": b"practice,patients\nZ1,20\n", "txt": "Ünsere plain words".encode(),
}  # fmt: skip
HOSTILE = {
    "an html page": b"<!DOCTYPE html><script>alert(1)</script>", "a drawing with script": b' <svg onload="x">',
    "a program": b"MZ\x90\x00\xff",
    "text with noughts": b"a\x00b", "a pdf that acts": b"%PDF-1.4 /JavaScript (x)", "a pdf that opens": b"%PDF-1.4 /OpenAction 1 0 R",
    "a macro": packed(word__document_xml="x", word__vbaProject_bin="x"),
    "a file within": packed(word__document_xml="x", word__embeddings__a_bin="x"),
    "a zip": packed(a_xml="x"), "a document without types": packed(types=False, word__document_xml="x"), "half a document": WORD[:60],
    "a damaged document": DAMAGED,
    "a patient in a document": packed(word__document_xml="<w:p><w:r>943 4</w:r><w:r>76 5919</w:r></w:p>"),
    "a patient in a table": b"who,what\n9434765919,x",
    "a bomb": packed(word__document_xml="0" * 200_000),
}  # fmt: skip


@pytest.mark.parametrize("kind", GOOD)
def test_what_is_taken_is_known_by_its_content(kind: str) -> None:
    assert kind_of(GOOD[kind]) == kind


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_hostile_is_refused(what: str, monkeypatch: pytest.MonkeyPatch, uploads: Path) -> None:
    monkeypatch.setattr(attaching, "UNPACKED", 100_000)
    with pytest.raises(RefusedInput):
        attaching.keep([HOSTILE[what]], name="plan.pdf")
    assert [path for path in uploads.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\temp\\plan.docx", "plan"), ('a"b\r\nc<d>.pdf', "a-b-c-d"), (".htaccess", "htaccess"),
        ("\u202egnp.exe", "gnp"), ("x" * 300 + ".pdf", "x" * 80), ("...", "file"), ("Plan (2) v1.0.pdf", "Plan (2) v1.0"),
    ],
)  # fmt: skip
def test_names_are_cleaned(name: str, stem: str) -> None:
    assert plain_stem(name) == stem


def test_numbers_in_cells_beside_each_other_are_no_patient() -> None:
    cells = packed(
        xl__workbook_xml="x", xl__worksheets__sheet1_xml="<c><v>943</v></c><c><v>476</v></c><c><v>5919</v></c>"
    )
    assert kind_of(cells) == "xlsx"


def test_too_large_and_empty_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attaching, "LARGEST", 5)
    with pytest.raises(RefusedInput, match="too large"):
        attaching.keep([b"123", b"456"], name="a.txt")
    with pytest.raises(RefusedInput, match="empty"):
        attaching.keep([], name="a.txt")


def test_it_is_attached_once_and_taken_off_and_stays_for_the_record(place: Any) -> None:
    manager = place.actor("practice_manager")
    draft = draft_of(manager, place["ZPA"])
    made = [attachments.attach(draft, chunks=[PDF], name=name, by=manager, at=AT) for name in ("a.pdf", "b.pdf")]
    assert made[0] == made[1]
    assert path_of(made[0].sha256).read_bytes() == PDF
    for _ in range(2):
        attachments.take_off(made[0], by=manager, at=AT)
    assert not attachments_of(draft).exists()
    assert Attachment.objects.get().taken_off_by_id == manager.person_id
    again = attachments.attach(draft, chunks=[PDF], name="c.pdf", by=manager, at=AT)
    assert again.name == "c.pdf"
    verbs = Entry.objects.filter(verb__endswith="_file").order_by("number").values_list("verb", flat=True)
    assert list(verbs) == ["attach_file", "take_off_file", "attach_file"]


def test_only_authors_attach_only_to_drafts_and_not_without_end(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    manager, gp = place.actor("practice_manager"), place.actor("gp")
    draft, sent = draft_of(manager, place["ZPA"]), submitted_by(manager, place["ZPA"])
    for proposal, who in ((draft, gp), (sent, manager)):
        with pytest.raises(RefusedInput):
            attachments.attach(proposal, chunks=[PDF], name="a.pdf", by=who, at=AT)
    made = attachments.attach(draft, chunks=[PDF], name="a.pdf", by=manager, at=AT)
    with pytest.raises(RefusedInput, match="not among those who write"):
        attachments.take_off(made, by=gp, at=AT)
    monkeypatch.setattr(attachments, "MOST", 1)
    with pytest.raises(RefusedInput, match="attached already"):
        attachments.attach(draft, chunks=[b"other"], name="b.txt", by=manager, at=AT)


def test_it_is_attached_on_the_page_and_handed_out_as_a_download_alone(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    draft = draft_of(place.actor("practice_manager"), place["ZPA"])
    client, page = sign_in("practice_manager"), f"/proposals/{draft.code}/"
    assert client.post(f"{page}attach/", {}).status_code == 400
    wrong = client.post(f"{page}attach/", {"file": SimpleUploadedFile("page.pdf", b"<html>")})
    assert "This is no file that is taken here." in wrong.content.decode()
    good = client.post(f"{page}attach/", {"file": SimpleUploadedFile("our <plan>.exe", PDF, "text/html")}, follow=True)
    assert "our -plan.pdf is attached." in good.content.decode()
    made = Attachment.objects.get()
    answer = client.get(f"{page}files/{made.id}/")
    assert answer.content == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert answer["X-Content-Type-Options"] == "nosniff"
    neighbour = sign_in("practice_manager", place["ZA0002"])
    assert neighbour.get(f"{page}files/{made.id}/").status_code == 404
    other = draft_of(place.actor("gp", place["ZA0002"]), place["ZPA"])
    assert sign_in("gp", place["ZA0002"]).get(f"/proposals/{other.code}/files/{made.id}/").status_code == 404
    client.post(f"{page}files/{made.id}/take-off/")
    assert client.get(f"{page}files/{made.id}/").status_code == 404


def test_what_comes_back_brings_its_files(place: Any) -> None:
    manager = place.actor("practice_manager")
    sent = submitted_by(manager, place["ZPA"])
    Attachment.objects.create(
        proposal=sent, name="a.pdf", kind="pdf", size_bytes=3, sha256="ab", by_id=manager.person_id, at=AT
    )
    coming_back.withdraw(sent, reason="Later.", by=manager, at=sent.submitted_at)
    assert [each.name for each in attachments_of(coming_back.bring_back(sent, by=manager, at=sent.submitted_at))] == [
        "a.pdf"
    ]
