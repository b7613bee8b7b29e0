"""Panels that decide proposals: who sits on them, when they meet, and whether they can keep the eight weeks."""
