"""Policy values: strict YAML, dated, cited, with local agreements laid over national ones."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from pbc.errors import MissingPolicy, RefusedInput
from pbc.policy import Policy, PolicyValue, load_policy, regimes
from pbc.policy.policy import HERE
from pbc.policy.strict_yaml import read_yaml
from pbc.policy.units import require_of_unit


def value(amount: object, day: str, *, status: str = "found", name: str = "savings.retained_share") -> PolicyValue:
    return PolicyValue(name, "Share", "share", "R4.1", amount, date.fromisoformat(day), status, "a circular")


def policy_of(*dated: PolicyValue) -> Policy:
    return Policy("england-2005", {dated[0].name: dated})


def overlay_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "agreement.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_policy_gives_the_value_in_force_on_the_day() -> None:
    policy = policy_of(value(0.5, "2004-10-05"), value(0.7, "2006-04-01"))
    days = [date(2004, 10, 5), date(2006, 3, 31), date(2006, 4, 1), date(2010, 1, 1)]
    assert [policy.ratio("savings.retained_share", on=day) for day in days] == [0.5, 0.5, 0.7, 0.7]


def test_policy_refuses_a_day_before_the_first_value_and_names_the_dates_there_are() -> None:
    with pytest.raises(MissingPolicy, match="2006-04-01") as refusal:
        policy_of(value(0.7, "2006-04-01")).value("savings.retained_share", on=date(2006, 3, 31))
    assert "overlay" in refusal.value.remedy


def test_policy_refuses_a_name_it_does_not_hold() -> None:
    with pytest.raises(MissingPolicy, match="no date"):
        policy_of(value(0.7, "2006-04-01")).value("savings.unheard_of", on=date(2009, 4, 1))


@pytest.mark.parametrize(
    "ask, wrong",
    [("ratio", "half"), ("ratio", True), ("whole", 0.5), ("whole", True), ("switch", 1), ("switch", "yes")],
)
def test_policy_refuses_a_value_of_another_kind_than_asked(ask: str, wrong: object) -> None:
    policy = policy_of(value(wrong, "2006-04-01"))
    with pytest.raises(RefusedInput, match=r"savings\.retained_share"):
        getattr(policy, ask)("savings.retained_share", on=date(2009, 4, 1))


@pytest.mark.parametrize(
    "ask, held, told", [("ratio", 1, 1.0), ("whole", 12, 12), ("switch", False, False), ("text", 5, "5")]
)
def test_policy_gives_a_value_of_the_kind_asked(ask: str, held: object, told: object) -> None:
    answer = getattr(policy_of(value(held, "2006-04-01")), ask)("savings.retained_share", on=date(2009, 4, 1))
    assert (answer, type(answer)) == (told, type(told))


@pytest.mark.parametrize(
    "status, is_assumed",
    [("found", False), ("local_agreement", False), ("assumption", True), ("memory", True), ("partial", True)],
)
def test_policy_value_says_whether_pages_must_mark_it(status: str, is_assumed: bool) -> None:
    assert value(0.7, "2006-04-01", status=status).is_assumed is is_assumed


def test_policy_fingerprint_changes_with_every_value_and_not_with_their_order() -> None:
    one, two = value(1, "2006-04-01"), value(2, "2006-04-01", name="savings.other")
    forward = Policy("england-2005", {one.name: (one,), two.name: (two,)})
    backward = Policy("england-2005", {two.name: (two,), one.name: (one,)})
    changed = Policy("england-2005", {one.name: (one,), two.name: (value(3, "2006-04-01", name=two.name),)})
    assert forward.fingerprint == backward.fingerprint != changed.fingerprint


@pytest.mark.parametrize("regime", regimes())
def test_overlay_takes_the_place_of_the_regimes_value_from_its_day_on(regime: str, tmp_path: Path) -> None:
    text = "regime.cluster_title:\n  values:\n    - {from: 2024-04-01, value: locality, status: local_agreement, source: Board paper}\n"
    policy = load_policy(regime, overlays=[overlay_file(tmp_path, text)])
    found = policy.value("regime.cluster_title", on=date(2024, 4, 1))
    assert (found.value, found.status, found.unit) == ("locality", "local_agreement", "word")
    assert policy.text("regime.cluster_title", on=date(2024, 3, 31)) != "locality"
    assert policy.fingerprint != load_policy(regime).fingerprint


BAD_OVERLAYS = {
    "a name the regime does not have": "savings.unheard_of:\n  values: []\n",
    "no values": "regime.title:\n  values: []\n",
    "values missing": "regime.title:\n  title: Name\n",
    "no source": "regime.title:\n  values:\n    - {from: 2024-04-01, value: a, status: found}\n",
    "a source of no words": "regime.title:\n  values:\n    - {from: 2024-04-01, value: a, status: found, source: ''}\n",
    "a status nobody knows": "regime.title:\n  values:\n    - {from: 2024-04-01, value: a, status: sure, source: b}\n",
    "a day that is a word": "regime.title:\n  values:\n    - {from: soon, value: a, status: found, source: b}\n",
    "a day that never was": "regime.title:\n  values:\n    - {from: 2024-02-30, value: a, status: found, source: b}\n",
    "a day given twice": "regime.title:\n  values:\n" + "    - {from: 2024-04-01, value: a, status: found, source: b}\n" * 2,
    "a key given twice": "regime.title: 1\nregime.title: 2\n",
    "no mapping": "- regime.title\n",
    "no YAML": "regime.title: [\n",
    "code in a tag": "regime.title: !!python/name:os.system\n",
    "a key that is a mapping": "? {a: 1}\n: 2\n",
}  # fmt: skip


@pytest.mark.parametrize("mistake", BAD_OVERLAYS)
def test_overlay_is_refused_by_file_name(mistake: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedInput) as refusal:
        load_policy("england-2005", overlays=[overlay_file(tmp_path, BAD_OVERLAYS[mistake])])
    assert "agreement.yaml" in refusal.value.where


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("risk.stop_loss_pounds", "-5", "a number above 0"),
        ("risk.stop_loss_pounds", "0", "a number above 0"),
        ("risk.stop_loss_pounds", "lots", "a number above 0"),
        ("risk.stop_loss_pounds", "1e999", "a number above 0"),
        ("risk.stop_loss_applies", "1", "true or false"),
        ("risk.stop_loss_applies", "yes", "true or false"),
        ("savings.retained_share", "70%", "a number from 0 to 1, like 0.7 for 70%"),
        ("savings.retained_share", "70", "a number from 0 to 1"),
        ("savings.retained_share", "true", "a number from 0 to 1"),
        ("budgets.pace_closed_share", "-0.1", "share of the distance, a number from 0 to 1"),
        ("risk.least_months", "2.5", "months, a whole number from 0 up"),
        ("risk.price_index", "-1", "ratio, a number from 0 up"),
        ("savings.shared_basis", "pric", "bill or price"),
        ("savings.commissioner_deficit_rule", "first", "savings_first or commissioner_part_only"),
        ("regime.cluster_title", "7", "expected a word"),
        ("business_cases.light_asks_for", "need", "words in brackets, each once"),
        ("business_cases.light_asks_for", "['need', 'need']", "words in brackets, each once"),
        ("business_cases.risks_full", "['is_disliked']", "of lets_its_author_provide, "),
        ("business_cases.risks_full", "[]", "words in brackets, each once"),
    ],
)
def test_local_value_that_its_unit_does_not_allow_is_refused(
    name: str, value: str, expected: str, tmp_path: Path
) -> None:
    dated = f"{{from: 2009-04-01, value: {value}, status: local_agreement, source: Compact}}"
    overlay = overlay_file(tmp_path, f"{name}:\n  unit: word\n  values:\n    - {dated}\n")
    with pytest.raises(RefusedInput) as refused:
        load_policy("england-2005", overlays=[overlay])
    assert refused.value.where == f"agreement.yaml, {name}, from 2009-04-01"
    assert refused.value.found == {"1e999": "inf", "true": "True"}.get(value, value)
    assert expected in str(refused.value)


@pytest.mark.parametrize("regime", regimes())
def test_shipped_values_are_of_their_unit(regime: str) -> None:
    for name, dated in load_policy(regime).values.items():
        for each in dated:
            if str(each.value) != "none without a local agreement":
                require_of_unit(each.value, unit=each.unit, choices=each.choices, where=name)


@pytest.mark.parametrize(
    "text", ["regime.title: [\n", "[" * 100_000, "- " * 100_000, "regime.title:\n  title: Name\n", "regime.title: 7\n"]
)
def test_broken_overlay_is_told_without_the_names_of_python(text: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedInput) as refused:
        load_policy("england-2005", overlays=[overlay_file(tmp_path, text)])
    assert "Error" not in str(refused.value)
    assert "<unicode" not in str(refused.value)


def test_overlay_that_is_absent_or_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    for name in ("absent.yaml", "bytes.yaml"):
        with pytest.raises(RefusedInput, match="cannot be read"):
            load_policy("england-2005", overlays=[tmp_path / name])


def test_unknown_regime_is_refused_with_those_there_are() -> None:
    with pytest.raises(RefusedInput, match="england-2005 or england-2025"):
        load_policy("../england-2005")


def test_name_given_in_two_files_of_a_regime_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = "regime.title:\n  title: T\n  values:\n    - {from: 2024-04-01, value: a, status: found, source: b}\n"
    (tmp_path / "england-2005").mkdir()
    for name in ("regime.yaml", "second.yaml"):
        (tmp_path / "england-2005" / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr("pbc.policy.policy.HERE", tmp_path)
    with pytest.raises(RefusedInput, match=r"two files of england-2005.*second\.yaml"):
        load_policy("england-2005")


def test_plain_words_and_numbers_mean_what_they_look_like() -> None:
    text = "{a: no, b: 010, c: 1:30, d: on, e: 0.70, f: true, g: 2009-04-01, h: -3, i: 1e-2, j: ~, k: 0x1F}"
    assert read_yaml(text) == {
        "a": "no", "b": 10, "c": "1:30", "d": "on", "e": 0.7, "f": True, "g": date(2009, 4, 1),
        "h": -3, "i": 0.01, "j": None, "k": "0x1F",
    }  # fmt: skip


def test_key_given_twice_is_refused_at_its_line() -> None:
    with pytest.raises(yaml.YAMLError, match="line 3"):
        read_yaml("a: 1\nb: 2\na: 3\n")


def test_shipped_values_read_alike_by_the_plain_reader() -> None:
    """The strict reader parses in C where it can; what ships means the same to PyYAML's reader in Python."""
    shipped = sorted(HERE.glob("*/*.yaml"))
    assert len(shipped) > len(regimes())
    for path in shipped:
        text = path.read_text(encoding="utf-8")
        assert read_yaml(text) == yaml.load(text, Loader=yaml.SafeLoader), path.name
