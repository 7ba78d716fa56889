"""What is kept, table by table. Health answers, names and addresses are only here sealed.

`sealed` columns hold AES-GCM bytes under the interview's own data key (see `crypto.py`), which
lies in a database of its own (`vault.py`); `*_hash` columns hold keyed hashes. In clear stay
times, statuses, the age band and the campaign, which counting needs. Times are seconds since
1970, UTC.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, text
from sqlmodel import Field, SQLModel


def _owner(table: str = "interview") -> Column[str]:
    return Column(ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False, index=True)


def _number() -> Column[int]:
    # SQLite only counts up by itself on a column of type INTEGER.
    return Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)


UNSENT = ("waiting", "leaving")
"""Statuses of a screen that has not left yet."""
_ONLY_UNSENT = text(f"status IN {UNSENT}")


class InterviewRow(SQLModel, table=True):
    """One person's run: its log sealed, and what counting needs."""

    __tablename__ = "interview"
    id: str = Field(primary_key=True)
    sealed: bytes
    version: int = 0
    """Rises at each write; part of the seal, so an old state cannot be put back."""
    status: str = "open"
    """open · paused · finished · closed (refused, under age, waits)."""
    band: str | None = None
    channel: str
    campaign_id: str | None = Field(default=None, foreign_key="campaign.id", index=True)
    centre_id: str | None = Field(default=None, foreign_key="centre.id")
    started_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    touched_at: int = Field(sa_column=Column(BigInteger, nullable=False, index=True))
    finished_at: int | None = Field(default=None, sa_column=Column(BigInteger))
    demo: bool = False
    """Practice with made-up patients: never counted."""


class AddressRow(SQLModel, table=True):
    """Where a person is on a channel: a keyed hash to find them, the address itself sealed."""

    __tablename__ = "address"
    hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    interview_id: str = Field(sa_column=_owner())
    channel: str
    sealed: bytes
    message: int | None = Field(default=None, sa_column=Column(BigInteger))
    """The channel's last question message, which a tap edits."""
    blocked: bool = False
    discreet: bool = False
    """Others see this phone: what is written there is noted, to be taken back."""


class TraceRow(SQLModel, table=True):
    """The number of a message to take back from a messenger at the end; never its words."""

    __tablename__ = "trace"
    id: int | None = Field(default=None, sa_column=_number())
    interview_id: str = Field(sa_column=_owner())
    address_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False, index=True))
    message: int = Field(sa_column=Column(BigInteger, nullable=False))
    due: bool = Field(default=False, index=True)
    """To be taken back now."""


class HeardRow(SQLModel, table=True):
    """A message already heard: the channel's own id of it, hashed."""

    __tablename__ = "heard"
    hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    interview_id: str | None = Field(
        default=None,
        sa_column=Column(ForeignKey("interview.id", ondelete="CASCADE"), nullable=True, index=True),
    )
    at: int = Field(sa_column=Column(BigInteger, nullable=False, index=True))
    sealed: bytes | None = None
    """The reply given, for channels whose caller asks again for the same answer."""


class OutboxRow(SQLModel, table=True):
    """A screen to show this person, written with the answer that called for it."""

    __tablename__ = "outbox"
    id: int | None = Field(default=None, sa_column=_number())
    interview_id: str = Field(sa_column=_owner())
    address_hash: bytes
    channel: str
    sealed: bytes
    notice: bool = False
    """Never superseded by a newer screen."""
    status: str = "waiting"
    """waiting · leaving (a dispatcher has it, until `due_at`) · sent · superseded · dead."""
    attempts: int = 0
    due_at: float = 0.0
    made_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    edits: int | None = Field(default=None, sa_column=Column(BigInteger))
    """The message to change instead of sending a new one."""
    error: str | None = None
    """The kind of error of its last try, never its text."""
    __table_args__ = (
        # Of those that have not left only: few, whatever was sent before.
        Index("ix_outbox_line", "address_hash", "id",
              sqlite_where=_ONLY_UNSENT, postgresql_where=_ONLY_UNSENT),
        Index("ix_outbox_due", "channel", "due_at",
              sqlite_where=_ONLY_UNSENT, postgresql_where=_ONLY_UNSENT),
    )  # fmt: skip


