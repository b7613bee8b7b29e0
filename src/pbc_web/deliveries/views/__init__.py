"""Deliveries as pages."""
