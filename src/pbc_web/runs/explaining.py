"""How a figure came about, for somebody at a door: which figures a page leads to, and what of their parts may be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.http import Http404

from pbc.errors import MissingFigure, RefusedInput
from pbc.flows.explain import explain
from pbc.money import pounds_and_pence
from pbc.reports import PROTECTED, Protection
from pbc.reports.explanation import Explanation, Part, say
from pbc.reports.hidden_rows import STAR
from pbc.reports.notes import STATUS_WORDS
from pbc.reports.rules_used import value_in_words
from pbc.results import Figure, PublishedSet, Store
from pbc.tables import ALL
from pbc_web.runs.reading import site_policy, site_store
from pbc_web.runs.statement_reading import archive_of

KEPT = 24  # pages of which what they were made from is remembered: two years of months
EXPLAINED = {  # what may be explained on pages: figures of practices and above, and what prices and shares them
    "activity_cells", "bill_adjustments", "budget_amendments", "budget_changes", "budget_lines", "budget_positions",
    "budget_previews", "budget_profiles", "budget_statements", "budget_targets", "ceded_costs", "chance_bands",
    "commissioner_resources", "freed_up_resources", "monthly_costs", "not_attributed", "prescribing_cells",
    "provider_factors", "restated_months", "tariff_prices", "tier_statements", "variance_splits", "weighted_lists",
}  # fmt: skip
BY_HAND = ("statement/", "year-end", "budget-drafts/")  # sets that people see once somebody let them
OWNERS = ("practice_code", "unit_code", "commissioner_code")
OTHERS = "Other practices, together"
ALL_TOGETHER = "Practices, together"
REST = "What is not shown to you line by line"
NOT_YOURS = "Some of what it was made from is not shown to you: it is of others, or finer than your pages."
SetId = tuple[str, str]  # its name and its id


@dataclass(frozen=True)
class Named:
    """What a figure id names: a row of a table by its key, and the organisation the row is about, empty where about none."""

    table: str
    key: Mapping[str, str]

    @classmethod
    def of(cls, figure: Figure) -> Named:
        """This returns what an id names."""
        return cls(figure.table, dict(zip(ALL[figure.table].key, figure.key, strict=True)))

    @property
    def owner(self) -> str:
        """The code of the organisation the row is about, or nothing."""
        return next((self.key[name] for name in OWNERS if name in self.key), "")

    @property
    def is_of_practice(self) -> bool:
        """Whether the row is one practice's."""
        return "practice_code" in self.key or self.key.get("unit_kind") == "practice"


@dataclass(frozen=True)
class Door:
    """From where figures are explained to somebody.

    `sets` are behind the page; figures of what these were made from can be followed too, of statements, year ends and drafts
    only those whose ids are `published` for the reader. `opens` judges a figure. `held` is what the page was made from
    (`pbc.flows.read_statements`), so that small numbers are protected alike. `tables` are those whose figures may be opened.
    """

    sets: tuple[SetId, ...]
    opens: Callable[[Named], bool]
    published: frozenset[str] = frozenset()
    protection: Protection = PROTECTED
    held: Mapping[str, str | None] = field(default_factory=dict)
    tables: frozenset[str] = frozenset(EXPLAINED)


def explained_at(door: Door, figure_text: str) -> Explanation:
    """This returns how a figure came about; not found where the door does not open it, as if there were none.

    Parts about somebody whose figures the reader may not open are told together, or, where they do not add up to the figure,
    not at all. Parts that are open and lead nowhere from here stand without a link.
    """
    try:
        figure = Figure.parse(figure_text)
        made_from = _made_from(site_store().path, door.sets, door.published)
        if not _is_open(door, made_from, figure):
            raise Http404
        found = explain(
            site_store(), str(figure), policy=site_policy(), archive=archive_of(site_store().path, door.sets),
            protection=door.protection, held=door.held,
        )  # fmt: skip
    except (MissingFigure, RefusedInput) as missing:
        raise Http404 from missing
    prices = tuple(
        price
        if price.figure_id and _is_open(door, made_from, Figure.parse(price.figure_id))
        else replace(price, figure_id="")
        for price in found.prices
    )
    return replace(_of_parts(door, made_from, found), prices=prices)


def open_cells(door: Door, cells: Mapping[tuple[int, int], str]) -> dict[tuple[int, int], str]:
    """This returns the figures of a table that a door opens, by row and column."""
    return {at: text for at, text in cells.items() if door.opens(Named.of(Figure.parse(text)))}


def _is_open(door: Door, made_from: frozenset[SetId], figure: Figure) -> bool:
    is_among = figure.table in door.tables and (figure.set_name, figure.set_id) in made_from
    return is_among and door.opens(Named.of(figure))


def _of_parts(door: Door, made_from: frozenset[SetId], found: Explanation) -> Explanation:
    shown: list[Part] = []
    others: list[Part] = []
    for part in found.parts:
        figure = Figure.parse(part.figure_id) if part.figure_id else None
        named = Named.of(figure) if figure else None
        if named is not None and named.owner and not door.opens(named):
            others.append(part)
        elif figure is None or _is_open(door, made_from, figure):
            shown.append(part)
        else:
            shown.append(replace(part, figure_id=""))
    if not others:
        return replace(found, parts=tuple(shown))
    amounts = [part.amount for part in others if isinstance(part.amount, int | float)]
    if not found.is_sum or len(amounts) < len(others):
        return replace(found, parts=tuple(shown), is_sum=False, gap=0, sentences=(*found.sentences, NOT_YOURS))
    is_of_practices = all(Named.of(Figure.parse(part.figure_id)).is_of_practice for part in others)
    label = REST if not is_of_practices else OTHERS if shown else ALL_TOGETHER
    return replace(found, parts=(*shown, Part(label, sum(amounts), others[0].kind)))


@lru_cache(maxsize=KEPT)
def _made_from(path: Path, sets: tuple[SetId, ...], published: frozenset[str]) -> frozenset[SetId]:
    """Sets and all they were made from, through receipts; never through what people see only once somebody let them."""
    store, seen = Store(path), set()
    layer: list[PublishedSet] = [store.at(*each) for each in sets]
    while layer:
        each = layer.pop()
        if (each.name, each.set_id) in seen:
            continue
        seen.add((each.name, each.set_id))
        inputs = [(of, found) for of, found in each.receipt.inputs.items() if len(found) == 12 and "." not in of]
        layer += [
            store.at(*of) for of in inputs if of not in seen and (not of[0].startswith(BY_HAND) or of[1] in published)
        ]
    return frozenset(seen)


def told_of(found: Explanation, *, here: str) -> dict[str, Any]:
    """This returns what `runs/figure.html` needs; `here` is the door's address, to which parts lead by `?id=`."""
    return {
        "found": found, "here": here, "say": said, "pounds_and_pence": pounds_and_pence, "heading": heading_of(found),
        "is_made_up": found.is_made_up,
        "rules": [(value, value_in_words(value, found.tiers), STATUS_WORDS[value.status]) for value in found.policy],
    }  # fmt: skip


def said(part: Explanation | Part) -> str:
    """This returns the amount of a figure or of a part of one in words: a star where the reader may not see it."""
    if part.is_hidden:
        return STAR
    return say(part.value if isinstance(part, Explanation) else part.amount, part.kind)


def heading_of(found: Explanation) -> str:
    """This returns a figure's title without the set it was published in, which the page names at its end."""
    return found.title.rpartition(" (")[0] or found.title
