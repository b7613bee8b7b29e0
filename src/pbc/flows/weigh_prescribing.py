"""Share a year's prescribing budgets by age and sex beside need, from the published weights or, of a made-up place, made-up ones."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pbc.errors import MissingFigure, RefusedInput
from pbc.flows.journey import Journey
from pbc.methods.prescribing import share_by_age_sex
from pbc.periods import FinancialYear
from pbc.policy import Policy
from pbc.results import PublishedSet, Receipt, Store
from pbc.sources.published.list_sizes import read_astro_pu
from pbc.sources.synthetic.age_sex_weights import made_up_weights
from pbc.tables import AGE_SEX_WEIGHTS

PRESCRIBING, COST = "prescribing", "cost"


def weigh_prescribing(
    store: Store, *, year: FinancialYear, policy: Policy, workbook: Path | None = None, journey: Journey | None = None
) -> PublishedSet:
    """This returns the set prescribing-budgets/<year>: each practice's prescribing by age and sex, by need, and as set.

    The pot is what budgets of the year give prescribing; lists are those of 1 April. `workbook` is the published workbook of
    weights; without it a made-up place is weighed by made-up weights, and any other refused. Source: rules.md R2.15,
    decision methods/0188.
    """
    store, journey = store.steady(), journey or Journey()
    journey.step("Weighing lists by age and sex", 0.0)
    register, budgets, need = (
        store.current(name) for name in ("register", f"budgets/{year.slug}", f"need/{year.slug}")
    )
    is_made_up = any(found.receipt.is_made_up for found in (register, budgets, need))
    weights, fingerprints = _weights(workbook, year=year, policy=policy, is_made_up=is_made_up)
    held = budgets.frame("budget_lines").filter(pl.col("service") == PRESCRIBING)
    set_to = held.group_by("practice_code").agg(pl.col("amount_pence").sum().alias("set_pence"))
    weighted = need.frame("weighted_lists").filter(
        (pl.col("component") == PRESCRIBING) & (pl.col("weighted_population") > 0)
    )
    members = weighted.join(set_to, on="practice_code", how="semi").select(
        "practice_code", "commissioner_code", "weighted_population"
    )
    pots = (
        members.join(set_to, on="practice_code")
        .group_by("commissioner_code")
        .agg(pl.col("set_pence").sum().alias("amount_pence"))
    )
    found = share_by_age_sex(
        _lists(register, year), weights=weights, need=members, pots=pots, budgets=set_to, year=year
    )
    journey.step("Publishing", 0.95)
    receipt = Receipt(
        flow="weigh_prescribing",
        inputs={each.name: each.set_id for each in (register, budgets, need)} | fingerprints,
        parameters={"year": year.slug, "weights": ", ".join(sorted(set(weights["version"])))},
        regime=policy.regime,
        policy=policy.fingerprint,
        is_made_up=is_made_up,
        made_at=journey.made_at,
    )
    return store.publish(
        f"prescribing-budgets/{year.slug}", {"prescribing_budgets": found, "age_sex_weights": weights}, receipt
    )


def _weights(
    workbook: Path | None, *, year: FinancialYear, policy: Policy, is_made_up: bool
) -> tuple[pl.DataFrame, dict[str, str]]:
    if workbook is None:
        if not is_made_up:
            raise RefusedInput(
                "Real lists are weighed by published weights only.", found="no workbook of weights",
                expected="the workbook of ASTRO-PU weightings", remedy="Name it with --weights.",
            )  # fmt: skip
        return made_up_weights(), {}
    version = policy.text("prescribing.weights_version", on=year.start)
    read = read_astro_pu(workbook)
    wanted = read.rows.filter((pl.col("basis") == COST) & (pl.col("version") == version))
    if wanted.is_empty():
        raise RefusedInput(
            "The workbook has no weights of this version.", where=workbook.name, found=", ".join(sorted(set(read.rows["version"]))),
            expected=version, remedy="Name another version with prescribing.weights_version in an overlay.",
        )  # fmt: skip
    named = wanted.with_columns(pl.col("astro_pu").alias("astro_pu_factor"), pl.lit(read.source).alias("source"))
    return AGE_SEX_WEIGHTS.conform(named), {read.file_name: read.fingerprint}


def _lists(register: PublishedSet, year: FinancialYear) -> pl.DataFrame:
    lists = register.frame("registered_lists").filter(pl.col("as_at_on") == year.start)
    if lists.is_empty():
        raise MissingFigure(
            f"The register holds no lists of {year.start.isoformat()}.", where=register.name,
            remedy="Receive a register that reaches to that day.",
        )  # fmt: skip
    return lists
