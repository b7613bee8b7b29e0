"""Making a made-up PCT (or ICB): the deliveries folder that flows receive, marked as made up, with its planted truths."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Required, TypedDict, Unpack

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc.sources.synthetic.block import Block, block_bounds, make_block
from pbc.sources.synthetic.contracts import (
    contract_form_rows,
    contract_plan_rows,
    contract_rows,
    contract_variation_rows,
)
from pbc.sources.synthetic.first_sent import write_first_sent
from pbc.sources.synthetic.need import provider_factor_rows, resource_rows, weighted_list_rows
from pbc.sources.synthetic.organisations import TIERS, membership_rows, organisation_rows, practice_rows
from pbc.sources.synthetic.parameters import price_index
from pbc.sources.synthetic.prescribing import write_prescribing
from pbc.sources.synthetic.tariff import tariff_rows
from pbc.sources.synthetic.telling import tell_truths
from pbc.sources.synthetic.totals import Totals
from pbc.sources.synthetic.world import Sizes, World, build_world
from pbc.sources.synthetic.writing import GrowingFile, MonthFiles, require_form, write_rows
from pbc.tables import (
    COMMISSIONER_RESOURCES,
    CONTRACT_FORMS,
    CONTRACT_PLANS,
    CONTRACT_VARIATIONS,
    CONTRACTS,
    MEMBERSHIPS,
    ORGANISATIONS,
    PRACTICES,
    PROVIDER_FACTORS,
    TARIFF_PRICES,
    WEIGHTED_LISTS,
)

Progress = Callable[[str, float], None]
YEARS_2005 = ("2007-08", "2008-09", "2009-10")


def _silent(message: str, done: float) -> None:
    """Tell nobody."""


class Wanted(TypedDict, total=False):
    """What `generate` may be asked for, by keyword; all but the seed have an everyday value (see `Order`)."""

    seed: Required[int]
    people: int
    practices: int
    clusters: int
    hospitals: int
    commissioners: int
    regime: str
    years: Sequence[str]
    form: str
    plant: bool
    progress: Progress
    workers: int


@dataclass(frozen=True)
class Order:
    """A made-up place as ordered: a PCT of 300,000 people over three years unless said otherwise."""

    seed: int
    people: int = 300_000
    practices: int = 50
    clusters: int = 8
    hospitals: int = 3
    commissioners: int = 1
    regime: str = "england-2005"
    years: Sequence[str] = YEARS_2005
    form: str = "parquet"
    plant: bool = True
    progress: Progress = _silent
    workers: int = 1


def generate(folder: Path, **wanted: Unpack[Wanted]) -> dict[str, Any]:
    """This returns what `world.json` says, having written a whole deliveries folder of made-up people.

    `seed` must be given; `people`, `practices`, `clusters`, `hospitals`, `commissioners`, `regime`, `years` (like
    2009-10, following each other), `form` (parquet or csv.gz), `plant` (whether truths are planted), `progress` and
    `workers` may be. The same seed and sizes give the same tables byte for byte, however many workers share the work.
    Memory stays bounded: people are made in blocks of 60,000, and rows wait for one row group per month and table.
    `world.json` is written last: a folder without it was not finished.
    """
    order = Order(**wanted)
    world = _world_ordered(folder, order)
    progress = order.progress
    totals, rows = _write_blocks(folder, world, form=order.form, progress=progress, workers=order.workers)
    progress("Writing prescribing", 0.9)
    months = [month for year in world.years for month in year.months()]
    rows["prescribing"] = sum(
        write_prescribing(
            folder / "activity" / str(month) / "prescribing.csv.gz", world, totals=totals, position=i, month=month
        )
        for i, month in enumerate(months)
    )
    write_first_sent(folder, world, totals=totals, form=order.form)
    _write_small_tables(folder, world, totals)
    about = _about(world, rows, form=order.form)
    _write_json(folder / "truths.json", tell_truths(world, totals))
    _write_json(folder / "world.json", about)
    progress("The made-up deliveries are written", 1.0)
    return about


def _world_ordered(folder: Path, order: Order) -> World:
    if folder.exists() and any(not path.name.startswith(".") for path in folder.iterdir()):
        raise RefusedInput(
            "The folder for the made-up deliveries is not empty.", found=str(folder), remedy="Name a new one."
        )
    require_form(order.form)
    return _world_of(order)


def require_sizes(**wanted: Unpack[Wanted]) -> None:
    """This raises the refusal of a place that `generate` could not make, before anything is written or taken away."""
    _world_of(Order(**wanted))


def _world_of(order: Order) -> World:
    if order.regime not in TIERS:
        raise RefusedInput(
            "There is no made-up place for this regime.", found=order.regime, expected=" or ".join(TIERS)
        )
    return build_world(
        Sizes(order.people, order.practices, order.clusters, order.hospitals, order.commissioners),
        seed=order.seed, regime=order.regime, plant=order.plant,
        years=tuple(FinancialYear.parse(year) for year in order.years),
    )  # fmt: skip


def _write_blocks(
    folder: Path, world: World, *, form: str, progress: Progress, workers: int
) -> tuple[Totals, dict[str, int]]:
    months = [str(month) for year in world.years for month in year.months()]
    files = MonthFiles(folder / "activity", form=form, months=months)
    register = GrowingFile(folder / "register" / "registrations", form=form)
    totals, rows, blocks = Totals.zero(world), dict[str, int](), len(block_bounds(world))
    for number, block in enumerate(_blocks(world, workers=workers), start=1):
        for name, parts in block.parts.items():
            for table, month in parts:
                files.add(name, table, month)
                rows[name] = rows.get(name, 0) + table.num_rows
        register.add(block.registrations)
        rows["registrations"] = rows.get("registrations", 0) + block.registrations.num_rows
        totals.add(block.totals)
        progress(f"Made-up people, block {number} of {blocks}", 0.9 * number / blocks)
    files.close()
    register.close()
    return totals, rows


def _blocks(world: World, *, workers: int) -> Iterator[Block]:
    """Blocks in order; with several workers at most one more than there are workers is under way at a time."""
    count = len(block_bounds(world))
    if workers <= 1:
        yield from (make_block(world, position) for position in range(count))
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        left = iter(range(count))
        waiting = [pool.submit(make_block, world, position) for position in islice(left, workers + 1)]
        while waiting:
            block = waiting.pop(0).result()
            waiting += [pool.submit(make_block, world, position) for position in islice(left, 1)]
            yield block


def _write_small_tables(folder: Path, world: World, totals: Totals) -> None:
    register = folder / "register"
    write_rows(register / "organisations.csv", ORGANISATIONS, rows=organisation_rows(world))
    write_rows(register / "practices.csv", PRACTICES, rows=practice_rows(world))
    write_rows(register / "memberships.csv", MEMBERSHIPS, rows=membership_rows(world))
    for position, year in enumerate(world.years):
        tariff, need = folder / "tariff" / year.slug, folder / "need" / year.slug
        write_rows(tariff / "tariff_prices.csv", TARIFF_PRICES, rows=tariff_rows(year))
        write_rows(tariff / "provider_factors.csv", PROVIDER_FACTORS, rows=provider_factor_rows(world, year))
        write_rows(
            tariff / "contract_forms.csv", CONTRACT_FORMS, rows=contract_form_rows(world, totals, position=position)
        )
        _write_contracts(folder / "contracts" / year.slug, world, totals, position=position)
        write_rows(
            need / "weighted_lists.csv", WEIGHTED_LISTS, rows=weighted_list_rows(world, totals, position=position)
        )
        write_rows(
            need / "commissioner_resources.csv",
            COMMISSIONER_RESOURCES,
            rows=resource_rows(world, totals, position=position),
        )


def _write_contracts(folder: Path, world: World, totals: Totals, *, position: int) -> None:
    write_rows(folder / "contracts.csv", CONTRACTS, rows=contract_rows(world, totals, position=position))
    write_rows(folder / "contract_plans.csv", CONTRACT_PLANS, rows=contract_plan_rows(world, totals, position=position))
    varied = contract_variation_rows(world, totals, position=position)
    write_rows(folder / "contract_variations.csv", CONTRACT_VARIATIONS, rows=varied)


def _about(world: World, rows: dict[str, int], *, form: str) -> dict[str, Any]:
    return {
        "is_made_up": True,
        "what": "A made-up place: no person, practice, hospital or price in this folder is real.",
        "seed": world.seed,
        "regime": world.regime,
        "people": world.people,
        "practices": world.practices,
        "clusters": len(world.cluster_codes),
        "hospitals": len(world.hospital_codes),
        "years": [year.slug for year in world.years],
        "commissioner_code": world.commissioner_codes[0],
        "commissioner_codes": world.commissioner_codes,
        "form": form,
        "has_planted_truths": world.plan.is_planted,
        "price_index": {year.slug: round(price_index(year.starts_in), 4) for year in world.years},
        "price_index_base": "2017-18 is 1",
        "rows": rows,
    }


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
