"""Writes the pages that are made from the code: tables, policy values, published files and the specification.

`python docs/generate.py` writes them; tests/docs holds the committed pages equal to what it would write.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from pbc.policy import PolicyValue, load_policy, regimes
from pbc.policy.gain_share import EXAMPLES, example_file
from pbc.sources.catalogue import PublishedFile, published_files
from pbc.sources.layout import Layout, LayoutColumn, read_layouts
from pbc.sources.mistakes import answered_elsewhere, file_mistakes, row_mistakes
from pbc.sources.rejects import LOOK_UPS
from pbc.tables import ALL, Column, Table
from pbc_web.accounts.roles import ROLES, Duty, Role, Sight, role_in
from pbc_web.organisations.kinds import KINDS

ROOT = Path(__file__).resolve().parents[1]
MADE_FROM = "\n\n*Made from the code by `docs/generate.py`; edit there.*\n"
GENERATED = ("reference/tables", "specification")  # folders that hold nothing else


def pages() -> dict[str, str]:
    """This returns every generated page: its place under docs/ and its text."""
    tables = {f"reference/tables/{table.name}.md": table_page(table) for table in ALL.values()}
    policies = {f"reference/policy-{regime}.md": policy_page(regime) for regime in regimes()}
    subjects = sorted(path for path in (ROOT / "tests/spec").iterdir() if any(path.glob("test_*.py")))
    rules = {f"specification/{path.name.replace('_', '-')}.md": specification_page(path) for path in subjects}
    return {
        "reference/tables/index.md": tables_page(),
        "specification/index.md": specifications_page(subjects),
        "published-data.md": published_page(),
        "bad-input.md": bad_input_page(),
        "local-extract-layout.md": local_layout_page(),
        "roles.md": roles_page(),
        **{f"examples/{name}.yaml": example_file(name).read_text(encoding="utf-8") for name in EXAMPLES},
        **tables, **policies, **rules,
    }  # fmt: skip


def tables_page() -> str:
    """This returns the list of tables with their grain."""
    rows = [f"| [{table.name}]({table.name}.md) | {table.grain} | {', '.join(table.key)} |" for table in ALL.values()]
    head = ["# Tables", "", "The hallway: what every room of the engine reads and writes.", ""]
    return "\n".join([*head, "| table | one row is | key |", "|---|---|---|", *rows]) + MADE_FROM


def table_page(table: Table) -> str:
    """This returns the page of one table: grain, key, and each column with its unit and limits."""
    note = [table.note, ""] if table.note else []
    rows = [
        f"| `{c.name}`{' (key)' if c.name in table.key else ''} | {cell(c.meaning)} | {c.kind} | {c.sql_type} | "
        f"{'yes' if c.nullable else 'no'} | {cell(limits(c))} |"
        for c in table.columns
    ]
    head = ["| column | meaning | kind | stored as | may be empty | limits |", "|---|---|---|---|---|---|"]
    return "\n".join([f"# {table.name}", "", f"One row is {table.grain}.", "", *note, *head, *rows]) + MADE_FROM


def limits(column: Column) -> str:
    """This returns the values a column may take, in words."""
    if column.allowed:
        return ", ".join(column.allowed)
    ends = [(column.minimum, "at least {:g}"), (column.maximum, "at most {:g}")]
    return ", ".join(form.format(end) for end, form in ends if end is not None)


def policy_page(regime: str) -> str:
    """This returns every value of a regime with its dates, status and source."""
    policy = load_policy(regime)
    title = next((dated[-1].value for name, dated in policy.values.items() if name == "regime.title"), regime)
    subjects: dict[str, list[tuple[PolicyValue, ...]]] = {}
    for name in sorted(policy.values):
        subjects.setdefault(name.partition(".")[0], []).append(policy.values[name])
    parts = [f"# Rule values: {title}", "", STATUS_NOTE]
    for subject, values in subjects.items():
        parts += ["", f"## {subject}", *(line for dated in values for line in value_lines(dated))]
    return "\n".join(parts) + MADE_FROM


STATUS_NOTE = (
    "A value is *found* in its source, *found second hand* where the source is quoted by another, *partial* where part of it was "
    "inferred, an *assumption*, a *local agreement*, or from *memory*. What is assumed, partial or from memory is marked on every page "
    "that uses it. `pbc policy show` prints the same; `--policy FILE` lays a local agreement over it."
)


def value_lines(dated: tuple[PolicyValue, ...]) -> Iterator[str]:
    """This yields the lines of one parameter: its meaning, then its values by date."""
    first = dated[0]
    yield from ["", f"### {first.name}", "", f"{first.title}. Unit: {first.unit}. Rule: {first.rule}.", ""]
    yield from ["| from | value | status | source |", "|---|---|---|---|"]
    for value in dated:
        status = value.status.replace("_", " ")
        yield f"| {value.starts_on} | {cell(str(value.value))} | {f'**{status}**' if value.is_assumed else status} | {cell(value.source)} |"


def published_page() -> str:
    """This returns the register of published files."""
    rows = [
        f"| `{file.name}` | {file.title}, {file.period} | {file.publisher}; {file.licence} | {origin(file)} | `{file.path}` |"
        for file in published_files().values()
    ]
    head = ["| name | title and period | publisher and licence | address | place |", "|---|---|---|---|---|"]
    return "\n".join(["# Published files", "", *PUBLISHED_NOTE, "", *head, *rows]) + MADE_FROM


PUBLISHED_NOTE = (
    "None of these is in the repository. Put them in one folder and give it to commands as `--published`: a file is known by its",
    "headings, plain or as `.gz`; the place below is where `pbc fetch NAME` puts it, in `STORE/published` or the folder named with",
    "`--out`. Only files whose address was verified are fetched; the others come from their publisher by hand. Name the publisher",
    "wherever a number is shown.",
)


def bad_input_page() -> str:
    """This returns every mistake a delivery can hold, what is refused for it and what to do."""
    rows = [
        f"| {cell(m.mistake)} | {cell(m.refusal.rstrip(':'))} | {cell(m.remedy)} |" for m in file_mistakes().values()
    ]
    rules = [
        f"| {cell(rule.mistake)} | `{rule.name}` | {cell(rule.expected)} | {cell(rule.remedy)} |"
        for rule in row_mistakes().values()
    ]
    looked_up = [
        f"| {cell(rule.mistake)} | `{rule.name}` | {cell(rule.expected)} | {cell(rule.remedy)} |"
        for rule in LOOK_UPS.values()
    ]
    others = [f"| {cell(mistake)} | {cell(answer)} |" for mistake, answer in answered_elsewhere().values()]
    return (
        "\n".join(
            [
                "# Bad input", "",
                "Nothing is guessed and nothing is dropped in silence. `pbc check FILE` tells all of this of a file",
                "without taking it in.", "",
                "## The whole file is refused", "",
                "The refusal names the file and, where there is one, the line and the column. Nothing of the file is",
                "taken in.", "",
                "| mistake | refusal | remedy |", "|---|---|---|", *rows, "",
                "## The row is refused and the others stand", "",
                "Each fault is a row of [rejected_rows](reference/tables/rejected_rows.md): delivery and file, row (the heading is row 1),",
                "column, rule, the value found, shortened and never an NHS number, what was expected and the remedy.", "",
                "| mistake | rule | expected | remedy |", "|---|---|---|---|", *rules, "",
                "## Looked up in the store", "",
                "`pbc check --store DIR FILE` also asks a store what it knows. These are told row by row and refuse nothing by",
                "themselves, but a record already held, which receiving refuses. A row 1 stands for the whole file. The",
                "practices of a prescribing file are told once each, at their first row, with how many rows name them. Records held",
                "already are sought in the months that receiving searches, and only where `--month` names the delivery's own.", "",
                "| mistake | rule | expected | remedy |", "|---|---|---|---|", *looked_up, "",
                "Published files, and your own pots and neighbourhoods, are checked by the same rules as their readers: a cell of",
                "another kind, a key that stands twice, rows that do not add up to the row of totals, a practice in two",
                "neighbourhoods at once. What a reader leaves out of them for a known reason is listed and is no fault.", "",
                "## Accepted here, answered elsewhere", "",
                "| mistake | what happens |", "|---|---|", *others,
            ]
        )
        + MADE_FROM
    )  # fmt: skip


SIGHTS = {
    Sight.OWN_PRACTICE: "the own practice in detail; its group and commissioner as sums",
    Sight.OWN_GROUP: "the group and each of its practices in detail; the commissioner as sums",
    Sight.COMMISSIONER: "the commissioner, its groups and every practice in detail; the region as sums",
    Sight.SUMS: "sums of the commissioner, its groups and practices; no practice's own pages",
    Sight.REGION: "the commissioners that answer to it, as sums; who is late",
    Sight.NAMED: "only what names the own organisation",
    Sight.NOTHING: "no figure of any organisation",
}
ROLES_NOTE = """People hold a role in an organisation for a period. Whoever holds several chooses in which to act; whoever covers for
a colleague acts in the colleague's role, and each entry of the audit trail says for whom. Counts of people and sums
over few people are protected wherever sums are shown. A role that decides, or reads records, needs a second factor
beside the password."""


def roles_page() -> str:
    """This returns the handbook of roles: where each is held and under what name, how far it sees and what it may do."""
    overview = [
        f"| [{role.title}](#{role.title.lower().replace(' ', '-')}) | {'yes' if role.needs_second_factor else 'no'} | {cell(role.what)} |"
        for role in ROLES.values()
    ]
    duties = [
        f"| {cell(duty)} | {', '.join(role.title for role in ROLES.values() if role.may(duty))} |" for duty in Duty
    ]
    head = ["# Roles", "", ROLES_NOTE, "", "| role | second factor | what for |", "|---|---|---|", *overview]
    parts = [line for role in ROLES.values() for line in role_lines(role)]
    who = ["", "## Who does what", "", "| duty | roles |", "|---|---|", *duties]
    return "\n".join([*head, *who, *parts]) + MADE_FROM


def role_lines(role: Role) -> list[str]:
    """This returns one role as a section: its names by kind of organisation, sight and duties."""
    names = [f"{role_in(role.code, kind).title} ({KINDS[kind]})" for kind in role.held_in]
    duties = [f"- {duty}" for duty in Duty if role.may(duty)] or ["- reads what it sees, and decides nothing"]
    trail = ["- reads the whole audit trail" if role.reads_all_audit else "- reads the own organisation's audit trail"]
    return [
        "", f"## {role.title}", "", role.what, "", f"Held as: {'; '.join(names)}.", "",
        f"Sees {SIGHTS[role.sight]}.", "", "May:", "", *duties, *(trail if role.reads_audit else []),
    ]  # fmt: skip


LOCAL = (
    "admitted_care",
    "outpatients",
    "accident_and_emergency",
    "referrals",
    "registrations",
    "pdpi",
    "charged_activity",
    "patient_level_monitoring",
    "drugs_monitoring",
    "devices_monitoring",
    "aggregate_monitoring",
)
PLACES = """A deliveries folder holds `world.json` (who it is about: `regime`, `commissioner_code`, `years`, `is_made_up`) and:

