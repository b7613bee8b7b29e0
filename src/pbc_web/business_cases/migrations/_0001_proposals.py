"""Proposals, what happened to them, and who writes them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OPERATIONS = [
    migrations.CreateModel(
        name="Proposal",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("code", models.CharField(max_length=20, unique=True)),
            (
                "kind",
                models.CharField(
                    choices=[("plan", "PBC plan"), ("case", "Business case"), ("use_of_pot", "Use of a pot")],
                    max_length=12,
                ),
            ),
            ("title", models.CharField(max_length=120)),
            ("financial_year", models.CharField(max_length=7)),
            (
                "state",
                models.CharField(
                    choices=[
                        ("draft", "Draft"),
                        ("discarded", "Discarded"),
                        ("submitted", "Waiting for a decision"),
                        ("approved", "Approved"),
                        ("refused", "Refused"),
                        ("withdrawn", "Withdrawn by its author"),
                        ("lapsed", "Lapsed"),
                        ("superseded", "Replaced by another"),
                    ],
                    default="draft",
                    max_length=12,
                ),
            ),
            ("is_quick_win", models.BooleanField(default=False)),
            ("begun_at", models.DateTimeField()),
            ("changed_at", models.DateTimeField()),
            ("yearly_pence", models.BigIntegerField(blank=True, null=True)),
            ("risks", models.JSONField(default=list)),
            (
                "route",
                models.CharField(
                    blank=True,
                    choices=[("light", "Light"), ("standard", "Standard"), ("full", "Full")],
                    max_length=10,
                ),
            ),
            ("route_reasons", models.JSONField(default=list)),
            ("submitted_at", models.DateTimeField(blank=True, null=True)),
            ("first_submitted_on", models.DateField(blank=True, null=True)),
            ("due_on", models.DateField(blank=True, null=True)),
            ("decided_on", models.DateField(blank=True, null=True)),
            (
                "begun_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "commissioner",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                ),
            ),
            (
                "earlier",
                models.OneToOneField(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="later",
                    to="business_cases.proposal",
                ),
            ),
            (
                "owner",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                ),
            ),
            (
                "parent",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="cases",
                    to="business_cases.proposal",
                ),
            ),
            (
                "replaced_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="replaces",
                    to="business_cases.proposal",
                ),
            ),
            (
                "submitted_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "ordering": ("-changed_at", "-id"),
        },
    ),
    migrations.CreateModel(
        name="ClockEvent",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "event",
                models.CharField(
                    choices=[
                        ("submitted", "submitted"),
                        ("resubmitted", "resubmitted"),
                        ("stopped", "clock stopped for a missing item"),
                        ("resumed", "clock resumed"),
                        ("deferred", "deferred"),
                        ("decided_in_principle", "decided in principle"),
                        ("withdrawn_by_author", "withdrawn by its author"),
                        ("withdrawn_at_request", "withdrawn at the commissioner's request"),
                        ("approved", "approved"),
                        ("refused", "refused"),
                        ("service_changed", "service changed"),
                    ],
                    max_length=24,
                ),
            ),
            ("happened_on", models.DateField()),
            ("missing_item", models.CharField(blank=True, max_length=200)),
            ("reason", models.TextField(blank=True)),
            ("at", models.DateTimeField()),
            (
                "by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "proposal",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="events", to="business_cases.proposal"
                ),
            ),
        ],
        options={
            "ordering": ("id",),
        },
    ),
    migrations.CreateModel(
        name="Author",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("added_at", models.DateTimeField()),
            ("left_at", models.DateTimeField(blank=True, null=True)),
            (
                "added_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "proposal",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="authors",
                    to="business_cases.proposal",
                ),
            ),
        ],
        options={
            "ordering": ("added_at", "id"),
        },
    ),
]
