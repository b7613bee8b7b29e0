"""A deliveries folder that does not say properly what it is stops the command in words, not in a traceback."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pbc.engines import open_engine
from pbc.errors import RefusedInput
from pbc.flows.extract import open_extract
from pbc.flows.receive_register import receive_register
from pbc.results import Store
from pbc.sources.synthetic import generate
from pbc_cli.work import regime_of_folder

SAID = {"is_made_up": True, "regime": "england-2005", "commissioner_code": "ZP1", "years": ["2009-10"]}


@pytest.mark.parametrize("text", ["{", "[]", '{"is_made_up": true}', '"england-2005"', "\ufeff{}", "[" * 100_000])
def test_malformed_world_is_refused_in_words_by_the_command(tmp_path: Path, text: str) -> None:
    (tmp_path / "world.json").write_text(text, encoding="utf-8")
    with pytest.raises(RefusedInput, match="does not say properly what it holds"):
        regime_of_folder(tmp_path, None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON, at line 1, column 2"),
        ('{"is_made_up": true}', "found no regime"),
        (json.dumps(SAID | {"is_made_up": "no"}), "is_made_up that is 'no'"),
        (json.dumps(SAID | {"years": "2009-10"}), "years that are no list"),
        ("[" * 100_000, "brackets within brackets"),
    ],
)
def test_malformed_world_is_told_without_the_names_of_python(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "world.json").write_text(text, encoding="utf-8")
    with pytest.raises(RefusedInput) as refused:
        open_extract(tmp_path)
    assert words in str(refused.value)
    assert "Error" not in str(refused.value)


@pytest.mark.parametrize("code", ["../../etc", "", 5, "a b", ["ZP1"]])
def test_commissioner_that_is_no_code_is_refused(tmp_path: Path, code: object) -> None:
    (tmp_path / "world.json").write_text(json.dumps(SAID | {"commissioner_code": code}), encoding="utf-8")
    with pytest.raises(RefusedInput, match="named by what is no code"):
        open_extract(tmp_path)


@pytest.mark.parametrize("more", [{"seed": 1, "commissioner_code": "5NT"}, {}])
def test_made_up_place_that_says_it_is_real_is_refused(tmp_path: Path, more: dict[str, object]) -> None:
    (tmp_path / "world.json").write_text(json.dumps(SAID | {"is_made_up": False} | more), encoding="utf-8")
    with pytest.raises(RefusedInput, match="made-up figures must not pass for real ones"):
        open_extract(tmp_path)


def test_commissioner_the_register_lacks_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "deliveries"
    said = generate(folder, seed=3, people=400, practices=2, clusters=1, years=("2009-10",), form="csv.gz")
    (folder / "world.json").write_text(json.dumps(said | {"commissioner_codes": ["ZP1", "ZH1"]}), encoding="utf-8")
    with open_engine() as engine, pytest.raises(RefusedInput, match=r"found ZH1; expected one of ZP1"):
        receive_register(Store(tmp_path / "store"), folder, key=bytes(range(40)), engine=engine)


def lead_out(folder: Path, place: str) -> Path:
    """The file at a place of the folder, made a link to a file outside it."""
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text("swordfish,hunter2\n")
    path = folder / place
    path.parent.mkdir(parents=True)
    path.symlink_to(outside / "secret.csv")
    return outside


def test_file_that_is_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "deliveries"
    outside = lead_out(folder, "activity/2009-04/outpatients.csv")
    (folder / "world.json").write_text(json.dumps(SAID), encoding="utf-8")
    (outside / "admitted_care.csv").write_text("swordfish")
    (folder / "activity" / "2009-05").symlink_to(outside)
    for month, name in (("2009-04", "outpatients"), ("2009-05", "admitted_care")):
        with pytest.raises(RefusedInput, match=rf"leads out of the deliveries folder.*\(activity/{month}/{name}.csv"):
            open_extract(folder).find("activity", month, name)


def test_world_that_is_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "said.json").write_text(json.dumps(SAID), encoding="utf-8")
    (tmp_path / "deliveries").mkdir()
    (tmp_path / "deliveries" / "world.json").symlink_to(tmp_path / "said.json")
    with pytest.raises(RefusedInput, match="leads out of the deliveries folder"):
        open_extract(tmp_path / "deliveries")


def test_link_within_the_folder_is_followed_and_a_pipe_is_not(tmp_path: Path) -> None:
    (tmp_path / "world.json").write_text(json.dumps(SAID), encoding="utf-8")
    (tmp_path / "need").mkdir()
    (tmp_path / "kept.csv").write_text("a,b\n")
    (tmp_path / "need" / "weighted_lists.csv").symlink_to(tmp_path / "kept.csv")
    os.mkfifo(tmp_path / "need" / "commissioner_resources.csv")
    extract = open_extract(tmp_path)
    assert extract.find("need", "weighted_lists") == [tmp_path / "need" / "weighted_lists.csv"]
    with pytest.raises(RefusedInput, match=r"not a plain file.*found a pipe"):
        extract.find("need", "commissioner_resources")


def test_regime_asked_for_needs_no_world(tmp_path: Path) -> None:
    assert regime_of_folder(tmp_path, "england-2025") == "england-2025"
