"""The operator's page names every setting that is read, and none that is not."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SETTING = re.compile(r"\b(?:PBC_[A-Z0-9_]+|DATABASE_URL)\b")
ASIDE = {"PBC_PARENT_PIPE"}  # between pbc serve and its children


def test_every_setting_stands_in_the_table() -> None:
    config = ROOT / "src" / "pbc_web" / "config"
    read = set()
    for name in ("environment.py", "settings.py"):
        text = (config / name).read_text(encoding="utf-8")
        read |= {found for quoted in re.findall(r'"([A-Z0-9_]+)"', text) for found in SETTING.findall(quoted)}
    page = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    table = {name for line in page.splitlines() if line.startswith("| `") for name in SETTING.findall(line)}
    assert table == read - ASIDE
