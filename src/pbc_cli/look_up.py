"""`pbc look-up`: the patient behind a record, found at the practice and nowhere else."""

from __future__ import annotations

import getpass
from pathlib import Path

import click

from pbc.flows.find_patients import find_patients
from pbc.sources.pseudonym import read_key
from pbc_cli.options import key_option, now


@click.command()
@click.argument("own_list", metavar="LIST", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("records", metavar="RECORDS", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@key_option
@click.option("--purpose", required=True, help="Why, in a sentence. It stands in the log.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), default=Path("matches.csv"), show_default=True,
    help="New file for the matches, which you alone can read.",
)  # fmt: skip
@click.option(
    "--log", type=click.Path(path_type=Path, dir_okay=False), default=Path("look-ups.log"), show_default=True,
    help="The practice's log of look-ups, kept for good.",
)  # fmt: skip
def command(own_list: Path, records: Path, key_file: Path, purpose: str, out: Path, log: Path) -> None:
    """Say which patients of LIST stand behind RECORDS, on this machine and at this practice alone.

    LIST is the practice's own list, a CSV with a column nhs_number and whatever else you keep in it. RECORDS is what you
    downloaded, with its column person_id. The matches are written to a file that you alone can read. Nothing is sent
    anywhere: keep the file no longer than the purpose needs. Each look-up leaves a line in the log: who, when, why and how
    many; no patient. docs/look-up.md says who may do this, and what for.

    \b
    pbc look-up list.csv records.csv --key-file key --purpose "Review of September's emergency admissions for Dr A"
    """
    found = find_patients(
        own_list, records, key=read_key(key_file), out=out, log=log, purpose=purpose, by=getpass.getuser(), at=now()
    )
    click.echo(
        f"{found.matched_count:,} of {found.records_count:,} records are of people on this list; they are in {found.path}, "
        "which you alone can read. Delete it when you are done."
    )
    if found.unmatched_count:
        click.echo(f"{found.unmatched_count:,} are of nobody on it: people who left, or never were here.")
    if found.unusable_count:
        click.echo(f"{found.unusable_count:,} rows of the list have no NHS number that passes its check.")
    click.echo(f"The look-up is noted in {log}.")
