"""`pbc statement`: one practice's statement of a month, every practice's, or real practices' prescribing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import click

from pbc.errors import RefusedInput
from pbc.flows.completeness import told_left_out
from pbc.flows.state_month import state_month
from pbc.flows.write_statements import write_one, write_pack
from pbc.periods import Month
from pbc.reports import Answer
from pbc.results import Store
from pbc_cli.options import MonthType, engine_options, journey, policy_options, store_option
from pbc_cli.work import engine_for, policy_for

HTML = "html"
FORMS = {".html": HTML, ".htm": HTML, ".xlsx": "xlsx", ".csv": "csv"}


@dataclass(frozen=True)
class Asked:
    """Which statement is wanted: of the store, or of published files."""

    practice: str | None
    month: Month | None
    published: Path | None
    commissioner: str | None
    year: int | None


@click.command()
@click.option("--practice", help="Code of the practice. Left out: a pack of every practice, with an index.")
@click.option("--month", type=MonthType(), help="The month to state, like 2009-09.")
@click.option(
    "--format", "form", type=click.Choice(["html", "xlsx", "csv"]), show_default="as --out ends, else html",
    help="Form of one practice's statement. A pack holds all three, so it takes none.",
)  # fmt: skip
@click.option("--out", required=True, type=click.Path(path_type=Path), help="File to write, or folder for a pack.")
@click.option("--contact", default="", help="Whom to ask about the statement: a name, with telephone or e-mail.")
@click.option(
    "--answer-by", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="Day by which to raise questions."
)
@click.option(
    "--published", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Folder of published files."
)
@click.option("--commissioner", help="With --published: code of the commissioner, like 02A for NHS Trafford.")
@click.option("--year", type=int, help="With --published: calendar year of the prescribing, 2019.")
@click.option(
    "--without-missing",
    is_flag=True,
    help="State the month although hospital data of the year never came: it is left out of budget and cost, and the "
    "statement marked as partial. Without this such a month is refused.",
)
@click.option(
    "--own-practice",
    is_flag=True,
    help="For those entitled in the practice: show all of its own small numbers. Without it figures of a few people are hidden.",
)
@store_option
@policy_options
@engine_options
def command(  # noqa: PLR0913 - each is an option of the command line
    *,
    practice: str | None, month: Month | None, form: str | None, out: Path, contact: str, answer_by: datetime | None,
    published: Path | None, commissioner: str | None, year: int | None, without_missing: bool, own_practice: bool,
    store: Path, regime: str | None,
    overlays: tuple[Path, ...], engine_name: str, spark_master: str,
) -> None:  # fmt: skip
    """Write the statement of a practice for a month: what changed, what was spent, why, and how far luck alone goes.

    Deliveries up to the month must have been received, and the year's budgets set. With --published, --commissioner and
    --year it states real practices' prescribing against fair shares instead, into a folder.

    \b
    pbc statement --practice Z90001 --month 2009-09 --out september.html
    pbc statement --month 2009-09 --out september
    pbc statement --published DIR --commissioner 02A --year 2019 --out trafford
    """
    asked = Asked(practice, month, published, commissioner, year)
    if form is not None and (published is not None or practice is None):
        raise RefusedInput(
            "A pack is written in every form.", found=f"--format {form} for a folder of statements",
            expected="--format beside --practice CODE", remedy="Leave --format out, or name one practice.",
        )  # fmt: skip
    if published is not None:
        _state_published(asked, out)
        return
    reached = _require_month(asked)
    form = None if practice is None else form_of(out, form)
    shelf, way = Store(store), journey()
    policy = policy_for(shelf, regime, overlays)
    with engine_for(engine_name, spark_master) as engine:
        stated = state_month(
            shelf, month=reached, policy=policy, engine=engine, journey=way.part(0.0, 0.5),
            missing="leave_out" if without_missing else "refuse",
        )  # fmt: skip
    for each in told_left_out(stated):
        click.echo(f"Partial: {each.month.title} is left out ({', '.join(each.settings)}): it never came.", err=True)
    answer = Answer(contact, _day(answer_by))
    if practice is None:
        index = write_pack(
            shelf,
            month=reached,
            out_dir=out,
            journey=way.part(0.5, 1.0),
            policy=policy,
            answer=answer,
            is_own=own_practice,
        )
        click.echo(f"The statement pack of {reached.title} is written. Open {index}")
        return
    written = write_one(
        shelf,
        practice_code=practice,
        month=reached,
        form=form or HTML,
        path=out,
        policy=policy,
        answer=answer,
        is_own=own_practice,
    )
    way.step("Written", 1.0)
    click.echo(f"The statement of {practice} for {reached.title} is in {written}")


def form_of(out: Path, asked: str | None) -> str:
    """This returns the form to write: that of the file's ending, which --format may repeat but not contradict."""
    ending = out.suffix.lower()
    form = FORMS.get(ending, asked if not ending else None)
    if ending and form is None:
        raise RefusedInput(
            "A statement is not written in a file of this kind.", where=f"--out {out}", found=ending,
            expected="a name that ends in .html, .xlsx or .csv", remedy="Give the file one of these endings.",
        )  # fmt: skip
    if asked and form != asked:
        raise RefusedInput(
            "The file's name and --format contradict each other.", where=f"--out {out}", found=f"--format {asked}",
            expected=str(form), remedy="Leave --format out, or change the ending of the file's name.",
        )  # fmt: skip
    return form or HTML


def _state_published(asked: Asked, out: Path) -> None:
    from pbc_cli.published_statement import state_published

    if asked.published is None or asked.commissioner is None or asked.year is None:
        raise RefusedInput(
            "A statement from published files needs a commissioner and a year.",
            remedy="Give --commissioner 02A --year 2019, for example.",
        )
    state_published(asked.published, commissioner_code=asked.commissioner.strip().upper(), year=asked.year, out=out)


def _require_month(asked: Asked) -> Month:
    if asked.month is None:
        raise RefusedInput("Which month?", remedy="Give --month 2009-09, for example; --help says more.")
    return asked.month


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else date(moment.year, moment.month, moment.day)
