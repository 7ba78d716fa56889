"""Serving professionals."""
