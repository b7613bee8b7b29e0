"""`pbc fair-shares` and `pbc statement --published` as people run them, on made-up and on published files."""

import csv
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from pbc.errors import Fault
from pbc.results import Store
from pbc_cli import fair_shares
from pbc_cli.published_statement import state_published

HEADINGS = ["practice_code", "commissioner_code", "registered_population", "target_pence", "need_index_england",
            "need_index_commissioner"]  # fmt: skip


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        fair_shares.command, [*arguments, "--published", str(folder), "--store", str(folder / "store")]
    )


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_fair_shares_of_the_published_total_are_written_in_order_and_published(made_up_england: Path) -> None:
    out = made_up_england / "out" / "shares.csv"
    result = run(made_up_england, "--year", "2018-19", "--out", str(out))
    assert result.exit_code == 0, result.output
    rows = rows_of(out)
    assert list(rows[0]) == HEADINGS
    assert [row["practice_code"] for row in rows] == sorted(row["practice_code"] for row in rows)
    assert "Source: NHS England, allocations 2018/19" in result.output
    kept = Store(made_up_england / "store").current("fair-shares/2018-19")
    lines = kept.frame("budget_lines")
    assert lines["amount_pence"].sum() == sum(int(row["target_pence"]) for row in rows)
    assert list(kept.receipt.inputs) == ["made_up_2018_19.csv"]


def test_fair_shares_of_a_resource_sum_to_it(made_up_england: Path) -> None:
    out = made_up_england / "shares.csv"
    result = run(made_up_england, "--year", "2025-26", "--resource-pounds", "£1,234,567.89", "--out", str(out))
    assert result.exit_code == 0, result.output
    assert sum(int(row["target_pence"]) for row in rows_of(out)) == 123_456_789
    assert {row["commissioner_code"] for row in rows_of(out)} == {"ZI1", "ZI2"}


def test_fair_shares_of_pots_are_summed_to_neighbourhoods_and_inert(made_up_england: Path) -> None:
    pots, places, out = (made_up_england / name for name in ("pots.csv", "places.csv", "by_place.csv"))
    pots.write_text(
        "pot,commissioner_code,weighted_population,pounds\ncore,ZI1,Final WP,1000\nprimary,ZI1,Final PMC WP,10.01\n"
    )
    lines = [f"Z{90001 + at},{'=cmd()' if at % 4 else 'Northside'},2024-04-01," for at in range(0, 40, 2)]
    places.write_text(
        "practice_code,neighbourhood,from,to\n" + "\n".join([*lines, "Z99999,Northside,2024-04-01,"]) + "\n"
    )
    result = run(
        made_up_england, "--year", "2025-26", "--pots", str(pots), "--neighbourhoods", str(places), "--out", str(out)
    )
    assert result.exit_code == 0, result.output
    rows = rows_of(out)
    assert {row["neighbourhood"] for row in rows} == {"Northside", "'=cmd()", "unassigned"}
    for pot, pence in (("core", 100_000), ("primary", 1_001)):
        assert sum(int(row["amount_pence"]) for row in rows if row["pot"] == pot) == pence
    listed = rows_of(out.with_name("by_place-exceptions.csv"))
    assert [row["practice_code"] for row in listed if row["list"] == "unmatched"] == ["Z99999"]
    assert len([row for row in listed if row["list"] == "unassigned"]) == 10
    assert "dormant practices are not known" in result.output
    by_practice = rows_of(out.with_name("by_place-practices.csv"))
    assert sum(int(row["amount_pence"]) for row in by_practice) == 101_001


def test_fair_shares_of_pots_list_practices_dormant_in_the_register(made_up_england: Path) -> None:
    cells = ["Z90001", "X", "", "", *[""] * 5, "", "19740401", "", "D", "B", "ZI1", *[""] * 10, "4", ""]
    (made_up_england / "epraccur_2023_12.csv").write_text(",".join(f'"{cell}"' for cell in cells) + "\n")
    pots, places, out = (made_up_england / name for name in ("pots.csv", "places.csv", "by_place.csv"))
    pots.write_text("pot,commissioner_code,weighted_population,pounds\ncore,ZI1,Final WP,1000\n")
    places.write_text("practice_code,neighbourhood,from,to\nZ90001,Northside,2024-04-01,\n")
    wanted = ["--year", "2025-26", "--pots", str(pots), "--neighbourhoods", str(places), "--out", str(out)]
    result = run(made_up_england, *wanted, "--on", "2025-10-01")
    assert "Neighbourhoods as at 2025-10-01" in result.output
    dormant = [row for row in rows_of(out.with_name("by_place-exceptions.csv")) if row["list"] == "dormant"]
    assert [(row["practice_code"], row["neighbourhood"]) for row in dormant] == [("Z90001", "Northside")]
    assert "epraccur_2023_12.csv" in dormant[0]["reason"]


