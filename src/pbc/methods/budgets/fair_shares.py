"""Sharing a sum by weight: the one way in which money is divided among practices here, exact to the penny."""

from __future__ import annotations

import numpy as np
import polars as pl

from pbc.errors import RefusedInput
from pbc.money import share_out_many


def share_by_weight(lists: pl.DataFrame, *, total_pence: int, weight: str) -> pl.DataFrame:
    """This returns the lists with amount_pence: the total divided in proportion to a column, exact to the penny.

    Grain in and out: one practice. Equal remainders are settled by practice_code, so the order of rows never matters.
    A weight that is empty, negative or not finite is refused by practice.

    >>> share_by_weight(pl.DataFrame({"practice_code": ["Z90002", "Z90001"], "people": [1.0, 1.0]}),
    ...     total_pence=101, weight="people")["amount_pence"].to_list()
    [50, 51]
    """
    values = lists[weight].cast(pl.Float64)
    bad = lists.filter(values.is_null() | ~values.is_finite() | (values < 0))
    if bad.height:
        raise RefusedInput(
            "A practice cannot be given a share without a weight.", where=f"practice {bad['practice_code'][0]}, {weight}",
            found=str(bad[weight][0]), expected="a number, 0 or more",
        )  # fmt: skip
    order = lists["practice_code"].rank("ordinal").cast(pl.Int64).to_numpy()
    pence = share_out_many(total_pence, values.to_numpy(), order=order)
    return lists.with_columns(pl.Series("amount_pence", np.asarray(pence), dtype=pl.Int64))
