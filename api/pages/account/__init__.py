"""`/pro`, the doors and one's account; `/pro/equipe` and `/pro/trace` for an organisation."""
