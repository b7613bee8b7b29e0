"""Pooled lines and allocations on pages: both owners of a line read it, nobody else; sums to the penny; empty says how they come in."""

import csv
from collections.abc import Callable
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.web.ledger.test_reading import links_in, pence, rows_of

from pbc.flows.allocations import keep_allocations
from pbc.flows.pooled_lines import keep_pooled_lines
from pbc.results import Store

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
LINES = """line_code,line_name,owner_code,owner_kind,year_starts_month,contribution_share,risk_share,from,to,signed_by,signed_on
BEDS,Community beds,ZPA,nhs,4,0.6,0.5,2025-04-01,2026-03-31,A director,2025-03-20
BEDS,Community beds,ZLA,local_authority,1,0.4,0.5,2025-04-01,2026-03-31,A treasurer,2025-03-20
HOME,Care at home,ZPA,nhs,4,,,,,,
HOME,Care at home,ZLA,local_authority,4,,,,,,
SOLO,Of the other world,ZPB,nhs,4,,,,,,
SOLO,Of the other world,ZLB,local_authority,4,,,,,,
"""
SPENT = "line_code,month,owner_code,budget_pounds,spent_pounds\n" + "".join(
    f"{line},{month},{owner},{budget},{spent}\n"
    for line, owners in (("BEDS", ("ZPA", "ZLA")), ("HOME", ("ZPA", "ZLA")), ("SOLO", ("ZPB", "ZLB")))
    for month, over in (("2025-12", 100.5), ("2026-01", -40))
    for owner, budget, spent in ((owners[0], 1000, 1000 + over), (owners[1], 500, 500))
)
PATHS = """commissioner_code,year,opening_pounds,target_pounds,growth,rule,rule_share
ZPA,2025-26,1000000,1040000,0.02,convergence_rate,0.005
ZPA,2026-27,,1080000,0.03,share_of_distance,0.25
ZPB,2025-26,500000,480000,0.02,growth_only,
"""


@pytest.fixture
def kept(settings: Any, tmp_path: Path, place: Any) -> Any:
    """The files of both worlds, kept under today's rules."""
    settings.PBC_STORE, settings.PBC_REGIME = tmp_path / "store", "england-2025"
    for name, text in (("lines", LINES), ("spending", SPENT), ("paths", PATHS)):
        (tmp_path / f"{name}.csv").write_text(text)
    store = Store(settings.PBC_STORE)
    keep_pooled_lines(store, lines=tmp_path / "lines.csv", spending=tmp_path / "spending.csv", regime="england-2025")
    keep_allocations(store, tmp_path / "paths.csv", regime="england-2025")
    return place


def page(client: Client, view: str) -> str:
    answer = client.get(reverse(f"ledger:{view}"))
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_both_owners_read_the_line_and_what_they_bear_is_what_was_spent(kept: Any, sign_in: SignIn) -> None:
    """£60.50 over in all: half each; £900 and £600 of the pool's £1,500 a month are put in by 60 and 40 per cent."""
    told = page(sign_in("joint_manager"), "pooled_lines")
    assert told.count("Not signed") == 2
    months = rows_of(told, "months-beds")
    assert len(months) == 4
    for first, second in ((0, 1), (2, 3)):
        assert sum(pence(months[at][5]) for at in (first, second)) == sum(
            pence(months[at][2]) for at in (first, second)
        )
        assert sum(pence(months[at][6]) for at in (first, second)) == 0
    standing = {row[0]: row for row in rows_of(told, "standing-beds")}
    assert standing["PCT A"][2:5] == ["1 April 2025", "£1,830.25", "−£230.25"]
    assert standing["Council A"][2:4] == ["1 January 2026", "£580.00"]
    assert standing["PCT A"][5] == "Is paid £230.25 by the other owners"
    assert {row[7] for row in rows_of(told, "months-home")} == {"Each its own"}
    assert rows_of(page(sign_in("finance_manager"), "pooled_lines"), "standing-beds") == list(standing.values())


