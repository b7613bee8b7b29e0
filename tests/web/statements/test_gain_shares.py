"""A gain share on pages: nothing payable until both sides signed a whole paper; a change is a new version, signed anew."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from html import unescape
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.web.statements.published import AT, Stated

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc_web.accounts.actions import appoint
from pbc_web.accounts.actor import Process
from pbc_web.audit.models import Entry
from pbc_web.notices.models import Notice
from pbc_web.organisations.models import Organisation, Relation
from pbc_web.runs.models import Run
from pbc_web.statements.actions.gain_shares import Paper, draft_agreement, sign_agreement, withdraw_agreement
from pbc_web.statements.actions.year_ends import publish_position
from pbc_web.statements.gain_shown import signed_terms_of
from pbc_web.statements.models import GainAgreement
from pbc_web.statements.models.year_ends import POSITIONS
from pbc_web.statements.tasks import tasks_of

pytestmark = pytest.mark.django_db
TESTS = Process("tests")
YEAR = "2030-31"  # far enough ahead that whoever signs today signs in time
TYPED = {
    "document": "Compact 7", "share": "60", "gate": "no_gate", "rates": "", "floor": "0", "scales": "no", "cap": "100%",
    "side": "savings_only", "partners": "Neighbourhood: 80\nTrust: 20",
}  # fmt: skip
LOSSES = {"side": "savings_and_losses", "loss_least": "30", "loss_most": "50", "loss_cap": "4", "loss_revenue": "100"}


@pytest.fixture
def today(settings: Any, tmp_path: Any, place: Any) -> Any:
    """The place under today's rules, with nothing stated yet."""
    settings.PBC_STORE, settings.PBC_REGIME = tmp_path, "england-2025"
    return place


def page(client: Client, year: str = YEAR) -> str:
    answer = client.get(reverse("statements:gain_share", args=[year]))
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def typed(place: Any, **changed: str) -> dict[str, str]:
    return TYPED | {"partner": str(place["ZCA1"].id)} | changed


def test_an_agreement_is_typed_signed_by_both_and_only_then_payable(today: Any, sign_in: Callable[..., Client]) -> None:
    finance, board, lead = (sign_in(role) for role in ("finance_manager", "board_member", "cluster_lead"))
    before = page(finance)
    assert "Nothing payable" in before
    assert "Quality score below which nothing is earned" in before
    assert "Examples, signed by nobody. Nothing is payable by them." in before
    address = reverse("statements:draft_gain_share", args=[YEAR])
    assert 'value="60"' not in finance.get(address).content.decode()  # nothing is filled in beforehand
    assert finance.post(address, typed(today)).status_code == 302
    held = GainAgreement.everywhere.get()
    assert (held.version, held.state, held.terms["savings.retained_share"]) == (1, "waiting", 0.6)
    sign = reverse("statements:sign_gain_share", args=[held.id])
    assert "Sign version 1" not in page(finance)
    assert "Sign version 1 for Cluster A1" in page(lead)
    lead.post(sign)
    assert "Nothing payable" in page(board)
    assert lead.post(sign).status_code == 409  # this side has signed
    board.post(sign)
    after = page(lead)
    assert "Nothing payable" not in after
    assert "Payable by the agreement Compact 7, version 1" in after
    assert "Signed by both" in after
    verbs = list(Entry.objects.filter(verb__endswith="gain_share").values_list("verb", flat=True))
    assert sorted(verbs) == ["draft_gain_share", "sign_gain_share", "sign_gain_share"]
    terms = signed_terms_of(today["ZPA"], FinancialYear.parse(YEAR))
    assert terms is not None
    assert "Cluster lead ZCA1, Cluster lead, for Cluster A1" in terms.values["savings.signed_by"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"share": "160"}, "from 0 to 100"), ({"share": "much"}, "Enter a percentage, like"), ({"partners": "A: 50"}, "100 together"),
        ({"cap": "nan"}, "Enter a percentage, like"), ({"cap": "Infinity"}, "Enter a percentage, like"),
        ({"rates": "5000: 3\n05000: 2", "gate": "minimum_savings_rate"}, "stands there twice"),
        ({"rates": f"{'9' * 5000}: 3", "gate": "minimum_savings_rate"}, "whole number"),
        ({"partners": "A: 50\nA: 50"}, "twice"), ({"partners": "nobody"}, "a name, a colon"),
        ({"partners": "943 476 5919: 100"}, "NHS number"),
        ({"gate": "minimum_savings_rate"}, "at least one rate"), ({"rates": "few: 3", "gate": "minimum_savings_rate"}, "whole number"),
        ({"rates": "5000: 2\n60000: 3", "gate": "minimum_savings_rate"}, "the smaller the rate"),
        ({"side": "savings_and_losses"}, "as losses"),
        (LOSSES | {"loss_most": "20"}, "cannot be below"), ({"partner": ""}, "Choose who signs"), ({"floor": ""}, "Quality floor"),
    ],
)  # fmt: skip
def test_a_part_left_out_or_mistyped_is_told_beside_its_field(
    changed: dict[str, str], said: str, today: Any, sign_in: Callable[..., Client]
) -> None:
    answer = sign_in("finance_manager").post(
        reverse("statements:draft_gain_share", args=[YEAR]), typed(today, **changed)
    )
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not GainAgreement.everywhere.exists()


