"""Pages as a reader, a screen reader and a browser without a network meet them."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

from pbc.errors import Cancelled
from pbc.flows.gather_statement import gather_statement
from pbc.flows.journey import Journey
from pbc.flows.write_statements import write_one, write_pack
from pbc.periods import Month
from pbc.reports import Answer, build_commissioner, build_statement, own_practice, render_statement, render_summary
from pbc.results import Store

SEPTEMBER = Month(2009, 9)


class Outline(HTMLParser):
    """Collects what the tests ask about: tags in order with their attributes, ids, and the text of the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.text += " " if tag in ("td", "th", "span") else ""

    def handle_data(self, data: str) -> None:
        self.text += data

    def count(self, tag: str) -> int:
        return sum(1 for name, _ in self.tags if name == tag)


@pytest.fixture(scope="module")
def page(made_up_store: Store) -> str:
    answer = Answer("Jo Bloggs, practice budgets, Made-up PCT", date(2009, 11, 30))
    material = gather_statement(made_up_store, month=SEPTEMBER, answer=answer)
    return render_statement(build_statement(material, practice_code="Z90001", protection=own_practice("Z90001")))


@pytest.fixture(scope="module")
def pack(made_up_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pack(made_up_store, month=SEPTEMBER, out_dir=tmp_path_factory.mktemp("pack")).parent


def test_page_has_one_heading_landmarks_language_and_a_way_past_the_header(page: str) -> None:
    outline = Outline(page)
    assert outline.count("h1") == 1
    assert ("html", {"lang": "en-GB"}) in outline.tags
    assert {"header", "main", "footer"} <= {tag for tag, _ in outline.tags}
    first_link = next(attributes for tag, attributes in outline.tags if tag == "a")
    assert first_link["href"] == "#main"
    heading = re.search(r"<h1>.*?</span>(.*?)</h1>", page, re.DOTALL)
    assert heading is not None
    assert len(heading[1]) <= 65


def test_page_never_skips_a_heading_level_nor_repeats_an_id(page: str) -> None:
    outline = Outline(page)
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_page_tables_have_captions_and_headings_in_both_directions(page: str) -> None:
    outline = Outline(page)
    tables = outline.count("table")
    assert tables == outline.count("caption") > 8
    scopes = [attributes.get("scope") for tag, attributes in outline.tags if tag == "th"]
    assert set(scopes) == {"col", "row"}
    assert "<td></td>" not in re.sub(r"<td[^>]*>", "<td>", page)


def test_page_loads_nothing_from_elsewhere(page: str) -> None:
    outline = Outline(page)
    assert not {"script", "img", "link", "iframe"} & {tag for tag, _ in outline.tags}
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)
    assert "url(" not in page
    assert "@import" not in page
    assert "frutiger" not in page.lower()


def test_page_says_changes_before_anything_else(page: str) -> None:
    text = Outline(page).text
    changed, stand = text.index("What changed in months already reported"), text.index("Where you stand")
    assert changed < stand
    assert "July 2009 and August 2009 changed. Together they now cost £5,800 more" in text


def test_page_says_what_a_manager_needs(page: str) -> None:
    text = " ".join(Outline(page).text.split())
    for sentence in (
        "Made-up data.", "Provisional", "luck alone would put fewer than one outside", "either way, against",
        "are shared out, not measured", "could not be attributed to any practice", "Jo Bloggs", "30 November 2009",
        "if the rest of the year keeps to the budget's monthly pattern", "add up exactly", "Prescribing is known to September 2009",
    ):  # fmt: skip
        assert sentence in text


def test_page_charts_have_title_description_and_a_table_of_the_same_figures(page: str) -> None:
    figures = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    assert len(figures) == 4
    for figure in figures:
        drawing, table = figure.split("</svg>")
        assert "<title>" in drawing
        assert "<desc>" in drawing
        labels = set(re.findall(r">([^<>]*£[\d,]+)(?: over| under)?<", drawing)) - {"£0"}  # where a scale begins
        assert all(label in table for label in labels)


def test_page_money_is_rounded_to_a_hundred_pounds_with_a_true_minus(page: str) -> None:
    figures = Outline(page).text.split("How sure the rules are")[0]
    amounts = re.findall(r"£([\d,]+(?:\.\d+)?)", figures)
    assert amounts
    assert [amount for amount in amounts if not re.fullmatch(r"0|\d*00", amount.replace(",", ""))] == []
    assert "-£" not in page
    assert "\u2212£" in page


