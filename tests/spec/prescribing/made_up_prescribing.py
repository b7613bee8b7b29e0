"""Prescriptions small enough to work out by hand."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pbc.engines import Engine
from pbc.methods.prescribing import compare_list_prices, list_unidentified, split_prescribing
from pbc.periods import Month
from pbc.policy import load_policy
from pbc.tables import PRESCRIBING_EFFECTS, PRESCRIBING_PRICES, PRESCRIPTIONS, UNIDENTIFIED_PRESCRIBERS

MONTH = Month(2009, 5)
POLICY = load_policy("england-2005")
Line = tuple[str, int, str, int, float, int]  # practice, month, product, items, quantity, pence


def lines(given: Sequence[Line], *, unidentified: Sequence[str] = ()) -> pl.DataFrame:
    return PRESCRIPTIONS.from_rows([
        {"practice_code": code, "month": month, "bnf_code": product, "items": items, "quantity_count": quantity,
         "net_ingredient_cost_pence": pence, "actual_cost_hundred_thousandths": 0, "is_unidentified": code in unidentified}
        for code, month, product, items, quantity, pence in given
    ])  # fmt: skip


def split(
    engine: Engine, given: pl.DataFrame, *, answers: dict[str, str] | None = None, known_to: Month = MONTH
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Effects and list prices of the lines."""
    relation = engine.adopt(given, PRESCRIPTIONS.sql_columns)
    prices = compare_list_prices(relation, month=MONTH, known_to=known_to, policy=POLICY)
    heirs = pl.DataFrame({"practice_code": list(answers or {}), "answers_code": list((answers or {}).values())},
                         schema={"practice_code": pl.String, "answers_code": pl.String})  # fmt: skip
    effects = split_prescribing(relation, answers=heirs, list_prices=prices, month=MONTH, known_to=known_to)
    PRESCRIBING_EFFECTS.require(effects, where="test")
    PRESCRIBING_PRICES.require(prices, where="test")
    return effects, prices


def steps(effects: pl.DataFrame) -> dict[str, list[int]]:
    """Last year, volume, mix, price by prescriber."""
    ordered = effects.sort("practice_code", "sequence")
    return {
        str(code): part["amount_pence"].to_list()
        for (code,), part in ordered.group_by("practice_code", maintain_order=True)
    }


def unidentified(engine: Engine, given: pl.DataFrame, register: Sequence[str]) -> list[tuple[object, ...]]:
    found = list_unidentified(
        engine.adopt(given, PRESCRIPTIONS.sql_columns),
        register_codes=pl.DataFrame({"practice_code": list(register)}),
        month=MONTH,
        known_to=MONTH,
    )
    UNIDENTIFIED_PRESCRIBERS.require(found, where="test")
    return found.drop("statement_month").rows()
