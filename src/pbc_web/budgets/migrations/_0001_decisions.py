"""Decisions, versions and delegations."""

import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OPERATIONS = [
    migrations.CreateModel(
        name="Dependency",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("contract", "Contracts with hospitals"),
                        ("tariff", "Prices of the year"),
                        ("list", "Registered lists"),
                    ],
                    max_length=10,
                ),
            ),
            ("promised_on", models.DateField(null=True)),
            ("met_on", models.DateField(null=True)),
            (
                "round",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="dependencies", to="budgets.round"
                ),
            ),
        ],
        options={
            "ordering": ("id",),
        },
    ),
    migrations.CreateModel(
        name="Decision",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("adopt", "Adopt a draft as the year's budgets"),
                        ("virement", "Virement: move money between lines"),
                        ("in_year", "In-year adjustment"),
                        ("risk_pool", "Draw on the risk pool, or pay into it"),
                        ("top_slice", "Release top-slice"),
                        ("holder", "Who holds the budget"),
                        ("saving_protected", "Protect a demonstrated saving"),
                    ],
                    max_length=20,
                ),
            ),
            (
                "state",
                models.CharField(
                    choices=[
                        ("proposed", "Proposed"),
                        ("approved", "Approved, being published"),
                        ("published", "In force"),
                        ("refused", "Not approved"),
                        ("withdrawn", "Withdrawn"),
                        ("failed", "Could not be published"),
                    ],
                    default="proposed",
                    max_length=10,
                ),
            ),
            ("reason", models.TextField()),
            ("money_source", models.CharField(blank=True, max_length=20)),
            ("effective_month", models.CharField(blank=True, max_length=7)),
            ("protected_years", models.PositiveSmallIntegerField(null=True)),
            ("proposed_at", models.DateTimeField()),
            ("decided_at", models.DateTimeField(null=True)),
            ("answer", models.TextField(blank=True)),
            ("fault", models.TextField(blank=True)),
            ("version", models.PositiveIntegerField(default=1)),
            (
                "commissioner",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="budget_decisions",
                    to="organisations.organisation",
                ),
            ),
            (
                "decided_by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "new_holder",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organisations.organisation",
                ),
            ),
            (
                "proposed_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "run",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="runs.run"
                ),
            ),
            (
                "draft",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="decisions",
                    to="budgets.draft",
                ),
            ),
            (
                "round",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="budgets.round"
                ),
            ),
        ],
        options={
            "ordering": ("-id",),
        },
    ),
    migrations.CreateModel(
        name="Support",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("agreed_on", models.DateField()),
            ("what", models.TextField()),
            (
                "organisation",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                ),
            ),
            (
                "recorded_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "round",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="supports", to="budgets.round"
                ),
            ),
        ],
        options={
            "ordering": ("organisation__name",),
        },
    ),
    migrations.CreateModel(
        name="Version",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("number", models.PositiveIntegerField()),
            ("set_name", models.CharField(max_length=120)),
            ("set_id", models.CharField(max_length=80)),
            ("published_at", models.DateTimeField()),
            (
                "decision",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.PROTECT, related_name="made", to="budgets.decision"
                ),
            ),
            (
                "round",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="budgets.round"
                ),
            ),
        ],
        options={
            "ordering": ("round", "number"),
        },
    ),
    migrations.CreateModel(
        name="VersionLine",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("service", models.CharField(max_length=40)),
            ("amount_pence", models.BigIntegerField()),
            (
                "practice",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                ),
            ),
            (
                "version",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="budgets.version"
                ),
            ),
        ],
        options={
            "ordering": ("practice__name", "id"),
        },
    ),
    migrations.CreateModel(
        name="Consent",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("given_at", models.DateTimeField()),
            (
                "given_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "practice",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                ),
            ),
            (
                "decision",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="consents", to="budgets.decision"
                ),
            ),
        ],
        options={
            "constraints": [models.UniqueConstraint(fields=("decision", "practice"), name="one_consent_each")],
        },
    ),
    migrations.CreateModel(
        name="DecisionLine",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("service", models.CharField(blank=True, max_length=40)),
            ("amount_pence", models.BigIntegerField(default=0)),
            (
                "decision",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="budgets.decision"
                ),
            ),
            (
                "practice",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                ),
            ),
        ],
        options={
            "ordering": ("id",),
            "constraints": [
                models.UniqueConstraint(fields=("decision", "practice", "service"), name="one_decision_line_each")
            ],
        },
    ),
    migrations.CreateModel(
        name="Delegation",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("document", models.CharField(max_length=120)),
            ("decided_by", models.CharField(max_length=200)),
            ("starts_on", models.DateField()),
            ("ends_before", models.DateField(default=datetime.date(9999, 12, 31))),
            (
                "commissioner",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="delegations_given",
                    to="organisations.organisation",
                ),
            ),
            (
                "held_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="delegations_held",
                    to="organisations.organisation",
                ),
            ),
            (
                "recorded_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
        ],
        options={
            "ordering": ("-starts_on", "id"),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("ends_before__gt", models.F("starts_on"))), name="delegation_lasts"
                ),
                models.UniqueConstraint(fields=("commissioner", "held_by", "starts_on"), name="delegated_once_a_day"),
            ],
        },
    ),
    migrations.CreateModel(
        name="OfferLine",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("service", models.CharField(max_length=40)),
            ("amount_pence", models.BigIntegerField()),
            (
                "offer",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="budgets.offer"
                ),
            ),
        ],
        options={
            "ordering": ("id",),
            "constraints": [models.UniqueConstraint(fields=("offer", "service"), name="one_offer_line_a_service")],
        },
    ),
    migrations.CreateModel(
        name="PlanPot",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("name", models.CharField(max_length=60)),
            ("amount_pence", models.BigIntegerField()),
            ("measure", models.CharField(max_length=120)),
            (
                "plan",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="pots", to="budgets.plan"),
            ),
        ],
        options={
            "ordering": ("id",),
            "constraints": [
                models.UniqueConstraint(fields=("plan", "name"), name="one_pot_of_a_name"),
                models.CheckConstraint(condition=models.Q(("amount_pence__gt", 0)), name="pot_holds_something"),
            ],
        },
    ),
]
