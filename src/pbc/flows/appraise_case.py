"""Appraise a business case: price what it changes, follow the bill, stack costs, discount, hold against doing nothing, vary."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import polars as pl

from pbc.errors import RefusedInput
from pbc.flows.case_material import CaseMaterial, gather_case_material
from pbc.flows.case_rows import CaseRows
from pbc.flows.journey import Journey
from pbc.flows.scenario import slug_of
from pbc.methods.appraisal import (
    AppraisalRules,
    Scenario,
    add_up_line_changes,
    add_up_years,
    compare_money,
    find_appraisal_rules,
    find_break_even_share,
    measure_results,
    measure_sensitivities,
    price_activity,
    price_changes,
    require_case,
    share_budget_effects,
    stack_appraisal,
)
from pbc.methods.ledger import forecast_lines, measure_years
from pbc.periods import FinancialYear
from pbc.policy import Policy
from pbc.results import PublishedSet, Receipt, Store
from pbc.tables import BILL_CHANGES

AS_EXPECTED = Scenario()


def appraise_case(
    store: Store, *, case: CaseRows, year: FinancialYear, policy: Policy, journey: Journey | None = None
) -> PublishedSet:
    """This returns the set appraisal/<case>: the case's own rows and all that was worked out of them, with its receipt.

    `year` is the year appraised: its prices and contracts hold throughout, and its money is not discounted. A row that cannot be
    appraised is refused by its number. The set cites the very sets and files it was made from and is never changed, so that a
    case can be frozen with it. Source: decisions methods/0253, methods/0254 and methods/0255.
    """
    store, journey = store.steady(), journey or Journey()
    journey.step("Gathering prices, contracts and what was done", 0.0)
    rules = find_appraisal_rules(policy, year=year)
    material = gather_case_material(store, case, year=year)
    code = require_case(
        case.options, case_costs=case.costs, case_activity_changes=case.changes, case_money=case.money, rules=rules,
        providers=material.providers, practices=material.practices,
    )  # fmt: skip
    name = _name_of(store, code)
    worked = _Appraisal(case, material, year, rules, policy, *_priced(case, material, year, rules, policy))
    journey.step("Appraising options", 0.3)
    tables = worked.tables(journey)
    receipt = Receipt(
        flow="appraise_case",
        inputs={found.name: found.set_id for found in material.sets} | dict(case.inputs),
        parameters={
            "case": code,
            "year": year.slug,
            "months": material.window,
            "months_count": str(len(material.months)),
        },
        regime=policy.regime,
        policy=policy.fingerprint,
        is_made_up=any(found.receipt.is_made_up for found in material.sets),
        made_at=journey.made_at,
    )
    journey.step("Publishing with its receipt", 0.95)
    return store.publish(name, case.tables | tables, receipt)


def _name_of(store: Store, code: str) -> str:
    """The set a case is kept as; refused where one of another code is kept there, which it would stand in for."""
    name = f"appraisal/{slug_of(code)}"
    held = store.find(name)
    if held is not None and held.receipt.parameters["case"] != code:
        raise RefusedInput(
            "Another case is kept under this name.", where=name, found=held.receipt.parameters["case"], expected=code,
            remedy="Give one of them a code that differs in letters or figures.",
        )  # fmt: skip
    return name


def _priced(
    case: CaseRows, material: CaseMaterial, year: FinancialYear, rules: AppraisalRules, policy: Policy
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Prices of what changes, and what the lines it falls on come to if nothing does."""
    prices = price_activity(
        case.changes, activity_cells=material.cells, prescribing_cells=material.items,
        contract_forms=material.agreed.forms(year), least_count=rules.least_priced_count, window=material.window,
        items_window=material.items_window,
    )  # fmt: skip
    before = forecast_lines(
        material.cells, agreed=material.agreed, year=year, months=material.months, policy=policy,
        least_count=rules.least_priced_count,
    )  # fmt: skip
    return prices, before


@dataclass(frozen=True)
class _Appraisal:
    """A case with all it is appraised with: it can be looked at under any scenario."""

    case: CaseRows
    material: CaseMaterial
    year: FinancialYear
    rules: AppraisalRules
    policy: Policy
    prices: pl.DataFrame
    before: pl.DataFrame

    def tables(self, journey: Journey) -> dict[str, pl.DataFrame]:
        case, material, rules = self.case, self.material, self.rules
        changes, bills, lines = self._look(case.options, AS_EXPECTED)
        years = add_up_years(lines, case_options=case.options, rules=rules)
        payers = compare_money(case.options, case_costs=case.costs, case_money=case.money, rules=rules)
        values = dict(lines.group_by("option_code").agg(pl.col("amount_pence").sum()).iter_rows())
        nothing: int = values.get(case.options.filter("is_do_nothing")["option_code"][0], 0)

        def value_of(option: str, scenario: Scenario) -> int:
            one = case.options.filter(pl.col("option_code") == option)
            return int(self._look(one, scenario)[2]["amount_pence"].sum()) - nothing

        def value_at(option: str, share: Fraction) -> int:
            return value_of(option, Scenario(activity_share=share))

        journey.step("Finding on what conditions they pay", 0.5)
        shares = {
            option: find_break_even_share(partial(value_at, option), reach=rules.break_even_reach)
            for option in case.options.filter(~pl.col("is_do_nothing"))["option_code"]
        }
        journey.step("Varying what nobody knows", 0.8)
        return {
            "appraisal_prices": self.prices, "appraisal_changes": changes, "bill_changes": bills, "appraisal_lines": lines,
            "appraisal_years": years, "appraisal_payers": payers,
            "appraisal_results": measure_results(
                years, case_options=case.options, case_costs=case.costs, appraisal_payers=payers, shares=shares, rules=rules
            ),
            "appraisal_sensitivities": measure_sensitivities(case.options, value_of=value_of, rules=rules),
            "appraisal_budgets": share_budget_effects(
                changes, case_options=case.options, activity_cells=material.cells, prescribing_cells=material.items,
                budget_lines=material.budget_lines, least_count=rules.least_priced_count,
            ),
        }  # fmt: skip

    def _look(self, options: pl.DataFrame, scenario: Scenario) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """Changes, bill and steps of some options under a scenario."""
        promised = self.case.changes.filter(pl.col("option_code").is_in(options["option_code"].to_list()))
        changes = price_changes(promised, appraisal_prices=self.prices, rules=self.rules, scenario=scenario)
        by_line = add_up_line_changes(
            changes, case_options=options, case_activity_changes=promised, values_before=self.before,
            commissioner_code=self.material.commissioner_code, scenario=scenario,
        )  # fmt: skip
        bills = [
            measure_years(
                rows.drop("option_code"),
                change_code=option,
                agreed=self.material.agreed,
                year=self.year,
                policy=self.policy,
            )
            for (option,), rows in by_line.partition_by("option_code", as_dict=True).items()
        ]
        bill_changes = pl.concat([BILL_CHANGES.empty(), *bills])
        lines = stack_appraisal(
            options, case_costs=self.case.costs, bill_changes=bill_changes, rules=self.rules, scenario=scenario
        )
        return changes, bill_changes, lines
