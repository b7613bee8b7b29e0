"""Each method of the engine is held twice: by a rule in tests/spec, and by a property, a second opinion or a worked example."""

import ast
import re
from pathlib import Path

SECOND_HOLDS = ("tests/properties/", "tests/second_opinion/", "tests/golden/")
ALLOWED = Path(__file__).with_name("not_yet_held.txt")  # names still to be held; lines are only ever taken away

# The verbs of methods so far. A new one is added here by whoever needs it, and read by whoever reviews.
VERBS = {
    "add", "adjust", "age", "amend", "apply", "attribute", "band", "blend", "build", "carry", "cede", "close", "compare",
    "complete", "cost", "count", "cut", "drop", "find", "fit", "flag", "forecast", "generalise", "index", "keep", "label",
    "list", "match", "measure", "move", "name", "number", "place", "pool", "price", "profile", "reattribute", "reject", "require", "set",
    "share", "split", "stack", "standardise", "top", "trace", "weigh", "weight", "write",
}  # fmt: skip
NAMED_BY_THE_PLAN = {"minimum_growth", "years_to_target", "default_cheque"}  # house words for a pace and two numbers


def defined(modules) -> dict[str, str]:  # type: ignore[no-untyped-def]
    """Public functions of methods: name to subject."""
    return {
        name: module.place.split("/")[3]
        for module in modules
        if module.place.startswith("src/pbc/methods/") and module.place.count("/") > 3
        for name, _ in module.public_functions()
        if "." not in name
    }


def face(modules) -> dict[str, str]:  # type: ignore[no-untyped-def]
    """Of these, the ones others call: named in `__all__` of the subject, or imported from outside it."""
    functions = defined(modules)
    called = set()
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pbc.methods."):
                subject = (node.module or "").split(".")[2]
                inside = module.place.startswith(f"src/pbc/methods/{subject}/") and not module.place.endswith(
                    "__init__.py"
                )
                called |= set() if inside else {alias.name for alias in node.names}
    return {name: subject for name, subject in functions.items() if name in called}


def words_of(modules, *folders: str) -> set[str]:  # type: ignore[no-untyped-def]
    chosen = [module.text for module in modules if module.place.startswith(folders)]
    return {word for text in chosen for word in re.findall(r"[a-z_0-9]+", text)}


def allowed() -> set[str]:
    return {
        line.strip() for line in ALLOWED.read_text(encoding="utf-8").splitlines() if line.strip() and line[0] != "#"
    }


def unheld(source_modules, suite_modules) -> set[str]:  # type: ignore[no-untyped-def]
    ruled, held = words_of(suite_modules, "tests/spec/"), words_of(suite_modules, *SECOND_HOLDS)
    missing = set()
    for name, subject in face(source_modules).items():
        missing |= {f"{subject}.{name} has no rule in tests/spec"} if name not in ruled else set()
        missing |= (
            {f"{subject}.{name} has no property, second opinion or worked example"} if name not in held else set()
        )
    return missing


def test_every_method_is_held_by_a_rule_and_by_a_second_test(source_modules, suite_modules) -> None:  # type: ignore[no-untyped-def]
    assert sorted(unheld(source_modules, suite_modules) - allowed()) == []


def test_list_of_methods_not_yet_held_only_shrinks(source_modules, suite_modules) -> None:  # type: ignore[no-untyped-def]
    """A method that is held now, or gone, leaves the list at once."""
    assert sorted(allowed() - unheld(source_modules, suite_modules)) == []


def test_methods_begin_with_a_verb(source_modules) -> None:  # type: ignore[no-untyped-def]
    names = {name: subject for name, subject in face(source_modules).items() if name not in NAMED_BY_THE_PLAN}
    assert sorted(f"{subject}.{name}" for name, subject in names.items() if name.split("_")[0] not in VERBS) == []