class ReminderRow(SQLModel, table=True):
    """Somebody asked to be reminded, there. Only times: nothing has to be opened to remind."""

    __tablename__ = "reminder"
    interview_id: str = Field(
        sa_column=Column(ForeignKey("interview.id", ondelete="CASCADE"), primary_key=True)
    )
    address_hash: bytes
    channel: str
    asked_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    sent: int = 0
    """Reminders written so far."""
    sent_at: int | None = Field(default=None, sa_column=Column(BigInteger))


class BriefRow(SQLModel, table=True):
    """What a finished interview shares. Revisions are added, never rewritten."""

    __tablename__ = "brief"
    id: str = Field(primary_key=True)
    interview_id: str = Field(sa_column=_owner())
    made_at: int = Field(sa_column=Column(BigInteger, nullable=False))


class RevisionRow(SQLModel, table=True):
    """One dated version of a brief: position, brief and restitution as they were, sealed."""

    __tablename__ = "revision"
    id: int | None = Field(default=None, sa_column=_number())
    brief_id: str = Field(sa_column=_owner("brief"))
    number: int
    made_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    sealed: bytes


class PlanRow(SQLModel, table=True):
    """One version of a prevention plan, sealed under its interview's key.

    A draft is saved in place, `edit` rising each time; once validated a version never changes.
    """

    __tablename__ = "plan"
    id: int | None = Field(default=None, sa_column=_number())
    brief_id: str = Field(sa_column=_owner("brief"))
    number: int
    edit: int
    """Part of the seal, and what two editors notice each other by."""
    author_id: str = Field(foreign_key="practitioner.id")
    """Who saved it last."""
    saved_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    validated_at: int | None = Field(default=None, sa_column=Column(BigInteger))
    sealed: bytes
    __table_args__ = (Index("ix_plan_version", "brief_id", "number", unique=True),)


class SecondLineRow(SQLModel, table=True):
    """A second-line test filled in, or sent to the person; which one it is, is sealed too.

    Sealed under the interview's key: erasing the interview erases it.
    """

    __tablename__ = "second_line"
    id: str = Field(primary_key=True)
    """Made with the form, so that the same form sent twice is kept once."""
    brief_id: str = Field(sa_column=_owner("brief"))
    author_id: str = Field(foreign_key="practitioner.id")
    """Who filled it in or sent it."""
    made_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    touched_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    status: str = "done"
    """sent (waits for the person) · done."""
    room: bool = True
    """Filled in during the visit; else by the person alone."""
    version: int = 1
    """Rises at each write; part of the seal."""
    sealed: bytes


class GrantRow(SQLModel, table=True):
    """Who may open a brief, until when: whoever holds the code, or a centre."""

    __tablename__ = "access"
    id: int | None = Field(default=None, sa_column=_number())
    brief_id: str = Field(sa_column=_owner("brief"))
    code_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary, unique=True))
    centre_id: str | None = Field(default=None, foreign_key="centre.id", index=True)
    practitioner_id: str | None = Field(default=None, foreign_key="practitioner.id", index=True)
    until: int = Field(sa_column=Column(BigInteger, nullable=False))
    chosen: bool = False
    """For a practitioner: chosen by the person; else they opened it by its code."""


class CentreRow(SQLModel, table=True):
    """An organisation: a health centre or practice that receives briefs, a CPTS, a team."""

    __tablename__ = "centre"
    id: str = Field(primary_key=True)
    name: str
    kind: str = "centre"
    """centre · cpts · team."""
    watcher: str = ""
    """Who reads its urgent briefs, and when: a centre receives none before both are named."""
    watch_hours: str = ""
    made_at: int = Field(sa_column=Column(BigInteger, nullable=False))


