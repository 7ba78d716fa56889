"""A short run of the state machine; `make faults` runs it for 100,000 steps."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.faults.machine import Conversations

TestConversations = Conversations.TestCase
TestConversations.settings = settings(
    max_examples=15, stateful_step_count=30, deadline=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
