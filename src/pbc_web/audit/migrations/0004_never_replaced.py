"""SQLite replaces a row (INSERT OR REPLACE) without asking the trigger that guards against removal: so that is refused before."""

from django.db import migrations

SQLITE = (
    "CREATE TRIGGER audit_entry_kept_REPLACE BEFORE INSERT ON audit_entry "
    "WHEN EXISTS (SELECT 1 FROM audit_entry WHERE number = NEW.number) "
    "BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END;"
)


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(SQLITE)


def take_away(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER audit_entry_kept_REPLACE")


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_check")]
    operations = [migrations.RunPython(add, take_away)]
