"""Talking with patients."""
