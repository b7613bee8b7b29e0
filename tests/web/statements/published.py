"""Publishing the store's sets by hand, as a finance manager of world A does."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pbc.periods import Month
from pbc_web.statements.actions.publishing import Results, prepare, publish, sign_comment
from pbc_web.statements.models import Publication

AT = datetime(2009, 7, 20, 9, 0, tzinfo=UTC)
WORDS = "Costs are below budget so far. We ask each practice to check who it is charged for."


@dataclass
class Stated:
    """The store's sets by name, and the hands of world A that publish them."""

    sets: dict[str, str]
    place: Any

    def prepare(self, name: str = "2009-06", *, month: Month | None = None, at: datetime = AT) -> Publication:
        """A set put up for preview."""
        results = Results(
            month or Month.parse("2009-06" if name == "restated" else name),
            self.sets[name],
            ("ZHA", "ZHB"),
            changed_in=(),
        )
        by = self.place.actor("finance_manager")
        return prepare(self.place["ZPA"], results, by=by, for_person_id=by.person_id, at=at)

    def publish(self, name: str = "2009-06", *, month: Month | None = None, at: datetime = AT) -> Publication:
        """A set prepared, commented and published."""
        prepared = self.prepare(name, month=month, at=at)
        by = self.place.actor("finance_manager")
        sign_comment(prepared, words=WORDS, by=by, at=at + timedelta(minutes=1))
        return publish(prepared, by=by, at=at + timedelta(minutes=2))
