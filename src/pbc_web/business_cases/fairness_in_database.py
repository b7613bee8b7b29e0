"""The database itself refuses a score, a vote or a decision of somebody who is kept away, has not declared, or is an author.

Used by migrations, on SQLite and PostgreSQL: `operations = [refuse_unfair("business_cases_score", "person_id")]`.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

REFUSED = "somebody kept away, who has not declared or is an author takes no part in a proposal"
UNFAIR = """NEW.{column} IS NOT NULL AND (
    EXISTS (SELECT 1 FROM business_cases_recusal r
            WHERE r.proposal_id = {proposal} AND r.person_id = NEW.{column} AND r.ended_at IS NULL)
    OR EXISTS (SELECT 1 FROM business_cases_author a WHERE a.proposal_id = {proposal} AND a.person_id = NEW.{column})
    OR NOT EXISTS (SELECT 1 FROM business_cases_declaration d
                   WHERE d.proposal_id = {proposal} AND d.person_id = NEW.{column}))"""
SQLITE = "CREATE TRIGGER {table}_fair_{column} BEFORE {moment} ON {table} WHEN {unfair} BEGIN SELECT RAISE(ABORT, '{refused}'); END;"
POSTGRESQL = """
CREATE FUNCTION {table}_fair_{column}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {unfair} THEN RAISE EXCEPTION '{refused}' USING ERRCODE = 'check_violation'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER {table}_fair_{column} BEFORE {moment} ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_fair_{column}();
"""


def refuse_unfair(
    table: str, column: str, *, proposal: str = "NEW.proposal_id", moment: str = "INSERT"
) -> migrations.RunPython:
    """This returns the operation that has a table refuse rows whose person may take no part in the proposal, in that moment."""
    unfair = UNFAIR.format(column=column, proposal=proposal)
    names = {"table": table, "column": column, "refused": REFUSED, "unfair": unfair, "moment": moment}

    def add(_: Any, editor: Any) -> None:
        editor.execute((POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE).format(**names))

    def take_away(_: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP FUNCTION {table}_fair_{column}() CASCADE")
        else:
            editor.execute(f"DROP TRIGGER {table}_fair_{column}")

    return migrations.RunPython(add, take_away)
