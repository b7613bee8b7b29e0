"""Readers of published files on small made-up ones: each known defect of the real files is guarded here."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from pbc.errors import RefusedInput
from pbc.sources.published import indicators, list_sizes, organisations, prescribing_spend, tariff, tiers
from pbc.sources.published.reading import Published
from pbc.sources.published.weighted_populations import list_weighted, read_weighted_population, weight_columns
from pbc.tables import MEMBERSHIPS, ORGANISATIONS, PRACTICES, REGISTERED_LISTS, TARIFF_PRICES, WEIGHTED_LISTS


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    """Write lines as a CSV file and give its path."""

    def written(*lines: str, name: str = "made_up.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return written


def rules(published: Published) -> dict[str, int]:
    return dict(published.rejected["rule"].value_counts().iter_rows())


# weighted populations


def test_weighted_population_drops_totals_and_blank_rows_and_says_so(made_up_england: Path) -> None:
    read = read_weighted_population(made_up_england / "made_up_2018_19.csv", year="2018-19")
    assert (read.rows.height, rules(read)) == (60, {"not_a_practice": 2})
    assert "2 rows without a practice" in read.notes[0]


def test_weighted_population_refuses_rows_that_do_not_add_up_to_the_totals(made_up_england: Path) -> None:
    path = made_up_england / "made_up_2018_19.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:5] + lines[6:]) + "\n", encoding="utf-8")
    with pytest.raises(RefusedInput, match="own row of totals"):
        read_weighted_population(path, year="2018-19")


def test_weighted_population_refuses_a_practice_given_twice(made_up_england: Path) -> None:
    path = made_up_england / "made_up_2025_26.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[3]]) + "\n", encoding="utf-8")
    with pytest.raises(RefusedInput, match="row 62, column Practice_Code; found Z90003"):
        read_weighted_population(path, year="2025-26")


@pytest.mark.parametrize("cell", ["1,204", "£12", "n/a", "inf", "nan", "-5", ""])
def test_weighted_population_refuses_what_is_no_amount(made_up_england: Path, cell: str) -> None:
    path = made_up_england / "made_up_2025_26.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    cells = lines[1].split(",")
    path.write_text(
        "\n".join([lines[0], ",".join([*cells[:4], f'"{cell}"', *cells[5:]]), *lines[2:]]) + "\n", encoding="utf-8"
    )
    with pytest.raises(RefusedInput, match="row 2, column Population"):
        read_weighted_population(path, year="2025-26")


def test_weighted_population_refuses_the_other_years_layout(made_up_england: Path) -> None:
    with pytest.raises(RefusedInput, match="2018/19"):
        read_weighted_population(made_up_england / "made_up_2025_26.csv", year="2018-19")
    with pytest.raises(RefusedInput, match="2018-19 or 2025-26"):
        read_weighted_population(made_up_england / "made_up_2025_26.csv", year="2024-25")


def test_list_weighted_gives_the_hallways_table(made_up_england: Path) -> None:
    read = read_weighted_population(made_up_england / "made_up_2025_26.csv", year="2025-26")
    lists = list_weighted(read.rows, year="2025-26", source=read.source)
    assert WEIGHTED_LISTS.check(lists) == []
    assert lists["component"].n_unique() == 8
    assert weight_columns("2025-26")["Final WP"] == "overall_weighted_population"


# registers


def epraccur(code: str, status: str = "A", setting: str = "4") -> str:
    cells = [code, "MADE-UP SURGERY", "Y63", "QHM", *[""] * 5, "ZZ1 1ZZ", "19740401", "", status, "B", "16C"]
    return ",".join(f'"{cell}"' for cell in [*cells, *[""] * 10, setting, ""])


def test_practices_are_read_without_headings_and_dormant_ones_found(put: Callable[..., Path]) -> None:
    read = organisations.read_practices(
        put(epraccur("Z90001"), epraccur("Z90002", "D"), epraccur("Z90003", setting="9"))
    )
    assert PRACTICES.check(read.rows) == []
    assert read.rows.row(0, named=True)["opened_on"] == date(1974, 4, 1)
    dormant = organisations.find_dormant(read.rows, register="epraccur_2023_12")
    assert dormant.rows() == [("Z90002", "the register epraccur_2023_12")]


def test_practices_refuse_a_heading_row(put: Callable[..., Path]) -> None:
    with pytest.raises(RefusedInput, match=r"made_up\.csv"):
        organisations.read_practices(put(",".join(f"column {at}" for at in range(27)), epraccur("Z90001")))


def test_membership_history_turns_last_days_into_first_days_after(put: Callable[..., Path]) -> None:
    read = organisations.read_membership_history(
        put('"Z90001","5NR","W","20061001","20130331","0"', '"Z90001","02A","W","20130401","","0"',
            '"Z90002","5NR","W","20130401","20130331","0"')
    )  # fmt: skip
    assert MEMBERSHIPS.check(read.rows) == []
    assert read.rows.select("parent_code", "ends_before").rows() == [
        ("02A", date(9999, 12, 31)),
        ("5NR", date(2013, 4, 1)),
    ]
    assert rules(read) == {"ends_before_start": 1}


def test_trusts_read_na_as_still_open(put: Callable[..., Path]) -> None:
    heading = "Trust_ODS_Code,Trust_Name,ICB_Code,Open_date,Close_date"
    read = organisations.read_trusts(put(heading, "ZR1,Made-up Trust,ZI1,2017-10-01,NA"))
    assert ORGANISATIONS.check(read.rows) == []
    assert read.rows.row(0, named=True)["closed_on"] is None


LABELS_2020 = ("PRACTICE_CODE,PRACTICE_NAME,PCN_CODE,PCN_NAME,CCG_CODE,CCG_NAME,STP_CODE,STP_NAME,COMM_REGION_CODE,"
               "COMM_REGION_NAME")  # fmt: skip
LABELS_2023 = ("PRACTICE_CODE,PRACTICE_NAME,PCN_ODS_CODE,PCN_NAME,CCG_ODS_CODE,CCG_NAME,STP_ODS_CODE,STP_NAME,"
               "REGION_ODS_CODE,REGION_NAME")  # fmt: skip
TIERS = ("Z90001,One,U1,First PCN,16C,Sub,ZI1,First ICB,ZR1,Region", "Z90002,Two,U1,First PCN,16D,Sub,ZI2,Second ICB,ZR1,Region",
         "Z90003,Three,U,,16C,Sub,ZI1,First ICB,ZR1,Region")  # fmt: skip


@pytest.mark.parametrize("labels", [LABELS_2020, LABELS_2023])
def test_hierarchy_reads_each_years_labels_alike(put: Callable[..., Path], labels: str) -> None:
    memberships, bodies = tiers.read_hierarchy(put(labels, *TIERS), as_at=date(2023, 4, 1))
    assert MEMBERSHIPS.check(memberships.rows) == []
    assert ORGANISATIONS.check(bodies.rows) == []
    pcns = memberships.rows.filter(pl.col("relation") == "practice_pcn")
    assert pcns["member_code"].to_list() == ["Z90001", "Z90002"]  # U is no network
    assert memberships.notes == (
        "1 practices are in no primary care network.",
        "PCNs with practices of two integrated care boards: U1.",
    )


def test_pct_hierarchy_joins_practices_pcts_and_shas(put: Callable[..., Path]) -> None:
    heading = "SHA code,SHA name,PCT code,PCT name,Practice code,Practice name,IMD 2010"
    path = put(heading, "ZQ1,Made-up SHA,ZP1,Made-up PCT,Z90001,One,27.77")
    memberships, bodies = tiers.read_pct_hierarchy(path, as_at=date(2010, 4, 1))
    assert memberships.rows.select("member_code", "parent_code", "relation").rows() == [
        ("Z90001", "ZP1", "practice_commissioner"),
        ("ZP1", "ZQ1", "commissioner_region"),
    ]
    assert set(bodies.rows["organisation_kind"]) == {"practice", "pct", "sha"}
    assert indicators.read_practice_deprivation(path).rows["deprivation_score"].to_list() == [27.77]


def workbook(path: Path, sheet: str, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_sub_icb_lookup_reads_headings_with_stray_spaces(tmp_path: Path) -> None:
    heading = [
        "Sub ICB Location ODS Code ",
        "Sub ICB Location Name ",
        "ICB Code",
        "Integrated Care Board Name ",
        "Region Code",
        "Region Name",
    ]
    path = workbook(tmp_path / "lookup.xlsx", "lookup", [heading, ["16C", "Sub", "ZI1", "Board", "ZR1", "Region"]])
    memberships, bodies = tiers.read_sub_icb_lookup(path, as_at=date(2022, 7, 1))
    assert (memberships.rows.height, bodies.rows.height) == (2, 3)
    with pytest.raises(RefusedInput, match="columns needed"):
        tiers.read_sub_icb_lookup(workbook(tmp_path / "other.xlsx", "x", [["a", "b"]]), as_at=date(2022, 7, 1))


def test_workbooks_without_the_sheet_or_any_row_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "empty.xlsx", "other", [])
    with pytest.raises(RefusedInput, match="lacks a sheet"):
        list_sizes.read_astro_pu(path)
    with pytest.raises(RefusedInput, match="empty"):
        tiers.read_sub_icb_lookup(path, as_at=date(2022, 7, 1))


def test_workbooks_that_are_none_are_refused(put: Callable[..., Path]) -> None:
    with pytest.raises(RefusedInput, match="cannot be read as a workbook"):
        tiers.read_sub_icb_lookup(put("a,b", name="broken.xlsx"), as_at=date(2022, 7, 1))


def test_pct_overlap_puts_back_a_code_a_spreadsheet_took_for_a_number(put: Callable[..., Path]) -> None:
    """5E1 (Stockton-on-Tees) stands as 5.00E+01 in the published file; its columns without a heading are empty."""
    read = indicators.read_pct_ccg_overlap(put("PCT_Code,00K,02A,", "5.00E+01,99%,1%,", "5NR,0%,100%,"))
    assert read.rows.rows() == [("5E1", "00K", 0.99), ("5E1", "02A", 0.01), ("5NR", "02A", 1.0)]
    assert "5.00E+01" in read.notes[0]
    with pytest.raises(RefusedInput, match="row 2, column 00K; found half"):
        indicators.read_pct_ccg_overlap(put("PCT_Code,00K", "5NR,half"))
    with pytest.raises(RefusedInput, match="PCT_Code"):
        indicators.read_pct_ccg_overlap(put("a,b", "1,2"))


# lists and prescribing

BANDS = [
    f"{sex} {band}"
    for band in ("0-4", "5-14", "15-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+")
    for sex in ("Male", "Female")
]


def test_list_sizes_leave_out_centres_without_patients_and_codes_of_pcts(put: Callable[..., Path]) -> None:
    heading = ",".join(["PCO Name", "PCO Code", "Practice Name", "Practice Code", *BANDS])
    people = ",".join(str(at) for at in range(1, 19))
    read = list_sizes.read_list_sizes(
        put(heading, f"A CCG,02A00,One,Z90001,{people}", f"A COUNCIL,11200,Two,Z90002,{people}",
            f"A CCG,02A00,Centre,Z90003,{','.join(['0'] * 18)}", f"A PCT,5NR00,A PCT,5NR00,{people}"),
        as_at=date(2016, 1, 1),
    )  # fmt: skip
    assert REGISTERED_LISTS.check(read.rows) == []
    assert read.rows["patients_count"].sum() == 2 * sum(range(1, 19))
    first = read.rows.filter(pl.col("age_band") == "00-04", pl.col("practice_code") == "Z90001")
    assert first.select("sex", "patients_count").rows() == [("1", 1), ("2", 2)]
    assert rules(read) == {"nobody_on_the_list": 1, "not_a_practice": 1}
    assert read.notes == ("Not under a CCG: Z90002 under A COUNCIL.",)


def test_astro_pu_reads_both_bases_and_versions(tmp_path: Path) -> None:
    bands = ["0-4", "05-14", "15-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+"]
    rows: list[list[Any]] = []
    for basis in ("Cost-based", "Item-based"):
        rows += [
            [basis],
            ["ASTRO PU 2013", None, None, None, "ASTRO PU 2009"],
            ["Age Band", "Male", "Female", None, "Age Band"],
        ]
        rows += [[band, 1.0 + at, 0.5 + at, None, band, 2.0 + at, 3.0 + at] for at, band in enumerate(bands)]
    read = list_sizes.read_astro_pu(workbook(tmp_path / "weights.xlsx", "ASTRO-PUs", rows))
    assert set(read.rows["age_band"]) == set(list_sizes.age_bands())
    old = read.rows.filter(pl.col("basis") == "cost", pl.col("version") == "2009", pl.col("age_band") == "75+")
    assert old.select("sex", "astro_pu").rows() == [("1", 10.0), ("2", 11.0)]
    with pytest.raises(RefusedInput, match="not laid out"):
        list_sizes.read_astro_pu(workbook(tmp_path / "cut.xlsx", "ASTRO-PUs", rows[:8]))


def test_practice_spend_never_counts_the_years_total_beside_its_months(put: Callable[..., Path]) -> None:
    heading = "total_cost,name,longitude,latitude,month,part"
    place = "MADE-UP SURGERY,-0.1,51.5"
    read = prescribing_spend.read_practice_spend(
        put(heading, f"10.129999,{place},01,0", f"3.00,{place},01,1", f"10.129999,{place},All,0", f"1.00,{place},13,0"),
        year=2019,
    )
    assert read.rows.select("month", "part", "net_ingredient_cost_pence").rows() == [
        (201901, 0, 1013),
        (201901, 1, 300),
    ]
    assert rules(read) == {"not_a_month": 1}
    assert read.notes[0].startswith("1 rows of the year's total")


def test_practice_name_match_says_how_many_were_matched_by_name_alone(put: Callable[..., Path]) -> None:
    heading = ",".join(
        ["code", "name", "ccg", "total_cost", "match", *(f"m2019_{month:02d}" for month in range(1, 13))]
    )
    months = ",".join(["1.005", *["2.00"] * 10, ""])
    read = prescribing_spend.read_practice_name_match(
        put(heading, f"Z90001,One,ZP1,21.01,name+location,{months}", f"Z90002,Two,ZP1,21.01,unique name only,{months}")
    )
    assert read.rows.height == 22
    assert read.rows.row(0)[-2:] == (201901, 100)  # half a penny as published, to the even penny below a binary half
    assert read.notes == ("1 of 2 practices were matched by their name alone, without their place.",)


# prices and indicators

TARIFF = ("HRG code,HRG_name,Combined_2017,Combined_2018,Ordinary elective long stay trim point (days),NON_2017,non_2018,"
          "Non-elective long stay trim point (days),Per day long stay payment (for days exceeding trim point) (£),"
          "HRG Chapter Description,HRG Subchapter Description")  # fmt: skip
COSTS = "hrg,EL_n,EL_uc,DC_n,DC_uc,NEL_n,NEL_uc,NES_n,NES_uc,EL_XS_n,EL_XS_uc,NEL_XS_n,NEL_XS_uc"


def test_tariff_never_gives_an_elective_price_from_the_combined_column(put: Callable[..., Path]) -> None:
    """The combined price of this copy is about half where an HRG has separate prices, so no year and HRG may use it."""
    path = put(
        TARIFF, "ZZ01A,Made up,111.0,112.0,5.0,3000.0,3100.0,20.0,230.0,C,S", "ZZ02Z,No price,111,112,5,0,0,20,230,C,S"
    )
    costs = put(COSTS, "ZZ01A,10,900.5,20,450.254,5,1,5,1,,,,", "ZZ03Z,0,,3,10,,,,,,,,", name="costs.csv")
    read = tariff.read_tariff(path, financial_year="2018-19")
    assert TARIFF_PRICES.check(read.rows) == []
    assert read.rows.select("hrg_code", "point_of_delivery", "price_pence", "trim_point_days").rows() == [
        ("ZZ01A", "NEL", 310_000, 20),
        ("ZZ01A", "NELNE", 310_000, 20),
    ]
    assert rules(read) == {"no_price": 1}
    elective = tariff.read_elective_prices(costs, tariff=path)
    assert TARIFF_PRICES.check(elective.rows) == []
    assert elective.rows.select("hrg_code", "point_of_delivery", "price_pence", "trim_point_days").rows() == [
        ("ZZ01A", "DC", 45_025, 5),
        ("ZZ01A", "EL", 90_050, 5),
        ("ZZ03Z", "DC", 1_000, None),
    ]
    assert 11_200 not in [*read.rows["price_pence"], *elective.rows["price_pence"]]
    assert "mean unit cost" in elective.rows["source"][0]
    assert set(elective.rows["financial_year"]) == {"2017-18"}


def test_tariff_of_one_year_prices_no_other(put: Callable[..., Path]) -> None:
    with pytest.raises(RefusedInput, match="2019-20"):
        tariff.read_tariff(put(TARIFF), financial_year="2019-20")


def test_trim_points_read_a_dash_as_none(put: Callable[..., Path]) -> None:
    read = tariff.read_trim_points(put("sushrg,elective,emergency", "ZZ01A,5,20", "ZZ02A,5,-"))
    assert read.rows["non_elective_trim_point_days"].to_list() == [20, None]


def test_reference_costs_leave_settings_never_counted_empty(put: Callable[..., Path]) -> None:
    read = tariff.read_reference_costs(put(COSTS, "ZZ01A,10,900.5,,,5,1,5,1,,,,"))
    assert read.rows.row(0, named=True)["day_case_count"] is None


def test_practice_quality_takes_each_practice_once_and_no_nation(put: Callable[..., Path]) -> None:
    heading = (
        "code,pct,list_size,TOTAL_PATIENTS,TOTAL_GP_FTE,QOF_TOTAL,% who have a positive experience of their GP practice,"
        "% with a long-standing health condition,% aged 65+ years,% aged under 18 years,Deprivation score (IMD 2015),SINGLE_HANDED"
    )
    read = indicators.read_practice_quality(
        put(heading, "Z90001,ZP1,100,,,,,,,,,", "Z90001,ZP1,999,,,,,,,,,", "E92000001,,,,,,,,,,,")
    )  # fmt: skip
    assert read.rows["list_size"].to_list() == [100.0]
    assert rules(read) == {"duplicate_key": 1, "not_a_practice": 1}


def test_qof_prevalence_refuses_a_register_given_twice(put: Callable[..., Path]) -> None:
    heading = "PRACTICE_CODE,GROUP_CODE,REGISTER,PATIENT_LIST_TYPE,PRACTICE_LIST_SIZE"
    assert indicators.read_qof_prevalence(put(heading, "Z90001,AF,9,TOTAL,100")).rows.height == 1
    with pytest.raises(RefusedInput, match="Z90001 AF"):
        indicators.read_qof_prevalence(put(heading, "Z90001,AF,9,TOTAL,100", "Z90001,AF,8,TOTAL,100"))


ACTIVITY = ("period,SHA Code,Org Code,Org Name,Elective G&A Ordinary Admissions (FFCEs),Elective G&A Daycase Admissions (FFCEs),"
            "Elective G&A Total Admissions (FFCEs),Total Non-elective G&A Admissions (FFCEs),GP Referrals Made (All specialties),"
            "GP Referrals Made (G&A),Other Referrals Made (G&A),All 1st Outpatient Attendances (G&A)")  # fmt: skip


def test_monthly_activity_reads_both_eras_and_refuses_a_body_twice(put: Callable[..., Path]) -> None:
    row = "2012-04,ZQ1,ZP1,MADE-UP PCT,1,2,3,4,5,6,7,8"
    read = indicators.read_monthly_activity(put(ACTIVITY, row, row.replace("2012-04,ZQ1,ZP1", "2013-04,,ZC1")))
    assert read.rows.select("month", "commissioner_code", "elective_count").rows() == [
        (201204, "ZP1", 3),
        (201304, "ZC1", 3),
    ]
    with pytest.raises(RefusedInput, match="twice in a month"):
        indicators.read_monthly_activity(put(ACTIVITY, row, row))
