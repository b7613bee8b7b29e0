"""Made-up weights of age and sex for the made-up place, marked as such: dearer with age after thirty, women a little more."""

from __future__ import annotations

import polars as pl

from pbc.sources.synthetic.tariff import SOURCE
from pbc.tables import AGE_SEX_WEIGHTS

BANDS = ("00-04", "05-14", "15-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+")
FACTORS = {"1": (1.0, 0.9, 1.1, 1.3, 2.0, 3.4, 5.6, 8.8, 11.5), "2": (0.9, 0.9, 1.6, 1.9, 2.6, 4.0, 6.0, 8.9, 11.2)}


def made_up_weights() -> pl.DataFrame:
    """This returns AGE_SEX_WEIGHTS that nobody measured, their version and source saying so.

    >>> made_up_weights()["source"].unique().to_list()
    ['made up']
    """
    return AGE_SEX_WEIGHTS.from_rows([
        {"version": SOURCE, "sex": sex, "age_band": band, "astro_pu_factor": factor, "source": SOURCE}
        for sex, factors in FACTORS.items()
        for band, factor in zip(BANDS, factors, strict=True)
    ])  # fmt: skip