class PractitionerRow(SQLModel, table=True):
    """A professional's account; `role` is one of `accounts.ROLES`."""

    __tablename__ = "practitioner"
    id: str = Field(primary_key=True)
    email: str = Field(unique=True)
    name: str
    profession: str
    role: str = "practitioner"
    password_hash: str
    """Empty: signs in otherwise (Pro Santé Connect, a passkey, a link for one day)."""
    centre_id: str | None = Field(default=None, foreign_key="centre.id")
    made_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    until: int | None = Field(default=None, sa_column=Column(BigInteger))
    """A volunteer's account ends by itself; a deactivated one ended then."""
    subject: str | None = Field(default=None, unique=True)
    """Who they are for the identity provider: `psc:<RPPS>`, else `oidc:<sub>`."""
    factor_salt: str | None = None
    """What the second factor's secret is derived from, with a key that is not here."""
    factor_step: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    """The last time step whose code was used; 0 until the first code confirmed the set-up."""
    active_at: int | None = Field(default=None, sa_column=Column(BigInteger))
    """When they last did something that leaves a trace, to the day."""


class SignInRow(SQLModel, table=True):
    """A professional's open session; the token itself is only in their browser."""

    __tablename__ = "sign_in"
    hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    practitioner_id: str = Field(sa_column=_owner("practitioner"))
    made_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    until: int = Field(sa_column=Column(BigInteger, nullable=False))
    seen_at: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    stage: str = "in"
    """in · second (a code is asked for) · enrol (a second factor must be set up first)."""
    browser: str = ""
    """« Firefox, Windows »: enough to recognise one's own; no address is kept."""
    sealed: bytes | None = None
    """What the identity provider wants back at sign-out, opened by the token alone."""
    proved_at: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    """When a password or a second factor was last given here."""


class AdmissionRow(SQLModel, table=True):
    """A link that serves once: join, choose a new password, work for one day."""

    __tablename__ = "admission"
    hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    practitioner_id: str = Field(sa_column=_owner("practitioner"))
    purpose: str
    """join · reset · day."""
    until: int = Field(sa_column=Column(BigInteger, nullable=False))


class RecoveryCodeRow(SQLModel, table=True):
    """A recovery code not used yet, hashed."""

    __tablename__ = "recovery_code"
    hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    practitioner_id: str = Field(sa_column=_owner("practitioner"))


class PasskeyRow(SQLModel, table=True):
    """A passkey: its public half."""

    __tablename__ = "passkey"
    id: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    practitioner_id: str = Field(sa_column=_owner("practitioner"))
    public_key: bytes
    sign_count: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    browser: str = ""
    made_at: int = Field(sa_column=Column(BigInteger, nullable=False))


class OnceRow(SQLModel, table=True):
    """Something that serves once: a passkey challenge, a way out to the identity provider."""

    __tablename__ = "once"
    hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    until: int = Field(sa_column=Column(BigInteger, nullable=False))


class CampaignRow(SQLModel, table=True):
    """An outreach event or place that invitations belong to."""

    __tablename__ = "campaign"
    id: str = Field(primary_key=True)
    token: str = Field(unique=True)
    """What the poster's link carries: not a secret."""
    place: str
    qpv: str | None = None
    centre_id: str | None = Field(default=None, foreign_key="centre.id")
    made_by: str | None = Field(default=None, foreign_key="practitioner.id")
    made_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    until: int | None = Field(default=None, sa_column=Column(BigInteger))
    demo: bool = False
    practitioner_id: str | None = None
    """Whom its invitations are from, when they are from one person."""


class InvitationRow(SQLModel, table=True):
    """A personal card: one person, once. A preview of its link never consumes it."""

    __tablename__ = "invitation"
    hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    campaign_id: str = Field(sa_column=_owner("campaign"))
    interview_id: str | None = Field(
        default=None,
        sa_column=Column(ForeignKey("interview.id", ondelete="SET NULL"), nullable=True),
    )
    made_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    used_at: int | None = Field(default=None, sa_column=Column(BigInteger))
    revoked: bool = False


