"""What the permission matrix opens of the books: June reconciled and published, and a difference of the first hospital."""

from collections.abc import Callable
from typing import Any

DIFFERENCE = "2009-10.ZPA.ZHA.on_account"
JUNE = {"period": "2009-06", "code": "ZPA"}
YEAR = {"year": "2009-10", "code": "ZPA"}


def _at(**given: str) -> Callable[[Any], dict[str, Any]]:
    return lambda made: given


LEDGER_ADDRESSES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "ledger:contracts": _at(year="2009-10"),
    "ledger:contract": _at(**YEAR, hospital="ZHA"),
    "ledger:contract_figure": _at(**YEAR),
    **{f"ledger:{view}": _at(**JUNE) for view in ("position", "figure")},
    **{f"ledger:{view}": _at(**JUNE, form="csv") for view in ("journal", "download")},
    "ledger:hospital": _at(**JUNE, hospital="ZHA"),
    **{f"ledger:{view}_file": _at(form="csv") for view in ("pooled", "allocation")},
    **{
        f"ledger:{view}": _at(difference_id=DIFFERENCE)
        for view in ("difference", "own_difference", "move_difference", "write_difference")
    },
}
