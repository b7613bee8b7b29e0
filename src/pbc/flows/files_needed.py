"""Which files a month, a year or the register needs, and which of them are in: for whoever takes files one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pbc.flows.check_file import TABLES
from pbc.flows.extract import FORMS, Extract
from pbc.flows.look_up import PRESCRIBING
from pbc.flows.receive_activity import READERS
from pbc.flows.receive_invoices import BACKING, PLACES
from pbc.flows.receive_tables import MAY_LACK
from pbc.periods import FinancialYear, Month
from pbc.results import Store
from pbc.sources.delimited import Recognised
from pbc.sources.deliveries.small_tables import layout_of
from pbc.sources.layout import read_layouts

REGISTER = ("organisations", "practices", "memberships", "registrations")
TARIFF = ("tariff_prices", "provider_factors", "contract_forms")
NEED = ("weighted_lists", "commissioner_resources")
CONTRACTS = ("contracts", *(table.name for table in MAY_LACK))
FOLDERS = {
    **dict.fromkeys((*READERS, *PRESCRIBING), "activity"), **dict.fromkeys(REGISTER, "register"),
    **dict.fromkeys(TARIFF, "tariff"), **dict.fromkeys(NEED, "need"), **dict.fromkeys(CONTRACTS, "contracts"),
    **{name: kind for kind, names in PLACES.items() for name in names},
}  # fmt: skip
MONTHLY = ("activity", *PLACES)  # folders of months; all others but the register are of years
FORM_NAMES = dict(zip(("parquet", "csv.gz", "csv"), FORMS, strict=True))


@dataclass(frozen=True)
class FileNeeded:
    """One place of a delivery: the layouts that may fill it, whether flows refuse to run without it, and what is in it."""

    place: str
    title: str
    layouts: tuple[str, ...]
    is_needed: bool
    path: Path | None = None

    @property
    def is_in(self) -> bool:
        """Whether a file is there."""
        return self.path is not None


def place_of(layout: str, *, period: Month | FinancialYear | None = None) -> str:
    """This returns where a file of a layout stands among deliveries; empty for one that no flow takes in.

    `period` is the month of activity and of what is charged, or the year of prices, need and contracts; the register has none.

    >>> place_of("outpatients", period=Month(2009, 9)), place_of("pdpi", period=Month(2009, 9)), place_of("registrations")
    ('activity/2009-09/outpatients', 'activity/2009-09/prescribing', 'register/registrations')
    """
    folder, name = FOLDERS.get(layout, ""), "prescribing" if layout in PRESCRIBING else layout
    if folder == "register":
        return f"{folder}/{name}"
    wanted = Month if folder in MONTHLY else FinancialYear
    if not folder or not isinstance(period, wanted):
        return ""
    return f"{folder}/{period.slug if isinstance(period, FinancialYear) else period}/{name}"


def name_kept(place: str, recognised: Recognised) -> str:
    """This returns the name under which an accepted file is kept: its place's, with the ending of what it truly is.

    The sender's own name is never used: it may say who somebody is, or lead elsewhere.
    """
    return place.rsplit("/", maxsplit=1)[-1] + FORM_NAMES[recognised.form.kind]


def files_of_month(month: Month, *, deliveries: Extract | None = None) -> list[FileNeeded]:
    """This returns the files of a month's delivery: the hospitals' four, without which it is refused, and prescribing."""
    wanted: dict[str, tuple[str, ...]] = {**{name: (name,) for name in READERS}, "prescribing": PRESCRIBING}
    return _listed(f"activity/{month}", wanted, deliveries, optional=("prescribing",))


def files_of_register(*, deliveries: Extract | None = None) -> list[FileNeeded]:
    """This returns the files of the register, all of them needed."""
    return _listed("register", {name: (name,) for name in REGISTER}, deliveries)


def files_of_year(year: FinancialYear, *, deliveries: Extract | None = None) -> list[FileNeeded]:
    """This returns the files of a year's prices and need: with all of a kind the tariff, or the need, can be received."""
    return [
        *_listed(f"tariff/{year.slug}", {name: (name,) for name in TARIFF}, deliveries),
        *_listed(f"need/{year.slug}", {name: (name,) for name in NEED}, deliveries),
    ]


def files_of_contracts(year: FinancialYear, *, deliveries: Extract | None = None) -> list[FileNeeded]:
    """This returns the files of a year's register of contracts; plans by month and variations may be left out."""
    optional = [table.name for table in MAY_LACK]
    return _listed(f"contracts/{year.slug}", {name: (name,) for name in CONTRACTS}, deliveries, optional)


def files_charged(kind: str, month: Month, *, deliveries: Extract | None = None) -> list[FileNeeded]:
    """This returns the files of a month's invoices or ledger, all needed, or of what backs its invoices, each optional."""
    optional = PLACES[kind] if kind == BACKING else ()
    return _listed(f"{kind}/{month}", {name: (name,) for name in PLACES[kind]}, deliveries, optional)


def are_whole(files: Sequence[FileNeeded]) -> bool:
    """This returns whether every file that is needed is in."""
    return all(each.is_in for each in files if each.is_needed)


def is_received(store: Store, name: str, *, hashes: Mapping[str, str]) -> bool:
    """This returns whether the set in force under a name was made from files of these SHA-256, by file name, among others.

    A file accepted since, in place of one of them, is not: the set is to be received again.
    """
    held = store.find(name)
    return held is not None and all(held.receipt.inputs.get(file) == mark for file, mark in hashes.items())


def _listed(
    folder: str, wanted: Mapping[str, tuple[str, ...]], deliveries: Extract | None, optional: Sequence[str] = ()
) -> list[FileNeeded]:
    titles = {each.name: each.title for each in [*read_layouts(), *map(layout_of, TABLES.values())]}
    found = []
    for name, layouts in wanted.items():
        files = deliveries.find(*folder.split("/"), name) if deliveries else []
        title = " or ".join(titles[layout] for layout in layouts)
        found.append(FileNeeded(f"{folder}/{name}", title, layouts, name not in optional, files[0] if files else None))
    return found
