"""The dated list of legally restricted kinds of record: fertility, terminations, sexual health, gender recognition."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml


@dataclass(frozen=True)
class RestrictedKind:
    """One kind, the law that restricts it, how sure the list of codes is, the prefixes of the codes, and what is known of
    the national list."""

    name: str
    title: str
    law: str
    status: str
    diagnosis: tuple[str, ...]
    procedure: tuple[str, ...]
    specialty: tuple[str, ...]
    source: str = ""

    def prefixes(self, field: str) -> tuple[str, ...]:
        """This returns the prefixes for `diagnosis`, `procedure` or `specialty`."""
        found: tuple[str, ...] = getattr(self, field)
        return found


@cache
def restricted_kinds() -> tuple[RestrictedKind, ...]:
    """This returns the kinds in the list beside this module: one version for all years, written from memory as its head says."""
    content = yaml.safe_load(Path(__file__).with_name("restricted_codes.yaml").read_text(encoding="utf-8"))
    return tuple(
        RestrictedKind(
            name, kind["title"], kind["law"], kind["status"],
            tuple(map(str, kind["diagnosis"])), tuple(map(str, kind["procedure"])), tuple(map(str, kind["specialty"])),
            kind["source"],
        )
        for name, kind in content["kinds"].items()
    )  # fmt: skip
