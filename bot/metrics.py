"""Figures for operators: how much, how fast, how often it failed. Never who, never what.

Counters of each process; with several, `prometheus_client` adds them up (its environment
variable PROMETHEUS_MULTIPROC_DIR is set before they start).
"""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

MESSAGES = Counter("avant_bilan_messages", "Messages kept", ["channel"])
ANSWERS = Counter("avant_bilan_answers", "Answers kept", ["channel"])
BATCH = Histogram(
    "avant_bilan_batch", "Messages in one transaction", buckets=(1, 2, 4, 8, 16, 32, 64)
)
BATCH_SECONDS = Histogram(
    "avant_bilan_batch_seconds", "Loading, deciding, writing and committing a batch",
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
)  # fmt: skip
QUEUE = Gauge("avant_bilan_queue", "Messages waiting for the desk", multiprocess_mode="livesum")
SENT = Counter("avant_bilan_screens", "Screens, by what became of them", ["fate"])
LAG = Histogram(
    "avant_bilan_dispatch_lag_seconds", "From writing a screen to its arrival",
    buckets=(0.5, 1, 2, 5, 15, 60, 300, 1800),
)  # fmt: skip
ERRORS = Counter("avant_bilan_errors", "Errors, by kind", ["where", "kind"])
REACHED = Counter("avant_bilan_reached", "Times each question was reached", ["question"])
REMINDERS = Counter("avant_bilan_reminders", "Reminders written")
