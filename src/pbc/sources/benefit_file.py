"""The file that declares what a business case promised and how it is to be judged: YAML, laid out in docs/benefits.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from pbc.errors import RefusedInput
from pbc.policy.strict_yaml import read_yaml, require_shallow


def read_benefit_file(path: Path) -> Any:
    """This returns what the file says, field by field and not yet judged; what is no YAML is refused with its line."""
    try:
        text = path.read_text(encoding="utf-8")
        require_shallow(text)
        return read_yaml(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: {getattr(error, 'problem', '')}" if mark else str(error)
        raise RefusedInput(
            "This file of a case cannot be read.", where=path.name, found=line, expected="YAML in UTF-8",
            remedy="docs/benefits.md has an example.",
        ) from error  # fmt: skip
