"""Pots, publications and whom they name."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OPERATIONS = [
    migrations.CreateModel(
        name="Pot",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("financial_year", models.CharField(max_length=7)),
            ("declared_pence", models.BigIntegerField()),
            ("held_back_pence", models.BigIntegerField()),
            ("confirmed_pence", models.BigIntegerField(default=0)),
            ("available_pence", models.BigIntegerField(default=0)),
            ("spent_pence", models.BigIntegerField(default=0)),
            ("confirm_due_on", models.DateField()),
            ("release_due_on", models.DateField()),
            ("spend_due_on", models.DateField()),
            (
                "commissioner",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                ),
            ),
            (
                "unit",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                ),
            ),
        ],
        options={
            "ordering": ("-financial_year", "unit__name"),
        },
    ),
    migrations.CreateModel(
        name="PotMove",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("declare", "Declared"),
                        ("confirm", "Confirmed"),
                        ("release", "Made available"),
                        ("spend", "Spent"),
                        ("take_back", "Taken back after notice"),
                    ],
                    max_length=10,
                ),
            ),
            ("amount_pence", models.BigIntegerField()),
            ("on", models.DateField()),
            ("reason", models.TextField()),
            ("role", models.CharField(max_length=80)),
            ("at", models.DateTimeField()),
            (
                "by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "pot",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="statements.pot"
                ),
            ),
        ],
        options={
            "ordering": ("at", "id"),
        },
    ),
    migrations.CreateModel(
        name="Publication",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("month", models.CharField(max_length=7)),
            ("set_id", models.CharField(max_length=12)),
            (
                "state",
                models.CharField(
                    choices=[
                        ("prepared", "Prepared"),
                        ("published", "Published"),
                        ("replaced", "Replaced"),
                        ("withdrawn", "Withdrawn"),
                    ],
                    default="prepared",
                    max_length=10,
                ),
            ),
            ("version", models.PositiveSmallIntegerField(blank=True, null=True)),
            ("left_out", models.CharField(blank=True, max_length=400)),
            ("changed_in", models.JSONField(default=list)),
            ("prepared_at", models.DateTimeField()),
            ("comment", models.TextField(blank=True)),
            ("comment_role", models.CharField(blank=True, max_length=80)),
            ("comment_on", models.DateField(blank=True, null=True)),
            ("published_at", models.DateTimeField(blank=True, null=True)),
            (
                "comment_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "commissioner",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                ),
            ),
            (
                "prepared_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "published_by",
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
            "ordering": ("-month", "-version", "-id"),
        },
    ),
    migrations.CreateModel(
        name="NamedProvider",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "provider",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                ),
            ),
            (
                "publication",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="named", to="statements.publication"
                ),
            ),
        ],
    ),
]
