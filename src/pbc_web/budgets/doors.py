"""Which figures of budgets somebody may follow: a practice's own from its offer and its versions, a round's from a draft."""

from __future__ import annotations

from collections.abc import Collection

from pbc_web.accounts.actor import Actor
from pbc_web.budgets.models import Draft, Offer, Round, Version
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.queries import codes_answered_for, practices_of
from pbc_web.runs.budget_readings import units_previewed
from pbc_web.runs.explaining import Door, Named, SetId

OF_BUDGETS = (  # plans alone: what people did is followed from statements, where few of them are protected
    "budget_amendments", "budget_changes", "budget_lines", "budget_previews", "budget_profiles", "budget_targets",
    "weighted_lists",
)  # fmt: skip
OF_PAYERS = ("commissioner_resources",)  # what there is to share, as published


def door_of_offer(actor: Actor, offer: Offer) -> Door:
    """This returns the door of an offer: figures of the practice it was made to, in the draft that it offers."""
    codes = codes_answered_for([offer.practice_id], on=actor.on)
    return _door([(offer.draft.set_name, offer.draft.set_id)], codes, offer.commissioner)


def door_of_versions(actor: Actor, in_round: Round, practice: Organisation) -> Door:
    """This returns the door of a practice's agreed budget, all versions of it."""
    sets = Version.objects.filter(round=in_round).order_by("number").values_list("set_name", "set_id")
    return _door(list(dict.fromkeys(sets)), codes_answered_for([practice.id], on=actor.on), in_round.commissioner)


def door_of_draft(actor: Actor, draft: Draft) -> Door:
    """This returns the door of a draft: figures of all practices that the draft's page shows, and of their groups and commissioner."""
    commissioner = draft.round.commissioner
    practices = practices_of(commissioner, on=draft.round.financial_year.start)
    codes = codes_answered_for(list(practices.values_list("id", flat=True)), on=actor.on)
    shown = units_previewed(draft.set_name, draft.set_id, codes)
    return _door([(draft.set_name, draft.set_id)], codes | shown, commissioner)


def _door(sets: Collection[SetId], codes: frozenset[str], commissioner: Organisation) -> Door:
    def opens(named: Named) -> bool:
        if named.table in OF_PAYERS:
            return named.owner == commissioner.code
        return named.table in OF_BUDGETS and named.owner in codes

    return Door(sets=tuple(sets), opens=opens)
