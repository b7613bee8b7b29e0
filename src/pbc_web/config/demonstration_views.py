"""The demonstration's own pages: coming in with the token, and choosing who to be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from pbc.periods import Month
from pbc_web.accounts.models import Appointment
from pbc_web.accounts.queries import ACTING, appointments_on
from pbc_web.config.demonstration_content import LOOK_AT
from pbc_web.config.demonstration_door import ENTRANCE, TOKEN, let_in
from pbc_web.shell import clock
from pbc_web.shell.access import open_to_all
from pbc_web.shell.downloads import download
from pbc_web.statements.demonstration import told_months

FILE = "outpatients-with-mistakes.csv"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@open_to_all
@require_safe
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Come in with the token that was printed; it opens once, and the next one is printed."""
    if request.method != "GET" or not TOKEN.redeem(token):
        raise Http404
    host = request.get_host()
    print(f"Opened. For another browser: http://{host}{ENTRANCE}{TOKEN.current()}/", flush=True)
    return let_in(redirect("demonstration"))


@open_to_all
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Choose who to be."""
    held = appointments_on(clock.today())
    if request.method == "POST":
        wanted = request.POST.get("appointment", "")
        chosen = get_object_or_404(held, id=wanted if wanted.isdecimal() else 0)
        login(request, chosen.person, backend=BACKEND)
        request.session[ACTING] = chosen.id
        return redirect("/")
    main = _main(list(held))
    shown = {each.id for each, _ in main}
    others = [each for each in held if each.id not in shown]
    return render(request, "demonstration/choose.html", {"main": main, "others": others})


@open_to_all
@require_safe
def file_with_mistakes(request: HttpRequest) -> HttpResponse:
    """A made-up month of outpatients, pseudonymised and with mistakes in it, to try an upload with."""
    path = Path(settings.PBC_HOME).parent / "to-upload" / FILE
    if not path.exists():
        raise Http404
    return download(path.read_bytes(), name=FILE)


def say_so(request: HttpRequest) -> dict[str, Any]:
    """This returns what the base page shows of the demonstration."""
    return {"is_demonstration": True, "is_made_up": True, "file_month": Month.of(clock.today()).plus(-1).title}


def _main(held: list[Appointment]) -> list[tuple[Appointment, str]]:
    """One person of each main role, each with what to look at."""
    first: dict[str, Appointment] = {}
    for each in sorted(held, key=lambda each: each.organisation.code):
        first.setdefault(each.role_code, each)
    months = told_months()
    return [(first[code], look_at.format(**months)) for code, look_at in LOOK_AT.items() if code in first]
