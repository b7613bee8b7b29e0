"""Derive the fitted parameters of the made-up PCT from the published files.

usage: python benchmarks/derive_synthetic_parameters.py PUBLISHED_DATA_DIR > src/pbc/sources/synthetic/fitted.yaml

What it writes is shares, means and dispersions by chapter, age band or calendar month, to two significant figures:
never a published row. `python benchmarks/derive_synthetic_parameters.py DIR --check` compares with the committed file.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import polars as pl
import yaml

COMMITTED = Path(__file__).parents[1] / "src/pbc/sources/synthetic/fitted.yaml"
BANDS = ("00-04", "05-14", "15-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+")
SETTINGS = {
    "EL": "ordinary elective",
    "DC": "day case",
    "NEL": "non-elective long stay",
    "NES": "non-elective short stay",
}


def two_figures(value: float) -> float:
    """This returns the value to two significant figures."""
    if value == 0 or not np.isfinite(value):
        return 0.0
    rounded = float(f"{value:.1e}")
    return int(rounded) if rounded == int(rounded) else rounded


def severity(folder: Path) -> dict[str, Any]:
    costs = pl.read_csv(folder / "tariff/reference_costs_2017_18_by_hrg.csv.gz", infer_schema_length=5000)
    costs = costs.with_columns(pl.col("hrg").str.slice(0, 1).alias("chapter"))
    found: dict[str, Any] = {"mean_pounds": {}, "variation": {}, "chapter_share": {}}
    for setting in SETTINGS:
        count, price = costs[f"{setting}_n"].fill_null(0).to_numpy(), costs[f"{setting}_uc"].fill_null(0).to_numpy()
        mean = float((count * price).sum() / count.sum())
        spread = float(np.sqrt((count * (price - mean) ** 2).sum() / count.sum()))
        found["mean_pounds"][setting] = two_figures(mean)
        found["variation"][setting] = two_figures(spread / mean)
        by_chapter = costs.group_by("chapter").agg(pl.col(f"{setting}_n").fill_null(0).sum().alias("n")).sort("chapter")
        total = by_chapter["n"].sum()
        found["chapter_share"][setting] = {c: two_figures(n / total) for c, n in by_chapter.iter_rows()}
    long, short = costs["NEL_n"].sum(), costs["NES_n"].sum()
    found["long_share_of_emergency_episodes"] = two_figures(long / (long + short))
    for setting in ("EL", "NEL"):
        days, price = costs[f"{setting}_XS_n"].fill_null(0), costs[f"{setting}_XS_uc"].fill_null(0)
        found[f"excess_day_pounds_{setting}"] = two_figures(float((days * price).sum() / days.sum()))
    trims = pl.read_csv(folder / "tariff/admitted_care_tariff_2017_19.csv.gz", infer_schema_length=5000)
    found["trim_point_quartiles_EL"] = [two_figures(trims[trims.columns[5]].quantile(q)) for q in (0.25, 0.5, 0.75)]
    found["trim_point_quartiles_NEL"] = [two_figures(trims[trims.columns[9]].quantile(q)) for q in (0.25, 0.5, 0.75)]
    return found


def ages(folder: Path) -> dict[str, Any]:
    lists = pl.read_csv(folder / "lists/list_size_by_age_sex_2015_07-09.csv.gz", infer_schema_length=10_000)
    numbers = lists.select(lists.columns[8:]).sum().row(0)
    total = sum(numbers)
    male, female = numbers[0::2], numbers[1::2]
    sheet = openpyxl.load_workbook(folder / "lists/ASTRO_PU_STAR_PU_weightings_2013.xlsx").worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))[4:13]
    sizes = lists.select(pl.sum_horizontal(lists.columns[8:]).alias("n")).filter(pl.col("n") >= 1000)["n"].to_numpy()
    return {
        "share_of_list": {
            "1": [two_figures(n / total) for n in male],
            "2": [two_figures(n / total) for n in female],
        },
        "prescribing_weight": {
            "1": [two_figures(float(row[1])) for row in rows],
            "2": [two_figures(float(row[2])) for row in rows],
        },
        "list_size_log_spread": two_figures(float(np.log(sizes).std())),
    }


def needs(folder: Path) -> dict[str, float]:
    lists = pl.read_csv(
        folder / "allocations/practice_weighted_population_2018_19.csv.gz", infer_schema_length=20_000
    ).filter(pl.col("Practice").is_not_null() & (pl.col("GP_pop") >= 1000))
    weight = lists["GP_pop"].to_numpy()
    found = {}
    for name, column in {
        "general_acute": "WP_G&A", "community": "WP_CS", "mental_health": "WP_MH", "maternity": "WP_Mat", "prescribing": "WP_Presc",
    }.items():  # fmt: skip
        index = np.log(np.maximum(lists[column].to_numpy() / weight, 0.05))
        middle = np.average(index, weights=weight)
        found[name] = two_figures(float(np.sqrt(np.average((index - middle) ** 2, weights=weight))))
    return found


def months(folder: Path) -> dict[str, Any]:
    returns = pl.read_csv(
        folder / "activity/monthly_activity_return_2012_04_to_2019_12.csv.gz", infer_schema_length=20_000
    )
    columns = {
        "emergency": "Total Non-elective G&A Admissions (FFCEs)",
        "planned": "Elective G&A Total Admissions (FFCEs)",
        "outpatients": "All 1st Outpatient Attendances (G&A)",
        "referrals": "GP Referrals Made (G&A)",
    }
    whole = returns.group_by("period").agg([pl.col(c).sum() for c in columns.values()]).sort("period")
    whole = whole.filter(pl.col("period").is_between(pl.lit("2013-04"), pl.lit("2019-03")))
    month = whole["period"].str.slice(5, 2).cast(pl.Int32).to_numpy()
    found: dict[str, Any] = {"season": {}, "growth_a_year": {}}
    for name, column in columns.items():
        value = whole[column].to_numpy()
        by_year = value.reshape(-1, 12)
        relative = (by_year / by_year.mean(axis=1, keepdims=True)).mean(axis=0)
        found["season"][name] = [round(float(x), 2) for x in relative]
        found["growth_a_year"][name] = two_figures(float((by_year[-1].sum() / by_year[0].sum()) ** 0.2 - 1))
    assert month[0] == 4
    return found


def prescribing(folder: Path) -> dict[str, Any]:
    lines = pl.read_csv(folder / "prescribing/pdpi_2018_12.csv.gz", infer_schema_length=20_000).filter(
        pl.col("PRACTICE") != "N81029"
    )
    lines = lines.with_columns(pl.col("BNF CODE").str.slice(0, 2).alias("chapter"))
    by = (
        lines.group_by("chapter")
        .agg(pl.col("ITEMS").sum(), pl.col("NIC").sum(), pl.col("BNF CODE").n_unique())
        .sort("chapter")
    )
    items, cost = by["ITEMS"].sum(), by["NIC"].sum()
    log_price = np.log((lines["NIC"] / lines["ITEMS"]).to_numpy())
    return {
        "share_of_items": {c: two_figures(i / items) for c, i, _, _ in by.iter_rows()},
        "pounds_per_item": {c: two_figures(n / i) for c, i, n, _ in by.iter_rows()},
        "pounds_per_item_log_spread_within_practice": two_figures(float(log_price.std())),
        "actual_over_net_ingredient_cost": two_figures(float(lines["ACT COST"].sum() / cost)),
    }


def derive(folder: Path) -> dict[str, Any]:
    return {
        "severity": severity(folder),
        "ages": {"bands": list(BANDS), **ages(folder)},
        "need_log_spread_between_practices": needs(folder),
        "months": months(folder),
        "prescribing": prescribing(folder),
    }


HEADING = """# Fitted parameters of the made-up PCT: shares, means and dispersions to two significant figures, by chapter, age band or month.
# Written by benchmarks/derive_synthetic_parameters.py. Sources: National schedule of reference costs 2017/18 and national tariff
# 2017/19 (NHS Improvement); patients registered by age and sex, July to September 2015, and practice prescribing, December 2018
# (NHSBSA); ASTRO-PU 2013 (NHS Prescription Services); practice weighted populations 2018/19 (NHS England allocations);
# monthly activity return 2013/14 to 2018/19 (NHS England). Open Government Licence v3.
"""


def quoted(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Words that begin with a digit are quoted: 08 is a word to one reader of YAML and a number to another."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="'" if text[:1].isdigit() else None)


def main() -> int:
    folder = Path(sys.argv[1])
    found = derive(folder)
    if "--check" in sys.argv:
        same = found == yaml.safe_load(COMMITTED.read_text(encoding="utf-8"))
        print("The committed parameters are those of the files." if same else "The committed parameters differ.")
        return 0 if same else 1
    yaml.SafeDumper.add_representer(str, quoted)
    sys.stdout.write(HEADING + yaml.safe_dump(found, sort_keys=False, width=140, default_flow_style=None))
    return 0


if __name__ == "__main__":
    sys.exit(main())
