"""Files handed out stand in the trail: who took which, whatever it held."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from pbc_web.audit.actions import record
from pbc_web.shell import clock
from pbc_web.shell.downloads import download


@dataclass(frozen=True)
class _Taker:
    """Whoever is signed in, in the role acted in: while viewing as somebody it is still they who take the file."""

    audit_name: str
    audit_role: str
    organisation_code: str
    audit_cover: str = ""


def hand_out(request: HttpRequest, content: bytes, *, name: str) -> HttpResponse:
    """This returns a file as a download, once the trail says who took it."""
    actor = request.actor
    by = _Taker(str(request.user.number), actor.audit_role, actor.organisation_code, actor.audit_cover)
    with transaction.atomic():
        record(by=by, verb="export", about=("file", name[:120]), at=clock.now(), told={"what": f"the file {name}"})
    return download(content, name=name)
