"""What people are told: notices in the pages, e-mail through an outbox, reminders, and escalations with their own clock."""
