"""Writing statements: one practice's in one form, or the whole pack of a month with its index."""

from __future__ import annotations

import string
from collections.abc import Callable
from pathlib import Path

from pbc.errors import Cancelled, RefusedInput
from pbc.flows.gather_statement import NO_ANSWER, gather_statement
from pbc.flows.journey import Journey
from pbc.periods import Month
from pbc.policy.policy import Policy
from pbc.reports import (
    PROTECTED,
    Answer,
    Protection,
    StatementMaterial,
    Takeover,
    build_commissioner,
    build_index,
    build_statement,
    own_practice,
    render_statement,
    render_summary,
    write_statement,
)
from pbc.reports.history import day_in_words
from pbc.reports.whole_file import write_whole
from pbc.results import Store

COMMISSIONER_PAGE = "commissioner.html"
INDEX_PAGE = "index.html"
SILENT = Journey()


def write_one(
    store: Store,
    *,
    practice_code: str,
    month: Month,
    form: str,
    path: Path,
    policy: Policy | None = None,
    answer: Answer = NO_ANSWER,
    is_own: bool = False,
) -> Path:
    """This writes one practice's statement of a month as html, xlsx or csv and returns its path.

    Small numbers are protected unless it `is_own`, for those entitled in the practice. `answer` names whom to ask and by
    when; `policy` gives the rule values to list, else the regime's own are shown.
    """
    material = gather_statement(store, month=month, policy=policy, answer=answer)
    code = practice_of(material, practice_code)
    protection = own_practice(code) if is_own else PROTECTED
    return write_statement(build_statement(material, practice_code=code, protection=protection), path=path, form=form)


def practice_of(material: StatementMaterial, practice_code: str) -> str:
    """This returns the code of a practice with a statement, also where it was typed in small letters.

    A practice that another took over is refused, and the refusal names the one that answers for it now.
    """
    held = material.practices
    code = practice_code if practice_code in held else practice_code.strip().upper()
    taken = next((each for each in material.takeovers if each.gone_code == code), None)
    if code not in held and taken is not None:
        raise absorbed(taken, name_of=material.name_of, month=material.month)
    return code


def absorbed(taken: Takeover, *, name_of: Callable[[str], str], month: Month) -> RefusedInput:
    """This returns the refusal of a statement of a practice that another took over, naming the one that answers for it now."""
    heir = f"{name_of(taken.heir_code)} ({taken.heir_code})"
    return RefusedInput(
        f"{name_of(taken.gone_code)} ({taken.gone_code}) was absorbed by {heir} on {day_in_words(taken.on)}.",
        where=f"statement of {month.title}", found=taken.gone_code, expected=taken.heir_code,
        remedy=f"Its care is in the statement of {taken.heir_code}: ask for --practice {taken.heir_code}.",
    )  # fmt: skip


def write_pack(
    store: Store,
    *,
    month: Month,
    out_dir: Path,
    journey: Journey = SILENT,
    policy: Policy | None = None,
    answer: Answer = NO_ANSWER,
    is_own: bool = False,
) -> Path:
    """This writes every practice's statement in all three forms, the commissioner's page and an index, whose path it returns.

    Small numbers are protected; with `is_own` each practice's own pages show all of its own figures, for those entitled in it.
    Pages are written one by one: stopped half way, those written are whole, and the index, written last, is missing.
    """
    material = gather_statement(store, month=month, policy=policy, answer=answer)
    out_dir.mkdir(parents=True, exist_ok=True)
    codes = material.practices
    for done, code in enumerate(codes):
        _step(journey, f"Writing the statement of {material.name_of(code)}", out_dir, done=done, count=len(codes))
        _write_all_forms(material, code, out_dir, own_practice(code) if is_own else PROTECTED)
    last = f"Writing the page of the {material.tiers.commissioner_short}"
    _step(journey, last, out_dir, done=len(codes), count=len(codes))
    write_whole(render_summary(build_commissioner(material)), path=out_dir / COMMISSIONER_PAGE)
    pages = {code: f"{_stem(material, code)}.html" for code in codes}
    index = out_dir / INDEX_PAGE
    view = build_index(material, pages=pages, commissioner_page=COMMISSIONER_PAGE)
    return write_whole(render_summary(view), path=index)


def _step(journey: Journey, message: str, out_dir: Path, *, done: int, count: int) -> None:
    try:
        journey.step(message, done / (count + 1))
    except Cancelled as stopped:
        raise Cancelled(
            f"Stopped because you asked for it. The pack in {out_dir} is incomplete: {done} of {count} statements are "
            "written, the index is not.",
            remedy="Give the same command again: it writes the whole pack.",
        ) from stopped


def _stem(material: StatementMaterial, practice_code: str) -> str:
    return f"statement-{file_name_of(practice_code)}-{material.month}"


def file_name_of(code: str) -> str:
    """This returns a code as part of a file's name: capitals and digits as they are, any other sign as its number between ~.

    Two codes never share a name, also where a disk takes capitals and small letters for the same. The signs need no
    escape in an address.

    >>> file_name_of("Z90001"), file_name_of("A/1"), file_name_of("A-1"), file_name_of("a1")
    ('Z90001', 'A~2f~1', 'A~2d~1', '~61~1')
    """
    plain = string.ascii_uppercase + string.digits
    return "".join(sign if sign in plain else f"~{ord(sign):02x}~" for sign in code)


def _write_all_forms(material: StatementMaterial, practice_code: str, out_dir: Path, protection: Protection) -> None:
    view = build_statement(material, practice_code=practice_code, protection=protection)
    stem = _stem(material, practice_code)
    for form in ("xlsx", "csv"):
        write_statement(view, path=out_dir / f"{stem}.{form}", form=form)
    downloads = {"workbook (XLSX)": f"{stem}.xlsx", "CSV": f"{stem}.csv"}
    page = render_statement(view, downloads=downloads, index=INDEX_PAGE)
    write_whole(page, path=out_dir / f"{stem}.html")
