"""A receipt: all that decides a result, so that it can be replayed and never confused with another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import pbc
from pbc.results.engine_code import fingerprint_code


@dataclass(frozen=True)
class Receipt:
    """What went into a set. `inputs` maps set names to set ids, and file names to their SHA-256.

    `made_at` is told by the caller and is not part of the fingerprint: the same work has the same receipt at any hour.
    `code` is the fingerprint of the engine's text; receipts written before there was one have none.
    """

    flow: str
    inputs: Mapping[str, str]
    parameters: Mapping[str, str] = field(default_factory=dict)
    regime: str = ""
    policy: str = ""
    engine: str = "duckdb"
    version: str = pbc.__version__
    code: str = field(default_factory=fingerprint_code)
    seed: int | None = None
    is_made_up: bool = False
    made_at: str = ""

    @property
    def fingerprint(self) -> str:
        """The first 12 hexadecimal digits of the SHA-256 over everything but `made_at`: the id of the set."""
        plain = {name: value for name, value in asdict(self).items() if name != "made_at"}
        if not self.code:
            del plain["code"]
        return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:12]

    def to_json(self) -> dict[str, Any]:
        """This returns the receipt as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Receipt:
        """This returns the receipt that `to_json` wrote."""
        return cls(**{"code": "", **plain})
