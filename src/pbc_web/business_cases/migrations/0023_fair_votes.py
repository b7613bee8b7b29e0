"""The database itself refuses a vote of whoever takes no part, and keeps votes as they were given."""

from django.db import migrations

from pbc_web.business_cases.fairness_in_database import refuse_unfair
from pbc_web.shell.append_only import keep_rows


class Migration(migrations.Migration):
    dependencies = [("business_cases", "0022_meetings")]
    operations = [
        keep_rows("business_cases_votes", "business_cases_vote", refused="a vote is given once and only added to"),
        refuse_unfair("business_cases_vote", "person_id"),
    ]
