"""What a proposal was started from is never changed; the database refuses it."""

from django.db import migrations

from pbc_web.shell.append_only import keep_rows


class Migration(migrations.Migration):
    dependencies = [("business_cases", "0030_library")]
    operations = [
        keep_rows("business_cases_sources", "business_cases_startedfrom", refused="a source is only added to"),
    ]