def test_losses_and_rates_are_kept_as_the_rules_have_them(today: Any, sign_in: Callable[..., Client]) -> None:
    rates = {"gate": "minimum_savings_rate", "rates": "05000: 3.9\n60000: 2"}
    client = sign_in("finance_manager")
    assert (
        client.post(reverse("statements:draft_gain_share", args=[YEAR]), typed(today, **LOSSES, **rates)).status_code
        == 302
    )
    terms = GainAgreement.everywhere.get().terms
    assert terms["savings.gain_minimum_rates"] == {"5000": 0.039, "60000": 0.02}
    assert (terms["savings.loss_least_share"], terms["savings.loss_revenue_share"]) == (0.3, 1.0)
    assert "5000: 3.9%, 60000: 2%" in page(client)


def paper(place: Any, partner: str = "ZCA1") -> GainAgreement:
    terms = {
        "savings.retained_share": 0.5, "savings.gain_gate": "no_gate", "savings.gain_quality_floor": 0.0,
        "savings.loss_side": "savings_only",
        "savings.gain_quality_scales": False, "savings.gain_cap_share": 1.0, "savings.gain_partners": {"Neighbourhood": 1.0},
    }  # fmt: skip
    said = Paper(YEAR, "Compact", terms)
    return draft_agreement(place["ZPA"], place[partner], said, by=place.actor("finance_manager"), at=AT)


