"""The database itself refuses to change or remove an entry, whoever asks."""

from django.db import migrations

SQLITE = (
    "CREATE TRIGGER audit_entry_kept_{deed} BEFORE {deed} ON audit_entry "
    "BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END;"
)
POSTGRESQL = """
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the audit trail is only added to'; END $$;
CREATE TRIGGER audit_entry_kept BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_entry_kept_whole BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""
UNDO_POSTGRESQL = """
DROP TRIGGER audit_entry_kept ON audit_entry;
DROP TRIGGER audit_entry_kept_whole ON audit_entry;
DROP FUNCTION audit_refuse_change();
"""


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
    else:
        for deed in ("UPDATE", "DELETE"):
            schema_editor.execute(SQLITE.format(deed=deed))


def take_away(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(UNDO_POSTGRESQL)
    else:
        for deed in ("UPDATE", "DELETE"):
            schema_editor.execute(f"DROP TRIGGER audit_entry_kept_{deed}")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(add, take_away)]