def test_pots_stand_as_then_or_as_now_across_a_merger(made_up_england: Path) -> None:
    """Given boards that merge on 1 April 2026, then each pot is theirs before that day and one from it on, with the same sum."""
    codes = ["ZI1", "ZI2"]
    pots, places, changes, out = (
        made_up_england / name for name in ("pots.csv", "places.csv", "changes.csv", "by_place.csv")
    )
    pots.write_text(
        "pot,commissioner_code,weighted_population,pounds\n"
        + "".join(f"core,{code},Final WP,1000.01\n" for code in codes)
    )
    places.write_text("practice_code,neighbourhood,from,to\nZ90001,Northside,2024-04-01,\n")
    changes.write_text("old_code,new_code,on,share\n" + "".join(f"{code},ZI9,2026-04-01,\n" for code in codes))
    wanted = ["--year", "2025-26", "--pots", str(pots), "--neighbourhoods", str(places), "--out", str(out)]
    for day, standing in (("2026-03-31", set(codes)), ("2026-04-01", {"ZI9"})):
        result = run(made_up_england, *wanted, "--changes", str(changes), "--on", day)
        assert result.exit_code == 0, result.output
        rows = rows_of(out)
        assert {row["commissioner_code"] for row in rows} == standing
        assert sum(int(row["amount_pence"]) for row in rows) == 200_002
        assert f"Organisations as at {day}, by changes.csv" in result.output


def test_pots_of_a_board_that_was_split_go_where_its_practices_are(made_up_england: Path) -> None:
    """Given ZI1 split in two, then money goes by the shares and practices by the memberships; without these it is refused."""
    pots, places, changes, members, out = (
        made_up_england / name for name in ("pots.csv", "places.csv", "changes.csv", "members.csv", "by_place.csv")
    )
    pots.write_text("pot,commissioner_code,weighted_population,pounds\ncore,ZI1,Final WP,1000.01\n")
    places.write_text("practice_code,neighbourhood,from,to\nZ90001,Northside,2024-04-01,\n")
    changes.write_text("old_code,new_code,on,share\nZI1,ZI8,2026-04-01,0.25\nZI1,ZI9,2026-04-01,0.75\n")
    wanted = ["--year", "2025-26", "--pots", str(pots), "--neighbourhoods", str(places), "--out", str(out)]
    assert run(made_up_england, *wanted).exit_code == 0
    practices = sorted({row["practice_code"] for row in rows_of(out.with_name("by_place-practices.csv"))})
    assert len(practices) > 1
    part_of = {code: f"ZI{8 + at % 2}" for at, code in enumerate(practices)}
    members.write_text("member_code,parent_code,relation,starts_on,ends_before\n" + "".join(
        f"{code},{part},practice_commissioner,2026-04-01,9999-12-31\n" for code, part in part_of.items()
    ))  # fmt: skip
    split = [*wanted, "--changes", str(changes), "--on", "2026-04-01"]
    assert "A commissioner was split" in str(run(made_up_england, *split).exception)
    done = run(made_up_england, *split, "--memberships", str(members))
    assert done.exit_code == 0, done.output
    rows = rows_of(out.with_name("by_place-practices.csv"))
    assert {row["practice_code"]: row["commissioner_code"] for row in rows} == part_of
    sums = {
        part: sum(int(row["amount_pence"]) for row in rows if part_of[row["practice_code"]] == part)
        for part in ("ZI8", "ZI9")
    }
    assert sums == {"ZI8": 25_000, "ZI9": 75_001}


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["--year", "2025-26"], "--resource-pounds"),
        (["--year", "2016-17"], "2018-19 or 2025-26"),
        (["--year", "2025-26", "--resource-pounds", "lots"], "not an amount"),
        (["--year", "2025-26", "--resource-pounds", "-5"], "nothing to share"),
        (["--year", "2025-26", "--resource-pounds", "0"], "nothing to share"),
    ],
)
def test_fair_shares_refuse_what_cannot_be_shared(made_up_england: Path, arguments: list[str], told: str) -> None:
    out = made_up_england / "none.csv"
    result = run(made_up_england, *arguments, "--out", str(out))
    assert isinstance(result.exception, Fault)
    assert told in str(result.exception)
    assert not out.exists()


