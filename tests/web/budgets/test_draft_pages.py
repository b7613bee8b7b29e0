"""A draft's page has contents and folded tables; a draft of its own values says where they are written."""

import re
from typing import Any

from django.urls import reverse
from tests.web.budgets.conftest import SmallPct
from tests.web.budgets.test_journey import drafted

from pbc_web.budgets.models import Draft, Round


def test_a_drafts_page_leads_to_its_parts_and_folds_long_tables(small_pct: SmallPct, read: Any) -> None:
    _, draft = drafted(small_pct)
    page = read(small_pct.clients["finance_manager"].get(reverse("budgets:draft", args=[draft.id])))
    contents = page.partition('aria-label="On this page"')[2].partition("</nav>")[0]
    wanted = re.findall(r'href="#([\w-]+)"', contents)
    assert len(wanted) >= 6
    assert [name for name in wanted if f'id="{name}"' not in page] == []
    folded = re.findall(r"<details[^>]*><summary[^>]*><span[^>]*>([^<]+)", page)
    assert {"People and need of each practice", "Fair share, budget and distance of each practice"} <= set(folded)
    assert not any("in all" in each and each.startswith("Fair share") for each in folded)  # the sums stand open


def test_values_of_a_drafts_own_need_a_source_and_the_form_says_the_rules(small_pct: SmallPct, read: Any) -> None:
    finance = small_pct.clients["finance_manager"]
    finance.post(reverse("budgets:new_round"), {"year": "2009-10"})
    address = reverse("budgets:new_draft", args=[Round.everywhere.get().id])
    form = read(finance.get(address))
    assert re.search(r"Share of every service held back for management. Leave it empty for the rule, [\d.]+%", form)
    assert re.search("Leave it open for the rule, (yes, together|no, each by itself)", form)
    given = {"name": "Faster", "basis": "fair_shares", "pace_closed": "30"}
    assert "Say who proposes these values and where that is written" in read(finance.post(address, given))
    assert finance.post(address, {**given, "source": "Finance paper 4"}).status_code == 302
    assert Draft.everywhere.get().run.parameters["source"] == "Finance paper 4"
