"""A process of its own that publishes registers, and can be made to die (SIGKILL) at its n-th touch of the store.

Arguments: store folder, first receipt, how many receipts, touch to die at (0: never). Prints each set id published.
"""

import os
import signal
import sys
from pathlib import Path

from pbc.results import Receipt, Store
from pbc.tables import ALL

TOUCHES = ("open", "os.", "shutil.", "fcntl.")


def receipt(number: int) -> Receipt:
    return Receipt("receive_register", {"practices.csv": f"{number:064d}"}, made_at=f"2026-01-01T{number:04d}")


def register(number: int) -> dict[str, object]:
    codes = [f"Z{number:02d}{place:03d}" for place in range(300)]
    shared = {"practice_name": "Made-up Surgery", "status_code": "A", "prescribing_setting_code": "4"}
    rows = [shared | {"practice_code": code, "commissioner_code": "ZP1"} for code in codes]
    kinds = {"organisation_kind": "practice", "organisation_name": "Made-up Surgery"}
    organisations = [kinds | {"organisation_code": code} for code in codes]
    return {
        "practices": ALL["practices"].from_rows(rows),
        "organisations": ALL["organisations"].from_rows(organisations),
    }


def die_at(touch: int, folder: str) -> None:
    seen = 0

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        touches_store = event.startswith("fcntl.") or any(str(argument).startswith(folder) for argument in arguments)
        if event.startswith(TOUCHES) and touches_store:
            seen += 1
            if seen == touch:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def main(folder: str, first: int, many: int, touch: int) -> None:
    tables = {number: register(number) for number in range(first, first + many)}
    if touch:
        die_at(touch, folder)
    for number, register_tables in tables.items():
        published = Store(Path(folder)).publish("register", register_tables, receipt(number))  # type: ignore[arg-type]
        print(published.set_id, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
