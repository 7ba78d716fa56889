"""`/terrain`: what an outreach worker prepares and counts."""