class LinkRow(SQLModel, table=True):
    """A single-use link to go on in the web chat with the same interview."""

    __tablename__ = "link"
    hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    interview_id: str = Field(sa_column=_owner())
    purpose: str
    until: int = Field(sa_column=Column(BigInteger, nullable=False))
    used_at: int | None = Field(default=None, sa_column=Column(BigInteger))


class ResumeRow(SQLModel, table=True):
    """The code that goes on with an interview on another phone, hashed; it serves once."""

    __tablename__ = "resume"
    hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    interview_id: str = Field(sa_column=_owner())
    until: int = Field(sa_column=Column(BigInteger, nullable=False))


class PairedRow(SQLModel, table=True):
    """Which vault holds the data keys of this database: one row, the same in both."""

    __tablename__ = "paired"
    id: str = Field(primary_key=True)


class AuditRow(SQLModel, table=True):
    """Who did what, when. No content, ever. Each line is bound to the one before (`trail.py`)."""

    __tablename__ = "audit"
    id: int | None = Field(default=None, sa_column=_number())
    number: int | None = Field(default=None, sa_column=Column(BigInteger, unique=True))
    """Its place in the chain: 1, 2, 3…"""
    hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    at: int = Field(sa_column=Column(BigInteger, nullable=False, index=True))
    who: str
    action: str
    brief_id: str | None = Field(default=None, index=True)


class ContestRow(SQLModel, table=True):
    """A reading its patient says was not right: for whoever answers for the readers."""

    __tablename__ = "contest"
    id: int | None = Field(default=None, sa_column=_number())
    reading: int = Field(sa_column=Column(BigInteger, nullable=False, unique=True))
    """The audit row. No foreign key: it is kept when that row's time is over."""
    brief_id: str = Field(index=True)
    at: int = Field(sa_column=Column(BigInteger, nullable=False))


class AuditHeadRow(SQLModel, table=True):
    """Where the chain ends: one row, locked by whoever adds to it."""

    __tablename__ = "audit_head"
    id: int = Field(default=1, primary_key=True)
    number: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    hash: bytes = b""


class AuditCheckpointRow(SQLModel, table=True):
    """Where the chain begins since a purge, signed."""

    __tablename__ = "audit_checkpoint"
    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    """The last line purged."""
    hash: bytes
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    seal: bytes


class WrongCodeRow(SQLModel, table=True):
    """A code or password tried in vain, to slow down guessing across restarts."""

    __tablename__ = "wrong_code"
    id: int | None = Field(default=None, sa_column=_number())
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    who: str
    kind: str = "code"
    __table_args__ = (Index("ix_wrong_code_who", "who", "at"),)


class IncidentRow(SQLModel, table=True):
    """A message that could not be handled: when, where, the kind of error. Never its content."""

    __tablename__ = "incident"
    id: int | None = Field(default=None, sa_column=_number())
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    channel: str
    error: str


class PlaceRow(SQLModel, table=True):
    """A place where people may be sent, from the operator's file. Public: not sealed."""

    __tablename__ = "place"
    id: str = Field(primary_key=True)
    name: str
    themes: str
    """Subjects or maps of the cartography, by id, between spaces."""
    address: str = ""
    commune: str = ""
    postcode: str = ""
    latitude: float | None = None
    longitude: float | None = None
    phone: str | None = None
    url: str | None = None
    hours: str | None = None
    languages: str = ""
    """ISO codes between spaces."""
    cost: str | None = None
    reviewed: str | None = None
    """ISO date of the last check."""
    batch: str
    """The import it came with."""


class MisunderstoodRow(SQLModel, table=True):
    """How many times a question was not understood, one day, in one language. No person."""

    __tablename__ = "misunderstood"
    day: str = Field(primary_key=True)
    """ISO date, UTC."""
    question: str = Field(primary_key=True)
    language: str = Field(primary_key=True)
    count: int = 0
