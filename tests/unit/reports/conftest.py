"""A small made-up commissioner, published set by set in the shapes the flows publish, so that pages and explanations have
something real to read: facts, cells added from facts, budgets as stacks of lines, a statement added from cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from pbc.methods.statements.months import list_monthly_costs
from pbc.money import share_out
from pbc.periods import FinancialYear, Month
from pbc.reference.activity import HOSPITAL_PODS, POINTS_OF_DELIVERY
from pbc.results import PublishedSet, Receipt, Store
from pbc.tables import ALL, OPEN_END, UNPLACED

YEAR = FinancialYear(2009)
STATED = Month(2009, 9)
MONTHS = [month for month in YEAR.months() if month <= STATED]
ADMITTED = {"DC": 70_000, "EL": 280_000, "NEL": 190_000, "NELNE": 120_000}
CLINIC = {"OPFA": 15_000, "OPFUP": 8_000, "OPPROC": 22_000, "AE": 9_000}
PRICES = {**ADMITTED, **CLINIC}
RATES = {
    "DC": 9,
    "EL": 2,
    "NEL": 8,
    "NELNE": 2,
    "OPFA": 30,
    "OPFUP": 60,
    "OPPROC": 5,
    "AE": 30,
}  # a month, 1,000 people
SPECIALTIES = ("100", "110", "300", "340", "502")
PROVIDERS = ("ZH1", "ZH2", "ZH3")
NAMES = ("Elm Tree Surgery", "The Old Forge Practice", "=Riverside & Co <Health>", "Market Square Surgery")
Rows = list[dict[str, Any]]


class MadeUpCommissioner:
    """Publishes every set a statement of September 2009 is read from."""

    def __init__(self, store: Store, *, practices: int, seed: int = 20) -> None:
        self.store, self.draw = store, np.random.default_rng(seed)
        self.practices = [f"Z9{number:04d}" for number in range(1, practices + 1)]
        self.lists = {code: int(self.draw.integers(2_000, 12_000)) for code in self.practices}
        self.ids: dict[str, str] = {}

    def publish(self, name: str, tables: Mapping[str, Rows], *needs: str, files: bool = False) -> PublishedSet:
        """Publish rows under a name; the receipt names the sets it was made from."""
        inputs = {need: self.ids[need] for need in needs} | ({f"{name}.csv": "0" * 64} if files else {})
        frames = {
            table: pl.DataFrame(rows, infer_schema_length=None) if rows else ALL[table].empty()
            for table, rows in tables.items()
        }
        whole = {
            table: ALL[table].conform(
                frame.with_columns(pl.lit(None).alias(column) for column in ALL[table].names if column not in frame.columns)
            )
            for table, frame in frames.items()
        }  # fmt: skip
        receipt = Receipt(
            flow="made_for_tests", inputs=inputs, regime="england-2005", is_made_up=True, made_at="2009-10-20"
        )
        published = self.store.publish(name, whole, receipt)
        self.ids[name] = published.set_id
        return published

    def everything(self) -> Store:
        """Publish all sets in order."""
        self.register()
        self.tariff()
        cells = self.activity()
        prescribing = self.prescribing()
        self.statement(cells, prescribing, self.budgets(cells, prescribing))
        self.year_end()
        return self.store

    def cluster_of(self, practice: str) -> str:
        """Every four practices stand in one cluster."""
        return f"ZC{(int(practice[1:]) - 90001) // 4 + 1:02d}"

    def register(self) -> None:
        """Practices, clusters, the commissioner and lists of 1 April and 1 September."""
        clusters = sorted({self.cluster_of(code) for code in self.practices})
        named = {code: NAMES[at] if at < len(NAMES) else f"Practice {code}" for at, code in enumerate(self.practices)}
        tiers = [(c, "practice", n) for c, n in named.items()] + [(c, "cluster", f"Cluster {c[2:]}") for c in clusters]
        tiers += [("ZP1", "pct", "Made-up PCT")] + [(code, "provider", f"Hospital {code[2:]}") for code in PROVIDERS]
        opened = date(2000, 4, 1)
        belongs = [(code, self.cluster_of(code), "practice_cluster") for code in self.practices]
        belongs += [(code, "ZP1", "practice_commissioner") for code in self.practices]
        self.publish("register", {
            "organisations": [{"organisation_code": c, "organisation_kind": k, "organisation_name": n} for c, k, n in tiers],
            "practices": [
                {"practice_code": c, "practice_name": n, "status_code": "A", "commissioner_code": "ZP1"}
                for c, n in named.items()
            ],
            "memberships": [
                {"member_code": m, "parent_code": p, "relation": r, "starts_on": opened, "ends_before": date.fromisoformat(OPEN_END)}
                for m, p, r in belongs
            ],
            "registered_lists": [
                {"practice_code": c, "as_at_on": day, "sex": "1", "age_band": "all", "patients_count": n}
                for c, n in self.lists.items()
                for day in (date(2009, 4, 1), date(2009, 9, 1))
            ],
        }, files=True)  # fmt: skip

    def tariff(self) -> None:
        """Three price groups a kind of activity."""
        rows = [
            {
                "financial_year": YEAR.slug, "hrg_code": f"ZZ{pod}{group}", "point_of_delivery": pod,
                "grouper_version": "made-up", "price_pence": PRICES[pod] * group // 2, "is_short_stay_reducible": False,
                "short_stay_percent": 100, "top_up_percent": 0, "source": "made up",
            }
            for pod in PRICES for group in (1, 2, 3)
        ]  # fmt: skip
        terms = [{
            "commissioner_code": "ZP1", "provider_code": "ZH1", "financial_year": YEAR.slug, "point_of_delivery": "NEL",
            "payment_form": "marginal", "baseline_pence": 50_000_00, "marginal_percent": 50, "source": "made up",
        }]  # fmt: skip
        self.publish("tariff/2009-10", {"tariff_prices": rows, "contract_forms": terms}, files=True)

    def activity(self) -> pl.DataFrame:
        """Facts and cells, month by month."""
        cells = []
        for month in MONTHS:
            facts = pl.DataFrame(self.facts_of(month), infer_schema_length=None)
            self.publish(f"activity/{month}", {"activity_facts": facts.to_dicts()}, "register", files=True)
            added = self.cells_of(facts)
            placed = added.filter(pl.col("practice_code") != UNPLACED)
            unplaced = added.filter(pl.col("practice_code") == UNPLACED).with_columns(
                attribution=pl.lit("not_registered")
            )
            lost = unplaced.group_by(ALL["not_attributed"].key).agg(pl.col("activity_count", "cost_pence").sum())
            self.publish(
                f"cells/{month}", {"activity_cells": added.to_dicts(), "not_attributed": lost.to_dicts()},
                f"activity/{month}", "tariff/2009-10",
            )  # fmt: skip
            cells.append(placed)
        return pl.concat(cells)

    def facts_of(self, month: Month) -> Rows:
        """One row per stay or attendance of a month."""
        rows: Rows = []
        for practice, people in [*self.lists.items(), (UNPLACED, 300)]:
            for pod, rate in RATES.items():
                for number in range(int(self.draw.poisson(rate * people / 1000))):
                    provider, group = PROVIDERS[int(self.draw.integers(0, 3))], int(self.draw.integers(1, 4))
                    rows.append({
                        "setting": "APC" if pod in ADMITTED else "AE" if pod == "AE" else "OP", "provider_code": provider,
                        "record_number": f"{month}-{practice}-{pod}-{number}", "activity_on": month.start,
                        "month": month.number, "point_of_delivery": pod, "hrg_code": f"ZZ{pod}{group}",
                        "treatment_function_code": SPECIALTIES[int(self.draw.integers(0, 5))], "paid_stay_days": 1,
                        "sex": "9", "practice_code": practice, "commissioner_code": "ZP1", "is_restricted": False,
                        "attribution": "not_registered" if practice == UNPLACED else "registered",
                        "register_version": self.ids["register"],
                    })  # fmt: skip
        return rows

    @staticmethod
    def cells_of(facts: pl.DataFrame) -> pl.DataFrame:
        """The month added up, at a market forces factor of 1.05."""
        group = pl.col("hrg_code").str.slice(-1).cast(pl.Int64)
        base = pl.col("point_of_delivery").replace_strict(PRICES, return_dtype=pl.Int64) * group // 2
        priced = facts.with_columns(base_pence=base, market_forces_pence=base // 20)
        return (
            priced.group_by(*ALL["activity_cells"].key, "commissioner_code")
            .agg(pl.len().cast(pl.Int64).alias("activity_count"), pl.col("base_pence", "market_forces_pence").sum())
            .with_columns(
                cost_pence=pl.col("base_pence") + pl.col("market_forces_pence"),
                plan_price_pence=(pl.col("base_pence") + pl.col("market_forces_pence")) * 99 // 100,
                **{name: pl.lit(0, pl.Int64) for name in ("excess_days", "short_stay_pence", "excess_days_pence", "top_up_pence")},
            )
            .select(ALL["activity_cells"].names)
        )  # fmt: skip

    def prescribing(self) -> pl.DataFrame:
        """Three chapters a month."""
        frames = []
        for month in MONTHS:
            rows = [
                {"month": month.number, "practice_code": c, "bnf_chapter": chapter, "items": n // 2,
                 "net_ingredient_cost_pence": int(n * 400 * self.draw.uniform(0.9, 1.1))}
                for c, n in self.lists.items() for chapter in ("01", "02", "04")
            ]  # fmt: skip
            self.publish(f"prescribing/{month}", {"prescribing_cells": rows}, "register", files=True)
            frames.append(pl.DataFrame(rows))
        return pl.concat(frames)

    def budgets(self, cells: pl.DataFrame, prescribing: pl.DataFrame) -> pl.DataFrame:
        """A year of budget: steps by service that sum, spread over kinds of activity and months."""
        spent = cells.group_by("practice_code", pod="point_of_delivery").agg(spent=pl.col("cost_pence").sum())
        drugs = prescribing.group_by("practice_code").agg(spent=pl.col("net_ingredient_cost_pence").sum())
        spent = pl.concat([spent, drugs.select("practice_code", pl.lit("RX").alias("pod"), "spent")])
        shared = [(c, pod, n * 2_000) for c, n in self.lists.items() for pod in ("COM", "MH")]
        profiles: Rows = []
        for practice, pod, half_year in [*spent.sort("practice_code", "pod").rows(), *shared]:
            form = "apportioned" if pod in ("COM", "MH") else "local" if pod == "RX" else "activity_price"
            year = int(half_year * 2 * (1 if form == "apportioned" else self.draw.uniform(0.88, 1.1)))
            months = list(YEAR.months())
            for month, pence in zip(months, share_out(year, [1] * 12, keys=range(12)), strict=True):
                profiles.append({
                    "financial_year": YEAR.slug, "practice_code": practice, "month": month.number, "point_of_delivery": pod,
                    "service": POINTS_OF_DELIVERY[pod].service, "payment_form": form, "budget_pence": pence,
                    "planned_list_size": float(self.lists[practice]),
                    "planned_activity": RATES[pod] * self.lists[practice] / 1000 if pod in RATES else None,
                })  # fmt: skip
        frame = pl.DataFrame(profiles, infer_schema_length=None)
        earlier = [
            {**row, "financial_year": "2008-09", "month": row["month"] - 100, "budget_pence": row["budget_pence"] // 2}
            for row in profiles
        ]
        self.publish("budgets/2008-09", {"budget_profiles": earlier, "budget_lines": []}, "register")
        self.publish(
            "budgets/2009-10", {"budget_profiles": profiles, **self.lines_of(frame)}, "register", "tariff/2009-10"
        )
        return frame

    def lines_of(self, profiles: pl.DataFrame) -> dict[str, Rows]:
        """Steps and targets that sum to the profiles."""
        lines: Rows = []
        targets: Rows = []
        held = profiles.group_by("practice_code", "service", "payment_form").agg(pl.col("budget_pence").sum())
        for practice, service, form, pence in held.sort("practice_code", "service").rows():
            parts = {"historic": pence * 95 // 100, "need": pence * 4 // 100, "top_slice": -(pence * 2 // 100)}
            parts["uplift"] = pence - sum(parts.values())
            for sequence, (step, amount) in enumerate(parts.items(), start=1):
                lines.append({
                    "financial_year": YEAR.slug, "practice_code": practice, "service": service, "sequence": sequence,
                    "step": step, "amount_pence": amount, "payment_form": form, "rule": "R2.4",
                    "parameter": "regime.title" if step == "historic" else None, "reason": f"the {step} step",
                })  # fmt: skip
            targets.append({
                "financial_year": YEAR.slug, "practice_code": practice, "service": service, "historic_pence": pence,
                "target_pence": pence * 101 // 100, "budget_pence": pence, "closing_distance_ratio": -1 / 101,
            })  # fmt: skip
        return {"budget_lines": lines, "budget_targets": targets}

    def statement(self, cells: pl.DataFrame, prescribing: pl.DataFrame, profiles: pl.DataFrame) -> None:
        """Rows of every cut, a split, bands, late changes."""
        activity = cells.select(
            "month", "practice_code", "provider_code", pod="point_of_delivery", tfc="treatment_function_code",
            count="activity_count", pence="cost_pence",
        )  # fmt: skip
        drugs = prescribing.select(
            "month", "practice_code", pl.lit("").alias("provider_code"), pl.lit("RX").alias("pod"), pl.lit("").alias("tfc"),
            pl.col("items").alias("count"), pl.col("net_ingredient_cost_pence").alias("pence"),
        )  # fmt: skip
        actual = pl.concat([activity, drugs])
        rows: Rows = []
        for practice in self.practices:
            mine = actual.filter(pl.col("practice_code") == practice)
            plan = profiles.filter(pl.col("practice_code") == practice)
            for period, from_month in (("month", STATED.number), ("year_to_date", MONTHS[0].number)):
                span = pl.col("month").is_between(from_month, STATED.number)
                rows += _cuts(practice, period, mine.filter(span), plan.filter(span), plan)
        needs = [f"{kind}/{month}" for month in MONTHS for kind in ("cells", "prescribing")]
        self.publish("statement/2009-09", {
            "budget_statements": rows, "variance_splits": self.splits(rows), "chance_bands": self.bands(rows),
            "not_attributed": pl.concat(
                [self.store.current(f"cells/{month}").frame("not_attributed") for month in MONTHS]
            ).to_dicts(),
            "bill_adjustments": self.adjusted(), "restated_months": self.restated(),
            "monthly_costs": list_monthly_costs(
                actual.rename({"pod": "point_of_delivery", "pence": "cost_pence", "count": "activity_count"}), month=STATED
            ).to_dicts(),
        }, "budgets/2008-09", "register", "budgets/2009-10", "tariff/2009-10", *needs)  # fmt: skip

    def splits(self, statements: Rows) -> Rows:
        """Four causes that sum to the variance of each kind of activity."""
        rows = []
        for row in statements:
            if row["period"] == "year_to_date" and row["cut"] == "point_of_delivery" and row["item"] in HOSPITAL_PODS:
                parts = share_out(row["variance_pence"], [2, 5, 2, 1], keys=range(4))
                rows.append({
                    "statement_month": STATED.number, "practice_code": row["practice_code"],
                    "point_of_delivery": row["item"], "variance_pence": row["variance_pence"],
                    "population_pence": parts[0], "volume_pence": parts[1], "case_mix_pence": parts[2],
                    "price_pence": parts[3],
                })  # fmt: skip
        return rows

    def bands(self, statements: Rows) -> Rows:
        """A band for each practice, cluster and the commissioner."""
        held: dict[tuple[str, str], list[int]] = {}
        for row in statements:
            if row["period"] == "year_to_date" and row["cut"] == "total":
                cluster = self.cluster_of(row["practice_code"])
                for unit in (("practice", row["practice_code"]), ("cluster", cluster), ("commissioner", "ZP1")):
                    sums = held.setdefault(unit, [0, 0])
                    sums[0] += row["budget_pence"]
                    sums[1] += row["actual_pence"]
        return [_band(kind, code, budget, actual) for (kind, code), (budget, actual) in held.items()]

    def adjusted(self) -> Rows:
        """A marginal rate shared by two practices."""
        return [
            {"statement_month": STATED.number, "provider_code": "ZH1", "practice_code": code, "kind": "marginal_rate",
             "amount_pence": -pence, "rule": "P8"}
            for code, pence in ((self.practices[0], 123_456), (self.practices[1], 20_000))
        ]  # fmt: skip

    def year_end(self) -> None:
        """Freed-up resources of the first practice, on both bases."""
        shared = {"financial_year": YEAR.slug, "unit_kind": "practice", "unit_code": self.practices[0], "rule": "R4.1"}
        rows = [
            {**shared, "basis": basis, "budget_pence": 1_000_000_00, "actual_pence": 1_000_000_00 - freed,
             "gross_underspend_pence": freed, "freed_up_pence": freed, "retained_pence": freed * 7 // 10,
             "commissioner_pence": freed - freed * 7 // 10, "retained_share": 0.7, "is_shared": basis == "bill",
             "label": "inside_chance", "parameter": "savings.retained_share"}
            for basis, freed in (("price", 60_000_00), ("bill", 40_000_00))
        ]  # fmt: skip
        self.publish("year-end/2009-10", {"freed_up_resources": rows}, "register", "budgets/2009-10")

    def restated(self) -> Rows:
        """Two months of the first practice moved."""
        moved = [("NEL", 200907, 40, 43, 7_600_000, 8_214_050), ("OPFUP", 200908, 300, 296, 2_500_000, 2_466_000)]
        return [
            {"statement_month": STATED.number, "practice_code": self.practices[0], "month": month, "point_of_delivery": pod,
             "activity_before": before, "activity_now": now, "before_pence": was, "now_pence": pence, "reason": "late rows"}
            for pod, month, before, now, was, pence in moved
        ]  # fmt: skip


def _band(kind: str, code: str, budget: int, actual: int) -> dict[str, Any]:
    half = (10_000_00 / budget) ** 0.5 * 1.96
    outside = abs(actual / budget - 1) > half
    words = "Further from budget than luck explains." if outside else (
        f"{abs(actual / budget - 1):.1%} {'over' if actual > budget else 'under'} budget. A list this size moves this much "
        "by luck alone in 19 years of 20. This is not evidence of a saving."
    )  # fmt: skip
    return {
        "financial_year": YEAR.slug, "statement_month": STATED.number, "unit_kind": kind, "unit_code": code,
        "budget_pence": budget, "actual_pence": actual, "budget_at_chance_pence": budget,
        "chance_low_pence": int(budget * (1 - half)), "chance_high_pence": int(budget * (1 + half * 1.05)),
        "outer_low_pence": int(budget * (1 - half - 0.1)), "outer_high_pence": int(budget * (1 + half * 1.05 + 0.12)),
        "rest_variance_ratio": 0.004, "cheque_pounds": 10_000.0, "cheque_source": "default",
        "formula_error_ratio": 0.09, "formula_error_source": "default", "own_label": "not_shown", "is_provisional": True,
        "label": "outside_chance_inside_outer" if outside else "inside_chance", "sentence": words,
    }  # fmt: skip


def _cuts(practice: str, period: str, actual: pl.DataFrame, plan: pl.DataFrame, year: pl.DataFrame) -> Rows:
    service = pl.col("pod").replace_strict({code: pod.service for code, pod in POINTS_OF_DELIVERY.items()})
    cuts: dict[str, tuple[pl.Expr, str | None]] = {
        "total": (pl.lit("all"), "all"), "service": (service, "service"),
        "point_of_delivery": (pl.col("pod"), "point_of_delivery"), "specialty": (pl.col("tfc"), None),
        "provider": (pl.col("provider_code"), None),
    }  # fmt: skip
    rows: Rows = []
    for cut, (item, plan_item) in cuts.items():
        counted = actual.with_columns(item=item).filter(pl.col("item") != "").group_by("item")
        spent = {i: (n, p) for i, n, p in counted.agg(pl.col("count").sum(), pl.col("pence").sum()).rows()}
        budgets = _by_item(plan, plan_item)
        years = _by_item(year, plan_item)
        for name in sorted(set(spent) | set(budgets)):
            shared = name in ("community", "mental_health", "COM", "MH")
            budget = budgets.get(name)
            pence = budget if shared else spent.get(name, (0, 0))[1]
            if cut == "total":
                pence = spent["all"][1] + sum(
                    b for i, b in _by_item(plan, "service").items() if i in ("community", "mental_health")
                )
            rows.append({
                "statement_month": STATED.number, "practice_code": practice, "period": period, "cut": cut, "item": name,
                "payment_form": "mixed" if cut in ("total", "provider", "specialty") else "apportioned" if shared else "activity_price",
                "activity_count": None if shared or cut == "total" else spent.get(name, (0, 0))[0], "actual_pence": pence,
                "budget_pence": budget, "variance_pence": None if budget is None or shared else pence - budget,
                "year_budget_pence": years.get(name), "planned_activity": None,
                "forecast_outturn_pence": years.get(name, 0) + (pence - budget) * 2 if budget is not None else None,
                "previous_year_activity": None, "previous_year_pence": None,
            })  # fmt: skip
    return rows


def _by_item(plan: pl.DataFrame, column: str | None) -> dict[str, int]:
    if column is None:
        return {}
    item = pl.lit("all") if column == "all" else pl.col(column)
    return {str(i): int(p) for i, p in plan.group_by(item.alias("item")).agg(pl.col("budget_pence").sum()).rows()}


Builder = Callable[..., Store]


@pytest.fixture(scope="session")
def publish_made_up() -> Builder:
    """A function that fills a store with a made-up commissioner of so many practices."""

    def build(path: Path, *, practices: int = 6) -> Store:
        return MadeUpCommissioner(Store(path), practices=practices).everything()

    return build


@pytest.fixture(scope="session")
def made_up_store(tmp_path_factory: pytest.TempPathFactory, publish_made_up: Builder) -> Store:
    """A store with six made-up practices in two clusters."""
    return publish_made_up(tmp_path_factory.mktemp("store"))