| place | files | form |
|---|---|---|
| `register/` | `organisations practices memberships` | `.csv`, columns as the tables |
| `register/` | `registrations` | `.parquet`, `.csv.gz` or `.csv`, as below |
| `tariff/2009-10/` | `tariff_prices provider_factors contract_forms` | `.csv`, columns as the tables |
| `contracts/2009-10/` | `contracts contract_plans contract_variations`; may be left out | `.csv`, columns as the tables |
| `need/2009-10/` | `weighted_lists commissioner_resources` | `.csv`, columns as the tables |
| `activity/2009-09/` | `admitted_care outpatients accident_and_emergency referrals` | `.parquet`, `.csv.gz` or `.csv` |
| `activity/2009-09/` | `prescribing` | `.csv.gz` |
| `invoices/2009-09/` | `invoices invoice_lines` | `.csv` or `.xlsx`, columns as the tables ([reconciliation](reconciliation.md)) |
| `invoice-backing/2009-09/` | `charged_activity` | `.parquet`, `.csv.gz`, `.csv` or `.xlsx`, as below |
| or, in national layouts | `patient_level_monitoring drugs_monitoring devices_monitoring aggregate_monitoring` | the same |
| `ledger/2009-09/` | `ledger_entries` | `.csv` or `.xlsx`, columns as the table |

