"""The database itself refuses to change, remove or replace what was declared, whoever asks."""

from django.db import migrations

TABLES = ("governance_interest", "governance_gift", "governance_confirmation", "governance_party")
REFUSED = "the register of interests is only added to"
SQLITE = (
    "CREATE TRIGGER {table}_kept_{deed} BEFORE {deed} ON {table} {when} BEGIN SELECT RAISE(ABORT, '{refused}'); END;"
)
DEEDS = {
    "UPDATE": "",
    "DELETE": "",
    "INSERT": "WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)",  # REPLACE asks no trigger that guards against removal
}
FUNCTION = f"""
CREATE FUNCTION governance_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{REFUSED}'; END $$;
"""
POSTGRESQL = """
CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION governance_refuse_change();
CREATE TRIGGER {table}_kept_whole BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION governance_refuse_change();
"""


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION)
        for table in TABLES:
            schema_editor.execute(POSTGRESQL.format(table=table))
        return
    for table in TABLES:
        for deed, when in DEEDS.items():
            told = {"table": table, "deed": deed, "when": when.format(table=table), "refused": REFUSED}
            schema_editor.execute(SQLITE.format(**told))


def take_away(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION governance_refuse_change() CASCADE")
        return
    for table in TABLES:
        for deed in DEEDS:
            schema_editor.execute(f"DROP TRIGGER {table}_kept_{deed}")


class Migration(migrations.Migration):
    dependencies = [("governance", "0001_initial")]
    operations = [migrations.RunPython(add, take_away)]
