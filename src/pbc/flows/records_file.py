"""The records behind a figure as a file for `pbc look-up`: pseudonyms that only the practice's own machine can turn back."""

from __future__ import annotations

import csv
import io

from pbc.flows.gather_statement import named_input
from pbc.flows.records_behind import MOST_AT_ONCE, RecordsReader
from pbc.results import Figure, Store
from pbc.sources.stamp import stamp_of, write_pseudonym

COLUMNS = (
    "activity_on", "setting", "provider_code", "record_number", "point_of_delivery", "treatment_function_code", "hrg_code",
    "paid_stay_days", "cost_pence", "delivery",
)  # fmt: skip
RISKY = ("=", "+", "-", "@", "\t", "\r")


def write_records(reader: RecordsReader, store: Store, *, figure_id: str, practice_code: str) -> bytes:
    """This returns every record behind a figure of a practice's own as CSV in UTF-8, dearest first, people as pseudonyms.

    The first column's heading is stamped with the fingerprint of the key the pseudonyms were made with, where the register
    knows it; each row names the practice and the figure, so that the file says what it is. Money in pence. Records of
    restricted kinds are not in it. Another practice's figure is refused.
    """
    figure = Figure.parse(figure_id)
    register = named_input(store, store.at(figure.set_name, figure.set_id), kind="register")
    key = register.receipt.parameters.get("key", "") if register else ""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([stamp_of(key) if key else "person_id", *COLUMNS, "practice_code", "figure_id"])
    offset = 0
    while True:
        page = reader.behind(figure_id, practice_code=practice_code, limit=MOST_AT_ONCE, offset=offset)
        for row in page.records.iter_rows(named=True):
            cells = [_inert(str(row[name])) for name in COLUMNS]
            writer.writerow([write_pseudonym(row["person_id"]), *cells, practice_code, figure_id])
        offset += MOST_AT_ONCE
        if offset >= page.records_count:
            return stream.getvalue().encode("utf-8-sig")


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(RISKY) else text
