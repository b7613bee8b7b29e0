"""`pbc fair-shares`: England's practices, an ICB's pots or its neighbourhoods, shared by the published formula."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from pbc.errors import RefusedInput
from pbc.flows.neighbourhood_pots import share_neighbourhood_pots
from pbc.flows.share_fairly import share_fairly
from pbc.flows.share_pots import share_pots_by_neighbourhood
from pbc.flows.show_pots import write_pots
from pbc.money import pence_typed_by_a_person, pounds
from pbc.periods import FinancialYear
from pbc.policy import load_policy
from pbc.reports.safe_csv import write_safe_csv
from pbc.reports.whole_file import write_whole
from pbc.results import Store
from pbc.sources.published.weighted_populations import LAYOUT_OF_YEAR, layout_of_year
from pbc_cli.options import YearType, journey, published_folder, store_option

REGIME = "england-2025"  # the published weighted populations since 2018 are read under today's regime


class FormulaYearType(YearType):
    """A financial year in which England's weighted populations were published in a layout known here."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> FinancialYear:
        """This returns the financial year; another is refused with the years there are."""
        try:
            year = super().convert(value, param, ctx)
        except RefusedInput as fault:
            raise RefusedInput(
                "Fair shares cannot be worked out for this year.", where="--year", found=str(value),
                expected=" or ".join(LAYOUT_OF_YEAR), remedy="Choose one of these years.",
            ) from fault  # fmt: skip
        layout_of_year(year.slug)
        return year


