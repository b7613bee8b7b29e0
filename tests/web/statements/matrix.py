"""What the permission matrix opens of statements: one month published, one prepared, a year end and a pot, in world A."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from tests.web.statements.published import AT, Stated
from tests.web.statements.world import held

from pbc_web.statements.actions.asking import answer_figure_query, query_figure
from pbc_web.statements.actions.year_ends import Clock, Declaration, declare_pot, publish_position
from pbc_web.statements.models import GainAgreement

OF_PRACTICE = ("practice", "acknowledge", "figure", "query", "similar", "drill", "records", "records_file")
CLOCK = Clock(date(2010, 6, 30), date(2010, 7, 28), date(2012, 3, 31))


def _in_publication(*more: str, name: str = "publication") -> Callable[[Any], dict[str, Any]]:
    given = {"code": "ZA0001", "form": "csv"}
    return lambda made: {"publication_id": made[name].id, **{each: given[each] for each in more}}


STATEMENT_ADDRESSES: dict[str, Callable[[Any], dict[str, Any]]] = {
    **{
        f"statements:{view}": _in_publication()
        for view in ("commissioner", "region", "hospital", "readers", "publish", "withdraw", "sum_figure")
    },
    **{f"statements:{view}": _in_publication() for view in ("prescribing", "prescribing_figure", "weigh_prescribing")},
    "statements:prescribing_file": _in_publication("form"),
    **{f"statements:{view}": _in_publication(name="prepared") for view in ("review", "comment")},
    **{f"statements:{view}": _in_publication("code") for view in OF_PRACTICE},
    "statements:download": _in_publication("code", "form"),
    "statements:group": lambda made: {"publication_id": made["publication"].id, "code": "ZCA1"},
    "statements:month": lambda made: {"month": "2009-06"},
    "statements:year_end": lambda made: {"year": "2009-10"},
    "statements:year_books": lambda made: {"year": "2009-10", "code": "ZPA"},
    "statements:year_figure": lambda made: {"year": "2009-10", "code": "ZPA"},
    "statements:year_books_file": lambda made: {"year": "2009-10", "code": "ZPA", "form": "csv"},
    **{f"statements:{view}": lambda made: {"year": "2009-10"} for view in ("gain_share", "draft_gain_share")},
    "statements:gain_share_file": lambda made: {"year": "2009-10", "form": "csv"},
    **{
        f"statements:{view}_gain_share": lambda made: {"agreement_id": made["gain_share"].id}
        for view in ("sign", "withdraw")
    },
    "statements:close_year": lambda made: {"year": "2009-10"},
    "statements:publish_position": lambda made: {"year": "2008-09"},
    "statements:preview_position": lambda made: {"year": "2009-10"},
    "statements:declare_pot": lambda made: {"year": "2009-10", "code": "ZA0002"},
    "statements:pot": lambda made: {"pot_id": made["pot"].id},
    "statements:move_pot": lambda made: {"pot_id": made["pot"].id, "move": "confirm"},
    "statements:figure_query": lambda made: {"query_id": made["figure_query"].id},
    "statements:withdraw_query": lambda made: {"query_id": made["figure_query"].id},
}


def statement_objects(place: Any) -> dict[str, Any]:
    """A statement published and another prepared, a query answered, a closing estimate and a pot of the first practice."""
    stated = Stated(held()[1], place)
    finance, manager = place.actor("finance_manager"), place.actor("practice_manager")
    publication = stated.publish("2009-06")
    query = query_figure(publication, place["ZA0001"], words="Why?", by=manager, at=AT, answer_days=28)
    publish_position(
        place["ZPA"], financial_year="2009-10", position="closing_estimate", set_name="year-end/2009-10/closing-estimate",
        set_id=stated.sets["year_end"], by=finance, at=AT,
    )  # fmt: skip
    said = Declaration("2009-10", 100_000, 100_000, 30_000, "Closing estimate")
    gain_share = GainAgreement.everywhere.create(
        commissioner=place["ZPA"], partner=place["ZCA1"], financial_year="2025-26", version=1, document="Compact", terms={},
        drafted_by_id=finance.person_id, drafted_at=AT,
    )  # fmt: skip
    return {
        "gain_share": gain_share, "publication": publication, "prepared": stated.prepare("2009-05", at=AT + timedelta(hours=1)),
        "figure_query": answer_figure_query(query, words="So.", by=finance, at=AT),
        "pot": declare_pot(place["ZPA"], place["ZA0001"], said, clock=CLOCK, by=finance, at=AT),
    }  # fmt: skip
