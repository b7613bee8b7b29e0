"""Figures of groups, commissioners, regions and hospitals explain themselves, and lead nobody to a practice that is not theirs."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.web.statements.published import AT, Stated

from pbc.results import Figure
from pbc_web.runs.explaining import Named
from pbc_web.statements import shown
from pbc_web.statements.doors import Opening, door_of, of_hospital
from pbc_web.statements.models import Publication

pytestmark = pytest.mark.django_db
OTHERS = re.compile(r"Surgery Z9000[234]|ZA000[23]|ZB0001")
SUMS_ONLY = ("gp", "board_member", "patient_representative", "performance_manager", "public_health")


def links_in(page: str) -> list[str]:
    found = re.findall(r'class="pbc-figure-link" href="([^"]+)"', page)
    return sorted({unescape(link) for link in found})


def cells_in(page: str) -> dict[str, str]:
    """Where numbers lead, and how each is printed."""
    found = re.findall(r'class="pbc-figure-link" href="([^"]+)"[^>]*>([^<]+)<', page)
    return {unescape(link): said.strip() for link, said in found}


def page_of(client: Client, view: str, *args: object) -> str:
    answer = client.get(reverse(f"statements:{view}", args=args))
    assert answer.status_code == 200, (view, answer.status_code)
    return answer.content.decode()


def parts_of(page: str) -> dict[str, str]:
    """The parts of an explanation: label, whether linked or not, and amount."""
    rows = re.findall(
        r'rowheader"[^>]*><span[^>]*>Part </span>(.*?)</th>\s*<td[^>]*><span[^>]*>Amount </span>(.*?)</td>', page, re.S
    )
    return {re.sub("<[^>]+>", "", label): amount for label, amount in rows if label != "Together"}


def tier(
    stated: Stated, unit: str = "commissioner~ZPA", line: str = "year_to_date~total~all", of: str = "2009-06"
) -> str:
    return f"statement/{of}@{stated.sets[of]}:tier_statements:{of.replace('-', '')}~{unit}~{line}:actual_pence"


@pytest.fixture
def follow(stated: Stated, sign_in: Callable[..., Client]) -> Callable[..., Any]:
    """Somebody's answer to a figure followed from the pages of a publication."""

    def followed(role: str, publication: Publication, figure_text: str) -> Any:
        return sign_in(role).get(reverse("statements:sum_figure", args=[publication.id]), {"id": figure_text})

    return followed


@pytest.mark.parametrize(
    ("role", "view", "more", "least"),
    [
        ("finance_manager", "commissioner", (), 35), ("cluster_lead", "group", ("ZCA1",), 20), ("board_member", "commissioner", (), 15),
        ("gp", "group", ("ZCA1",), 15), ("provider_contract_manager", "hospital", (), 4), ("contracts_manager", "hospital", (), 4),
    ],
)  # fmt: skip
def test_numbers_lead_to_how_they_came_about_and_say_the_same(
    stated: Stated, sign_in: Callable[..., Client], role: str, view: str, more: tuple[str, ...], least: int
) -> None:
    publication, client = stated.publish(), sign_in(role)
    shown_as = cells_in(page_of(client, view, publication.id, *more))
    assert len(shown_as) >= least
    for link, cell in shown_as.items():
        answer = client.get(link)
        assert answer.status_code == 200, link
        page = answer.content.decode()
        assert "How a figure came about" in page
        assert ("<strong>*</strong>" in page) == (cell == "*"), link
        for part in links_in_parts(page):
            assert client.get(part).status_code == 200, (link, part)


