"""Charts as inline SVG, drawn once: a drawing is known by the hash of what it shows."""

from __future__ import annotations

import hashlib
import json
import os
import re
import uuid
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from markupsafe import Markup

from pbc.reports.charts import draw
from pbc.reports.view import Chart
from pbc.results.engine_code import fingerprint_code

_WIDTH = re.compile(r' style="max-width:([0-9]+)px"')  # a page allows no style inside itself: an attribute says it


def drawn(chart: Chart) -> Markup:
    """This returns a chart as SVG for a wide page and, where it differs, for a narrow one; the style shows one of them."""
    wide = Markup(f'<div class="for-wide">{_svg(chart)}</div>') if chart.narrow else Markup(_svg(chart))  # noqa: S704 the renderer escapes the text of its SVG
    narrow = Markup(f'<div class="for-narrow">{_svg(chart, is_narrow=True)}</div>') if chart.narrow else Markup("")  # noqa: S704 as above
    return wide + narrow


def _svg(chart: Chart, *, is_narrow: bool = False) -> str:
    spec = chart.narrow if is_narrow else chart.spec
    shown = json.dumps(
        [fingerprint_code(), chart.name, chart.title, chart.description, spec], sort_keys=True, default=str
    )
    key = hashlib.sha256(shown.encode()).hexdigest()
    return _kept(key) or _keep(key, _WIDTH.sub(r' width="\1"', draw(chart, is_narrow=is_narrow), count=1))


@lru_cache(maxsize=512)
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _kept(key: str) -> str:
    path = _place(key)
    return _read(path) if path.exists() else ""


def _keep(key: str, svg: str) -> str:
    path = _place(key)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f".{uuid.uuid4().hex}")
    aside.write_text(svg, encoding="utf-8")
    os.replace(aside, path)
    return svg


def _place(key: str) -> Path:
    return Path(settings.PBC_HOME) / "drawings" / key[:2] / f"{key}.svg"
