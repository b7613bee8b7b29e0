"""A deliveries folder: what it says about itself, and where its files are (docs/local-extract-layout.md)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear

FORMS = (".parquet", ".csv.gz", ".csv")


@dataclass(frozen=True)
class Extract:
    """An opened deliveries folder. `commissioners` are those who pay for what is in it, the one who answers for it first."""

    folder: Path
    is_made_up: bool
    regime: str
    commissioners: tuple[str, ...]
    years: tuple[FinancialYear, ...]

    def find(self, *place: str) -> list[Path]:
        """This returns the one file of that place and stem in whichever form it comes, or nothing; two are refused."""
        stem = self.folder.joinpath(*place)
        found = [path for path in (stem.with_name(stem.name + form) for form in FORMS) if path.is_file()]
        if len(found) > 1:
            raise RefusedInput(
                "The same table is delivered twice, in two forms.", where="/".join(place),
                found=", ".join(path.name for path in found), remedy="Keep one of them.",
            )  # fmt: skip
        return found

    def need(self, *place: str) -> list[Path]:
        """This returns the same file, and refuses the folder by name if it is not there."""
        found = self.find(*place)
        if not found:
            name = "/".join(place)
            raise RefusedInput(
                "A file of the delivery is missing.", where=self.folder.name,
                expected=" or ".join(f"{name}{form}" for form in FORMS),
                remedy="Ask for the file; a delivery with nothing in it is a file with headings and no rows.",
            )  # fmt: skip
        return found


def open_extract(folder: Path) -> Extract:
    """This returns the opened folder, read from its `world.json`; a folder that does not say what it is is refused."""
    path = Path(folder) / "world.json"
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return _extract(Path(folder), said)
    except FileNotFoundError as error:
        raise RefusedInput(
            "This is not a deliveries folder.", where=str(folder), expected="world.json in it, and register/, tariff/, ...",
            remedy="Name the folder that holds world.json.",
        ) from error  # fmt: skip
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise RefusedInput(
            "The folder does not say properly what it holds.", where="world.json", found=repr(error),
            expected="is_made_up (true or false), regime, commissioner_code, years (a list like 2009-10)",
        ) from error  # fmt: skip


def _extract(folder: Path, said: Any) -> Extract:
    if not isinstance(said["is_made_up"], bool):
        raise ValueError(f"is_made_up is {said['is_made_up']!r}")
    first = str(said["commissioner_code"])
    others = [str(code) for code in said.get("commissioner_codes", [])]
    commissioners = (first, *sorted(code for code in set(others) if code != first))
    years = tuple(sorted(FinancialYear.parse(str(year)) for year in said["years"]))
    return Extract(folder, said["is_made_up"], str(said["regime"]), commissioners, years)
