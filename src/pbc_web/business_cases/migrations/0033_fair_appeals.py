"""The database itself refuses that somebody judges an appeal who takes no part."""

from django.db import migrations

from pbc_web.business_cases.fairness_in_database import refuse_unfair

ABOUT = "(SELECT m.proposal_id FROM business_cases_decision m WHERE m.id = NEW.decision_id)"


class Migration(migrations.Migration):
    dependencies = [("business_cases", "0032_intentions")]
    operations = [
        refuse_unfair("business_cases_appeal", "judged_by_id", proposal=ABOUT, moment="UPDATE OF judged_by_id"),
    ]
