"""What to ask. Pure: no clock, no network, no database."""