def test_page_escapes_a_hostile_name(made_up_store: Store) -> None:
    material = gather_statement(made_up_store, month=SEPTEMBER)
    page = render_statement(build_statement(material, practice_code="Z90003"))
    assert "<Health>" not in page
    assert "=Riverside &amp; Co &lt;Health&gt;" in page


def test_page_without_contact_or_date_says_so(made_up_store: Store) -> None:
    material = gather_statement(made_up_store, month=SEPTEMBER)
    text = Outline(render_statement(build_statement(material, practice_code="Z90001"))).text
    assert "Nobody has been named" in text
    assert "No date has been set for your answer." in text


def test_pack_index_leads_to_every_page_and_download(pack: Path) -> None:
    index = (pack / "index.html").read_text()
    pages = re.findall(r"href=\"(statement-[^\"]+)\"", index)
    assert len(pages) == 6
    for name in pages:
        page = (pack / name).read_text()
        links = re.findall(r"href=\"([^\"#]+)\"", page)
        assert all((pack / link).exists() for link in links)
        assert {link.rsplit(".", 1)[1] for link in links} == {"html", "xlsx", "csv"}


def test_pack_commissioner_page_adds_practices_up(pack: Path, made_up_store: Store) -> None:
    rows = made_up_store.current("statement/2009-09").frame("budget_statements")
    whole = rows.filter((pl.col("cut") == "total") & (pl.col("period") == "year_to_date"))["actual_pence"].sum()
    assert f"{round(whole / 10_000) * 100:,}" in (pack / "commissioner.html").read_text()
    assert "<Health>" not in (pack / "commissioner.html").read_text()


def test_pack_tells_how_far_it_has_come(made_up_store: Store, tmp_path: Path) -> None:
    told: list[float] = []
    write_pack(made_up_store, month=SEPTEMBER, out_dir=tmp_path, journey=Journey(lambda _, done: told.append(done)))
    assert told == sorted(told)
    assert len(told) == 7


def test_pack_that_is_stopped_says_that_it_is_incomplete_and_how_to_go_on(made_up_store: Store, tmp_path: Path) -> None:
    told: list[str] = []
    stopped = Journey(lambda message, _: told.append(message), lambda: len(told) > 1)
    with pytest.raises(Cancelled) as said:
        write_pack(made_up_store, month=SEPTEMBER, out_dir=tmp_path, journey=stopped)
    assert f"The pack in {tmp_path} is incomplete: 2 of 6 statements are written, the index is not." in str(said.value)
    assert "Give the same command again" in str(said.value)
    assert len(list(tmp_path.glob("statement-*.html"))) == 2
    assert not (tmp_path / "index.html").exists()


def test_one_statement_is_written_where_asked(made_up_store: Store, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "page.html"
    assert write_one(made_up_store, practice_code="Z90002", month=SEPTEMBER, form="html", path=path) == path
    assert "The Old Forge Practice" in path.read_text()


def test_page_says_how_many_contacts_have_no_price_and_what_to_do(made_up_store: Store) -> None:
    """The practice reads of its own, the commissioner of all; few are not counted in print; none are not mentioned."""
    given = replace(gather_statement(made_up_store, month=SEPTEMBER), unpriced={"Z90001": 1240, "Z90002": 3})
    pages = [render_statement(build_statement(given, practice_code=code)) for code in ("Z90001", "Z90002", "Z90003")]
    assert "1,240 contacts of your patients could not be priced and are not in these figures" in pages[0]
    assert "Fewer than 8 contacts of your patients could not be priced" in pages[1]
    assert "could not be priced" not in pages[2]
    whole = render_summary(build_commissioner(given))
    assert "1,245 contacts of all practices could not be priced" in whole
    assert "run pbc bring-up-to-date" in whole


@pytest.mark.parametrize(
    "month, begins", [(Month(2009, 4), "In April 2009"), (SEPTEMBER, "From April to September 2009")]
)
def test_position_begins_with_the_months_it_speaks_of(made_up_store: Store, month: Month, begins: str) -> None:
    """The first month of a year is "in", never "from"; on the practice's page and the commissioner's."""
    given = replace(gather_statement(made_up_store, month=SEPTEMBER), month=month)
    said = [
        paragraph
        for paragraph in build_statement(given, practice_code="Z90001").paragraphs
        if paragraph.name == "position"
    ]
    assert said[0].sentences[0].startswith(f"{begins} the care of your patients cost £")
    whole = build_commissioner(given).paragraphs[0]
    assert whole.sentences[0].startswith(f"{begins} the practices' care cost £")
