"""A deliveries folder: what it says about itself, and where its files are (docs/local-extract-layout.md)."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pbc.errors import RefusedInput, shorten
from pbc.periods import FinancialYear
from pbc.sources.file_form import require_plain

CODE = re.compile(r"[A-Z0-9]{2,12}")
FORMS = (".parquet", ".csv.gz", ".csv")
Files = Path | Sequence[Path] | None


@dataclass(frozen=True)
class Extract:
    """An opened deliveries folder. `commissioners` are those who pay for what is in it, the one who answers for it first.

    `files` are files that stand elsewhere, by their place (activity/2009-09/outpatients): each takes the place of the
    folder's own, several where each of several senders sent its own, and None takes it away. Without a folder they are
    all there is.
    """

    folder: Path | None
    is_made_up: bool
    regime: str
    commissioners: tuple[str, ...]
    years: tuple[FinancialYear, ...]
    files: Mapping[str, Files] = field(default_factory=dict)

    @property
    def keeps_held(self) -> bool:
        """Whether a set received of it may take nobody's rows away: a folder speaks for a period, accepted files for themselves."""
        return self.folder is None

    def with_files(self, files: Mapping[str, Files]) -> Extract:
        """This returns the same deliveries with these files in their places."""
        return replace(self, files={**self.files, **files})

    def find(self, *place: str) -> list[Path]:
        """This returns the one file of that place and stem in whichever form it comes, or nothing; two are refused.

        Of files accepted one by one it returns each sender's.
        """
        name = "/".join(place)
        if name in self.files or self.folder is None:
            held = self.files.get(name) or ()
            return [_named_for(each, place[-1]) for each in ((held,) if isinstance(held, Path) else held)]
        stem = self.folder.joinpath(*place)
        found = [path for path in (stem.with_name(stem.name + form) for form in FORMS) if os.path.lexists(path)]
        for path in found:
            require_own_file(path, self.folder)
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
                "A file of the delivery is missing.", where=self.folder.name if self.folder else "the files accepted",
                expected=" or ".join(f"{name}{form}" for form in FORMS),
                remedy="Ask for the file; a delivery with nothing in it is a file with headings and no rows.",
            )  # fmt: skip
        return found


def require_own_file(path: Path, folder: Path) -> None:
    """This refuses a link that leads out of the deliveries folder, to whatever it likes, and what is not a plain file."""
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
        raise RefusedInput(
            "A symbolic link leads out of the deliveries folder, so it is not followed.",
            where=path.relative_to(folder).as_posix(), expected="the file itself, within the folder",
            remedy="Put the delivered file there in place of the link.",
        )  # fmt: skip
    require_plain(path)


def _named_for(path: Path, stem: str) -> Path:
    """Receipts and refusals name a file as it is called: one kept under another name would make every set look new."""
    require_plain(path)
    if path.name not in {f"{stem}{form}" for form in FORMS}:
        raise RefusedInput(
            "An accepted file is kept under another name than its place.", where=path.name,
            expected=" or ".join(f"{stem}{form}" for form in FORMS), remedy="Keep it under that name, in a folder of its own.",
        )  # fmt: skip
    return path


def accepted_files(
    files: Mapping[str, Files], *, regime: str, commissioners: Sequence[str], years: Sequence[FinancialYear], is_made_up: bool
) -> Extract:  # fmt: skip
    """This returns files that were accepted one by one, by their place, as deliveries that every receiving flow takes.

    A place is `place_of` its layout; a file is kept under the name of its place (outpatients.csv.gz), wherever it lies.
    A file that replaces another makes new sets when it is received, and the old ones keep their ids in the store.
    """
    return Extract(None, is_made_up, regime, tuple(commissioners), tuple(sorted(years)), dict(files))


def open_extract(folder: Path | Extract) -> Extract:
    """This returns the opened folder, read from its `world.json`; a folder that does not say what it is is refused.

    Deliveries opened before are returned as they are.
    """
    if isinstance(folder, Extract):
        return folder
    path = Path(folder) / "world.json"
    require_own_file(path, Path(folder))
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return _extract(Path(folder), said)
    except FileNotFoundError as error:
        raise RefusedInput(
            "This is not a deliveries folder.", where=str(folder), expected="world.json in it, and register/, tariff/, ...",
            remedy="Name the folder that holds world.json.",
        ) from error  # fmt: skip
    except KeyError as error:
        raise _not_said(f"no {error.args[0]}") from error
    except RecursionError as error:
        raise _not_said("brackets within brackets without end") from error
    except json.JSONDecodeError as error:
        raise _not_said(f"text that is not JSON, at line {error.lineno:,}, column {error.colno:,}") from error
    except UnicodeDecodeError as error:
        raise _not_said("bytes that are not UTF-8 text") from error
    except OSError as error:
        raise _not_said(error.strerror or "a file that cannot be read") from error


def _not_said(found: str) -> RefusedInput:
    return RefusedInput(
        "The folder does not say properly what it holds.", where="world.json", found=found,
        expected="is_made_up (true or false), regime, commissioner_code, years (a list like 2009-10)",
        remedy="Correct world.json; docs/local-extract-layout.md describes it.",
    )  # fmt: skip


def _extract(folder: Path, said: Any) -> Extract:
    if not isinstance(said, dict):
        raise _not_said("something other than names with values")
    is_made_up, regime, years = said["is_made_up"], said["regime"], said["years"]
    if not isinstance(is_made_up, bool):
        raise _not_said(f"is_made_up that is {shorten(repr(is_made_up))}, not true or false")
    if not isinstance(regime, str) or not isinstance(years, list):
        raise _not_said("a regime that is no word" if isinstance(years, list) else "years that are no list")
    commissioners = _commissioners(said)
    if not is_made_up and ("seed" in said or any(code.startswith("Z") for code in commissioners)):
        raise RefusedInput(
            "The folder says that it is not made up, and holds the marks of a made-up place.", where="world.json",
            found="is_made_up false beside a seed, or a commissioner whose code begins with Z",
            expected="is_made_up true", remedy="Put is_made_up back to true: made-up figures must not pass for real ones.",
        )  # fmt: skip
    parsed = tuple(sorted(FinancialYear.parse(str(year)) for year in years))
    return Extract(folder, is_made_up, regime, commissioners, parsed)


def _commissioners(said: dict[str, Any]) -> tuple[str, ...]:
    first, others = said["commissioner_code"], said.get("commissioner_codes", [])
    listed = [first, *others] if isinstance(others, list) else [first, others]
    odd = next((code for code in listed if not isinstance(code, str) or not CODE.fullmatch(code)), None)
    if odd is not None:
        raise RefusedInput(
            "The commissioner of this folder is named by what is no code.", where="world.json, commissioner_code",
            found=str(odd), expected="the commissioner's code in the register, of capitals and digits, like 5NT or QOP",
            remedy="Correct world.json.",
        )  # fmt: skip
    return (first, *sorted({code for code in listed if code != first}))
