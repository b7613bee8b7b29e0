"""Draft a year's budgets beside the agreed ones, as often as wanted, and adopt the draft that was agreed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pbc.engines import Engine
from pbc.errors import RefusedInput
from pbc.flows.frozen import require_not_frozen
from pbc.flows.journey import Journey
from pbc.flows.make_budgets import NOTHING_AGREED, Agreed, make_budgets
from pbc.flows.one_commissioner import require_one_commissioner
from pbc.flows.preview_budgets import preview_budgets
from pbc.flows.scenario import lay_choices, record_choices, slug_of
from pbc.periods import FinancialYear
from pbc.policy import Policy
from pbc.policy.policy import Scalar
from pbc.results import PublishedSet, Store

DRAFTS = "budget-drafts"


@dataclass(frozen=True)
class Scenario:
    """What one draft varies: `choices` of `scenario.VARIED` with their `source`, and what was agreed beside the formula."""

    choices: Mapping[str, Scalar] = field(default_factory=dict)
    source: str = ""
    agreed: Agreed = NOTHING_AGREED


NOTHING_VARIED = Scenario()


def draft_budgets(
    store: Store,
    *,
    year: FinancialYear,
    name: str,
    basis: str,
    policy: Policy,
    engine: Engine,
    journey: Journey | None = None,
    scenario: Scenario = NOTHING_VARIED,
) -> PublishedSet:
    """This returns the set budget-drafts/<year>/<name as a slug>: the tables of `set_budgets`, for people to look at.

    With them stand budget_previews (need, distance and chance band of each practice) and, where last year's budgets are
    held, budget_changes (from last year's to these, step by step). The year's budgets are not touched. `name` is what
    people call the draft; the same name again is its next version. `scenario` holds what it varies from the policy; the
    receipt keeps it, so that figures explain themselves with the draft's own values. Refusals as `set_budgets` and
    `lay_choices`.
    """
    store, journey = store.steady(), journey or Journey()
    slug = slug_of(name)
    rules = lay_choices(policy, scenario.choices, year=year, source=scenario.source)
    made = make_budgets(
        store, year=year, basis=basis, policy=rules, engine=engine, journey=journey, agreed=scenario.agreed
    )
    told = {"draft": name, **record_choices(scenario.choices, scenario.source)}
    made = replace(
        made, receipt=replace(made.receipt, flow="draft_budgets", parameters={**made.receipt.parameters, **told})
    )
    journey.step("Measuring luck, and what changed since last year", 0.9)
    beside = preview_budgets(store, made, year=year, policy=rules)
    receipt = replace(made.receipt, inputs={**made.receipt.inputs, **beside.inputs})
    journey.step("Publishing the draft", 0.95)
    return store.publish(f"{DRAFTS}/{year.slug}/{slug}", {**made.tables, **beside.tables}, receipt)


def adopt_budgets(
    store: Store, *, year: FinancialYear, draft_set_id: str, decision: str, journey: Journey | None = None
) -> PublishedSet:
    """This returns the set budgets/<year> with the draft's tables byte for byte, its receipt citing draft and decision.

    `decision` is the reference of the decision, such as a minute. Adopted budgets are frozen: another draft of the year
    is refused from then on, and changes are amendments (`amend_budgets`). The same draft and decision again change nothing.
    A draft of more than one commissioner's budgets is refused.
    """
    journey = journey or Journey()
    draft = store.find_id(f"{DRAFTS}/{year.slug}", draft_set_id)
    if not decision.strip():
        raise RefusedInput("Adopting budgets needs the reference of the decision.", where=f"budgets of {year}")
    require_one_commissioner(store, draft, year=year)
    receipt = replace(
        draft.receipt,
        flow="adopt_budgets",
        inputs={**draft.receipt.inputs, draft.name: draft.set_id},
        parameters={**draft.receipt.parameters, "decision": decision.strip()},
        made_at=journey.made_at,
    )
    require_not_frozen(store, year=year, by=receipt)
    journey.step(f"Adopting the draft as the budgets of {year}", 0.5)
    return store.publish(f"budgets/{year.slug}", {table: draft.frame(table) for table in draft.tables}, receipt)