def links_in_parts(page: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="([^"]*/figure/[?]id=[^"]+)"', page)]


def test_each_cell_is_the_figure_it_leads_to(stated: Stated) -> None:
    """In whole pounds a cell says what the published row says; counts are as protected as the cell."""
    publication = stated.publish()
    material = shown.material_of(publication)
    rows = {
        row["figure_id"]: row
        for name in ("tier_statements", "chance_bands", "budget_statements")
        for row in material.table(name).to_dicts()
    }
    view = shown.commissioner_page(publication, names_practices=True)
    figures = shown.figures_on(publication, view, unit=("commissioner", "ZPA"))
    checked = 0
    for table in view.tables:
        for (at, column), text in figures[table.name].items():
            row, _, name = text.rpartition(":")
            cell = table.rows[at][column]
            if name.endswith("_pence") and cell != "*":
                pence = abs(int(rows[row][name]))
                assert said_about(cell) == pytest.approx(pence / 100, rel=0.06, abs=60), (table.name, text)
                checked += 1
    assert checked > 30
    hospital = shown.hospital_page(publication, "ZHA")
    cells = shown.figures_on_hospital(publication, hospital, "ZHA")["paid"]
    table = next(each for each in hospital.tables if each.name == "paid")
    for (at, column), text in cells.items():
        row, _, name = text.rpartition(":")
        if name == "actual_pence" and table.rows[at][column] != "*":
            assert said_about(table.rows[at][column]) == pytest.approx(rows[row][name] / 100, rel=0.06, abs=60)


def said_about(cell: str) -> float:
    size = re.search(r"£([\d,.]+)( million)?", cell)
    assert size is not None, cell
    return float(size[1].replace(",", "")) * (1_000_000 if size[2] else 1)


def test_readers_of_sums_are_told_of_practices_together(stated: Stated, follow: Callable[..., Any]) -> None:
    publication = stated.publish()
    for role in SUMS_ONLY:
        page = follow(role, publication, tier(stated)).content.decode()
        assert not OTHERS.search(page), role
        parts = parts_of(page)
        own = ["Surgery Z90001 (ZA0001)", "Other practices, together"] if role == "gp" else ["Practices, together"]
        assert list(parts) == own, role
    page = follow("finance_manager", publication, tier(stated)).content.decode()
    assert [label[-7:-1] for label in parts_of(page)][:3] == ["ZA0001", "ZA0002", "ZA0003"]
    assert list(parts_of(page))[3:] == ["Other practices, together"]  # ZB0001 is of another commissioner here
    assert "ZB0001" not in page
    page = follow("cluster_lead", publication, tier(stated)).content.decode()  # ZA0001 and ZA0002 are theirs
    assert len(parts_of(page)) == 3
    assert not re.search(r"ZA0003|ZB0001", page)


@pytest.mark.parametrize("role", [*SUMS_ONLY, "cluster_lead"])
def test_no_address_leads_readers_of_sums_to_a_practice_of_others(
    stated: Stated, follow: Callable[..., Any], figure_of: Callable[..., str], role: str
) -> None:
    publication = stated.publish()
    june, of = stated.sets["2009-06"], "statement/2009-06"
    wanted = [
        figure_of("ZA0003"), figure_of("ZB0001", column="variance_pence"),
        f"{of}@{june}:chance_bands:2009-10~200906~practice~ZA0003:actual_pence",
        f"{of}@{june}:restated_months:200906~ZA0003~200904~NEL:now_pence",
        f"{of}@{june}:monthly_costs:200906~ZA0003~all~200904:cost_pence",
        f"{of}@{june}:bill_adjustments:200906~ZHB~ZA0003~block:amount_pence",
        f"{of}@{june}:not_attributed:200904~ZPA~ZHA~DC~not_registered:cost_pence",
        tier(stated, line="month~total~all"), tier(stated, line="year_to_date~point_of_delivery~NEL"),
        tier(stated, line="year_to_date~specialty~300"), tier(stated, "cluster~ZCA2"), tier(stated, "cluster~none"),
        tier(stated, "region~none"), tier(stated, "region~ZSHA", "month~total~all"),
        tier(stated).replace("200906~", "0200906~"),
        tier(stated).replace("ZPA", "zpa"), tier(stated, of="2009-05"), tier(stated) + "_x",
    ]  # fmt: skip
    seen = {"cluster~ZCA2"} if role in ("board_member", "patient_representative", "public_health") else set()
    for text in wanted:
        expected = 200 if any(unit in text for unit in seen) else 404
        assert follow(role, publication, text).status_code == expected, (role, text)


def test_a_group_of_one_is_a_sum_and_no_way_into_its_practice(
    stated: Stated, follow: Callable[..., Any], place: Any
) -> None:
    page = follow("board_member", stated.publish(), tier(stated, "cluster~ZCA2")).content.decode()
    assert list(parts_of(page)) == ["Practices, together"]
    assert not OTHERS.search(page)


def test_a_hospital_opens_its_own_lines_alone(
    stated: Stated, follow: Callable[..., Any], figure_of: Callable[..., str]
) -> None:
    publication, role = stated.publish(), "provider_contract_manager"
    for period in ("month", "year_to_date"):
        answer = follow(role, publication, tier(stated, line=f"{period}~provider~ZHA"))
        assert answer.status_code == 200
        assert not re.search(r"Surgery|ZA000|ZB000|ZHB", answer.content.decode())
        assert set(parts_of(answer.content.decode())) <= {"Practices, together"}
    others = [
        tier(stated, line="year_to_date~provider~ZHB"), tier(stated), tier(stated, "cluster~ZCA1", "year_to_date~provider~ZHA"),
        figure_of("ZA0001"), tier(stated, "region~none", "year_to_date~provider~ZHA"),
    ]  # fmt: skip
    assert {follow(role, publication, text).status_code for text in others} == {404}
    for role in ("joint_manager", "supplier"):
        assert follow(role, publication, tier(stated, line="year_to_date~provider~ZHA")).status_code == 404


def test_a_sum_with_a_part_hidden_says_nothing_of_practices_together(
    stated: Stated, follow: Callable[..., Any]
) -> None:
    publication = stated.publish("restated")
    rows = shown.material_of(publication).of_tier("commissioner", "ZPA", cut="service")
    told = []
    for column in ("actual_pence", "activity_count"):
        for text in (f"{row['figure_id']}:{column}" for row in rows if row[column] is not None):
            finance, board = (
                follow(role, publication, text).content.decode() for role in ("finance_manager", "board_member")
            )
            named, together = parts_of(finance), parts_of(board)
            is_told = (
                "actual" in text and bool(named) and "*" not in named.values()
            )  # counts are rounded each for itself
            assert list(together) == (["Practices, together"] if is_told else []), text
            assert is_told or not named or "is not shown to you: it is of others" in board
            told.append(is_told)
    assert len(set(told)) == 2


def test_what_stands_apart_is_told_line_by_line_to_those_who_see_all_of_it(
    stated: Stated, follow: Callable[..., Any]
) -> None:
    publication = stated.publish()
    rows = {row["item"]: row for row in shown.material_of(publication).of_tier("commissioner", "ZPA", cut="apart")}
    lost, terms = (f"{rows[item]['figure_id']}:actual_pence" for item in ("not_attributed", "block"))
    page = follow("finance_manager", publication, lost).content.decode()
    assert "Its lines" in page or "<strong>*</strong>" in page
    assert len(links_in_parts(page)) == len(parts_of(page))
    for role in ("board_member", "gp", "performance_manager"):
        told = parts_of(follow(role, publication, lost).content.decode())
        assert set(told) <= {"What is not shown to you line by line"}
        assert parts_of(follow(role, publication, terms).content.decode()) == {}
    assert "shared out among practices" in follow("finance_manager", publication, terms).content.decode()


def test_units_of_a_set_that_nobody_published_are_closed() -> None:
    opening = Opening(frozenset({"ZX1", "ZPB"}), frozenset({"ZPA"}), frozenset({"ZX1", "ZPB"}))
    for text in (
        "budget_statements:200906~ZX1~month~total~all",
        "tier_statements:200906~commissioner~ZPB~year_to_date~total~all",
    ):
        assert not opening(Named.of(Figure.parse(f"statement/2009-06@0123456789ab:{text}")))
    for text in ("tariff_prices:2009-10~ZZA01~DC", "tier_statements:200906~commissioner~ZPA~year_to_date~bill~all"):
        assert opening(Named.of(Figure.parse(f"x@0123456789ab:{text}")))
    assert not of_hospital("ZHA", commissioner="ZPA")(
        Named.of(Figure.parse("x@0123456789ab:tariff_prices:2009-10~ZZA01~DC"))
    )


def test_codes_nobody_published_are_those_of_other_commissioners(stated: Stated, place: Any) -> None:
    publication = stated.publish()
    assert shown.codes_closed(publication, {"ZPA"}) == frozenset()
    assert {"ZPA", "ZCA1", "ZA0001"} <= shown.codes_closed(publication, {"ZPB"})
    assert shown.is_whole_region(publication, "ZSHA", {"ZPA", "ZPB"})
    assert not shown.is_whole_region(publication, "ZSHA", {"ZPB"})
    may = stated.publish("2009-05", at=AT + timedelta(days=1))
    assert not shown.is_whole_region(may, "ZSHA", {"ZPA"})  # the register knows of no region then


def test_a_regions_figures_lead_to_commissioners_and_no_further(
    stated: Stated, sign_in: Callable[..., Client], follow: Callable[..., Any], place: Any
) -> None:
    publication, client = stated.publish(), sign_in("performance_manager")
    links = links_in(page_of(client, "region", publication.id))
    assert len(links) > 15
    pages = [client.get(link).content.decode() for link in links]
    assert not any(OTHERS.search(each) or "Surgery" in each for each in pages)
    text = tier(stated, "region~ZSHA")
    (below,) = links_in_parts(follow("performance_manager", publication, text).content.decode())
    assert list(parts_of(client.get(below).content.decode())) == ["Practices, together"]
    service = follow(
        "performance_manager", publication, tier(stated, "region~ZSHA", "year_to_date~service~outpatients")
    )
    assert parts_of(service.content.decode()) == {}
    assert "stands on the commissioner" in service.content.decode()
    for role in ("finance_manager", "board_member", "gp", "cluster_lead"):
        assert follow(role, publication, text).status_code == 404
    may = stated.publish("2009-05", at=AT + timedelta(days=1))
    assert "ZSHA" not in door_of(place.actor("performance_manager"), may).opens.sums  # type: ignore[attr-defined]  # an Opening


def test_without_a_figure_and_of_a_replaced_version_one_is_led_to_the_page(
    stated: Stated, sign_in: Callable[..., Client], follow: Callable[..., Any]
) -> None:
    first = stated.publish()
    for role, view in (("board_member", "commissioner"), ("provider_contract_manager", "hospital")):
        answer = sign_in(role).get(reverse("statements:sum_figure", args=[first.id]))
        assert urlsplit(answer["Location"]).path == reverse(f"statements:{view}", args=[first.id])
    second = stated.publish("restated", at=AT + timedelta(days=1))
    for role, view in (("board_member", "commissioner"), ("provider_contract_manager", "hospital")):
        closed = follow(role, first, tier(stated))
        assert closed.status_code == 410
        assert reverse(f"statements:{view}", args=[second.id]) in closed.content.decode()


def test_a_figure_of_sums_asks_the_database_as_often_whatever_it_is_made_of(
    stated: Stated, sign_in: Callable[..., Client]
) -> None:
    publication, client = stated.publish(), sign_in("finance_manager")
    here = reverse("statements:sum_figure", args=[publication.id])

    def counted(text: str) -> int:
        with CaptureQueriesContext(connection) as held:
            assert client.get(here, {"id": text}).status_code == 200
        return len(held)

    counted(tier(stated))  # the first page of a session writes it
    assert counted(tier(stated)) == counted(tier(stated, "cluster~ZCA2")) <= 25


def test_links_name_figures_as_downloads_do(stated: Stated, sign_in: Callable[..., Client]) -> None:
    publication = stated.publish()
    links = links_in(page_of(sign_in("finance_manager"), "commissioner", publication.id))
    ids = {parse_qs(urlsplit(link).query)["id"][0] for link in links}
    assert tier(stated) in ids
    assert {str(Figure.parse(each)) for each in ids} == ids
    assert {Named.of(Figure.parse(each)).table for each in ids} >= {
        "tier_statements",
        "budget_statements",
        "chance_bands",
    }