def test_nobody_reads_a_line_of_others_by_page_file_or_figure(kept: Any, sign_in: SignIn) -> None:
    ours, theirs = sign_in("joint_manager"), sign_in("joint_manager", world="B")
    assert "Of the other world" not in page(ours, "pooled_lines")
    links = links_in(page(theirs, "pooled_lines"))
    assert links
    assert {theirs.get(link).status_code for link in links} == {200}
    assert {ours.get(link).status_code for link in links} == {404}
    text = ours.get(reverse("ledger:pooled_file", args=["csv"]) + "?table=months-solo")
    assert text.status_code == 404
    paths = links_in(page(sign_in("finance_manager"), "allocations"))
    assert {sign_in("finance_manager", world="B").get(link).status_code for link in paths} == {404}
    assert ours.get(reverse("ledger:allocations")).status_code == 403


def test_every_number_leads_to_parts_that_add_up(kept: Any, sign_in: SignIn) -> None:
    client = sign_in("finance_manager")
    for view, least in (("pooled_lines", 40), ("allocations", 10)):
        links = links_in(page(client, view))
        assert len(links) >= least
        answers = [client.get(link) for link in links]
        assert {each.status_code for each in answers} == {200}
        assert any(b"The parts add up to it exactly" in each.content for each in answers)
        assert not any(b"The parts miss it" in each.content for each in answers)


def test_allocations_walk_to_their_target_from_what_was_read(kept: Any, sign_in: SignIn) -> None:
    told = page(sign_in("board_member"), "allocations")
    rows = rows_of(told, "path-zpa")
    assert [row[0] for row in rows] == ["2025/26", "2026/27"]
    for row in rows:
        assert sum(pence(cell) for cell in row[1:4]) == pence(row[4])
    assert pence(rows[0][4]) == pence(rows[1][1]) == 1_025_000_00
    assert "read from paths.csv" in told
    assert 'id="table-path-zpb"' not in told
    assert 'id="table-path-zpa"' in page(sign_in("performance_manager"), "allocations")


@pytest.mark.parametrize(("view", "first"), [("pooled", "owners-beds"), ("allocation", "path-zpa")])
def test_tables_are_files(view: str, first: str, kept: Any, sign_in: SignIn) -> None:
    client = sign_in("contracts_manager")
    book = client.get(reverse(f"ledger:{view}_file", args=["xlsx"])).content
    assert openpyxl.load_workbook(BytesIO(book)).sheetnames[:2] == ["Cover", first]
    rows = list(csv.reader(client.get(reverse(f"ledger:{view}_file", args=["csv"])).content.decode().splitlines()))
    assert len(rows) == 3


def test_where_nothing_is_kept_pages_say_how_it_comes_in(
    settings: Any, tmp_path: Path, place: Any, sign_in: SignIn
) -> None:
    settings.PBC_STORE = tmp_path
    client = sign_in("joint_manager")
    assert "pbc pooled-lines LINES SPENDING --out FILE --keep" in page(client, "pooled_lines")
    assert "pbc allocations FILE --out FILE --keep" in page(sign_in("board_member"), "allocations")
    bare = client.get(reverse("ledger:pooled_figure"))
    assert (bare.status_code, bare.url) == (302, reverse("ledger:pooled_lines"))
    for view, query in (("pooled_figure", "?id=x"), ("pooled_file", "")):
        args = ["csv"] if view.endswith("file") else []
        assert client.get(reverse(f"ledger:{view}", args=args) + query).status_code == 404


def test_pages_ask_the_database_alike_however_many_lines_there_are(kept: Any, sign_in: SignIn) -> None:
    counts = []
    for world in "AB":  # two lines, and one
        client = sign_in("joint_manager", world=world)
        page(client, "pooled_lines")
        with CaptureQueriesContext(connection) as asked:
            page(client, "pooled_lines")
        counts.append(len(asked))
    assert counts[0] == counts[1]
