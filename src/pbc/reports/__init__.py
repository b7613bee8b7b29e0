"""RESULTS AS SEEN: tables to chart specifications, workbooks, page rows and plain sentences."""

from pbc.reports.fair_shares import build_fair_shares
from pbc.reports.material import Answer, MonthLeftOut, SetShown, StatementMaterial, Takeover, Tiers
from pbc.reports.page import render_statement, render_summary, write_statement
from pbc.reports.protection import PROTECTED, Protection, for_purpose, own_practice
from pbc.reports.shown_to import shown_to
from pbc.reports.statement import build_statement
from pbc.reports.summaries import build_commissioner, build_index
from pbc.reports.tiers import build_cluster, build_region
from pbc.reports.view import StatementView, SummaryView

__all__ = [
    "PROTECTED",
    "Answer",
    "MonthLeftOut",
    "Protection",
    "SetShown",
    "StatementMaterial",
    "StatementView",
    "SummaryView",
    "Takeover",
    "Tiers",
    "build_cluster",
    "build_commissioner",
    "build_fair_shares",
    "build_index",
    "build_region",
    "build_statement",
    "for_purpose",
    "own_practice",
    "render_statement",
    "render_summary",
    "shown_to",
    "write_statement",
]
