"""`pbc match-headings`: a stranger's headings matched once, looked at, and saved."""

from __future__ import annotations

import getpass
from datetime import date
from pathlib import Path

import click

from pbc.flows.match_headings import layouts_to_match, match_headings, preview_headings, require_heading_map
from pbc.reports.whole_file import write_whole
from pbc.sources.suggesting import ColumnMatch
from pbc_cli.options import today

SURE = {
    "said": "as you said",
    "exact": "our own heading",
    "known": "a name suppliers use",
    "near": "spelt alike: look at it",
    "none": "",
}


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--layout", required=True, help="What the file is: " + ", ".join(each.name for each in layouts_to_match()) + "."
)
@click.option(
    "--save", type=click.Path(path_type=Path, dir_okay=False), help="Write the map to this file, once it is whole."
)
@click.option("--supplier", default="", help="Whose headings they are. Needed to save.")
@click.option("--saved-by", default="", help="Who saves it. Default: the name you are signed in by on this machine.")
@click.option("--from", "starts_on", type=click.DateTime(["%Y-%m-%d"]), help="First day it holds for. Default: today.")
@click.option(
    "--set", "said", multiple=True, metavar="COLUMN=HEADING", help="Say which heading a column has. May be repeated."
)
@click.option(
    "--given", multiple=True, metavar="COLUMN=VALUE", help="A value for every row of a column the file has not."
)
def command(
    file: Path, layout: str, save: Path | None, supplier: str, saved_by: str, starts_on: date | None,
    said: tuple[str, ...], given: tuple[str, ...],
) -> None:  # fmt: skip
    """Match the headings of FILE to ours once, and save them as a map for `pbc check`, `pbc receive` and `pbc pseudonymise`.

    Each of our columns is shown with the heading suggested for it, how sure that is, and how its days and codes are
    written; then the first rows as the map reads them, without who they are about. Correct a map with --set and --given,
    or in the saved file, which is plain YAML (docs/matching-headings.md).

    \b
    pbc match-headings theirs.csv --layout outpatients
    pbc match-headings theirs.csv --layout outpatients --supplier "St Elsewhere" --save maps/st-elsewhere.yaml
    """
    suggested = match_headings(file, layout, said=_pairs(said, "--set"))
    click.echo("\n".join([f"{file.name} as: {suggested.layout.title}", *map(_line, suggested.matches)]))
    if suggested.unused:
        click.echo(f"Not used: {', '.join(suggested.unused)}.")
    day = date.fromisoformat(starts_on.isoformat()[:10]) if starts_on else today()
    values = _pairs(given, "--given")
    found = suggested.to_map(
        supplier=supplier or "not said", saved_by=saved_by or getpass.getuser(), starts_on=day, given=values
    )
    missing = [name for name in suggested.missing if name not in found.columns]
    if missing:
        click.echo(f"Still needed: {', '.join(missing)}. Say which with --set COLUMN=HEADING or --given COLUMN=VALUE.")
        raise click.exceptions.Exit(1)
    require_heading_map(found)
    for row in preview_headings(file, found).iter_rows(named=True):
        click.echo("  " + "; ".join(f"{name} {text}" for name, text in row.items() if text is not None))
    if save is not None:
        if not supplier:
            raise click.UsageError("Say whose headings they are: --supplier NAME.")
        write_whole(found.to_yaml(), path=save)
        click.echo(f"Saved in {save}. Look through it before you use it.")


def _line(match: ColumnMatch) -> str:
    if not match.heading:
        return f"  {match.column.name}: {'NEEDED, nothing found' if match.column.is_required else 'nothing found'}"
    told = f"  {match.column.name}: {match.heading} ({SURE[match.confidence]})"
    told += f", days as {match.dates}" if match.dates else ""
    told += "".join(f", {theirs} is {ours}" for theirs, ours in match.codes)
    told += f"; no meaning known for {', '.join(match.unknown_codes)}" if match.unknown_codes else ""
    return told + (f"; {match.doubt}" if match.doubt else "")


def _pairs(words: tuple[str, ...], option: str) -> dict[str, str]:
    for word in words:
        if not word.partition("=")[2]:
            raise click.UsageError(f"{option} takes COLUMN=WORDS, like practice_code=Surgery.")
    return {name: text for name, _, text in (word.partition("=") for word in words)}
