"""The database itself keeps who takes part in a decision fair, and declarations, scores and decisions as they were given."""

from django.db import migrations

from pbc_web.business_cases.fairness_in_database import refuse_unfair
from pbc_web.shell.append_only import keep_rows

TABLES = ("business_cases_declaration", "business_cases_score", "business_cases_decision")


class Migration(migrations.Migration):
    dependencies = [("business_cases", "0020_deciding")]
    operations = [
        keep_rows("business_cases_given", *TABLES, refused="what was declared, scored or decided is only added to"),
        refuse_unfair("business_cases_score", "person_id"),
        refuse_unfair("business_cases_recommendation", "by_id"),
        refuse_unfair("business_cases_decision", "decided_by_id"),
        refuse_unfair("business_cases_decision", "seconded_by_id"),
    ]
