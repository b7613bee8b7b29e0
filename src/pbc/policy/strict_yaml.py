"""YAML read strictly: version 1.2's plain values, and no key given twice, so that a rule value means what it looks like."""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any

import yaml

try:  # the same grammar parsed in C: a regime in 5 ms where Python needs 35
    from yaml import CSafeLoader as Parsing
except ImportError:  # PyYAML built without libyaml
    from yaml import SafeLoader as Parsing  # type: ignore[assignment]

DEEPEST = 50


class StrictLoader(Parsing):
    """Reads `no`, `on`, `010` and `1:30` as YAML 1.2 does (words and decimals), keeps dates, refuses doubled keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """This returns a mapping, refusing a key that stands in it twice."""
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable) or key in seen:
                raise yaml.constructor.ConstructorError(
                    "in a mapping",
                    node.start_mark,
                    f"the key {key!r} is given twice or is no word",
                    key_node.start_mark,
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)

    def whole_number(self, node: yaml.ScalarNode) -> int:
        """This returns a decimal whole number: 010 is ten, as a reader expects."""
        return int(self.construct_scalar(node))

    def fraction(self, node: yaml.ScalarNode) -> float:
        """This returns a number with a decimal point or exponent."""
        return float(self.construct_scalar(node))


# Version 1.1 reads yes, no, on and off as true and false, 010 as eight and 1:30 as ninety. Dates stay: values have days.
_PLAIN_VALUES = (
    ("tag:yaml.org,2002:bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("tag:yaml.org,2002:null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("tag:yaml.org,2002:int", r"[-+]?[0-9]+", "-+0123456789"),
    ("tag:yaml.org,2002:float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("tag:yaml.org,2002:timestamp", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "0123456789"),
)

StrictLoader.yaml_implicit_resolvers = {}
for _tag, _form, _first in _PLAIN_VALUES:
    StrictLoader.add_implicit_resolver(_tag, re.compile(f"(?:{_form})\\Z"), list(_first))
StrictLoader.add_constructor("tag:yaml.org,2002:int", StrictLoader.whole_number)
StrictLoader.add_constructor("tag:yaml.org,2002:float", StrictLoader.fraction)


def read_yaml(text: str) -> Any:
    """This returns what a YAML text holds; `yaml.YAMLError` names the line of what cannot be read one way.

    >>> read_yaml("answer: no\\nshare: 0.70\\nfrom: 2006-04-01")
    {'answer': 'no', 'share': 0.7, 'from': datetime.date(2006, 4, 1)}
    """
    return yaml.load(text, Loader=StrictLoader)  # noqa: S506  the loader is a SafeLoader, made stricter


def require_shallow(text: str) -> None:
    """This raises ValueError for a text nested deeper than any policy file: the parser in C would run out of stack."""
    depth = 0
    for event in yaml.parse(text, Loader=StrictLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise ValueError(f"values nested more than {DEEPEST} deep")
