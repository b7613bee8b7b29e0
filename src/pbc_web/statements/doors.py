"""Which figures somebody may follow from the pages of a publication: their own in detail, others' as the pages of sums show them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from pbc.reports.cell_figures import Cells
from pbc.reports.explanation import Explanation
from pbc.reports.tier_figures import Unit
from pbc.reports.view import SummaryView
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Sight
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.queries import codes_answered_for
from pbc_web.runs.explaining import EXPLAINED, Door, Named, explained_at, open_cells
from pbc_web.statements import queries, shown
from pbc_web.statements.models import Publication

SUM_CUTS = (
    "total",
    "service",
    "provider",
    "bill",
    "apart",
)  # what pages of sums show of a group, commissioner or region
OF_PRESCRIBING = ("prescribing_effects", "prescribing_prices", "unidentified_prescribers", "prescribing_budgets")
OF_SUMS = ("chance_bands", "commissioner_resources", "contract_forms")


@dataclass(frozen=True)
class Opening:
    """Codes of those whose every figure is open, and of units seen as sums; of those `closed` nothing was published yet."""

    detail: frozenset[str]
    sums: frozenset[str]
    closed: frozenset[str]

    def __call__(self, named: Named) -> bool:
        """Whether a figure may be opened."""
        if not named.owner:
            return True
        if named.owner in self.closed:
            return False
        return named.owner in self.detail or (named.owner in self.sums and _is_on_pages_of_sums(named))


def _is_on_pages_of_sums(named: Named) -> bool:
    if named.table == "tier_statements":
        return named.key["period"] == "year_to_date" and named.key["cut"] in SUM_CUTS
    return named.table in OF_SUMS and not named.is_of_practice


def of_hospital(code: str, *, commissioner: str) -> Callable[[Named], bool]:
    """This returns what a hospital may open: its own lines over all practices of a commissioner."""

    def opens(named: Named) -> bool:
        key = named.key
        is_of_payer = named.table == "tier_statements" and key["unit_kind"] == "commissioner"
        return is_of_payer and key["unit_code"] == commissioner and key["cut"] == "provider" and key["item"] == code

    return opens


def explanation_for(actor: Actor, publication: Publication, figure_text: str) -> Explanation:
    """This returns how a figure came about, for somebody who may see it; else not found."""
    return explained_at(door_of(actor, publication), figure_text)


def explained(actor: Actor, publication: Publication, view: SummaryView, unit: Unit) -> dict[str, Any]:
    """This returns where the numbers of a page about many practices lead, for its template."""
    return linked(actor, publication, shown.figures_on(publication, view, unit=unit))


def linked(actor: Actor, publication: Publication, figures: Mapping[str, Cells]) -> dict[str, Any]:
    """This returns where figures of a page lead, as far as the reader may follow them, for its template."""
    door = door_of(actor, publication)
    return {
        "figures": {name: open_cells(door, cells) for name, cells in figures.items()},
        "explain": reverse("statements:sum_figure", args=[publication.id]),
    }


def door_of_prescribing(actor: Actor, publication: Publication, sets: Iterable[tuple[str, str]]) -> Door:
    """This returns the door of a publication's prescribing and of the shares by age and sex: rows of nobody, and of one's own."""
    whole = door_of(actor, publication)
    return replace(whole, sets=(*whole.sets, *sets), tables=frozenset({*EXPLAINED, *OF_PRESCRIBING}))


def door_of(actor: Actor, publication: Publication) -> Door:
    """This returns the door of a publication for somebody: for a hospital that it names, its own lines alone."""
    is_hospital = actor.sees(Sight.NAMED)
    payer = publication.commissioner.code
    return Door(
        sets=((publication.set_name, publication.set_id),),
        opens=of_hospital(actor.organisation_code, commissioner=payer) if is_hospital else _opening(actor, publication),
        published=frozenset(queries.sets_open_to(actor, publication)),
        protection=shown.protection_for(actor, actor.organisation), held=shown.held_by(publication),
    )  # fmt: skip


def _opening(actor: Actor, publication: Publication) -> Opening:
    payers = {
        publication.commissioner.code,
        *(each.commissioner.code for each in queries.of_same_set(actor, publication)),
    }
    return Opening(
        detail=codes_answered_for(actor.reach.detail, on=actor.on),
        sums=_sums(actor, publication, payers),
        closed=shown.codes_closed(publication, payers),
    )


def _sums(actor: Actor, publication: Publication, payers: Collection[str]) -> frozenset[str]:
    """The units whose pages of sums the reader may open: commissioners that published, groups inside, a region once whole."""
    seen = set(Organisation.objects.filter(id__in=actor.reach.either).values_list("code", flat=True))
    units = {*payers, *shown.groups_listed(publication)}
    if actor.sees(Sight.REGION) and shown.is_whole_region(publication, actor.organisation_code, payers):
        units.add(actor.organisation_code)
    return frozenset(seen & units)
