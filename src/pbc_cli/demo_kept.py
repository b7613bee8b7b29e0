"""Files of a demonstration that somebody would type: lines pooled with a council, and allocations over years, kept for their pages."""

from __future__ import annotations

from pathlib import Path

from pbc.flows.allocations import keep_allocations
from pbc.flows.journey import Journey
from pbc.flows.one_commissioner import commissioners_held
from pbc.flows.pooled_lines import keep_pooled_lines
from pbc.periods import FinancialYear
from pbc.results import Store

COUNCIL = "ZL1"  # as the web's demonstration calls it
LINES = "line_code,line_name,owner_code,owner_kind,year_starts_month,contribution_share,risk_share,from,to,signed_by,signed_on"
SPENT = "line_code,month,owner_code,budget_pounds,spent_pounds"
PATH = "commissioner_code,year,opening_pounds,target_pounds,growth,rule,rule_share"
PARTS = {"BEDS": ("Community beds (made up)", 0.6, 0.5), "HOMES": ("Care at home (made up)", 0.3, 0.25)}
PLAN, SEASON = (
    {"BEDS": (30_000, 20_000), "HOMES": (12_000, 28_000)},
    (0, 2, -1, 3, -2, 1, 4, 6, 9, 7, 5, 2),
)  # per cent over plan


def keep_made_up_files(folder: Path, store: Store, *, year: FinancialYear, regime: str, way: Journey) -> list[str]:
    """This returns what was kept in words: two pooled lines, one signed in mid-year, and a path of four years to its target."""
    commissioner = commissioners_held(store, year=year)[0]
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "lines": _lines(commissioner, year),
        "spending": _spending(commissioner, year),
        "allocations": _path(commissioner, year),
    }
    paths = {name: folder / f"{name}.csv" for name in texts}
    for name, text in texts.items():
        paths[name].write_text(text, encoding="utf-8")
    pooled = keep_pooled_lines(store, lines=paths["lines"], spending=paths["spending"], regime=regime, journey=way)
    allocated = keep_allocations(store, paths["allocations"], regime=regime, journey=way)
    return [f"Lines pooled with a council: {pooled.name}.", f"Allocations over years: {allocated.name}."]


def _lines(commissioner: str, year: FinancialYear) -> str:
    """The council's own year begins in January; the second line is signed in autumn, so that nothing is shared before."""
    rows = [LINES]
    for code, (title, put_in, risk) in PARTS.items():
        begins, signed = (
            (year.start, f"{year.start.year}-03-20")
            if code == "BEDS"
            else (year.start.replace(month=10), f"{year.start.year}-09-20")
        )
        for owner, kind, first, part, borne, who in (
            (commissioner, "nhs", 4, put_in, risk, "A made-up director"),
            (COUNCIL, "local_authority", 1, 1 - put_in, 1 - risk, "A made-up treasurer"),
        ):
            rows.append(f"{code},{title},{owner},{kind},{first},{part:g},{borne:g},{begins},{year.end},{who},{signed}")
    return "\n".join(rows) + "\n"


def _spending(commissioner: str, year: FinancialYear) -> str:
    rows = [SPENT]
    for code, plans in PLAN.items():
        for month, over in zip(year.months(), SEASON, strict=True):
            for owner, plan in zip((commissioner, COUNCIL), plans, strict=True):
                rows.append(
                    f"{code},{month},{owner},{plan},{plan * (100 + (over if owner == COUNCIL else -over)) / 100:.2f}"
                )
    return "\n".join(rows) + "\n"


def _path(commissioner: str, year: FinancialYear) -> str:
    ruled = (
        ("9000000", 9_400_000, 0.05, "convergence_rate", "0.004"), ("", 9_900_000, 0.04, "share_of_distance", "0.25"),
        ("", 10_350_000, 0.04, "share_of_distance", "0.25"), ("", 10_700_000, 0.03, "growth_only", ""),
    )  # fmt: skip
    rows = [
        f"{commissioner},{year.plus(at).slug},{opening},{target},{growth},{rule},{share}"
        for at, (opening, target, growth, rule, share) in enumerate(ruled)
    ]
    return "\n".join([PATH, *rows]) + "\n"