The folder of a month is the month of delivery; late rows of earlier months may stand in it, later days may not. Text is CSV in UTF-8
with commas, one kind of line end and a heading row; columns may stand in any order, others are ignored, but searched for NHS numbers.
NHS numbers stand in the column `nhs_number` alone, as ten digits (a number stored as a number loses a leading zero and fails its check).
Records of legally restricted kinds lose their diagnosis and procedure on reading, and once placed with a practice also person, day,
specialty, age, sex and the practice the hospital wrote; referrals to restricted specialties lose person, day and specialty.
A pseudonymised file (`pbc pseudonymise`) has the column `person_id` and the fingerprint of the key in its place, fifteen letters a to p
in it, and is read without the key. A file with headings of its own is read through [a map of them](matching-headings.md).
Empty cells are allowed only where said."""


def local_layout_page() -> str:
    """This returns the layout of a deliveries folder and of each file of a hospital or register in it."""
    parts = ["# Layout of local extracts", "", PLACES]
    for layout in read_layouts(*LOCAL):
        parts += layout_lines(layout)
    return "\n".join(parts) + MADE_FROM


def layout_lines(layout: Layout) -> list[str]:
    """This returns one layout as a section: heading, kind and limits of each column."""
    rows = [f"| `{cell(c.known_as[0])}` | {cell(c.meaning)} | {allowed_in(c)} |" for c in layout.columns]
    table = f"Becomes [{layout.table}](reference/tables/{layout.table}.md)."
    return ["", f"## {layout.title}", "", table, "", "| heading | meaning | holds |", "|---|---|---|", *rows]


KIND_WORDS = {
    "code": "a code", "date": "a date like 2009-04-30", "whole": "a whole number, digits alone", "nhs_number": "an NHS number",
    "pounds": "pounds like 1204.50, no sign or separator", "signed_pounds": "pounds like -1204.50, no separator",
    "pence": "whole pence like -120450", "decimal": "a plain decimal number", "month": "a month like 200909",
}  # fmt: skip


def allowed_in(column: LayoutColumn) -> str:
    """This returns what a cell may hold, in words."""
    words = f"one of {', '.join(column.allowed)}" if column.allowed else KIND_WORDS[column.kind]
    most = f", at most {column.most:,}" if column.most else ""
    return cell(words + most + ("; may be empty" if column.may_be_empty else ""))


def origin(file: PublishedFile) -> str:
    """This returns where a file is fetched from, or that nobody has verified an address."""
    return (
        f"[verified]({file.address}), SHA-256 `{file.sha256[:12]}...`" if file.is_verified else "address not verified"
    )


def specifications_page(subjects: list[Path]) -> str:
    """This returns the list of subjects that have rules."""
    links = [f"- [{subject_title(path)}]({path.name.replace('_', '-')}.md)" for path in subjects]
    return (
        "\n".join(["# Specification", "", "The rules of the engine, as its tests state them.", "", *links]) + MADE_FROM
    )


def subject_title(folder: Path) -> str:
    """This returns a subject's folder name as a title."""
    return folder.name.replace("_", " ").capitalize()


