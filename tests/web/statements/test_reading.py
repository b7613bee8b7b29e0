"""What readers see, and what they never see."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from tests.web.api.conftest import token  # noqa: F401 a fixture, asked for by name
from tests.web.statements.published import AT, WORDS, Stated

from pbc.errors import RefusedInput
from pbc.reports.view import Head, PageTable
from pbc_web.accounts.tasks import tasks_for
from pbc_web.audit.models import Entry
from pbc_web.notices.clock import tick
from pbc_web.notices.models import Notice
from pbc_web.statements import shown
from pbc_web.statements.actions.asking import answer_figure_query, query_figure
from pbc_web.statements.actions.reading import acknowledge
from pbc_web.statements.models import Acknowledgement, Publication
from pbc_web.statements.queries import acknowledgements_for

pytestmark = pytest.mark.django_db


def page_of(client: Client, view: str, *args: object, more: str = "") -> str:
    answer = client.get(reverse(f"statements:{view}", args=args) + more)
    assert answer.status_code == 200, (view, answer.status_code)
    return answer.content.decode()


def test_a_practice_reads_changes_first_then_words_then_tables(stated: Stated, sign_in: Callable[..., Client]) -> None:
    stated.publish()
    second = stated.publish("restated", at=AT + timedelta(days=1))
    page = page_of(sign_in("gp"), "practice", second.id, "ZA0001")
    order = [
        page.index(words)
        for words in (
            "What changed since this month was first published", "What changed in months already reported",
            "I have read this statement", 'id="in-words"', WORDS, 'id="charts"', 'id="tables"',
        )
    ]  # fmt: skip
    leads = re.findall(r'nhsuk-contents-list__link" href="#([a-z-]+)"', page)
    assert leads == ["changed", "act", "in-words", "charts", "tables", "notes"]
    assert all(f'id="{name}"' in page for name in leads)
    assert page.index("nhsuk-contents-list") < order[0]
    folded = re.findall(r"<details.*?</details>", page, re.DOTALL)
    assert any('id="table-year-to-date-specialty"' in each for each in folded)
    assert not any('id="table-year-to-date-service"' in each for each in folded)
    assert "A question is answered within 28 days." in page
    assert order == sorted(order)
    assert "style=" not in page
    assert "version 2 of this month" in page


def test_a_replaced_version_says_so_and_leads_to_the_one_in_force(
    stated: Stated, sign_in: Callable[..., Client]
) -> None:
    first = stated.publish()
    second = stated.publish("restated", at=AT + timedelta(days=1))
    page = page_of(sign_in("gp"), "practice", first.id, "ZA0001")
    assert "This version was replaced" in page
    assert reverse("statements:commissioner", args=[second.id]) in page
    assert "I have read this statement" not in page


def test_every_number_that_is_a_figure_leads_to_its_explanation(stated: Stated, sign_in: Callable[..., Client]) -> None:
    publication, client = stated.publish(), sign_in("practice_manager")
    page = page_of(client, "practice", publication.id, "ZA0001")
    links = sorted(set(re.findall(r'class="pbc-figure-link" href="([^"]+)"', page)))
    assert len(links) > 60
    for link in links[::9]:
        told = client.get(link.replace("&amp;", "&"))
        assert told.status_code == 200
        assert "How a figure came about" in told.content.decode()


def test_a_plain_table_stands_beside_the_file_for_systems(stated: Stated, sign_in: Callable[..., Client]) -> None:
    publication, client = stated.publish(), sign_in("gp")
    answer = client.get(reverse("statements:download", args=[publication.id, "ZA0001", "plain"]))
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer["Content-Disposition"].endswith('plain.csv"')
    whole = next(line for line in lines if line["Period"] == "Year to date" and line["Line"] == "All services")
    assert float(whole["Cost (£)"]) == pytest.approx(float(whole["Budget (£)"]) + float(whole["Over or under (£)"]))
    assert "CSV for systems" in page_of(client, "practice", publication.id, "ZA0001")


def test_a_figure_says_what_it_is_in_words_and_who_in_the_practice_may_see_more(
    stated: Stated, figure_of: Callable[..., str], sign_in: Callable[..., Client]
) -> None:
    publication, more = stated.publish(), f"?id={figure_of('ZA0001')}"
    entitled = sign_in("gp")
    said = page_of(sign_in("practice_manager"), "figure", publication.id, "ZA0001", more=more)
    heading = re.findall(r"<h1[^>]*>.*?</span>(.*?)</h1>", said, re.DOTALL)[0]
    assert heading.startswith("Cost of emergency stays, April to June 2009, ")
    assert "ZA0001" not in heading
    assert "What is not shown here can be seen by " in said
    assert ", GP" in said
    own = page_of(entitled, "figure", publication.id, "ZA0001", more=more)
    assert "What is not shown here can be seen by" not in own


@pytest.mark.parametrize("practice_code", ["ZA0003", "ZB0001"])
def test_a_figure_of_another_practice_is_not_found(
    stated: Stated, figure_of: Callable[..., str], sign_in: Callable[..., Client], practice_code: str
) -> None:
    publication, client = stated.publish(), sign_in("practice_manager")
    here = reverse("statements:figure", args=[publication.id, "ZA0001"])
    assert client.get(f"{here}?id={figure_of('ZA0001')}").status_code == 200
    assert client.get(f"{here}?id={figure_of(practice_code)}").status_code == 404
    asked = reverse("statements:query", args=[publication.id, "ZA0001"])
    assert client.get(f"{asked}?id={figure_of(practice_code)}").status_code == 404
    assert client.get(reverse("statements:practice", args=[publication.id, practice_code])).status_code == 404
    assert client.get(reverse("statements:download", args=[publication.id, practice_code, "csv"])).status_code == 404


@pytest.mark.parametrize(
    "figure_text",
    [
        "nonsense", "register@000000000000:organisations:ZPA~pct",
        "activity/2009-04@{activity}:activity_facts:APC~ZHA~200904-1",
        "statement/2009-06@{restated}:budget_statements:200906~ZA0001~month~total~all",
        "statement/2009-06@000000000000:budget_lines:x~y~z~a",
        "statement/2009-06@{2009-06}:not_attributed:200904~ZPA~ZHA~DC~not_registered",
    ],
)  # fmt: skip
def test_figures_that_are_nobodys_business_are_not_found(
    stated: Stated, sign_in: Callable[..., Client], figure_text: str
) -> None:
    publication = stated.publish()
    text = figure_text.format(activity="0" * 12, **stated.sets)
    here = reverse("statements:figure", args=[publication.id, "ZA0001"])
    assert sign_in("gp").get(here, {"id": text}).status_code == 404


def test_downloads_hold_the_practice_alone(stated: Stated, sign_in: Callable[..., Client]) -> None:
    publication, client = stated.publish(), sign_in("gp")
    answer = client.get(reverse("statements:download", args=[publication.id, "ZA0001", "csv"]))
    assert answer["Content-Disposition"] == 'attachment; filename="statement-ZA0001-2009-06.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert "ZA0001" in {row["practice_code"] for row in rows}
    assert not {"ZA0002", "ZA0003", "ZB0001"} & {row["practice_code"] for row in rows}
    book = client.get(reverse("statements:download", args=[publication.id, "ZA0001", "xlsx"]))
    assert "Cover" in load_workbook(io.BytesIO(book.content)).sheetnames
    assert client.get(reverse("statements:download", args=[publication.id, "ZA0001", "pdf"])).status_code == 404


def test_those_who_see_sums_are_named_no_practice(stated: Stated, sign_in: Callable[..., Client]) -> None:
    publication = stated.publish()
    for role in ("board_member", "performance_manager", "patient_representative", "gp"):
        page = page_of(sign_in(role), "commissioner", publication.id)
        assert not re.search(r"Surgery Z9000[234]|ZA000[23]|ZB0001", page)  # ZA0001 is the reader's own
    assert "ZA0003" in page_of(sign_in("contracts_manager"), "commissioner", publication.id)


def test_a_group_sees_its_own_practices_added_up(stated: Stated, sign_in: Callable[..., Client]) -> None:
    publication, client = stated.publish(), sign_in("cluster_lead")
    page = page_of(client, "group", publication.id, "ZCA1")
    assert reverse("statements:practice", args=[publication.id, "ZA0002"]) in page
    assert "ZA0003" not in page
    other = reverse("statements:group", args=[publication.id, "ZCA2"])
    assert client.get(other).status_code == 404
    assert "ZA0003" not in page_of(sign_in("board_member"), "group", publication.id, "ZCA2")


def test_a_hospital_sees_its_own_lines_alone(stated: Stated, place: Any, sign_in: Callable[..., Client]) -> None:
    publication = stated.publish()
    client = sign_in("provider_contract_manager")
    page = page_of(client, "hospital", publication.id)
    assert not re.search(r"ZHB|Surgery|ZA000", page)
    assert "ZHB" not in page_of(sign_in("finance_manager"), "hospital", publication.id, more="?code=ZHA")
    assert client.get(reverse("statements:hospital", args=[publication.id]) + "?code=ZHB").status_code == 404


def test_who_read_it_is_shown_to_practice_and_group_alone(
    stated: Stated, place: Any, sign_in: Callable[..., Client]
) -> None:
    publication = stated.publish()
    practice = sign_in("gp")
    address = reverse("statements:acknowledge", args=[publication.id, "ZA0001"])
    assert practice.get(address).content.decode().count('type="submit"') == 2  # sign out, and the one button
    assert not Acknowledgement.everywhere.exists()
    practice.post(address)
    practice.post(address)
    assert Acknowledgement.everywhere.count() == 1
    name = place.actor("gp").name
    assert f"{name} read it on" in page_of(sign_in("practice_manager"), "practice", publication.id, "ZA0001")
    assert name in page_of(sign_in("cluster_lead"), "readers", publication.id)
    finance = sign_in("finance_manager")
    for view, args in (("practice", [publication.id, "ZA0001"]), ("commissioner", [publication.id]), ("listing", [])):
        assert name not in page_of(finance, view, *args)
    for role in ("finance_manager", "performance_manager", "board_member", "administrator", "contracts_manager"):
        assert not acknowledgements_for(place.actor(role), publication).exists()
    assert Entry.objects.get(verb="acknowledge_statement").organisation == "ZA0001"
    assert "acknowledged" not in sign_in("board_member").get(reverse("audit:trail")).content.decode()


def test_only_the_practice_itself_acknowledges(stated: Stated, place: Any) -> None:
    with pytest.raises(RefusedInput, match="by the practice it is for"):
        acknowledge(stated.publish(), place["ZA0001"], by=place.actor("cluster_lead"), at=AT)


def test_the_letter_of_a_month_is_whole_and_sent_once(stated: Stated, place: Any) -> None:
    place.actor("practice_manager"), place.actor("cluster_lead"), place.actor("gp", place["ZA0003"])
    publication = stated.publish()
    assert tick(AT)
    assert tick(AT + timedelta(minutes=1))
    notices = {each.person.email.split(".")[0]: each for each in Notice.objects.filter(kind="statement")}
    assert len(notices) == Notice.objects.filter(kind="statement").count() == 3
    letter = notices["practice_manager"].body
    for words in (
        "April to June 2009: ",
        "under budget",
        WORDS,
        "20 July 2009",
        "/read/",
    ):
        assert words in letter
    assert "&#" not in letter
    assert "ZA0003" not in letter
    assert "/readers/" in notices["cluster_lead"].body
    publication.refresh_from_db()
    assert publication.told_at == AT
    assert mail.outbox == [] or all("statement" in each.subject.lower() for each in mail.outbox)


def test_a_month_that_cannot_be_read_keeps_nobody_waiting_for_another(
    stated: Stated, place: Any, caplog: pytest.LogCaptureFixture
) -> None:
    place.actor("practice_manager")
    may, june = stated.publish("2009-05"), stated.publish()
    Publication.everywhere.filter(id=june.id).update(set_id="0" * 12)
    assert tick(AT)
    may.refresh_from_db(), june.refresh_from_db()
    assert (may.told_at, june.told_at) == (AT, None)
    assert f"nobody could be told of publication {june.id}" in caplog.text


def test_a_page_of_sums_says_nothing_of_practices_with_unusual_lists(stated: Stated) -> None:
    publication = stated.publish()
    named, sums = (shown.commissioner_page(publication, names_practices=each) for each in (True, False))
    assert {each.name for each in named.paragraphs} - {each.name for each in sums.paragraphs} == {"lists"}


def test_a_page_of_sums_says_nothing_of_what_the_pool_bore_for_each_practice(stated: Stated) -> None:
    view = shown.commissioner_page(stated.publish(), names_practices=True)
    pool = PageTable("stop-loss", "What the risk pool bears", (Head("Practice"),), (("Surgery Z90001",), ("All",)))
    sums = shown.without_practices(replace(view, tables=(*view.tables, pool)))
    assert not {"stop-loss", "practices"} & {each.name for each in sums.tables}
    assert {"services", "groups"} <= {each.name for each in sums.tables}


def test_those_who_answer_are_told_of_queries_and_who_asked_of_answers(stated: Stated, place: Any) -> None:
    by, finance = place.actor("practice_manager"), place.actor("finance_manager")
    query = query_figure(stated.publish(), place["ZA0001"], words="Why?", by=by, at=AT, answer_days=28)
    tick(AT)
    tick(AT + timedelta(days=40))
    tick(AT + timedelta(days=41))
    told = Notice.objects.filter(kind="figure_query", person_id=finance.person_id)
    assert sorted(each.key.rsplit("-", 1)[1] for each in told) == ["asked", "overdue"]
    answer_figure_query(query, words="Strangers' stays.", by=finance, at=AT + timedelta(days=42))
    tick(AT + timedelta(days=42))
    answered = Notice.objects.get(kind="figure_query", person_id=by.person_id)
    assert "Strangers' stays." in answered.body


def test_what_waits_for_whom(stated: Stated, place: Any) -> None:
    publication = stated.publish()
    gp, finance = place.actor("gp"), place.actor("finance_manager")
    assert [task.title for task in tasks_for(gp, AT.date()) if "tatement" in task.title] == [
        "Read the statement for June 2009"
    ]
    acknowledge(publication, place["ZA0001"], by=gp, at=AT)
    assert not [task for task in tasks_for(gp, AT.date()) if "tatement" in task.title]
    query_figure(publication, place["ZA0001"], words="Why?", by=gp, at=AT, answer_days=28)
    stated.prepare("restated")
    late = AT.date() + timedelta(days=60)
    titles = {task.title: task.is_late for task in tasks_for(finance, late)}
    assert titles["Answer 1 query of figures"]
    assert "Review the statement for June 2009" in titles


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "{{ 7 * 7 }}", "=1+1"]
)
def test_what_people_wrote_is_shown_as_they_wrote_it(
    stated: Stated, place: Any, sign_in: Callable[..., Client], words: str
) -> None:
    publication = stated.publish()
    query = query_figure(publication, place["ZA0001"], words=words, by=place.actor("gp"), at=AT, answer_days=28)
    answer_figure_query(query, words=words, by=place.actor("finance_manager"), at=AT)
    page = page_of(sign_in("gp"), "figure_query", query.id)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert words != "{{ 7 * 7 }}" or words in page
    assert "=1+1" in page or words != "=1+1"


def test_lists_ask_the_database_as_often_for_many_as_for_one(
    stated: Stated, place: Any, sign_in: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    publication, client = stated.publish(), sign_in("finance_manager")
    by = place.actor("gp")

    def counted(view: str) -> int:
        with django_assert_max_num_queries(60) as counting:
            page_of(client, view)
        return len(counting)

    before = {}
    for number in range(4):
        query_figure(publication, place["ZA0001"], words=f"Why {number}?", by=by, at=AT, answer_days=28)
        if number == 0:
            counted("listing")  # the first page of a session writes it
            before = {view: counted(view) for view in ("listing", "queries", "year_ends")}
    stated.publish("2009-05", at=AT + timedelta(days=1))
    stated.publish("2009-04", at=AT + timedelta(days=2))
    assert {view: counted(view) for view in before} == before


def test_small_numbers_are_shown_to_those_entitled_in_their_own_practice_alone(
    stated: Stated,
    figure_of: Callable[..., str],
    sign_in: Callable[..., Client],
    token: Callable[..., str],  # noqa: F811 the fixture above
) -> None:
    publication = stated.publish("restated")
    id_of = figure_of("ZA0001", name="restated", column="activity_count")  # 6 emergency stays
    row_id = id_of.rpartition(":")[0]

    def told_to(role: str) -> dict[str, str]:
        client = sign_in(role)
        page = page_of(client, "practice", publication.id, "ZA0001")
        cells = {
            unquote(link): said.strip()
            for link, said in re.findall(r'class="pbc-figure-link" href="[^"]*[?]id=([^"]+)"[^>]*>([^<]+)<', page)
        }
        figure = page_of(client, "figure", publication.id, "ZA0001", more=f"?id={id_of}")
        files = {
            form: client.get(reverse("statements:download", args=[publication.id, "ZA0001", form])).content
            for form in ("csv", "xlsx")
        }
        lines = csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig")))
        header = {"authorization": token(role)}
        tables = Client().get("/api/v1/statements/2009-06/practices/ZA0001", headers=header).json()["tables"]
        return {
            "page": cells[id_of],
            "explanation": re.search(r"<strong>([^<]+)</strong> Stays", figure).group(1),  # type: ignore[union-attr]  # it is there
            "csv": next(line["value"] or "*" for line in lines if line["figure_id"] == id_of),
            "xlsx": in_workbook(files["xlsx"], row_id),
            "api": next(
                str(each["activity_count"] or "*")
                for table in tables
                for each in table["rows"]
                if each.get("figure_id") == row_id
            ),
        }

    places = ("page", "explanation", "csv", "xlsx", "api")
    assert told_to("gp") == dict.fromkeys(places, "6")
    for role in ("practice_nurse", "practice_manager", "cluster_lead", "finance_manager"):
        assert told_to(role) == dict.fromkeys(places, "*"), role


def in_workbook(content: bytes, row_id: str) -> str:
    """The count on the row of a figure, * where the cell is empty."""
    for sheet in load_workbook(io.BytesIO(content)).worksheets:
        rows = list(sheet.iter_rows(values_only=True))
        found = next((row for row in rows if row_id in row), None)
        if found:
            head = [str(cell).lower() for cell in next(row for row in rows if "Figure id" in row)]
            at = next(place for place, title in enumerate(head) if title.startswith("activity"))
            return str(found[at] or "*")
    raise AssertionError(f"no row of {row_id}")


def test_a_region_sees_its_commissioners_added_up_and_no_practice(
    stated: Stated, sign_in: Callable[..., Client]
) -> None:
    client = sign_in("performance_manager")
    page = page_of(client, "region", stated.publish("2009-05").id)
    assert "is not added up yet" in page  # the small PCT's register knows of no region in May
    whole = page_of(client, "region", stated.publish("2009-06", at=AT + timedelta(days=1)).id)
    assert "In tables" in whole
    assert not any(re.search(r"Surgery|ZA000|ZB000", each) for each in (page, whole))


def test_a_practice_stands_beside_similar_ones_unnamed(stated: Stated, sign_in: Callable[..., Client]) -> None:
    page = page_of(sign_in("practice_nurse"), "similar", stated.publish().id, "ZA0001")
    assert "Beside similar practices" in page
    assert "ZA0003" not in page


def test_a_prepared_month_is_withdrawn_and_months_are_listed(stated: Stated, sign_in: Callable[..., Client]) -> None:
    client, prepared = sign_in("information_manager"), stated.prepare()
    assert "Review June 2009" in page_of(client, "months")
    client.post(reverse("statements:withdraw", args=[prepared.id]))
    assert "Review June 2009" not in page_of(client, "months")
    assert (
        sign_in("finance_manager", None, world="B").get(reverse("statements:review", args=[prepared.id])).status_code
        == 404
    )


def test_a_replaced_version_is_closed_to_all_but_those_entitled_in_the_practice(
    stated: Stated, figure_of: Callable[..., str], sign_in: Callable[..., Client]
) -> None:
    first = stated.publish()
    second = stated.publish("restated", at=AT + timedelta(days=1))
    own = [("practice", "ZA0001"), ("download", "ZA0001", "csv"), ("download", "ZA0001", "xlsx"), ("figure", "ZA0001")]
    sums = [("commissioner",), ("group", "ZCA1"), ("similar", "ZA0001")]
    more = {"figure": f"?id={figure_of('ZA0001')}"}

    def status(role: str, publication: Publication, view: str, *args: str) -> int:
        address = reverse(f"statements:{view}", args=[publication.id, *args]) + more.get(view, "")
        return sign_in(role).get(address).status_code

    for role in ("practice_nurse", "practice_manager", "cluster_lead", "finance_manager"):
        answers = {status(role, first, *each) for each in own} | {status(role, first, *sums[2])}
        assert answers == {410}, role
    assert {status("gp", first, *each) for each in own} == {200}
    assert {status("gp", first, *each) for each in sums} == {410}
    page = sign_in("cluster_lead").get(reverse("statements:group", args=[first.id, "ZCA1"])).content.decode()
    assert reverse("statements:group", args=[second.id, "ZCA1"]) in page
    page = sign_in("finance_manager").get(reverse("statements:download", args=[first.id, "ZA0001", "csv"]))
    assert reverse("statements:practice", args=[second.id, "ZA0001"]) in page.content.decode()
    hospital = sign_in("provider_contract_manager").get(reverse("statements:hospital", args=[first.id]))
    assert hospital.status_code == 410
    months = page_of(sign_in("finance_manager"), "month", "2009-06")
    assert "replaced" in months
    assert f'href="{reverse("statements:commissioner", args=[first.id])}"' not in months


def test_what_a_new_version_changed_is_told_in_pounds_to_those_entitled_alone(
    stated: Stated, sign_in: Callable[..., Client]
) -> None:
    stated.publish()
    second = stated.publish("restated", at=AT + timedelta(days=1))
    told = {}
    for role in ("gp", "practice_nurse", "cluster_lead", "finance_manager"):
        page = page_of(sign_in(role), "practice", second.id, "ZA0001")
        told[role] = re.search(r'id="restated">.*?</section>', page, re.DOTALL).group(0)  # type: ignore[union-attr]  # it is there
    assert "and is now £" in told["gp"]
    for role in ("practice_nurse", "cluster_lead", "finance_manager"):  # a few late stays
        assert "changed by a little" in told[role]
        assert "The cost for April to June 2009 was" not in told[role]
    sums = page_of(sign_in("board_member"), "commissioner", second.id)
    assert "The cost for April to June 2009 was" not in sums


def test_explanations_lead_only_into_statements_that_were_published(
    stated: Stated, figure_of: Callable[..., str], sign_in: Callable[..., Client]
) -> None:
    june = stated.publish()
    here = reverse("statements:figure", args=[june.id, "ZA0001"])
    key = "200905~ZA0001~year_to_date~point_of_delivery~NEL:actual_pence"
    earlier = f"statement/2009-05@{stated.sets['2009-05']}:budget_statements:{key}"
    clients = [sign_in(role) for role in ("gp", "finance_manager")]
    assert [client.get(here, {"id": earlier}).status_code for client in clients] == [404, 404]
    for client in clients:
        page = client.get(here, {"id": figure_of("ZA0001")}).content.decode()
        links = re.findall(r'href="([^"]*/figure/[?]id=[^"]+)"', page)
        assert {client.get(link.replace("&amp;", "&")).status_code for link in links} <= {200}
    stated.publish("2009-05", at=AT + timedelta(days=1))
    assert [client.get(here, {"id": earlier}).status_code for client in clients] == [200, 200]
