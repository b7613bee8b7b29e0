"""Decisions, their conditions and appeals."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OPERATIONS = [
    migrations.CreateModel(
        name="Decision",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "outcome",
                models.CharField(choices=[("approved", "Approved"), ("refused", "Refused")], max_length=10),
            ),
            (
                "how",
                models.CharField(
                    choices=[
                        ("officer", "By a delegated officer"),
                        ("committee", "At a meeting"),
                        ("chairs_action", "By the chair's action"),
                    ],
                    max_length=14,
                ),
            ),
            ("reasons", models.TextField()),
            ("would_resolve", models.TextField(blank=True)),
            ("decided_on", models.DateField()),
            ("at", models.DateTimeField()),
            (
                "decided_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "proposal",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="decision",
                    to="business_cases.proposal",
                ),
            ),
            (
                "seconded_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
    ),
    migrations.CreateModel(
        name="Condition",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("words", models.TextField()),
            ("due_on", models.DateField()),
            (
                "state",
                models.CharField(
                    choices=[("open", "Open"), ("met", "Met"), ("not_met", "Not met")],
                    default="open",
                    max_length=10,
                ),
            ),
            ("evidence", models.TextField(blank=True)),
            ("judged_at", models.DateTimeField(blank=True, null=True)),
            (
                "judged_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "decision",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="conditions",
                    to="business_cases.decision",
                ),
            ),
        ],
        options={
            "ordering": ("due_on", "id"),
        },
    ),
    migrations.CreateModel(
        name="Appeal",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("words", models.TextField()),
            ("at", models.DateTimeField()),
            ("due_on", models.DateField()),
            (
                "state",
                models.CharField(
                    choices=[
                        ("open", "Waiting for the region"),
                        ("upheld", "Upheld"),
                        ("dismissed", "Dismissed"),
                        ("sent_back", "Sent back"),
                    ],
                    default="open",
                    max_length=10,
                ),
            ),
            ("reasons", models.TextField(blank=True)),
            ("judged_at", models.DateTimeField(blank=True, null=True)),
            (
                "by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "judged_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "decision",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.PROTECT, related_name="appeal", to="business_cases.decision"
                ),
            ),
        ],
        options={
            "ordering": ("due_on", "id"),
        },
    ),
]
