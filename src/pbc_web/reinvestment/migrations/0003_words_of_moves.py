"""What was said of a move of money is kept beside the use it was made for: the pot's own pages name the proposal by its code alone.

Written as SQL: Django would copy the table on SQLite, and lose what keeps its rows.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reinvestment", "0002_append_only")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE reinvestment_usemove ADD COLUMN words text DEFAULT '' NOT NULL",
            "ALTER TABLE reinvestment_usemove DROP COLUMN words",
            state_operations=[
                migrations.AddField("usemove", "words", models.TextField(blank=True, db_default="")),
            ],
        ),
    ]
