"""What a commissioner's proposals cost once there are many: acts, pages and twenty deciders at once, on SQLite beside PostgreSQL.

usage: python -m benchmarks.proposals [--out bench-out] [--counts 100,1000] [--rounds 9] [--cases 10]

Fifty practices of one commissioner write cases whole and submit them, by the real actions; two in three are decided by the officer,
one in four of those refused. Both databases do the same in turn, each in a process of its own; what they hold at the end must be the
same, or no time counts. Pages are asked for in that process, without a network: milliseconds and queries, the median of the rounds
after one that warms. Then twenty officers decide one case at the same moment, case after case.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from benchmarks.measuring import ROOT
from benchmarks.postgres_server import NOT_INSTALLED, running_server

SAME = ("proposals", "decisions", "refused", "audit entries")


def in_place(asked: argparse.Namespace, home: Path, database: str = "") -> dict[str, Any]:
    """This returns what a process of its own measured in an empty place."""
    place = {
        name: value for name, value in os.environ.items() if name != "DATABASE_URL" and not name.startswith("PBC_")
    }
    place |= {
        "PBC_HOME": str(home),
        "PBC_HTTPS": "no",
        "PBC_EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
    }
    place |= {"DATABASE_URL": database} if database else {}
    command = [sys.executable, "-m", "benchmarks.proposals_place", asked.counts, str(asked.rounds), str(asked.cases)]
    done = subprocess.run(command, cwd=ROOT, env=place, stdout=subprocess.PIPE, text=True, check=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def on_both(asked: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """This returns what was measured on each database that is here."""
    with tempfile.TemporaryDirectory() as aside, running_server() as server:
        measured = {"SQLite": in_place(asked, Path(aside) / "sqlite")}
        if server is None:
            print(NOT_INSTALLED)
            return measured
        known = psycopg.conninfo.conninfo_to_dict(server.dsn)
        address = f"postgres://{known['user']}@{quote(str(known['host']), safe='')}:{known['port']}/postgres"
        measured["PostgreSQL"] = in_place(asked, Path(aside) / "postgresql", address)
    return measured


def require_same(measured: dict[str, dict[str, Any]]) -> None:
    """Refuse times of databases that hold something else in the end."""
    found = {name: {each: told["holds"][each] for each in SAME} for name, told in measured.items()}
    if len({json.dumps(each) for each in found.values()}) > 1:
        sys.exit(f"The databases hold something else in the end: {found}")


def table(measured: dict[str, dict[str, Any]]) -> str:
    """This returns the figures as a table: a row for each act or page and count, a column for each database."""
    names = list(measured)
    lines = [f"{'':44}" + "".join(f"{name:>24}" for name in names)]
    for count in measured[names[0]]["at"]:
        for what in measured[names[0]]["at"][count]:
            told = [measured[name]["at"][count][what] for name in names]
            lines.append(f"{count:>6} proposals  {what:<27}" + "".join(f"{_said(each):>24}" for each in told))
    lines.append(
        f"{'twenty deciders at once, a case':<44}" + "".join(f"{measured[name]['race']:>21.0f} ms" for name in names)
    )
    return "\n".join(lines)


def _said(figure: dict[str, float]) -> str:
    queries = f"{figure['queries']:.0f} queries " if "queries" in figure else ""
    return f"{queries}{figure['ms']:.0f} ms"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="what many proposals cost, on SQLite beside PostgreSQL")
    parser.add_argument("--out", type=Path)
    parser.add_argument(
        "--counts", default="100,1000", help="how many proposals there are when pages are asked for, with commas"
    )
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--cases", type=int, default=10, help="cases decided by twenty at once")
    chosen = parser.parse_args()
    found = on_both(chosen)
    require_same(found)
    print(table(found))
    print(f"Both hold the same: {found['SQLite']['holds']}" if len(found) > 1 else found["SQLite"]["holds"])
    if chosen.out:
        chosen.out.mkdir(parents=True, exist_ok=True)
        (chosen.out / "proposals.json").write_text(json.dumps(found, indent=1))