def test_nobody_signs_what_is_not_theirs_and_one_version_waits_at_a_time(today: Any) -> None:
    held = paper(today)
    for role, world in (
        ("practice_manager", "A"),
        ("board_member", "B"),
        ("cluster_lead", "B"),
        ("information_manager", "A"),
    ):
        with pytest.raises(RefusedInput, match="signed by others"):
            sign_agreement(held, by=today.actor(role, world=world), at=AT)
    with pytest.raises(RefusedInput, match="waits to be signed"):
        paper(today)
    with pytest.raises(RefusedInput, match="those who set budgets"):
        draft_agreement(
            today["ZPA"], today["ZCA1"], Paper(YEAR, "X", {}), by=today.actor("finance_manager", world="B"), at=AT
        )
    with pytest.raises(RefusedInput, match="withdrawn at the commissioner"):
        withdraw_agreement(held, reason="No", by=today.actor("cluster_lead"), at=AT)
    GainAgreement.everywhere.filter(id=held.id).update(drafted_by=today.appointment("board_member").person)
    with pytest.raises(RefusedInput, match="does not sign it"):
        sign_agreement(held, by=today.actor("board_member"), at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        GainAgreement.everywhere.filter(id=held.id).update(
            commissioner_signed_by=today.appointment("board_member").person, commissioner_signed_at=AT
        )


def test_one_person_never_signs_for_both_sides(today: Any, sign_in: Callable[..., Client]) -> None:
    """Who approves at the commissioner and accepts at its partner signs once; the database holds it whoever asks."""
    held, board = paper(today), today.appointment("board_member")
    lead = today.appointment("cluster_lead")
    appoint(lead.person, role_code="board_member", organisation=today["ZPA"], starts_on=lead.starts_on, by=TESTS, at=AT)
    sign_agreement(held, by=today.actor("cluster_lead"), at=AT)
    for_payer = replace(today.actor("board_member"), person_id=lead.person_id)
    with pytest.raises(RefusedInput, match="Nobody signs for both sides"):
        sign_agreement(held, by=for_payer, at=AT)
    client = sign_in("cluster_lead")
    own = lead.person.appointments.get(organisation=today["ZPA"])
    client.post(reverse("choose_role"), {"appointment": own.id})
    assert "Sign version 1" not in page(client)
    assert "Sign version 1 for PCT A" in page(sign_in("board_member"))
    rows = GainAgreement.everywhere.filter(id=held.id)
    for signed in ({"commissioner_signed_by": lead.person}, {"partner_signed_by": held.drafted_by}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**signed)
    assert rows.update(commissioner_signed_by=board.person) == 1


def test_a_group_signs_for_all_who_hold_a_budget_and_each_of_them_is_told(
    today: Any, sign_in: Callable[..., Client]
) -> None:
    answer = sign_in("finance_manager").get(reverse("statements:draft_gain_share", args=[YEAR])).content.decode()
    assert "Cluster A1" in answer
    assert "Practice A1" not in answer
    with pytest.raises(RefusedInput, match="One practice does not sign for all"):
        paper(today, partner="ZA0001")
    others = [today.appointment("practice_manager", today[code]).person for code in ("ZA0001", "ZA0003")]
    today.appointment("practice_manager", today["ZB0001"])
    lead, board = (today.appointment(role).person for role in ("cluster_lead", "board_member"))
    held = paper(today)
    drafted = dict(Notice.objects.filter(kind="gain_share").values_list("person", "subject"))
    assert drafted == {
        **dict.fromkeys((lead.id, board.id), "A gain share of 2030/31 waits for signatures"),
        **dict.fromkeys((each.id for each in others), "A gain share of 2030/31 is drafted"),
    }
    for role in ("cluster_lead", "board_member"):
        assert not Notice.objects.filter(subject__contains="signed by both").exists()
        sign_agreement(held, by=today.actor(role), at=AT)
    told = Notice.objects.filter(subject="A gain share of 2030/31 is signed by both sides")
    assert set(told.values_list("person", flat=True)) == set(drafted)
    told_link = Notice.objects.filter(person=others[0]).first().link
    assert "Signed by both" in unescape(sign_in("practice_manager").get(told_link).content.decode())


def test_who_sees_several_commissioners_asks_for_one_and_a_commissioner_sees_its_own(
    today: Any, sign_in: Callable[..., Client]
) -> None:
    """A commissioner of parts drafts and sees its own agreement; a region, which reads both, first says whose."""
    for member, relation, parent in (("ZPB", "sub_icb_icb", "ZPA"), ("ZPB", "commissioner_region", "ZSHA")):
        Relation.objects.create(
            member=today[member], relation=relation, parent=today[parent], starts_on=date(2004, 4, 1), ends_before=date(9999, 12, 31)
        )  # fmt: skip
    Organisation.objects.filter(code="ZPA").update(kind="icb")
    finance, region = sign_in("finance_manager"), sign_in("performance_manager")
    assert finance.get(reverse("statements:draft_gain_share", args=[YEAR])).status_code == 200
    held = paper(today)
    for role in ("board_member", "cluster_lead"):
        sign_agreement(held, by=today.actor(role), at=AT)
    assert "Payable by the agreement Compact, version 1" in page(finance)
    choice, address = page(region), reverse("statements:gain_share", args=[YEAR])
    assert "Nothing payable" not in choice
    assert "Signed by both" not in choice
    for code, word, absent in (
        ("ZPA", "Signed by both", "Nothing payable"),
        ("ZPB", "Nothing payable", "Signed by both"),
    ):
        assert f"{address}?commissioner={code}" in choice
        shown = unescape(region.get(address, {"commissioner": code}).content.decode())
        assert word in shown
        assert absent not in shown
        assert f"download/xlsx/?commissioner={code}" in shown
    assert region.get(address, {"commissioner": "ZPC"}).status_code == 404
    file = reverse("statements:gain_share_file", args=[YEAR, "csv"])
    assert region.get(file).status_code == 404
    assert b"Compact, version 1" in region.get(file, {"commissioner": "ZPA"}).content
    part = sign_in("finance_manager", world="B")
    assert "Nothing payable" in page(part)  # its own, which has none
    assert part.get(address, {"commissioner": "ZPA"}).status_code == 200


def test_a_version_signed_after_the_year_leaves_the_one_signed_in_time_in_force(
    today: Any, sign_in: Callable[..., Client]
) -> None:
    year = FinancialYear.parse(YEAR)
    for number, day in enumerate((date(2031, 3, 31), date(2031, 4, 1)), start=1):
        held = paper(today)
        assert "After 31 March 2031 it pays nothing for the year" in page(sign_in("board_member"))
        for role in ("cluster_lead", "board_member"):
            held = sign_agreement(held, by=today.actor(role), at=datetime.combine(day, time(12), UTC))
        terms = signed_terms_of(today["ZPA"], year)
        assert terms is not None
        assert (held.version, held.is_late, terms.source) == (number, number == 2, "Compact, version 1")
    shown = page(sign_in("board_member"))
    assert "Payable by the agreement Compact, version 1" in shown
    assert "Signed by both after the year ended: pays nothing" in shown


def test_those_who_are_to_sign_find_it_among_what_waits_for_them(today: Any) -> None:
    held, day = paper(today), AT.date()
    titles = {
        role: [each.title for each in tasks_of(today.actor(role), day)]
        for role in ("board_member", "cluster_lead", "gp", "finance_manager")
    }
    wanted = "Sign the gain share of 2030/31: Compact, version 1"
    assert [wanted in found for found in titles.values()] == [True, True, False, False]
    sign_agreement(held, by=today.actor("board_member"), at=AT)
    assert wanted not in [each.title for each in tasks_of(today.actor("board_member"), day)]
    assert wanted not in [each.title for each in tasks_of(today.actor("cluster_lead"), date(2031, 4, 1))]


def test_a_version_is_withdrawn_or_replaced_and_the_newest_signed_holds(
    today: Any, sign_in: Callable[..., Client]
) -> None:
    first = paper(today)
    client = sign_in("finance_manager")
    address = reverse("statements:withdraw_gain_share", args=[first.id])
    assert client.post(address).status_code == 409
    assert client.post(address, {"reason": "A slip in the share"}).status_code == 302
    assert "A slip in the share" in page(client)
    with pytest.raises(RefusedInput, match="does not wait"):
        sign_agreement(first, by=today.actor("board_member"), at=AT)
    second = paper(today)
    for role in ("board_member", "cluster_lead"):
        sign_agreement(second, by=today.actor(role), at=AT)
    third = paper(today)
    terms = signed_terms_of(today["ZPA"], FinancialYear.parse(YEAR))
    assert terms is not None
    assert (third.version, terms.source) == (3, "Compact, version 2")
    with pytest.raises(RefusedInput, match="does not wait"):
        withdraw_agreement(second, reason="No", by=today.actor("finance_manager"), at=AT)


def test_a_year_is_closed_by_the_agreement_signed(today: Any, sign_in: Callable[..., Client]) -> None:
    held = paper(today)
    client, address = sign_in("finance_manager"), reverse("statements:close_year", args=[YEAR])
    client.post(address)
    assert "terms" not in Run.everywhere.latest("id").parameters
    Run.everywhere.all().delete()
    for role in ("board_member", "cluster_lead"):
        sign_agreement(held, by=today.actor(role), at=AT)
    client.post(address)
    given = Run.everywhere.latest("id").parameters
    assert given["terms_source"] == "Compact, version 1"
    assert given["terms"]["savings.signed_on"] == "2009-07-20"


def test_under_the_rules_of_2005_the_page_says_which_rule_applies(
    stated: Stated, sign_in: Callable[..., Client]
) -> None:
    client = sign_in("practice_manager")
    told = page(client, "2009-10")
    assert "practices keep 70% of what is freed up" in told
    assert "The signed agreement" not in told
    assert "docs/" not in told
    assert sign_in("finance_manager").get(reverse("statements:draft_gain_share", args=["2009-10"])).status_code == 404
    assert client.get(reverse("statements:gain_share", args=["nonsense"])).status_code == 404
    assert client.get(reverse("statements:gain_share_file", args=["2009-10", "xlsx"])).content[:2] == b"PK"


def test_it_opens_on_the_year_that_is_over_until_that_is_final_and_skips_no_year(
    stated: Stated, sign_in: Callable[..., Client]
) -> None:
    with time_machine.travel(datetime(2010, 4, 20, 9, tzinfo=UTC), tick=False):
        client, by = sign_in("finance_manager"), stated.place.actor("finance_manager")
        opened = client.get(reverse("statements:gain_share_now")).url
        assert opened == reverse("statements:gain_share", args=["2009-10"])
        told = page(client, "2010-11").partition("Other years")[2]
        assert [year in told for year in ("2011/12", "2010/11", "2009/10")] == [True, False, True]
        for name in POSITIONS:
            publish_position(
                stated.place["ZPA"], financial_year="2009-10", position=name, set_name="year-end/2009-10/closing-estimate",
                set_id=stated.sets["year_end"], by=by, at=AT,
            )  # fmt: skip
        opened = client.get(reverse("statements:gain_share_now")).url
        assert opened == reverse("statements:gain_share", args=["2010-11"])


def test_pages_ask_the_database_alike_however_many_versions_there_are(
    today: Any, sign_in: Callable[..., Client]
) -> None:
    client, counts = sign_in("board_member"), []
    page(client)
    for _ in range(2):
        withdraw_agreement(paper(today), reason="Again", by=today.actor("finance_manager"), at=AT)
        with CaptureQueriesContext(connection) as asked:
            page(client)
        counts.append(len(asked))
    assert counts[0] == counts[1]
