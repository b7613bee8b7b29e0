"""Governance: who is tied to whom. The register of interests, gifts and hospitality."""
