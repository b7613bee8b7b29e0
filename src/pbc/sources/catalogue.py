"""The register of published files: title, publisher, licence and, where verified, address and checksum."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pbc.policy.strict_yaml import read_yaml

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class PublishedFile:
    """One published file. `address` and `sha256` are empty until verified; `path` is its place in the folder."""

    name: str
    title: str
    publisher: str
    period: str
    licence: str
    path: str
    address: str = ""
    sha256: str = ""
    size_bytes: int = 0

    def __post_init__(self) -> None:
        if bool(self.address) != bool(_SHA256.fullmatch(self.sha256)):
            raise ValueError(f"{self.name}: an address is verified by a SHA-256, and only with one")

    @property
    def is_verified(self) -> bool:
        """Whether it can be fetched: its address was tried and its checksum is known."""
        return bool(self.address)


@cache
def published_files() -> Mapping[str, PublishedFile]:
    """This returns the register by name, in the order of the file `catalogue.yaml`.

    >>> published_files()["weighted-population-2025-26"].publisher
    'NHS England'
    """
    entries = read_yaml(Path(__file__).with_name("catalogue.yaml").read_text(encoding="utf-8"))
    return {name: PublishedFile(name=name, **entry) for name, entry in entries.items()}
