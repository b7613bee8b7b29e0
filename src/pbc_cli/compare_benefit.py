"""`pbc compare-benefit`: what a business case promised beside what then happened, against the comparators frozen before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from pbc.flows.compare_benefit import compare_benefit
from pbc.flows.scenario import slug_of
from pbc.flows.show_benefit import show_benefit
from pbc.reports import PROTECTED, Protection, for_purpose
from pbc.reports.benefits import BenefitMaterial, benefit_csv, benefit_text, benefit_workbook
from pbc.reports.whole_file import write_whole
from pbc.results import Store
from pbc_cli.options import engine_options, journey, policy_options, require_form, store_option
from pbc_cli.work import engine_for, policy_for

WRITERS: Mapping[str, Callable[[BenefitMaterial], str | bytes]] = {
    ".csv": benefit_csv,
    ".xlsx": benefit_workbook,
    ".txt": benefit_text,
}
OUT = click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="A file to write as well: .xlsx, .csv or .txt."
)
PURPOSE = click.option(
    "--purpose",
    default="",
    metavar="WORDS",
    help="Show small numbers too, to the commissioner's information staff: say for what.",
)


@click.command()
@click.argument("case")
@click.option("--months", required=True, type=click.Choice(["3", "6", "12"]), help="How long after the start.")
@PURPOSE
@OUT
@store_option
@policy_options
@engine_options
def command(  # noqa: PLR0913 each is an option of the command line
    *, case: str, months: str, purpose: str, out: Path | None, store: Path, regime: str | None, overlays: tuple[Path, ...],
    engine_name: str, spark_master: str,
) -> None:  # fmt: skip
    """Hold the promise of CASE against what happened 3, 6 or 12 months after its start, beside comparators frozen before it.

    CASE is its title, or its name in the store. Says whether it was better than promised, as promised, less than promised, or cannot
    be told from chance; a null result is published like any other. Months not delivered or not complete enough are left out and said.

    \b
    pbc compare-benefit skin-clinic-at-elm-tree --months 3
    pbc compare-benefit "Skin clinic at Elm Tree" --months 12 --out benefit.xlsx
    """
    shelf, way, code = Store(store), journey(), slug_of(case)
    require_form(out, WRITERS, what="A benefit is")
    policy, after = policy_for(shelf, regime, overlays), int(months)
    with engine_for(engine_name, spark_master) as engine:
        compare_benefit(shelf, case_code=code, after_months=after, policy=policy, engine=engine, journey=way)
    material = show_benefit(
        shelf, case_code=code, after_months=after, policy=policy, protection=protection_for(purpose)
    )
    click.echo(benefit_text(material), nl=False)
    write_benefit(material, out)


def protection_for(purpose: str) -> Protection:
    """This returns what the reader may see: all for a stated purpose, else protected figures."""
    return for_purpose(purpose) if purpose.strip() else PROTECTED


def write_benefit(material: BenefitMaterial, out: Path | None) -> None:
    """This writes what was shown into a file too, where one is named, and says so."""
    if out is not None:
        write_whole(WRITERS[out.suffix.lower()](material), path=out)
        click.echo(f"Written to {out}")
