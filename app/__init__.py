"""Putting the parts together; imported by nothing."""
