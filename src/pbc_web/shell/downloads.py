"""Files handed out: always as an attachment, of the type we say, kept by nobody on the way."""

from __future__ import annotations

import re

from django.http import HttpResponse

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "txt": "text/plain; charset=utf-8",
    "yaml": "application/yaml",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "png": "image/png",
    "jpg": "image/jpeg",
}


def download(content: bytes, *, name: str) -> HttpResponse:
    """This returns a file as a download under a plain name whose ending says its type."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name)
    response = HttpResponse(content, content_type=TYPES[plain.rpartition(".")[2]])
    response["Content-Disposition"] = f'attachment; filename="{plain}"'
    response["Cache-Control"] = "no-store"
    return response
