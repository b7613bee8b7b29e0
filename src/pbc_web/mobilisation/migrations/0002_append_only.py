"""The database itself refuses to change, remove or replace what a milestone once was."""

from django.db import migrations

from pbc_web.shell.append_only import keep_rows


class Migration(migrations.Migration):
    dependencies = [("mobilisation", "0001_initial")]
    operations = [
        keep_rows("mobilisation", "mobilisation_milestoneversion", refused="what a milestone once was is only added to")
    ]
