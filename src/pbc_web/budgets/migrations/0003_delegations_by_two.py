"""Delegations are proposed and judged; one recorded by one person alone waits for a second, and nothing is payable until then."""

from datetime import UTC, datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("budgets", "0002_plans"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(name="delegation", options={"ordering": ("-starts_on", "-id")}),
        migrations.RemoveConstraint(model_name="delegation", name="delegated_once_a_day"),
        migrations.RenameField(model_name="delegation", old_name="recorded_by", new_name="proposed_by"),
        migrations.AddField(
            model_name="delegation",
            name="proposed_at",
            field=models.DateTimeField(default=datetime(2026, 11, 27, tzinfo=UTC)),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="delegation",
            name="state",
            field=models.CharField(
                choices=[("proposed", "Proposed"), ("approved", "Approved"), ("refused", "Not approved")],
                default="proposed",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="delegation",
            name="judged_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="delegation",
            name="judged_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="delegation",
            name="answer",
            field=models.TextField(blank=True),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=Q(("judged_by__isnull", True)) | ~Q(("judged_by", F("proposed_by"))),
                name="delegation_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=Q(("state", "proposed")) | Q(("judged_at__isnull", False), ("judged_by__isnull", False)),
                name="delegation_says_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.UniqueConstraint(
                condition=Q(("state", "proposed")),
                fields=("commissioner", "held_by", "starts_on"),
                name="one_delegation_waits",
            ),
        ),
        migrations.CreateModel(
            name="DelegationEnd",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ends_before", models.DateField()),
                ("reason", models.TextField()),
                ("ended_at", models.DateTimeField()),
                (
                    "delegation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ends",
                        to="budgets.delegation",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ("id",)},
        ),
    ]
