"""How long decisions take, as a terminal and a file show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from pbc.policy.policy import PolicyValue
from pbc.reference.case_events import REFUSED, STATE_TITLES, WITHDRAWN_BY_AUTHOR
from pbc.reference.decision_survey import CAUTION, LEGS, SOURCE, SPANS
from pbc.reports.history import day_in_words
from pbc.reports.notes import STATUS_WORDS
from pbc.reports.plain_files import PlainSheet, plain_csv, plain_workbook
from pbc.tables.decision_times import CONTINUED

MADE_UP = "Made up: no real plan, case or commissioner."
JUDGED = (
    "Judged on calendar days from the first submission of the same case; days net of the one permitted stop stand beside. Deferred, "
    "decided in principle and withdrawn at the commissioner's request are not decisions."
)
BASES = (
    "Each share is of cases begun so long ago that the answer is known whatever happens next; one that still waits counts with "
    "what it has waited. An interval says how far a share of so few cases can be trusted, 95 times in 100."
)
STOPS = "A stop names what is missing, comes early enough, and once only (pbc policy show business_cases)."
SHOWN_LATE = 20


@dataclass(frozen=True)
class DecisionMaterial:
    """Times and shares as at a day, with what they rest on: the file, the rule values, and how many events came later."""

    as_at: date
    times: pl.DataFrame
    shares: pl.DataFrame
    values: tuple[PolicyValue, ...]
    file_name: str
    fingerprint: str
    later_events_count: int
    is_made_up: bool
    kept_as: str = ""

    @property
    def title(self) -> str:
        """The title of a page or file."""
        return f"Times to a decision, as at {day_in_words(self.as_at)}"

    @property
    def mark(self) -> str:
        """The words every file of made-up cases carries; nothing on others."""
        return MADE_UP if self.is_made_up else ""


def decisions_text(material: DecisionMaterial) -> str:
    """This returns the summary for a terminal: by commissioner the cases, both legs with their shares, what is or was late,
    and stops that the rules do not permit."""
    lines = [f"{material.title}.", *([material.mark] if material.mark else [])]
    lines += [] if material.times.height else ["No case was submitted by that day."]
    for (commissioner,), times in material.times.group_by("commissioner_code", maintain_order=True):
        shares = material.shares.filter(pl.col("commissioner_code") == commissioner)
        lines += ["", f"{commissioner}: {count_cases(times)}", *_share_lines(shares)]
        lines += [*_late_lines(times, material.as_at), *_decided_late_lines(times), *_stop_lines(times)]
    return "\n".join([*lines, "", JUDGED, BASES, f"{CAUTION} ({SOURCE})", *_later(material)]) + "\n"


def decisions_csv(material: DecisionMaterial) -> bytes:
    """This returns the cases as CSV, one a row, in their published columns."""
    return plain_csv(_cases(material), mark=material.mark)


def decisions_workbook(material: DecisionMaterial) -> bytes:
    """This returns a workbook: a cover that says what it rests on, the shares, the cases, and the rule values with their sources."""
    shares = PlainSheet("Shares", f"{material.title}: shares by commissioner", _in_order(material.shares))
    return plain_workbook(
        material.title,
        lines=_cover(material),
        sheets=[shares, _cases(material), rules_sheet(material.values)],
        on=material.as_at,
        mark=material.mark,
    )


def _in_order(shares: pl.DataFrame) -> pl.DataFrame:
    """Legs and spans as they are read: eight weeks first, then longer and longer."""
    place = {name: at for at, name in enumerate([*LEGS, *(span.code for span in SPANS)])}
    ranks = [pl.col(name).replace_strict(place, return_dtype=pl.Int8) for name in ("leg", "span")]
    return shares.sort("commissioner_code", *ranks)


def _cases(material: DecisionMaterial) -> PlainSheet:
    return PlainSheet("Cases", f"{material.title}: case by case", material.times)


def _cover(material: DecisionMaterial) -> list[str]:
    told = [
        f"{commissioner}: {count_cases(times)}"
        for (commissioner,), times in material.times.group_by("commissioner_code", maintain_order=True)
    ]
    kept = [f"Kept as {material.kept_as}; pbc explain walks back from the figure ids."] if material.kept_as else []
    rests_on = f"Made from {material.file_name} (SHA-256 {material.fingerprint})."
    return [*told, JUDGED, BASES, f"{CAUTION} ({SOURCE})", *_later(material), rests_on, *kept]


def _later(material: DecisionMaterial) -> list[str]:
    count = material.later_events_count
    return (
        [f"{count} event{'s' if count > 1 else ''} after that day {'are' if count > 1 else 'is'} not counted."]
        if count
        else []
    )


def rules_sheet(values: Sequence[PolicyValue]) -> PlainSheet:
    """This returns rule values as a file's sheet: what each says, how sure it is and where it stands."""
    rows = [(v.title, str(v.value), v.unit, STATUS_WORDS[v.status], v.source, v.starts_on.isoformat()) for v in values]
    frame = pl.DataFrame(rows, schema=["rule", "value", "unit", "status", "source", "from"], orient="row")
    return PlainSheet("Rule values", "The rule values used, with their sources", frame)


