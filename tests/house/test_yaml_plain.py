"""Data kept as YAML means what it looks like: no key given twice, and nothing that YAML 1.1 and 1.2 read differently."""

from pathlib import Path

import yaml

from pbc.policy.strict_yaml import read_yaml


def test_every_yaml_file_reads_alike_by_both_versions_and_gives_no_key_twice(
    tracked_files: list[Path], root: Path
) -> None:
    unclear = []
    for path in tracked_files:
        if path.suffix in (".yaml", ".yml"):
            text = path.read_text(encoding="utf-8")
            try:
                same = read_yaml(text) == yaml.safe_load(text)
            except yaml.YAMLError as error:
                unclear.append(f"{path.relative_to(root)}: {error}")
            else:
                unclear += [] if same else [f"{path.relative_to(root)}: a plain word or number is read in two ways"]
    assert unclear == []
