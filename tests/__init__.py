"""Tests that can fail."""
