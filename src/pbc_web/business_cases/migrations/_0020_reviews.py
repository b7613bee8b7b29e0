"""Declarations, questions, recommendations, reviews and scores."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OPERATIONS = [
    migrations.CreateModel(
        name="Declaration",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "says",
                models.CharField(
                    choices=[
                        ("nothing", "I have nothing to declare"),
                        ("something", "I have something to declare"),
                    ],
                    max_length=10,
                ),
            ),
            ("words", models.TextField(blank=True)),
            ("at", models.DateTimeField()),
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
                    related_name="declarations",
                    to="business_cases.proposal",
                ),
            ),
        ],
        options={
            "ordering": ("id",),
        },
    ),
    migrations.CreateModel(
        name="Question",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("section", models.CharField(blank=True, max_length=40)),
            ("number_then", models.PositiveIntegerField(default=0)),
            ("words", models.TextField()),
            ("asked_at", models.DateTimeField()),
            ("answer", models.TextField(blank=True)),
            ("answered_at", models.DateTimeField(blank=True, null=True)),
            (
                "answered_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "asked_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "proposal",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="questions",
                    to="business_cases.proposal",
                ),
            ),
        ],
        options={
            "ordering": ("id",),
        },
    ),
    migrations.CreateModel(
        name="Recommendation",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
            ("conditions", models.JSONField(default=list)),
            ("at", models.DateTimeField()),
            (
                "state",
                models.CharField(
                    choices=[
                        ("waiting", "Waits for a second person"),
                        ("confirmed", "Confirmed"),
                        ("turned_down", "Not confirmed"),
                    ],
                    default="waiting",
                    max_length=12,
                ),
            ),
            ("judged_at", models.DateTimeField(blank=True, null=True)),
            ("words", models.TextField(blank=True)),
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
                "proposal",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="recommendations",
                    to="business_cases.proposal",
                ),
            ),
        ],
        options={
            "ordering": ("id",),
        },
    ),
    migrations.CreateModel(
        name="Review",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("at", models.DateTimeField()),
            ("due_on", models.DateField()),
            ("done_at", models.DateTimeField(blank=True, null=True)),
            ("words", models.TextField(blank=True)),
            (
                "asked_by",
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
                    related_name="reviews",
                    to="business_cases.proposal",
                ),
            ),
        ],
        options={
            "ordering": ("id",),
        },
    ),
    migrations.CreateModel(
        name="Score",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("criterion", models.CharField(max_length=20)),
            ("mark", models.PositiveSmallIntegerField()),
            ("most", models.PositiveSmallIntegerField()),
            ("weight", models.PositiveSmallIntegerField()),
            ("reason", models.TextField()),
            ("at", models.DateTimeField()),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "proposal",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="scores", to="business_cases.proposal"
                ),
            ),
            (
                "review",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="scores", to="business_cases.review"
                ),
            ),
        ],
        options={
            "ordering": ("id",),
        },
    ),
]
