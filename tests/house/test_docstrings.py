"""Every public function of the engine says in its first sentence what it gives: "This returns ..."."""

import ast
import re
from pathlib import Path

FIRST_WORDS = re.compile(r"This [a-z]+s\b")


def is_property(function) -> bool:  # type: ignore[no-untyped-def]
    return any(isinstance(node, ast.Name) and node.id == "property" for node in function.decorator_list)


def test_every_public_function_completes_this_returns(engine_modules) -> None:  # type: ignore[no-untyped-def]
    silent = [
        f"{module.place}:{function.lineno} {name}"
        for module in engine_modules
        for name, function in module.public_functions()
        if not is_property(function) and not FIRST_WORDS.match(ast.get_docstring(function) or "")
    ]
    assert silent == []


def test_every_first_sentence_ends(engine_modules) -> None:  # type: ignore[no-untyped-def]
    endless = [
        f"{module.place}:{function.lineno} {name}"
        for module in engine_modules
        for name, function in module.public_functions()
        if "." not in (ast.get_docstring(function) or ".").partition("\n\n")[0]
    ]
    assert endless == []


def test_every_module_class_and_property_says_what_it_is(source_modules) -> None:  # type: ignore[no-untyped-def]
    """Migrations are written by Django from the models, which say what they are; one that runs code of ours says why."""
    modules = [module for module in source_modules if "/migrations/" not in module.place or "RunPython" in module.text]
    silent = [module.place for module in modules if not ast.get_docstring(module.tree)]
    for module in modules:
        public = [node for node in module.tree.body if isinstance(node, ast.ClassDef) and node.name[0] != "_"]
        public = [node for node in public if node.name != "Migration"]
        silent += [f"{module.place}:{node.lineno} {node.name}" for node in public if not ast.get_docstring(node)]
        properties = [(name, node) for name, node in module.public_functions() if is_property(node)]
        silent += [f"{module.place}:{node.lineno} {name}" for name, node in properties if not ast.get_docstring(node)]
    assert silent == []


def test_every_step_file_begins_by_saying_what_it_does(tracked_files: list[Path], root: Path) -> None:
    steps = [path for path in tracked_files if path.suffix == ".sql"]
    assert [
        str(path.relative_to(root)) for path in steps if not path.read_text(encoding="utf-8").startswith("--")
    ] == []


def test_public_functions_take_keywords_after_what_they_work_on(engine_modules) -> None:  # type: ignore[no-untyped-def]
    """One table, or two that stand side by side, may be given by place; everything else, and every default, by name.

    The made-up world's inner workings are arithmetic on arrays, as `stats` is, and are called by nobody else.
    """
    rooms = tuple(f"src/pbc/{room}/" for room in ("sources", "methods", "reports", "flows"))
    loose = [
        f"{module.place}:{function.lineno} {name}"
        for module in engine_modules
        if module.place.startswith(rooms) and not module.place.startswith("src/pbc/sources/synthetic/")
        for name, function in module.public_functions()
        if "." not in name and (len(by_place(function)) > 2 or function.args.defaults)
    ]
    assert loose == []


def by_place(function) -> list[ast.arg]:  # type: ignore[no-untyped-def]
    return [*function.args.posonlyargs, *function.args.args]
