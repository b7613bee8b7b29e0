"""Writing statements: one practice's in one form, or the whole pack of a month with its index."""

from __future__ import annotations

from pathlib import Path

from pbc.flows.gather_statement import NO_ANSWER, gather_statement
from pbc.flows.journey import Journey
from pbc.periods import Month
from pbc.policy.policy import Policy
from pbc.reports import (
    Answer,
    StatementMaterial,
    build_commissioner,
    build_index,
    build_statement,
    render_statement,
    render_summary,
    write_statement,
)
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
) -> Path:
    """This writes one practice's statement of a month as html, xlsx or csv and returns its path.

    `answer` names whom to ask and by when; `policy` gives the rule values to list, else the regime's own are shown.
    """
    material = gather_statement(store, month=month, policy=policy, answer=answer)
    return write_statement(build_statement(material, practice_code=practice_code), path=path, form=form)


def write_pack(
    store: Store,
    *,
    month: Month,
    out_dir: Path,
    journey: Journey = SILENT,
    policy: Policy | None = None,
    answer: Answer = NO_ANSWER,
) -> Path:
    """This writes every practice's statement in all three forms, the commissioner's page and an index, whose path it returns.

    Pages are written one by one: stopped half way, those written are whole, and the index, written last, is missing.
    """
    material = gather_statement(store, month=month, policy=policy, answer=answer)
    out_dir.mkdir(parents=True, exist_ok=True)
    codes = material.practices
    for done, code in enumerate(codes):
        journey.step(f"Writing the statement of {material.name_of(code)}", done / (len(codes) + 1))
        _write_all_forms(material, code, out_dir)
    journey.step(f"Writing the page of the {material.tiers.commissioner_short}", len(codes) / (len(codes) + 1))
    (out_dir / COMMISSIONER_PAGE).write_text(render_summary(build_commissioner(material)), encoding="utf-8")
    pages = {code: f"{_stem(material, code)}.html" for code in codes}
    index = out_dir / INDEX_PAGE
    view = build_index(material, pages=pages, commissioner_page=COMMISSIONER_PAGE)
    index.write_text(render_summary(view), encoding="utf-8")
    return index


def _stem(material: StatementMaterial, practice_code: str) -> str:
    safe = "".join(letter if letter.isalnum() else "-" for letter in practice_code)
    return f"statement-{safe}-{material.month}"


def _write_all_forms(material: StatementMaterial, practice_code: str, out_dir: Path) -> None:
    view, stem = build_statement(material, practice_code=practice_code), _stem(material, practice_code)
    for form in ("xlsx", "csv"):
        write_statement(view, path=out_dir / f"{stem}.{form}", form=form)
    downloads = {"workbook (XLSX)": f"{stem}.xlsx", "CSV": f"{stem}.csv"}
    page = render_statement(view, downloads=downloads, index=INDEX_PAGE)
    (out_dir / f"{stem}.html").write_text(page, encoding="utf-8")