def test_fair_shares_refuse_a_place_that_cannot_be_written(made_up_england: Path) -> None:
    (made_up_england / "taken").write_text("a file, not a folder")
    result = run(made_up_england, "--year", "2018-19", "--out", str(made_up_england / "taken" / "shares.csv"))
    assert isinstance(result.exception, Fault)
    assert "cannot be written" in str(result.exception)


def test_fair_shares_refuse_pots_without_neighbourhoods_or_beside_a_resource(made_up_england: Path) -> None:
    pots = made_up_england / "pots.csv"
    pots.write_text("pot,commissioner_code,weighted_population,pounds\n")
    wanted = ["--year", "2025-26", "--out", str(made_up_england / "none.csv"), "--pots", str(pots)]
    assert "go together" in str(run(made_up_england, *wanted).exception)
    beside = [*wanted, "--neighbourhoods", str(pots), "--resource-pounds", "5"]
    assert "how much to share" in str(run(made_up_england, *beside).exception)


@pytest.mark.published
def test_fair_shares_of_2018_are_within_a_pound_for_every_practice(published_data: Path, tmp_path: Path) -> None:
    out = tmp_path / "shares.csv"
    arguments = [
        "--published",
        str(published_data),
        "--year",
        "2018-19",
        "--out",
        str(out),
        "--store",
        str(tmp_path / "s"),
    ]
    result = CliRunner().invoke(fair_shares.command, arguments)
    assert result.exit_code == 0, result.output
    rows = rows_of(out)
    assert (len(rows), sum(int(row["target_pence"]) for row in rows)) == (7_325, 7_415_112_861_821)
    seen = next(row for row in rows if row["practice_code"] == "A83005")
    assert (seen["commissioner_code"], seen["target_pence"]) == ("00C", "1674550797")
    assert (round(float(seen["need_index_england"]), 3), round(float(seen["need_index_commissioner"]), 3)) == (
        1.127,
        1.040,
    )


def spending(folder: Path) -> None:
    months = [f"m2019_{month:02d}" for month in range(1, 13)]
    lines = [",".join(["code", "name", "ccg", "total_cost", "match", *months])]
    for at in range(60):
        cost = [f"{1000 + at * 7 + month}.50" for month in range(12)]
        lines.append(
            f"Z{90001 + at},Surgery {at},ZC{at % 3 + 1},1,{'name+location' if at % 5 else 'unique name only'},{','.join(cost)}"
        )
    lines.append(f"Z99999,WALK-IN,ZC1,1,name+location,{','.join(['5.00'] * 12)}")
    (folder / "spending.csv").write_text("\n".join(lines) + "\n")


def test_published_statement_names_practices_whose_prescribing_is_not_known(made_up_england: Path) -> None:
    spending(made_up_england)
    file = made_up_england / "spending.csv"
    file.write_text("\n".join(line for line in file.read_text().splitlines() if not line.startswith("Z90004,")) + "\n")
    paths = state_published(made_up_england, commissioner_code="ZC1", year=2019, out=made_up_england / "out")
    assert "could not be matched: Made-up Surgery 3 (Z90004)" in paths[0].read_text(encoding="utf-8")
    practices = rows_of(paths[2])
    assert (len(practices), sum(int(row["variance_pence"]) for row in practices)) == (19, 0)
    heading, *rest = file.read_text().splitlines()
    file.write_text("\n".join([heading, rest[-1]]) + "\n")
    with pytest.raises(Fault, match="None of this commissioner"):
        state_published(made_up_england, commissioner_code="ZC1", year=2019, out=made_up_england / "out")


def test_published_statement_is_written_as_page_workbook_and_csv(made_up_england: Path) -> None:
    spending(made_up_england)
    paths = state_published(made_up_england, commissioner_code="ZC1", year=2019, out=made_up_england / "out")
    assert [path.suffix for path in paths] == [".html", ".xlsx", ".csv", ".csv"]
    page = paths[0].read_text(encoding="utf-8")
    assert page.count("<h1") == 1
    assert "no financial year" in page.lower().replace("no\nfinancial", "no financial")
    assert "WALK-IN (Z99999), £60" in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "").replace("http://www.w3.org/1999/xlink", "")
    practices, months = rows_of(paths[2]), rows_of(paths[3])
    assert (len(practices), len(months)) == (20, 240)
    assert sum(int(row["variance_pence"]) for row in practices) == 0
    assert {(row["prescribing_period"], row["need_year"]) for row in months} == {("calendar 2019", "2018/19")}
    book = openpyxl.load_workbook(paths[1])
    assert book.sheetnames == ["Notes", "By practice", "By month"]
    assert [cell.value for cell in book["By practice"][1]][:2] == ["practice_code", "practice_name"]
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)
