"""Rounds, drafts, offers and plans of neighbourhoods."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OPERATIONS = [
    migrations.CreateModel(
        name="Draft",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("name", models.CharField(max_length=60)),
            ("basis", models.CharField(max_length=20)),
            ("choices", models.JSONField(default=dict)),
            (
                "state",
                models.CharField(
                    choices=[
                        ("asked", "Being worked out"),
                        ("ready", "Ready"),
                        ("failed", "Could not be worked out"),
                    ],
                    default="asked",
                    max_length=10,
                ),
            ),
            ("set_name", models.CharField(blank=True, max_length=120)),
            ("set_id", models.CharField(blank=True, max_length=80)),
            ("asked_at", models.DateTimeField()),
            (
                "asked_by",
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
        ],
        options={
            "ordering": ("id",),
        },
    ),
    migrations.CreateModel(
        name="Offer",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "state",
                models.CharField(
                    choices=[
                        ("issued", "Offered"),
                        ("received", "Received"),
                        ("queried", "Queried"),
                        ("accepted", "Agreed"),
                        ("withdrawn", "Withdrawn"),
                        ("lapsed", "Lapsed"),
                        ("replaced", "Replaced"),
                    ],
                    default="issued",
                    max_length=10,
                ),
            ),
            ("is_provisional", models.BooleanField(default=False)),
            ("waits_for", models.CharField(blank=True, max_length=200)),
            ("amount_pence", models.BigIntegerField()),
            ("issued_at", models.DateTimeField()),
            ("received_at", models.DateTimeField(null=True)),
            ("accepted_at", models.DateTimeField(null=True)),
            ("reference", models.CharField(blank=True, max_length=60)),
            ("version", models.PositiveIntegerField(default=1)),
            (
                "accepted_by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "commissioner",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="offers_made",
                    to="organisations.organisation",
                ),
            ),
            (
                "draft",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="budgets.draft"
                ),
            ),
            (
                "holder",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="offers_to_answer",
                    to="organisations.organisation",
                ),
            ),
            (
                "issued_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "practice",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="offers",
                    to="organisations.organisation",
                ),
            ),
            (
                "received_by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "replaced_by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="replaces",
                    to="budgets.offer",
                ),
            ),
        ],
        options={
            "ordering": ("practice__name", "-id"),
        },
    ),
    migrations.CreateModel(
        name="Plan",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("commissioner_code", models.CharField(max_length=20)),
            ("commissioner_name", models.CharField(max_length=200)),
            ("year", models.CharField(max_length=7)),
            (
                "source",
                models.CharField(
                    blank=True,
                    choices=[
                        ("pcn", "Use the primary care networks of the published list"),
                        ("typed", "Upload or paste our own neighbourhoods"),
                    ],
                    max_length=10,
                ),
            ),
            ("memberships", models.TextField(blank=True)),
            ("set_name", models.CharField(blank=True, max_length=120)),
            ("set_id", models.CharField(blank=True, max_length=80)),
            ("made_at", models.DateTimeField()),
            (
                "made_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "owner",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="neighbourhood_plans",
                    to="organisations.organisation",
                ),
            ),
            (
                "run",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="runs.run"
                ),
            ),
        ],
        options={
            "ordering": ("-id",),
        },
    ),
    migrations.CreateModel(
        name="Query",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("service", models.CharField(blank=True, max_length=40)),
            (
                "state",
                models.CharField(
                    choices=[("asked", "Waiting for an answer"), ("answered", "Answered"), ("closed", "Closed")],
                    default="asked",
                    max_length=10,
                ),
            ),
            ("answer_by", models.DateField()),
            ("version", models.PositiveIntegerField(default=1)),
            (
                "offer",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="queries", to="budgets.offer"
                ),
            ),
        ],
        options={
            "ordering": ("id",),
        },
    ),
    migrations.CreateModel(
        name="Remark",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "kind",
                models.CharField(
                    choices=[("question", "Question"), ("answer", "Answer"), ("follow_up", "Further question")],
                    max_length=10,
                ),
            ),
            ("words", models.TextField()),
            ("said_at", models.DateTimeField()),
            (
                "query",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="remarks", to="budgets.query"
                ),
            ),
            (
                "said_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "said_for",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                ),
            ),
        ],
        options={
            "ordering": ("id",),
        },
    ),
    migrations.CreateModel(
        name="Round",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("year", models.CharField(max_length=7)),
            ("regime", models.CharField(max_length=20)),
            ("agreed_by", models.DateField()),
            ("deadline_source", models.CharField(max_length=300)),
            ("is_deadline_assumed", models.BooleanField(default=False)),
            (
                "held_at",
                models.CharField(
                    choices=[("practice", "the practice"), ("cluster", "the group of practices")], max_length=10
                ),
            ),
            ("opened_at", models.DateTimeField()),
            (
                "chosen_draft",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="budgets.draft"
                ),
            ),
            (
                "commissioner",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="budget_rounds",
                    to="organisations.organisation",
                ),
            ),
            (
                "opened_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
        ],
        options={
            "ordering": ("-year", "commissioner__name"),
        },
    ),
    migrations.CreateModel(
        name="Pot",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "kind",
                models.CharField(choices=[("risk_pool", "Risk pool"), ("top_slice", "Top-slice")], max_length=10),
            ),
            ("held_pence", models.BigIntegerField()),
            ("drawn_pence", models.BigIntegerField(default=0)),
            (
                "round",
                models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="pots", to="budgets.round"),
            ),
        ],
        options={
            "ordering": ("id",),
        },
    ),
    migrations.AddField(
        model_name="offer",
        name="round",
        field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="budgets.round"),
    ),
    migrations.AddField(
        model_name="draft",
        name="round",
        field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="drafts", to="budgets.round"),
    ),
]
