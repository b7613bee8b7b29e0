"""Pages: self-contained HTML from Jinja templates, with everything escaped and nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

from pbc.errors import RefusedInput
from pbc.reports.charts import draw
from pbc.reports.long_csv import write_csv
from pbc.reports.plain_statement import write_plain
from pbc.reports.view import Chart, StatementView, SummaryView
from pbc.reports.whole_file import write_whole
from pbc.reports.workbook import write_workbook


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # wanted only where a page is written

    environment = Environment(
        loader=PackageLoader("pbc.reports", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["draw"] = _drawn
    return environment


def _drawn(chart: Chart) -> Markup:
    """A chart too wide for a telephone is drawn twice; the page shows one of the two."""
    from markupsafe import Markup

    drawn = [draw(chart)]
    if chart.narrow is not None:
        drawn = [
            f'<div class="for-wide">{drawn[0]}</div>',
            f'<div class="for-narrow">{draw(chart, is_narrow=True)}</div>',
        ]
    return Markup("".join(drawn))  # noqa: S704 - the one place: the renderer escapes the text of the SVG it draws


def render(template: str, **content: Any) -> str:
    """This returns a page from one of the room's templates."""
    return _environment().get_template(template).render(**content)


def render_statement(view: StatementView, *, downloads: dict[str, str] | None = None, index: str = "") -> str:
    """This returns a statement as one HTML page; `downloads` maps XLSX and CSV to their addresses, `index` leads back."""
    return render("statement.html", view=view, is_made_up=view.is_made_up, downloads=downloads or {}, index=index)


def render_summary(view: SummaryView) -> str:
    """This returns a page about many practices as HTML."""
    return render("summary.html", view=view, is_made_up=view.is_made_up)


def _write_page(view: StatementView, path: Path) -> None:
    write_whole(render_statement(view), path=path)


WRITERS: dict[str, Callable[[StatementView, Path], None]] = {
    "html": _write_page,
    "xlsx": write_workbook,
    "csv": write_csv,
    "plain": write_plain,
}


def write_statement(view: StatementView, *, path: Path, form: str) -> Path:
    """This writes a statement in a form, html, xlsx or csv, and returns its path; another form is refused."""
    if form not in WRITERS:
        raise RefusedInput("A statement is not written in this form.", found=form, expected=", ".join(WRITERS))
    WRITERS[form](view, path)
    return path
