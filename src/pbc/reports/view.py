"""The pieces a page is made of, each ready to print: no piece knows which page it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from pbc.tables import Table


@dataclass(frozen=True)
class Head:
    """A column heading; numbers are set to the right under theirs. On a narrow screen "None" under an `is_optional` one is left out."""

    title: str
    is_number: bool = False
    is_optional: bool = False


@dataclass(frozen=True)
class PageTable:
    """A table as printed: the first cell of each row is its heading. `total` marks the last row as the sum.

    `is_background` is of use to whoever doubts the page, not to whoever reads it: folded away there.
    """

    name: str
    caption: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    has_total: bool = False
    is_background: bool = False
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Chart:
    """A chart: the finding is its title, `reading` how to read it, `description` all of it for those who do not see it.

    `narrow` is its drawing for a telephone, where `spec` is too wide for one.
    """

    name: str
    title: str
    reading: str
    description: str
    spec: dict[str, Any]
    source: str
    table: PageTable
    narrow: dict[str, Any] | None = None


@dataclass(frozen=True)
class Paragraph:
    """A heading and the sentences under it; `more` is how they were found, folded away on pages."""

    name: str
    heading: str
    sentences: tuple[str, ...]
    more: tuple[str, ...] = ()


WHOLE = Paragraph("partial", "", ())  # nothing is left out of the page


@dataclass(frozen=True)
class Headline:
    """One large figure with the words around it."""

    label: str
    figure: str
    words: str


@dataclass(frozen=True)
class Sheet:
    """One table of a download: the rows of a published table, each with its figure id."""

    name: str
    title: str
    table: Table
    frame: pl.DataFrame
    note: str = ""


@dataclass(frozen=True)
class StatementView:
    """A practice's statement of a month, in the order it is read."""

    practice_code: str
    practice_name: str
    month: str
    title: str
    is_made_up: bool
    is_provisional: bool
    facts: tuple[tuple[str, str], ...]
    warning: Paragraph
    changed: Paragraph
    changed_table: PageTable | None
    headlines: tuple[Headline, ...]
    paragraphs: tuple[Paragraph, ...]
    charts: tuple[Chart, ...]
    tables: tuple[PageTable, ...]
    notes: tuple[Paragraph, ...]
    policy_table: PageTable | None
    sheets: tuple[Sheet, ...]
    has_small_counts: bool = False
    partial: Paragraph = WHOLE

    @property
    def is_partial(self) -> bool:
        """Whether a month that never came is left out; the page then opens with `partial`."""
        return bool(self.partial.sentences)


@dataclass(frozen=True)
class SummaryView:
    """A page about many practices: sentences, charts and tables, some of whose rows lead to other pages.

    `is_provisional` is None where a page is neither provisional nor final.
    """

    caption: str
    title: str
    is_made_up: bool
    is_provisional: bool | None
    facts: tuple[tuple[str, str], ...]
    headlines: tuple[Headline, ...]
    paragraphs: tuple[Paragraph, ...]
    tables: tuple[PageTable, ...]
    charts: tuple[Chart, ...] = ()
    notes: tuple[Paragraph, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    partial: Paragraph = WHOLE
    changed: Paragraph = WHOLE
    changed_table: PageTable | None = None

    @property
    def is_partial(self) -> bool:
        """Whether a month that never came is left out; the page then opens with `partial`."""
        return bool(self.partial.sentences)
