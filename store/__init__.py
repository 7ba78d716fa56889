"""What is kept: tables, seals, migrations."""
