"""A deliveries folder that does not say properly what it is stops the command in words, not in a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from pbc.errors import RefusedInput
from pbc_cli.work import regime_of_folder


@pytest.mark.parametrize("text", ["{", "[]", '{"is_made_up": true}', '"england-2005"', "\ufeff{}"])
def test_malformed_world_is_refused_in_words_by_the_command(tmp_path: Path, text: str) -> None:
    (tmp_path / "world.json").write_text(text, encoding="utf-8")
    with pytest.raises(RefusedInput, match="does not say properly what it holds"):
        regime_of_folder(tmp_path, None)


def test_regime_asked_for_needs_no_world(tmp_path: Path) -> None:
    assert regime_of_folder(tmp_path, "england-2025") == "england-2025"
