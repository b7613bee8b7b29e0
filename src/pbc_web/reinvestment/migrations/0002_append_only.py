"""The database itself refuses to change or remove which move of a pot was made for which use, and what the region agreed."""

from django.db import migrations

from pbc_web.shell.append_only import keep_rows

TABLES = ("reinvestment_usemove", "reinvestment_carried", "reinvestment_shareexception")


class Migration(migrations.Migration):
    dependencies = [("reinvestment", "0001_initial")]
    operations = [keep_rows("reinvestment", *TABLES, refused="what was decided about a pot is only added to")]