@click.command()
@click.option(
    "--published", type=click.Path(path_type=Path), show_default="PBC_PUBLISHED_DATA, else STORE/published",
    help="Folder of published files, or the file of weighted populations itself. Files are known by their headings.",
)  # fmt: skip
@click.option("--year", required=True, type=FormulaYearType(), help="Year of the formula: 2018-19 or 2025-26.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="CSV file to write.")
@click.option(
    "--resource-pounds",
    metavar="POUNDS",
    help="How much to share. Without it, the year's published total, where there is one.",
)
@click.option(
    "--pots", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="CSV with columns pot, commissioner_code, weighted_population, pounds: sums of money, each with the published "
    "column that shares it (Final WP for core services, Final PMC WP for primary medical). Needs --neighbourhoods.",
)  # fmt: skip
@click.option(
    "--neighbourhoods", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="CSV with columns practice_code, neighbourhood, from, to: your own neighbourhoods, by date.",
)  # fmt: skip
@click.option(
    "--on", "on_day", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
    help="Day on which neighbourhoods count. Default: 1 April of the year.",
)  # fmt: skip
@click.option(
    "--changes", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="With --pots: CSV with columns old_code, new_code, on, share: mergers of commissioners. The codes in force on --on count.",
)  # fmt: skip
@click.option(
    "--memberships", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="With --changes: the register's memberships.csv, which says in which part of a commissioner that was split each "
    "practice is (practice_commissioner).",
)  # fmt: skip
@click.option(
    "--policy",
    "overlays",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A YAML file of local agreements, laid over the regime's values. May be repeated.",
)
@click.option(
    "--keep", metavar="NAME",
    help="With --pots: keep the shares in the store under this name, with chance bands, and write a workbook beside FILE.",
)  # fmt: skip
@store_option
def command(  # noqa: PLR0913 each is an option of the command line
    *, published: Path | None, year: FinancialYear, out: Path, resource_pounds: str | None, pots: Path | None,
    neighbourhoods: Path | None, on_day: datetime | None, changes: Path | None, memberships: Path | None,
    overlays: tuple[Path, ...], keep: str | None, store: Path,
) -> None:  # fmt: skip
    """Share money by the published need of each practice's list, to the penny.

    Three forms: England's published targets (2018-19); a sum of your own among England's practices
    (--resource-pounds); a commissioner's pots among its own neighbourhoods (--pots with --neighbourhoods). `pbc check`
    says what is wrong with a pots or neighbourhoods file, row by row.

    \b
    pbc fair-shares --published DIR --year 2018-19 --out shares.csv
    pbc fair-shares --published DIR --year 2025-26 --resource-pounds 1000000000 --out shares.csv
    pbc fair-shares --published DIR --year 2025-26 --pots pots.csv --neighbourhoods places.csv --out shares.csv
    """
    published = published or published_folder(store)
    if published is None:
        raise RefusedInput(
            "Where the published files are is not known.",
            remedy="Name their folder: --published DIR; or fetch them into the store (pbc fetch --list).",
        )
    _require_one_form(resource_pounds, pots, neighbourhoods)
    if keep is not None and (pots is None or on_day is not None or changes is not None):
        raise RefusedInput(
            "Only pots as at 1 April are kept.", where="--keep", expected="--pots, and no --on or --changes beside it"
        )
    if pots is not None and neighbourhoods is not None:
        files = {"pots": pots, "neighbourhoods": neighbourhoods, "changes": changes, "memberships": memberships}
        _share_pots(published, year, out, files, on_day.date() if on_day else None)
        if keep is not None:
            kept = share_neighbourhood_pots(
                Store(store), published, year=year, name=keep, pots=pots, neighbourhoods=neighbourhoods,
                policy=load_policy(REGIME, overlays=overlays), journey=journey(),
            )  # fmt: skip
            write_whole(write_pots(kept), path=out.with_suffix(".xlsx"))
            click.echo(f"Kept as {kept.name} ({kept.set_id}), as at 1 April. Workbook: {out.with_suffix('.xlsx')}")
        return
    result = share_fairly(
        published, year=year, policy=load_policy(REGIME, overlays=overlays), journey=journey(), store=Store(store),
        resource_pence=None if resource_pounds is None else pence_typed_by_a_person(resource_pounds),
    )  # fmt: skip
    write_safe_csv(result.shares, out)
    click.echo(f"{pounds(result.total_pence)} shared among {result.shares.height:,} practices, to the penny: {out}")
    _tell(result.source, result.notes)


def _require_one_form(resource_pounds: str | None, pots: Path | None, neighbourhoods: Path | None) -> None:
    if (pots is None) != (neighbourhoods is None):
        raise RefusedInput(
            "Pots and neighbourhoods go together.", found="only one of them",
            expected="--pots FILE and --neighbourhoods FILE", remedy="Give both, or neither.",
        )  # fmt: skip
    if pots is not None and resource_pounds is not None:
        raise RefusedInput(
            "The pots say how much to share.", found="--resource-pounds beside --pots", remedy="Give one."
        )


def _share_pots(published: Path, year: FinancialYear, out: Path, files: Mapping[str, Any], on: date | None) -> None:
    result = share_pots_by_neighbourhood(published, year=year, journey=journey(), on=on, **files)
    beside = [out.with_name(f"{out.stem}-{what}{out.suffix}") for what in ("practices", "exceptions")]
    for frame, path in zip((result.neighbourhoods, result.practices, result.exceptions), (out, *beside), strict=True):
        write_safe_csv(frame, path)
    total = int(result.neighbourhoods["amount_pence"].sum())
    click.echo(
        f"{pounds(total)} in {result.neighbourhoods['pot'].n_unique()} pots by neighbourhood, to the penny: {out}"
    )
    click.echo(f"By practice: {beside[0]}. Practices to look at: {beside[1]}")
    for name, count in sorted(result.exceptions.group_by("list").len().iter_rows()):
        click.echo(f"  {name.replace('_', ' ')}: {count}")
    _tell(result.source, result.notes)


def _tell(source: str, notes: tuple[str, ...]) -> None:
    click.echo(f"Source: {source}. Contains public sector information licensed under the Open Government Licence v3.0.")
    for note in notes:
        if note:
            click.echo(f"  {note}")
