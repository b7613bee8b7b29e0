"""A year's budgets as people look at them before and after they agree: previews, changes, drafts side by side, pots."""

from pbc.reports.budgets.changes import build_changes
from pbc.reports.budgets.material import BudgetMaterial, rows_of
from pbc.reports.budgets.not_known import describe_not_known
from pbc.reports.budgets.preview import BudgetPreview, build_preview
from pbc.reports.budgets.scenarios import ScenarioView, build_scenarios
from pbc.reports.budgets.tables import FigureTable
from pbc.reports.budgets.tiles import Tile, TileGroup, TileMap, TileStep

__all__ = [
    "BudgetMaterial",
    "BudgetPreview",
    "FigureTable",
    "ScenarioView",
    "Tile",
    "TileGroup",
    "TileMap",
    "TileStep",
    "build_changes",
    "build_preview",
    "build_scenarios",
    "describe_not_known",
    "rows_of",
]
