"""What is hidden is decided once: read again it is the same, and no other counts, rule or code read it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from pbc.reports.decisions import Decisions
from pbc.stats.disclosure import Hidden, Statement, protect
from pbc.stats.grid import Layout, Whole
from pbc.stats.retold import Retold
from pbc.stats.small_numbers import HES_2009, HES_2018, SmallNumbers

LAYOUT = Layout(1, 4, lines=(Whole(0, (1, 2, 3)),))
APRIL = Statement(np.array([55, 3, 12, 40]), np.array([55, 3, 12, 40]), at=200904)
MAY = Statement(np.array([112, 30, 24, 58]), np.array([55, 25, 12, 18]), at=200905, retold=(Retold(1, 200904, (3, 5)),))
YEAR = (APRIL, MAY)


def told(hidden: Sequence[Hidden]) -> list[tuple[object, ...]]:
    return [(each.to_date.tolist(), each.month.tolist(), each.retold, each.moved) for each in hidden]


def kept(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.json"))


def test_what_was_decided_is_read_again_and_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Decisions(tmp_path, code="one").protect(YEAR, layout=LAYOUT, rule=HES_2018)
    assert told(first) == told(protect(YEAR, layout=LAYOUT, rule=HES_2018))
    assert any(each.retold for each in first)
    (path,) = kept(tmp_path)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)

    def never(*_: object, **__: object) -> list[Hidden]:
        raise AssertionError("it was decided before")

    monkeypatch.setattr("pbc.reports.decisions.protect", never)
    again = Decisions(tmp_path, code="one").protect(YEAR, layout=LAYOUT, rule=HES_2018)
    assert told(again) == told(first)


@pytest.mark.parametrize("damaged", ["", "[]", "[{}]", '[{"to_date": [9], "month": [], "retold": [], "moved": []}]'])
def test_a_damaged_file_is_decided_again_and_written_whole(tmp_path: Path, damaged: str) -> None:
    first = Decisions(tmp_path).protect(YEAR, layout=LAYOUT, rule=HES_2018)
    (path,) = kept(tmp_path)
    whole = path.read_text()
    path.write_text(damaged)
    assert told(Decisions(tmp_path).protect(YEAR, layout=LAYOUT, rule=HES_2018)) == told(first)
    assert path.read_text() == whole


def test_what_another_version_of_the_engine_kept_is_not_read_and_goes(tmp_path: Path) -> None:
    for code in ("one", "two"):
        Decisions(tmp_path, code=code).protect(YEAR, layout=LAYOUT, rule=HES_2018)
        assert [path.parent.name for path in kept(tmp_path)] == [code]


@pytest.mark.parametrize(
    "statements, rule",
    [((APRIL,), HES_2018), (YEAR, HES_2009), ((APRIL, Statement(MAY.to_date, MAY.month, at=200905)), HES_2018)],
    ids=["statements", "rule", "told again"],
)
def test_anything_else_is_decided_anew(tmp_path: Path, statements: tuple[Statement, ...], rule: SmallNumbers) -> None:
    Decisions(tmp_path).protect(YEAR, layout=LAYOUT, rule=HES_2018)
    found = Decisions(tmp_path).protect(statements, layout=LAYOUT, rule=rule)
    assert len(kept(tmp_path)) == 2
    assert told(found) == told(protect(statements, layout=LAYOUT, rule=rule))


def test_without_a_folder_nothing_is_kept(tmp_path: Path) -> None:
    assert told(Decisions().protect(YEAR, layout=LAYOUT, rule=HES_2018)) == told(
        protect(YEAR, layout=LAYOUT, rule=HES_2018)
    )
    assert kept(tmp_path) == []
