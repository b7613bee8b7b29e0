"""The published files themselves, read whole: their rows, and the defects the catalogue names."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pbc.sources.published import indicators, list_sizes, organisations, prescribing_spend, tariff, tiers
from pbc.sources.published.reading import Published
from pbc.tables import MEMBERSHIPS, ORGANISATIONS, PRACTICES, REGISTERED_LISTS, TARIFF_PRICES

pytestmark = pytest.mark.published


def rules(published: Published) -> dict[str, int]:
    return dict(published.rejected["rule"].value_counts().iter_rows())


@pytest.mark.parametrize(("month", "practices"), [("2019_09", 14_303), ("2023_12", 15_971)])
def test_practice_registers_are_whole(published_data: Path, month: str, practices: int) -> None:
    rows = organisations.read_practices(published_data / f"organisations/epraccur_{month}.csv.gz").rows
    assert (rows.height, PRACTICES.check(rows)) == (practices, [])


def test_practices_dormant_by_december_2023_still_have_shares(published_data: Path) -> None:
    """22 practices of the 2025/26 weighted lists were dormant by then."""
    register = organisations.read_practices(published_data / "organisations/epraccur_2023_12.csv.gz").rows
    dormant = organisations.find_dormant(register, register="epraccur_2023_12")
    codes = pl.read_csv(
        published_data / "allocations/practice_weighted_population_2025_26.csv.gz", columns=["Practice_Code"]
    )
    assert codes.join(dormant, left_on="Practice_Code", right_on="practice_code").height == 22


def test_membership_history_places_traffords_practices_in_its_pct(published_data: Path) -> None:
    """PCT 5NR held the same 32 practices until the day CCG 02A took over."""
    rows = organisations.read_membership_history(
        published_data / "organisations/practice_membership_history.csv.gz"
    ).rows
    assert (rows.height, MEMBERSHIPS.check(rows)) == (47_822, [])
    held = rows.filter(pl.col("parent_code") == "5NR", pl.col("ends_before") == date(2013, 4, 1))
    lists = pl.read_csv(
        published_data / "allocations/practice_weighted_population_2018_19.csv.gz", columns=["CCG", "Practice"]
    )
    trafford = set(lists.filter(pl.col("CCG") == "02A")["Practice"])
    assert (len(trafford), trafford - set(held["member_code"])) == (32, set())


@pytest.mark.parametrize(
    ("name", "practices", "alone", "crossing"),
    [("ccg_region_2020_09", 6_708, 131, 3), ("icb_region_2023_24", 6_410, 101, 1)],
)
def test_hierarchies_are_whole(published_data: Path, name: str, practices: int, alone: int, crossing: int) -> None:
    """PCNs across two boards: three in September 2020, one in 2023/24 (U41591)."""
    path = published_data / f"organisations/practice_pcn_{name}.csv.gz"
    memberships, bodies = tiers.read_hierarchy(path, as_at=date(2023, 4, 1))
    assert MEMBERSHIPS.check(memberships.rows) + ORGANISATIONS.check(bodies.rows) == []
    assert bodies.rows.filter(pl.col("organisation_kind") == "practice").height == practices
    assert memberships.notes[0].startswith(f"{alone} practices")
    assert memberships.notes[1].count("U") == crossing
    assert "U41591" in memberships.notes[1]


def test_pct_and_board_lookups_are_whole(published_data: Path) -> None:
    _, bodies = tiers.read_pct_hierarchy(
        published_data / "deprivation/imd2010_by_practice_sha_pct.csv.gz", as_at=date(2010, 4, 1)
    )
    kinds = dict(bodies.rows["organisation_kind"].value_counts().iter_rows())
    assert (kinds["practice"], kinds["pct"], kinds["sha"]) == (8_231, 151, 10)
    boards, _ = tiers.read_sub_icb_lookup(
        published_data / "organisations/subicb_to_icb_lookup.xlsx", as_at=date(2022, 7, 1)
    )
    assert boards.rows.filter(pl.col("relation") == "sub_icb_icb").height == 106
    overlap = indicators.read_pct_ccg_overlap(published_data / "organisations/pct_ccg_overlap.csv")
    assert overlap.rows["pct_code"].n_unique() == 151
    assert overlap.rows.filter(pl.col("pct_code") == "5E1").rows() == [("5E1", "00K", 1.0)]


@pytest.mark.parametrize(
    ("quarter", "practices", "without"),
    [("2015_07-09", 7_785, 1_385), ("2015_10-12", 7_739, 0), ("2016_01-03", 7_705, 0)],
)
def test_list_sizes_hold_practices_with_patients(
    published_data: Path, quarter: str, practices: int, without: int
) -> None:
    read = list_sizes.read_list_sizes(
        published_data / f"lists/list_size_by_age_sex_{quarter}.csv.gz", as_at=date(2016, 1, 1)
    )
    assert (read.rows["practice_code"].n_unique(), REGISTERED_LISTS.check(read.rows)) == (practices, [])
    assert rules(read).get("nobody_on_the_list", 0) == without


def test_astro_pu_weights_start_from_a_boy_and_rise_past_eleven(published_data: Path) -> None:
    weights = list_sizes.read_astro_pu(published_data / "lists/ASTRO_PU_STAR_PU_weightings_2013.xlsx").rows
    male = weights.filter(pl.col("basis") == "cost", pl.col("version") == "2013", pl.col("sex") == "1").sort("age_band")
    assert male["astro_pu"][0] == 1
    assert male["astro_pu"][-1] > 11


def test_matched_prescribing_adds_up_to_its_own_totals(published_data: Path) -> None:
    path = published_data / "prescribing/practice_name_match_2019.csv.gz"
    rows = prescribing_spend.read_practice_name_match(path).rows
    totals = pl.read_csv(path, columns=["code", "total_cost"]).rename({"code": "practice_code"})
    added = rows.group_by("practice_code").agg(pl.col("net_ingredient_cost_pence").sum())
    out = added.join(totals, on="practice_code").select(
        (pl.col("net_ingredient_cost_pence") / 100 - pl.col("total_cost")).abs().max()
    )
    assert (rows["practice_code"].n_unique(), out.item() < 0.07) == (8_814, True)


def test_practice_spend_leaves_out_the_years_total(published_data: Path) -> None:
    read = prescribing_spend.read_practice_spend(
        published_data / "prescribing/practice_spend_by_month_2019.csv.gz", year=2019
    )
    assert (read.rows.height, read.rows["month"].n_unique()) == (607_964 - 49_410, 12)
    national = read.rows.filter(pl.col("part") == 0)["net_ingredient_cost_pence"].sum() / 100
    assert 8.5e9 < national < 9.0e9  # half of what the file's rows come to with the total counted twice


def test_tariff_prices_come_from_published_columns_only(published_data: Path) -> None:
    path = published_data / "tariff/admitted_care_tariff_2017_19.csv.gz"
    for year in ("2017-18", "2018-19"):
        read = tariff.read_tariff(path, financial_year=year)
        assert (read.rows.height, rules(read)) == (2 * (2_303 - 5), {"no_price": 5})
        assert TARIFF_PRICES.check(read.rows) == []
    elective = tariff.read_elective_prices(published_data / "tariff/reference_costs_2017_18_by_hrg.csv.gz", tariff=path)
    assert TARIFF_PRICES.check(elective.rows) == []
    tonsils = elective.rows.filter(pl.col("hrg_code") == "CA61Z")["price_pence"].to_list()
    assert min(tonsils) > 140_000  # the combined column says £603


def test_indicators_are_whole(published_data: Path) -> None:
    quality = indicators.read_practice_quality(published_data / "quality/practice_quality_2018_19.csv.gz")
    assert rules(quality) == {"not_a_practice": 33, "duplicate_key": 16}
    qof = indicators.read_qof_prevalence(published_data / "quality/qof_prevalence_2020_21.csv.gz").rows
    assert (qof.height, qof["register_code"].n_unique()) == (137_991, 21)
    activity = indicators.read_monthly_activity(
        published_data / "activity/monthly_activity_return_2012_04_to_2019_12.csv.gz"
    ).rows
    assert (activity.height, activity["month"].n_unique()) == (18_528, 93)
    trims = tariff.read_trim_points(published_data / "tariff/hrg_trimpoints.csv").rows
    costs = tariff.read_reference_costs(published_data / "tariff/reference_costs_2017_18_by_hrg.csv.gz").rows
    trusts = organisations.read_trusts(published_data / "organisations/trusts.csv").rows
    assert (trims.height, costs.height, trusts.height) == (2_312, 2_541, 214)
