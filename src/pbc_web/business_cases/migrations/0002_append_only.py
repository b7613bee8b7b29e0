"""The database itself refuses to change, remove or replace what happened to a proposal and what its sections said."""

from django.db import migrations

from pbc_web.shell.append_only import keep_rows

TABLES = ("business_cases_clockevent", "business_cases_sectionversion")


class Migration(migrations.Migration):
    dependencies = [("business_cases", "0001_initial")]
    operations = [keep_rows("business_cases", *TABLES, refused="what happened to a proposal is only added to")]
