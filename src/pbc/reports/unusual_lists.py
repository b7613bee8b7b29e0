"""Lists that the budget formula does not fit: why each is thought unusual, and with whom it is pooled."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pbc.reports.amounts import listed, percent
from pbc.reports.luck import together
from pbc.reports.material import StatementMaterial
from pbc.reports.view import Paragraph

POOLED, ALONE = "pooled", "alone in the pool, so at its own fair share"
SEPARATOR = "; "


@dataclass(frozen=True)
class ListNote:
    """What the budget says of an unusual list: why it is unusual, and what follows from it."""

    why: str
    follows: str


def note_of(material: StatementMaterial, practice_code: str) -> ListNote | None:
    """This returns the note that the budgets hold on a practice's list, or None where the list is an ordinary one."""
    return list_notes(material).get(practice_code)


def list_notes(material: StatementMaterial) -> dict[str, ListNote]:
    """This returns the notes on unusual lists, by practice."""
    rows = material.table("budget_targets").filter(pl.col("list_note").is_not_null())
    told = dict(rows.select("practice_code", "list_note").unique(maintain_order=True).sort("practice_code").iter_rows())
    return {code: _parted(note) for code, note in told.items()}


def _parted(note: str) -> ListNote:
    """The note's last part says what follows; a list judged alone gives a reason, which may hold the separator itself."""
    why, mark, reason = note.partition(f"{SEPARATOR}judged alone")
    if mark:
        return ListNote(why, f"judged alone{reason}")
    why, _, follows = note.rpartition(SEPARATOR)
    return ListNote(why, follows)


def pooled_codes(material: StatementMaterial) -> list[str]:
    """This returns the practices whose lists are pooled, in order."""
    return [code for code, note in list_notes(material).items() if note.follows == POOLED]


def describe_list(material: StatementMaterial, practice_code: str) -> list[str]:
    """This returns what a practice with an unusual list is told of it: why, pooled with whom, and what that means for luck."""
    note = note_of(material, practice_code)
    if note is None:
        return []
    said = f"Your list is unusual: {note.why}. The budget formula is least sure of such lists"
    if note.follows == ALONE:
        return [
            f"{said}. No other list here is unusual, so there is none to pool it with: read its fair share with care."
        ]
    if note.follows != POOLED:
        return [f"{said}; yours is {note.follows}."]
    others = [named(material, code) for code in pooled_codes(material) if code != practice_code]
    return [
        f"{said}, so your fair share is pooled with that of {listed(others)}: together you have what the formula gives, "
        "shared among you by what you spent before.",
        "For chance, read your distance from budget pooled with theirs too, not alone: the band above knows how luck moves "
        f"a list of this size, not how far the formula is out on an unusual one. {_together(material)}",
    ]


def _together(material: StatementMaterial) -> str:
    bands = material.table("chance_bands").filter(
        (pl.col("unit_kind") == "practice") & pl.col("unit_code").is_in(pooled_codes(material))
    )
    budget = int(bands["budget_pence"].sum())
    if not budget:
        return "Where they stand together has not been worked out."
    distance = int(bands["actual_pence"].sum()) / budget - 1
    side = f"{percent(abs(distance))} {'over' if distance > 0 else 'under'} budget"
    width = together(bands.to_dicts())
    moves = "" if width is None else f"; luck alone moves them together by about {percent(width)} either way"
    return f"On the lines judged the pool stands {side}{moves}."


def named(material: StatementMaterial, code: str) -> str:
    """This returns a practice by name and code."""
    return f"{material.name_of(code)} ({code})"


def describe_lists(material: StatementMaterial) -> Paragraph:
    """This returns every unusual list of a commissioner with its reason, those pooled first; no sentence if there are none."""
    notes = list_notes(material)
    pooled = pooled_codes(material)
    said = []
    if pooled:
        each = [f"{named(material, code)}: {notes[code].why}" for code in pooled]
        said.append(
            f"Pooled with each other, for fair shares and for chance, because the formula is least sure of them: "
            f"{'; '.join(each)}. Read their distance from budget together, not one by one. {_together(material)}"
        )
    said += [
        f"{named(material, code)} is unusual too ({note.why}) and is {note.follows}."
        for code, note in notes.items()
        if code not in pooled
    ]
    return Paragraph("lists", "Unusual lists", tuple(said))
