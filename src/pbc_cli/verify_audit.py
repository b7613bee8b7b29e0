"""`pbc verify-audit`: whether the audit trail of the web is whole, from a copy or from the database itself."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from pbc.errors import BrokenSet, Fault, RefusedInput
from pbc_web.audit.chain import find_break, hash_entry


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option(
    "--head", metavar="HASH", default="", help="Hash of the last entry, noted earlier: finds a copy cut short."
)
@click.option(
    "--export", "copy", type=click.Path(path_type=Path, dir_okay=False), help="Write the database's trail as lines of JSON."
)  # fmt: skip
def command(file: Path | None, head: str, copy: Path | None) -> None:
    """Check that no entry of the audit trail was changed or taken out.

    FILE is a copy of the trail: lines of JSON, as the audit page hands them out or as --export writes them. It is checked
    on any machine, without a database. Without FILE the trail of the database is checked, which the settings of
    the web name (PBC_HOME or DATABASE_URL). Leaves with 1 if the trail does not hold, saying at which entry.
    """
    if file is not None:
        _tell(str(file), _read(file), head)
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pbc_web.config.settings")
    import django

    django.setup()
    from pbc_web.audit import queries

    if copy is not None:
        with copy.open("w", encoding="utf-8") as out:
            out.writelines(queries.trail_lines())
        click.echo(f"The trail stands in {copy}.")
    broken = queries.broken_at()
    if broken:
        raise _does_not_hold("the database", broken)
    _tell("the database", queries.plain_entries(), head)


def _read(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                entry = json.loads(line)
                hash_entry(entry), entry["hash"]
            except (ValueError, KeyError, TypeError):
                raise RefusedInput(
                    "This is no line of an audit trail.", where=f"{path}, line {number}", found=line[:60].strip(),
                    expected="one entry as JSON", remedy="Take the copy from the audit page or with --export.",
                ) from None  # fmt: skip
            yield entry


def _tell(where: str, entries: Iterator[dict[str, Any]], head: str) -> None:
    last: dict[str, Any] = {"number": 0, "hash": ""}

    def watched() -> Iterator[dict[str, Any]]:
        for entry in entries:
            last.update(number=entry["number"], hash=entry["hash"])
            yield entry

    broken = find_break(watched())
    if broken is None and head and head != last["hash"]:
        broken = (
            f"the last entry is {last['number']}, with another hash than the one noted: later entries may be missing"
        )
    if broken is not None:
        raise _does_not_hold(where, broken)
    click.echo(f"{last['number']:,} entries checked: nothing was changed or taken out.")
    click.echo(f"The last is entry {last['number']}, hash {last['hash']}. Note it elsewhere, to find a copy cut short.")


def _does_not_hold(where: str, broken: str) -> Fault:
    return BrokenSet(
        f"The audit trail does not hold: {broken}.", where=where,
        remedy="Keep this copy, compare it with an older one, and tell whoever runs the service.",
    )  # fmt: skip
