"""Made-up prescribing by practice, month and product, in the layout of the published practice-level file (PDPI)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pbc.periods import Month
from pbc.sources.synthetic.need import prescribing_pounds_a_head
from pbc.sources.synthetic.organisations import COMMISSIONERS_IN_A_REGION, TIERS
from pbc.sources.synthetic.parameters import Floats, parameters
from pbc.sources.synthetic.records import coded
from pbc.sources.synthetic.totals import Totals
from pbc.sources.synthetic.world import World
from pbc.sources.synthetic.writing import open_gzip, write_csv_rows

HEADINGS = ("SHA", "PCT", "PRACTICE", "BNF CODE", "BNF NAME", "ITEMS", "NIC", "ACT COST", "QUANTITY", "PERIOD")
STYLE_SPREAD = 0.10
FORMS = ("Tab 10mg", "Cap 20mg", "Crm 1%", "Inh 100mcg", "Oral Soln 5ml", "Patch 25mcg")
QUANTITIES = (28, 56, 30, 1, 100, 4)
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Products:
    """Made-up products: BNF-like code, name, chapter position, items a head and year, pounds an item in 2009/10."""

    codes: list[str]
    names: list[str]
    chapter: Ints
    items_a_head: Floats
    pounds: Floats
    quantity: Ints


@cache
def products() -> Products:
    """This returns the made-up products, spread over chapters as items are, prices around each chapter's mean."""
    fitted, assumed = parameters().fitted["prescribing"], parameters().assumed["prescribing"]
    chapters = sorted(str(chapter) for chapter in fitted["share_of_items"])
    share = np.array([fitted["share_of_items"][chapter] for chapter in chapters])
    share = share / share.sum()
    many = np.maximum(2, np.rint(share * assumed["products"] * 0.85).astype(np.int64))
    chapter = np.repeat(np.arange(len(chapters)), many)
    rank = np.arange(len(chapter)) - np.repeat(np.cumsum(many) - many, many)
    within = 1 / (1.0 + rank)
    items = share[chapter] * within / np.bincount(chapter, weights=within)[chapter]
    mean = np.array([fitted["pounds_per_item"][c] for c in chapters])
    spread = fitted["pounds_per_item_log_spread_within_practice"]
    pounds = mean[chapter] * np.exp(
        np.random.default_rng(20_090_402).normal(-(spread**2) / 4, spread / 1.6, len(chapter))
    )
    level = assumed["pounds_per_head_2009_10"] / assumed["items_per_head_a_year"]
    pounds *= level / (items * pounds).sum()
    kind = rank % len(FORMS)
    return Products(
        codes=[f"{chapters[c]}{r % 9 + 1:02d}{r:03d}ZZ{k:02d}AAAA" for c, r, k in zip(chapter, rank, kind, strict=True)],
        names=[f"Zz Made-up {chapters[c]}-{r + 1:03d}_{FORMS[k]}" for c, r, k in zip(chapter, rank, kind, strict=True)],
        chapter=chapter, items_a_head=items * assumed["items_per_head_a_year"], pounds=pounds,
        quantity=np.array(QUANTITIES, dtype=np.int64)[kind],
    )  # fmt: skip


def write_prescribing(path: Path, world: World, *, totals: Totals, position: int, month: Month) -> int:
    """This writes one month of prescribing and returns how many rows it has."""
    made, rng = products(), np.random.default_rng([world.seed, 6, month.number])
    style = np.exp(np.random.default_rng([world.seed, 8]).normal(0, STYLE_SPREAD, (world.practices, len(made.codes))))
    weight = totals.prescribing_weight[position]
    items = rng.poisson(weight[:, None] * style * made.items_a_head / 12)
    level = (
        prescribing_pounds_a_head(month.financial_year) / parameters().assumed["prescribing"]["pounds_per_head_2009_10"]
    )
    noise = np.exp(rng.normal(0, 0.04, items.shape))
    pence = np.maximum(np.rint(items * made.pounds * level * noise * 100), items).astype(np.int64)
    practice, product = np.nonzero(items)
    ratio = parameters().fitted["prescribing"]["actual_over_net_ingredient_cost"]
    count, nic = items[practice, product], pence[practice, product]
    prefix = TIERS[world.regime][3]
    regions = [f"{prefix}{i // COMMISSIONERS_IN_A_REGION + 1}" for i in range(len(world.commissioner_codes))]
    commissioner = world.commissioner_of[practice]
    table = pa.table({
        "SHA": coded(commissioner, regions), "PCT": coded(commissioner, world.commissioner_codes),
        "PRACTICE": coded(practice, world.practice_codes), "BNF CODE": coded(product, made.codes),
        "BNF NAME": coded(product, made.names), "ITEMS": pa.array(count), "NIC": pa.array(nic / 100),
        "ACT COST": pa.array(np.rint(nic * ratio) / 100), "QUANTITY": pa.array(count * made.quantity[product]),
        "PERIOD": pa.array(np.full(len(count), month.number)),
    })  # fmt: skip
    stream = open_gzip(path, headings=HEADINGS)
    write_csv_rows(table, stream)
    stream.close()
    return len(count)
