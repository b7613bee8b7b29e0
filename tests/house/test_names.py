"""The grammar of names: say the field's word, once; a number carries its unit; no unlabelled drawer."""

import ast
import re
from pathlib import Path

from pbc.tables import ALL
from pbc.tables.contract import Column, Kind

DRAWERS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "services",
    "core",
    "manager",
    "base",
    "tools",
    "stuff",
}
VAGUE_ARGUMENTS = {"data", "info", "df", "obj", "payload", "tmp", "foo"}
VAGUE_CLASSES = ("Manager", "Handler", "Processor", "Base", "Helper", "Util", "Utils")

# The field says these; the words after them are somebody's synonyms (house.md, Names).
SYNONYMS = {
    "practice_code": {"prac_id", "surgery_code", "surgery_id", "gp_code"},
    "commissioner": {"payer", "payer_code"},
    "provider": {"trust_id", "trust_code"},
    "point_of_delivery": {"pod_type"},
    "costed_activity": {"priced_df"},
    "net_ingredient_cost": {"drug_cost"},
    "items": {"scripts"},
    "freed_up_resources": {"profit"},
}

# What a number's name may carry: a unit, a kind, or a field word that is itself a unit.
UNITS = {
    "count", "counts", "rate", "ratio", "share", "pence", "days", "per_1000", "index", "factor", "pounds", "population",
    "percent", "years", "year", "months", "millionths", "hundred_thousandths", "z", "number", "sequence", "items", "size",
    "activity",  # stays, attendances or items: the unit of the row's point_of_delivery
}  # fmt: skip
NUMBERS = {Kind.COUNT, Kind.DAYS, Kind.PENCE, Kind.RATIO, Kind.NUMBER}


def all_columns() -> list[tuple[str, Column]]:
    return [(table.name, column) for table in ALL.values() for column in table.columns]


def carries_unit(name: str) -> bool:
    return any(re.search(rf"(^|_){unit}($|_)", name) for unit in UNITS)


def test_no_module_or_folder_is_a_drawer(root: Path, tracked_files: list[Path]) -> None:
    inside = [path.relative_to(root) for path in tracked_files if path.is_relative_to(root / "src")]
    names = {path: {*path.parent.parts, *([path.stem] if path.suffix in (".py", ".sql") else [])} for path in inside}
    assert [str(path) for path, words in names.items() if words & DRAWERS] == []


def test_every_number_column_carries_its_unit_or_kind() -> None:
    bare = [
        f"{table}.{column.name}"
        for table, column in all_columns()
        if column.kind in NUMBERS and not carries_unit(column.name)
    ]
    assert bare == []


def test_money_is_pence_by_name_and_by_kind() -> None:
    assert [f"{t}.{c.name}" for t, c in all_columns() if c.name.endswith("_pence") != (c.kind is Kind.PENCE)] == []


def test_dates_end_in_on_or_bound_a_period() -> None:
    bounds = {"starts_on", "ends_before"}
    assert [
        f"{t}.{c.name}"
        for t, c in all_columns()
        if (c.name.endswith("_on") or c.name in bounds) != (c.kind is Kind.DATE)
    ] == []


def test_flags_say_is_or_has() -> None:
    assert [
        f"{t}.{c.name}" for t, c in all_columns() if c.name.startswith(("is_", "has_")) != (c.kind is Kind.FLAG)
    ] == []


def test_months_and_years_say_so() -> None:
    kinds = {Kind.MONTH: "month", Kind.YEAR: "year"}
    wrong = [f"{t}.{c.name}" for t, c in all_columns() if c.kind in kinds and not c.name.endswith(kinds[c.kind])]
    assert wrong == []


def test_columns_say_the_fields_word() -> None:
    banned = {word for words in SYNONYMS.values() for word in words}
    assert [f"{t}.{c.name}" for t, c in all_columns() if c.name in banned] == []


def is_djangos_manager(node: ast.ClassDef) -> bool:
    """Django's own word for what a model's rows are read through (`objects`): anybody who knows Django looks for it."""
    return any(re.search(r"\b(Base)?(User)?Manager\b", ast.unparse(base)) for base in node.bases)


def test_no_argument_or_class_has_a_name_that_says_nothing(source_modules) -> None:  # type: ignore[no-untyped-def]
    vague = []
    for module in source_modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.arg) and node.arg in VAGUE_ARGUMENTS:
                vague.append(f"{module.place}:{node.lineno} {node.arg}")
            if isinstance(node, ast.ClassDef) and node.name.endswith(VAGUE_CLASSES) and not is_djangos_manager(node):
                vague.append(f"{module.place}:{node.lineno} {node.name}")
    assert vague == []


def test_arguments_say_the_fields_word(source_modules) -> None:  # type: ignore[no-untyped-def]
    banned = {word for words in SYNONYMS.values() for word in words}
    found = [
        f"{module.place}:{node.lineno} {node.arg}"
        for module in source_modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.arg) and node.arg in banned
    ]
    assert found == []


def test_readers_begin_with_read(engine_modules) -> None:  # type: ignore[no-untyped-def]
    """Public functions that return a `Read` are readers, named read_<delivery>."""
    wrong = [
        f"{module.place} {name}"
        for module in engine_modules
        if module.place.startswith("src/pbc/sources/")
        for name, function in module.public_functions()
        if isinstance(function.returns, ast.Name) and function.returns.id == "Read" and not name.startswith("read_")
    ]
    assert wrong == []
