"""The database itself refuses to change, remove or replace what was declared, whoever asks."""

from django.db import migrations

from pbc_web.shell.append_only import keep_rows

TABLES = ("governance_interest", "governance_gift", "governance_confirmation", "governance_party")


class Migration(migrations.Migration):
    dependencies = [("governance", "0001_initial")]
    operations = [keep_rows("governance", *TABLES, refused="the register of interests is only added to")]
