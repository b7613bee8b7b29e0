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
    """This returns the note on a practice's list, or on one it took over, or None where they are ordinary ones."""
    notes = list_notes(material)
    return next((notes[code] for code in _lists_of(material, practice_code) if code in notes), None)


def list_notes(material: StatementMaterial) -> dict[str, ListNote]:
    """This returns the notes on unusual lists, by the practice that held the list when the budgets were set."""
    rows = material.table("budget_targets").filter(pl.col("list_note").is_not_null())
    told = dict(rows.select("practice_code", "list_note").unique(maintain_order=True).sort("practice_code").iter_rows())
    return {code: _parted(note) for code, note in told.items()}


def _lists_of(material: StatementMaterial, practice_code: str) -> list[str]:
    """A practice's own list, and those of practices it has taken over."""
    return [practice_code, *(taken.gone_code for taken in material.takeovers if taken.heir_code == practice_code)]


def _answers(material: StatementMaterial, code: str) -> str:
    """Who answers for a list now."""
    return next((taken.heir_code for taken in material.takeovers if taken.gone_code == code), code)


def _parted(note: str) -> ListNote:
    """The note's last part says what follows; a list judged alone gives a reason, which may hold the separator itself."""
    why, mark, reason = note.partition(f"{SEPARATOR}judged alone")
    if mark:
        return ListNote(why, f"judged alone{reason}")
    why, _, follows = note.rpartition(SEPARATOR)
    return ListNote(why, follows)


def _pools(material: StatementMaterial) -> dict[str, list[str]]:
    """The lists pooled with each other, by commissioner: no list is pooled with another commissioner's."""
    pools: dict[str, list[str]] = {}
    for code, note in list_notes(material).items():
        if note.follows == POOLED:
            pools.setdefault(material.payers.get(code, material.commissioner_code), []).append(code)
    return pools


def pooled_codes(material: StatementMaterial) -> list[str]:
    """This returns the practices that answer for a pooled list now, in order."""
    return sorted({_answers(material, code) for pool in _pools(material).values() for code in pool})


def describe_list(material: StatementMaterial, practice_code: str) -> list[str]:
    """This returns what a practice is told of each unusual list it answers for: why, pooled with whom, what that means."""
    notes = list_notes(material)
    held = [code for code in _lists_of(material, practice_code) if code in notes]
    return [sentence for code in held for sentence in _describe(material, practice_code, code, notes[code])]


def _describe(material: StatementMaterial, practice_code: str, code: str, note: ListNote) -> list[str]:
    whose = "Your list" if code == practice_code else f"The list of {named(material, code)}, which you took over,"
    said = f"{whose} is unusual: {note.why}. The budget formula is least sure of such lists"
    if note.follows == ALONE:
        return [
            f"{said}. No other list here is unusual, so there is none to pool it with: read its fair share with care."
        ]
    if note.follows != POOLED:
        return [f"{said}; {'yours' if code == practice_code else 'it'} is {note.follows}."]
    pool = next(pool for pool in _pools(material).values() if code in pool)
    others = sorted({_answers(material, other) for other in pool} - {_answers(material, code)})
    if not others:
        return [f"{said}, so its fair share is pooled: with lists that are all yours now."]
    its = "your" if code == practice_code else "its"
    return [
        f"{said}, so {its} fair share is pooled with that of {listed([named(material, other) for other in others])}: "
        "together you have what the formula gives, shared among you by what you spent before.",
        "For chance, read your distance from budget pooled with theirs too, not alone: the band above knows how luck moves "
        f"a list of this size, not how far the formula is out on an unusual one. {_together(material, pool)}",
    ]


def _together(material: StatementMaterial, pool: list[str]) -> str:
    codes = sorted({_answers(material, code) for code in pool})
    bands = material.table("chance_bands").filter(
        (pl.col("unit_kind") == "practice") & pl.col("unit_code").is_in(codes)
    )
    budget = int(bands["budget_pence"].sum())
    if not budget or bands["actual_pence"].null_count():
        return "Where they stand together has not been worked out."
    distance = int(bands["actual_pence"].sum()) / budget - 1
    size = percent(abs(distance))
    side = "on budget" if size == percent(0.0) else f"{size} {'over' if distance > 0 else 'under'} budget"
    width = together(bands.to_dicts())
    moves = "" if width is None else f"; luck alone moves them together by about {percent(width)} either way"
    return f"On the lines judged the pool stands {side}{moves}."


def named(material: StatementMaterial, code: str) -> str:
    """This returns a practice by name and code."""
    return f"{material.name_of(code)} ({code})"


def _standing_now(material: StatementMaterial, code: str) -> str:
    heir = _answers(material, code)
    return named(material, code) if heir == code else f"{named(material, code)}, now with {named(material, heir)}"


def describe_lists(material: StatementMaterial) -> Paragraph:
    """This returns every unusual list of a commissioner with its reason, those pooled first; no sentence if there are none."""
    notes = list_notes(material)
    said = []
    for pool in _pools(material).values():
        each = [f"{_standing_now(material, code)}: {notes[code].why}" for code in pool]
        said.append(
            f"Pooled with each other, for fair shares and for chance, because the formula is least sure of them: "
            f"{'; '.join(each)}. Read their distance from budget together, not one by one. {_together(material, pool)}"
        )
    said += [
        f"{_standing_now(material, code)} is unusual too ({note.why}) and is {note.follows}."
        for code, note in notes.items()
        if note.follows != POOLED
    ]
    return Paragraph("lists", "Unusual lists", tuple(said))