def specification_page(folder: Path) -> str:
    """This returns the rules of one subject: what each test file says, rule by rule, with its cases as tables."""
    parts = [f"# {subject_title(folder)}"]
    for path in sorted(folder.glob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        heading, _, rest = (ast.get_docstring(tree) or path.stem).partition("\n")
        parts += ["", f"## {heading.rstrip('.')}", *(["", rest.strip()] if rest.strip() else [])]
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                parts += rule_lines(node, tree)
    return "\n".join(parts) + MADE_FROM


def rule_lines(test: ast.FunctionDef, tree: ast.Module) -> list[str]:
    """This returns one rule: its name as a sentence, what the docstring says, and its cases."""
    sentence = test.name.removeprefix("test_").replace("_", " ")
    lines = ["", f"### {sentence[0].upper()}{sentence[1:]}", "", ast.get_docstring(test) or ""]
    for mark in test.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.parametrize":
            lines += ["", *case_lines(mark, tree)]
    return lines


def case_lines(mark: ast.Call, tree: ast.Module) -> list[str]:
    """This returns the cases of a parametrized test as a table; cases worked out by code are left to the code."""
    names = ast.literal_eval(mark.args[0])
    headings = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    cases = written_out(mark.args[1], tree)
    if cases is None:
        return [f"Cases by {', '.join(headings)}: see the test."]
    rows = [case_cells(case, len(headings)) for case in cases]
    return [f"| {' | '.join(headings)} |", "|---" * len(headings) + "|", *(f"| {' | '.join(row)} |" for row in rows)]


def written_out(node: ast.expr, tree: ast.Module) -> list[ast.expr] | None:
    """This returns the elements of a list written out in the call or under a name of the module, or None."""
    if isinstance(node, ast.Name):
        named = (s for s in tree.body if isinstance(s, ast.Assign | ast.AnnAssign) and s.value is not None)
        targets = {ast.unparse(s.target if isinstance(s, ast.AnnAssign) else s.targets[0]): s.value for s in named}
        node = targets.get(node.id, node)
    return node.elts if isinstance(node, ast.List | ast.Tuple) else None


def case_cells(case: ast.expr, width: int) -> list[str]:
    """This returns one case as cells."""
    if isinstance(case, ast.Call) and ast.unparse(case.func) == "pytest.param":
        values = case.args
    elif isinstance(case, ast.Tuple | ast.List) and width > 1:
        values = case.elts
    else:
        values = [case]
    return [cell(plain(value)) for value in values]


def plain(value: ast.expr) -> str:
    """This returns a value as people write it: words, numbers and dates as such, the rest as code."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value or "(empty)"
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "date":
        return "-".join(f"{ast.literal_eval(part):02d}" for part in value.args)
    try:
        known = ast.literal_eval(value)
    except ValueError:
        known = value
    return f"{known}" if isinstance(known, int | float) and not isinstance(known, bool) else f"`{ast.unparse(value)}`"


def cell(text: str) -> str:
    """This returns text that cannot break out of its table cell."""
    return " ".join(text.replace("|", "\\|").split())


def write() -> list[Path]:
    """This writes every page, removes pages whose source is gone, and returns what changed."""
    wanted = {ROOT / "docs" / place: text for place, text in pages().items()}
    stale = [p for folder in GENERATED for p in (ROOT / "docs" / folder).rglob("*.md") if p not in wanted]
    changed = [p for p, text in wanted.items() if not p.exists() or p.read_text(encoding="utf-8") != text]
    for path in stale:
        path.unlink()
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
    return sorted([*stale, *changed])


if __name__ == "__main__":
    for path in write():
        print(path.relative_to(ROOT))