def count_cases(times: pl.DataFrame) -> str:
    """This returns how many cases there are, and how many of them stand where, in a sentence."""
    own = times.filter(pl.col("state") != CONTINUED)
    withdrawn = own.filter(pl.col("state") == WITHDRAWN_BY_AUTHOR)
    waiting = own.filter(~pl.col("is_decided") & (pl.col("state") != WITHDRAWN_BY_AUTHOR))
    late = waiting.filter("is_late").height
    early = own.filter(pl.col("is_decided") & ~pl.col("is_judged")).height
    decided = own.filter("is_decided")
    refused = decided.filter(pl.col("state") == REFUSED).height
    told = f" ({decided.height - refused} approved, {refused} refused)" if decided.height else ""
    parts = [f"{own.height} case{'s' if own.height != 1 else ''}: {decided.height} decided{told}"]
    parts.append(f"{waiting.height} waiting" + (f" ({late} of them late)" if late else ""))
    parts += [f"{withdrawn.height} withdrawn by the author"] if withdrawn.height else []
    parts += [f"{early} decided before their eight weeks are over, so not yet in that share"] if early else []
    came_back = times.height - own.height
    parts += (
        [f"{came_back} came back under another code and count{'s' if came_back == 1 else ''} there"]
        if came_back
        else []
    )
    return ", ".join(parts) + "."


def _share_lines(shares: pl.DataFrame) -> Iterator[str]:
    for leg, title in LEGS.items():
        rows = {row["span"]: row for row in shares.filter(pl.col("leg") == leg).iter_rows(named=True)}
        yield f"  {title[0].upper()}{title[1:]}"
        yield from (_share_line(rows[span.code], span.title) for span in SPANS if span.code in rows)


def _share_line(row: Mapping[str, Any], title: str) -> str:
    told = "nothing old enough to say"
    if row["measured_share"] is not None:
        told = f"{row['measured_share']:.0%} ({row['low_share']:.0%} to {row['high_share']:.0%})"
    waits = f", {row['waiting_count']} still waiting" if row["waiting_count"] else ""
    survey = f"; survey: {row['survey_share']:.0%} {row['survey_asked']}" if row["survey_share"] is not None else ""
    return f"    {title:<20}{row['measured_count']:>5} of {row['judged_count']:<5}{told}{waits}{survey}"


def _late_lines(times: pl.DataFrame, as_at: date) -> Iterator[str]:
    late = times.filter(pl.col("is_late") & ~pl.col("is_decided") & (pl.col("state") != WITHDRAWN_BY_AUTHOR))
    yield from _listed("Late, without a decision", late, lambda row: (
        f"{(as_at - row['due_on']).days} days ago ({STATE_TITLES[row['state']]})"
    ))  # fmt: skip


def _decided_late_lines(times: pl.DataFrame) -> Iterator[str]:
    late = times.filter(pl.col("is_late") & pl.col("is_decided"))
    yield from _listed("Decided late", late, lambda row: (
        f"decided on {day_in_words(row['decided_on'])}, {(row['decided_on'] - row['due_on']).days} days late"
    ))  # fmt: skip


def _listed(title: str, rows: pl.DataFrame, told: Callable[[Mapping[str, Any]], str]) -> Iterator[str]:
    """Cases by the day they were due, the first few of them with what is told of each."""
    if rows.height:
        yield f"  {title}"
    for row in rows.sort("due_on", "case_code").head(SHOWN_LATE).iter_rows(named=True):
        yield f"    {row['case_code']}: due {day_in_words(row['due_on'])}, {told(row)}"
    if rows.height > SHOWN_LATE:
        yield f"    and {rows.height - SHOWN_LATE} more; --out FILE.csv writes them all."


def _stop_lines(times: pl.DataFrame) -> Iterator[str]:
    refused = times.filter((pl.col("refused_stops_count") > 0) & (pl.col("state") != CONTINUED)).sort("case_code")
    if refused.height:
        codes = refused["case_code"].to_list()
        more = f" and {len(codes) - SHOWN_LATE} more" if len(codes) > SHOWN_LATE else ""
        yield "  Stopped without effect, since the rules do not permit it"
        yield f"    {', '.join(codes[:SHOWN_LATE])}{more}. {STOPS}"
