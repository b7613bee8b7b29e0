"""`pbc pseudonymise`: deliveries written again with pseudonyms, on the machine that holds the key."""

from __future__ import annotations

from pathlib import Path

import click

from pbc.flows.match_headings import read_heading_maps
from pbc.flows.pseudonymise import Pseudonymised, pseudonymise_file, pseudonymise_folder
from pbc.sources.deliveries.hiding import Hidden
from pbc.sources.pseudonym import key_fingerprint, read_key
from pbc_cli.options import headings_option, journey, key_option


@click.command()
@click.argument("delivered", metavar="FILE|FOLDER", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="The file or new folder to write. Never the one read."
)
@click.option(
    "--nhs-number-column", "number_column", default="", metavar="HEADING",
    help="For a FILE with headings of its own: the heading of its column of NHS numbers. Its other columns are kept.",
)  # fmt: skip
@headings_option
@key_option
def command(delivered: Path, out: Path, number_column: str, key_file: Path, maps: tuple[Path, ...]) -> None:
    """Write a delivery again with pseudonyms in place of NHS numbers, so that it may leave this machine.

    Run it where raw extracts arrive: there the key is, and there it stays. Every file keeps its form. Columns that no
    layout names are left out, since nobody reads them and they may hold names. A file with NHS numbers anywhere else is
    refused. Who receives what is written needs no key, and gets the same figures.

    \b
    pbc pseudonymise outpatients.csv.gz --key-file key --out to-upload/outpatients.csv.gz
    pbc pseudonymise deliveries --key-file key --out to-upload
    """
    key, headings = read_key(key_file), read_heading_maps(*maps)
    if delivered.is_dir():
        if number_column:
            raise click.UsageError("--nhs-number-column is for one FILE.")
        made = pseudonymise_folder(delivered, out, key=key, journey=journey(), headings=headings)
        click.echo("\n".join(_told_folder(made)))
    else:
        click.echo(_told(pseudonymise_file(delivered, out, key=key, number_column=number_column, headings=headings)))
    click.echo(f"Fingerprint of the key: {key_fingerprint(key)}")


def _told_folder(made: Pseudonymised) -> list[str]:
    lines = [_told(each) for each in made.hidden]
    lines += [f"{len(made.copied)} files that name no person were copied as they are."] if made.copied else []
    lines += [f"Left behind, as no part of a delivery: {', '.join(made.left_behind)}."] if made.left_behind else []
    return lines


def _told(hidden: Hidden) -> str:
    told = f"{hidden.path}: {hidden.rows_count:,} row{'s' if hidden.rows_count != 1 else ''} with pseudonyms"
    told += f", {hidden.missing_count:,} without an NHS number" if hidden.missing_count else ""
    told += f", {hidden.invalid_count:,} with one that fails its check digit" if hidden.invalid_count else ""
    left = f" Left out, as no layout names them: {', '.join(hidden.left_out)}." if hidden.left_out else ""
    return f"{told}.{left}"
