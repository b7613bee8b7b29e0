"""Files handed out stand in the trail: who took which, whatever it held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse

from pbc.reports.plain_files import plain_csv, plain_workbook
from pbc.reports.shown_files import sheet_of
from pbc.reports.view import PageTable
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


def hand_out(request: HttpRequest, content: bytes, *, name: str, about: tuple[str, str] | None = None) -> HttpResponse:
    """This returns a file as a download, once the trail says who took it; `about` is the kind and key of what it belongs to, from
    whose entries somebody may be kept away."""
    actor = request.actor
    by = _Taker(str(request.user.number), actor.audit_role, actor.organisation_code, actor.audit_cover)
    with transaction.atomic():
        record(
            by=by, verb="export", about=about or ("file", name[:120]), at=clock.now(), told={"what": f"the file {name}"}
        )
    return download(content, name=name)


@dataclass(frozen=True)
class TableFile:
    """The tables of a page as files: one workbook with a cover, and each table as CSV."""

    name: str
    title: str
    lines: tuple[str, ...]
    tables: tuple[PageTable, ...]
    on: date
    is_made_up: bool = False

    def links(self, address: str, *, asked: str = "") -> list[tuple[str, str]]:
        """What a page offers: words and address of each file; `address` ends where the form of a file begins.

        `asked` is what a page's own address asks for behind its question mark, where it is one of several.
        """
        more, whole = (f"&{asked}", f"?{asked}") if asked else ("", "")
        files = [(f"{each.caption}, as CSV", f"{address}csv/?table={each.name}{more}") for each in self.tables]
        return [("All of it as a workbook", f"{address}xlsx/{whole}"), *files] if files else []


def hand_out_tables(request: HttpRequest, file: TableFile, *, form: str) -> HttpResponse:
    """This returns a page's tables as a workbook, or one of them as CSV: `?table=`, else the first; the trail says who took it."""
    mark = "Made-up data" if file.is_made_up else ""
    sheets = [sheet_of(each) for each in file.tables]
    wanted = request.GET.get("table", sheets[0].name if sheets else "")
    chosen = next((each for each in sheets if each.name == wanted), None)
    if form == "xlsx" and sheets:
        return hand_out(
            request, plain_workbook(file.title, lines=file.lines, sheets=sheets, on=file.on, mark=mark), name=f"{file.name}.xlsx"
        )  # fmt: skip
    if form == "csv" and chosen is not None:
        return hand_out(request, plain_csv(chosen, mark=mark), name=f"{file.name}-{chosen.name}.csv")
    raise Http404
