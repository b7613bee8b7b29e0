"""The command `pbc`: finds the subcommand, runs it, and turns faults into sentences without a traceback."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Mapping

import click

import pbc
from pbc.errors import Cancelled, Fault
from pbc_cli.terminal import STANDS, fresh_line

AT_A_ROW = re.compile(
    r"^[^,]+\.csv, row (?!1,)[\d,]+, column"
)  # row 1 are headings: of those there is one fault at most

# name: module, one line for the menu. A command's module is imported when it runs, so that `pbc` starts quickly.
COMMANDS: Mapping[str, tuple[str, str]] = {
    "demo": ("demo", "Build the made-up world, run the main job on it and write its statement pack."),
    "make-up": ("make_up", "Write a made-up deliveries folder of any size."),
    "pseudonymise": ("pseudonymise", "Write deliveries again with pseudonyms, so that they may leave this machine."),
    "receive": ("receive", "Take in a deliveries folder: register, prices, need and monthly activity."),
    "make-up-invoices": (
        "make_up_invoices",
        "Write what made-up hospitals charge for a year, with errors of known size.",
    ),
    "receive-invoices": ("receive_invoices", "Take in what hospitals charge, and the ledger's extract."),
    "check": ("check", "Say what is wrong with a delivery, row by row, without taking it in."),
    "match-headings": ("match_headings", "Match the headings of a supplier's file once, and save them as a map."),
    "look-up": ("look_up", "At the practice: which of its own patients stand behind records, on this machine alone."),
    "bring-up-to-date": ("bring_up_to_date", "Place and cost what is held again, after a register or tariff changed."),
    "set-budgets": ("set_budgets", "Set a year's budgets on a basis: historic, fair_shares or blend."),
    "adopt-budgets": ("adopt_budgets", "Make a draft the budgets of its year."),
    "amend-budgets": ("amend_budgets", "Add decisions of the year to agreed budgets."),
    "prescribing-budgets": (
        "prescribing_budgets",
        "Share a year's prescribing by age and sex, beside need and as set.",
    ),
    "statement": ("statement", "Write the statement of a practice, or of every practice, for a month."),
    "contracts": ("contracts", "Show what is owed to each hospital under its contract, line by line."),
    "reconcile": ("reconcile", "Hold invoices against what care cost and against the ledger: every difference named."),
    "ledger": (
        "ledger",
        "Show how statements, bill, invoices and ledger lead to each other; write the accrual journal.",
    ),
    "year-end": ("year_end", "Close a year: who freed up money, how far luck alone explains it, who keeps what."),
    "choose-comparators": (
        "choose_comparators",
        "Choose and freeze, before a service changes, whom its practices are compared with.",
    ),
    "compare-benefit": ("compare_benefit", "Hold what a business case promised against what then happened."),
    "appraise": ("appraise", "Say what a business case saves, when, and under what conditions."),
    "explain": ("explain", "Walk from any figure to its steps, rule, parameter, price and records."),
    "fair-shares": ("fair_shares", "Share money by the published formula among England's practices."),
    "allocations": ("allocations", "Follow allocations over years to their targets, from a file and nothing else."),
    "pooled-lines": ("pooled_lines", "Share lines pooled with a local authority by what was signed."),
    "decision-times": (
        "decision_times",
        "Tell how long plans and business cases waited for a decision, and how many had it in eight weeks.",
    ),
    "decision-calendar": (
        "decision_calendar",
        "Say on which days a case cannot be decided at a meeting within eight weeks.",
    ),
    "policy": ("policy", "Show the rule values in force, with their sources."),
    "fetch": ("fetch", "Fetch published files from their publisher, checked."),
    "serve": ("serve", "Serve the web: its pages, and one worker for what takes long."),
    "add-person": ("add_person", "Invite somebody to the web: the first administrator comes in this way."),
    "work": ("worker", "Do the web's long work and keep its clock; pbc serve starts it by itself."),
    "tick": ("tick", "Send reminders and e-mail that are due, once, by hand."),
    "backup": ("backup", "Write the web's database, results and uploads into one archive."),
    "restore": ("restore", "Put such an archive into an empty place, and check it there."),
    "verify": ("verify", "Check every published file in a store against its hash."),
    "verify-audit": ("verify_audit", "Check that no entry of the web's audit trail was changed or taken out."),
}


class Menu(click.Group):
    """A group whose commands are imported only when asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """This returns the commands in the order of a year's work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """This returns a command, imported now, or None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"pbc_cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """This writes the menu without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.group(cls=Menu, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(pbc.__version__, prog_name="pbc")
def pbc_command() -> None:
    """Practice-based commissioning: fair budgets, statements and savings, every figure explained.

    New here? Run `pbc demo`, then open the page it names. `pbc COMMAND --help` says what a command needs. What commands
    make is kept in a store, a folder named with --store.

    Ctrl-C stops after the step at hand; what was published before stands. A command leaves with 0 if all went well, 1 if
    something was refused or found wrong, 2 if its words were not understood and 130 if it was stopped.
    """


def main() -> None:
    """Run the console and leave with 0 if all went well, 1 if refused or found wrong, 2 if not understood, 130 if stopped."""
    sys.exit(left_with())


def left_with() -> int:
    """This returns the status to leave with, once every fault has been told in words on the error stream."""
    try:
        left = pbc_command.main(prog_name="pbc", standalone_mode=False)
    except (Cancelled, click.Abort, KeyboardInterrupt) as stopped:
        words = str(stopped) if isinstance(stopped, Cancelled) else "Stopped because you asked for it."
        return _tell(f"{words} {STANDS}", 130)
    except Fault as fault:
        return _tell(f"pbc: {fault}{_where_the_rest_is(fault)}", 1)
    except click.ClickException as unclear:
        unclear.show()
        return unclear.exit_code
    except OSError as error:  # a full disk, a folder that cannot be written: the system's own words, with what to do
        where = f" ({error.filename})" if error.filename else ""
        return _tell(f"pbc: {error.strerror or error}{where}. Choose another place, or make room, and run it again.", 1)
    return left if isinstance(left, int) else 0


def _where_the_rest_is(fault: Fault) -> str:
    """A row of a file is refused at its first fault: where the others are told."""
    return "\nThis is the first fault. pbc check FILE lists them all." if AT_A_ROW.search(fault.where) else ""


def _tell(words: str, status: int) -> int:
    click.echo(f"{fresh_line()}{words}", err=True)
    return status


if __name__ == "__main__":
    main()
