"""first."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the tables up to this revision."""
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=96), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("debits_pending_fen", sa.BigInteger(), nullable=False),
        sa.Column("debits_posted_fen", sa.BigInteger(), nullable=False),
        sa.Column("credits_pending_fen", sa.BigInteger(), nullable=False),
        sa.Column("credits_posted_fen", sa.BigInteger(), nullable=False),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_table(
        "agreement_signature",
        sa.Column("order_id", sa.String(length=40), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("verifier", sa.String(length=256), nullable=False),
        sa.Column("signature", sa.String(length=96), nullable=False),
        sa.Column("signed_by", sa.String(length=40), nullable=False),
        sa.Column("signed_utc", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "organisation", name=op.f("pk_agreement_signature")),
    )
    op.create_table(
        "answer",
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("request_digest", sa.String(length=71), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key", name=op.f("pk_answer")),
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_created_utc"), ["created_utc"], unique=False)

    op.create_table(
        "committed",
        sa.Column("version", sa.String(length=160), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_committed")),
    )
    op.create_table(
        "demand",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("dataset", sa.String(length=160), nullable=True),
        sa.Column("evaluation_digest", sa.String(length=71), nullable=True),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("reward_fen", sa.BigInteger(), nullable=False),
        sa.Column("deadline_utc", sa.String(length=27), nullable=False),
        sa.Column("supplier", sa.String(length=40), nullable=True),
        sa.Column("answered_by", sa.String(length=40), nullable=True),
        sa.Column("version", sa.String(length=255), nullable=True),
        sa.Column("root", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.Column("changed_utc", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand")),
    )
    with op.batch_alter_table("demand", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_demand_dataset"), ["dataset"], unique=False)
        batch_op.create_index(batch_op.f("ix_demand_organisation"), ["organisation"], unique=False)
        batch_op.create_index(batch_op.f("ix_demand_state"), ["state"], unique=False)

    op.create_table(
        "event",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=160), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=True),
        sa.Column("log_index", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_event")),
        sa.UniqueConstraint("id", name=op.f("uq_event_id")),
        sa.UniqueConstraint("log_index", name=op.f("uq_event_log_index")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_actor"), ["actor"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_organisation"), ["organisation"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_subject"), ["subject"], unique=False)

    op.create_table(
        "listing",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("supplier", sa.String(length=40), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("dataset", sa.String(length=160), nullable=False),
        sa.Column("version", sa.String(length=255), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("n_records", sa.BigInteger(), nullable=False),
        sa.Column("n_tokens", sa.BigInteger(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_digest", sa.String(length=71), nullable=False),
        sa.Column("certificate_digest", sa.String(length=71), nullable=True),
        sa.Column("grade", sa.String(length=16), nullable=True),
        sa.Column("valid_until_utc", sa.String(length=27), nullable=True),
        sa.Column("assessor", sa.String(length=40), nullable=True),
        sa.Column("reviewed_by", sa.String(length=40), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.Column("changed_utc", sa.String(length=27), nullable=False),
        sa.Column("listed_utc", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
    )
    with op.batch_alter_table("listing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_assessor"), ["assessor"], unique=False)
        batch_op.create_index(batch_op.f("ix_listing_dataset"), ["dataset"], unique=False)
        batch_op.create_index(batch_op.f("ix_listing_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_listing_supplier"), ["supplier"], unique=False)

    op.create_table(
        "organisation",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=128), nullable=False),
        sa.Column("kinds", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("name", name=op.f("uq_organisation_name")),
    )
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisation_state"), ["state"], unique=False)

    op.create_table(
        "organisation_key",
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("verifier", sa.String(length=256), nullable=False),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.Column("ended_utc", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("organisation", "verifier", name=op.f("pk_organisation_key")),
    )
    op.create_table(
        "project",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("dataset", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
    )
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_dataset"), ["dataset"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_organisation"), ["organisation"], unique=False)

    op.create_table(
        "receipt",
        sa.Column("order_id", sa.String(length=40), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("receipt_digest", sa.String(length=71), nullable=False),
        sa.Column("verifier", sa.String(length=256), nullable=False),
        sa.Column("signature", sa.String(length=96), nullable=False),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_receipt")),
    )
    op.create_table(
        "settlement",
        sa.Column("order_id", sa.String(length=40), nullable=False),
        sa.Column("listing_id", sa.String(length=40), nullable=False),
        sa.Column("supplier", sa.String(length=40), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("grade", sa.String(length=16), nullable=True),
        sa.Column("domain", sa.String(length=120), nullable=False),
        sa.Column("settled_utc", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_settlement")),
    )
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_settlement_listing_id"), ["listing_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_settlement_settled_utc"), ["settled_utc"], unique=False
        )

    op.create_table(
        "user_account",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("password", sa.String(length=256), nullable=False),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("login", name=op.f("uq_user_account_login")),
    )
    op.create_table(
        "evaluation",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("assessor", sa.String(length=40), nullable=True),
        sa.Column("version", sa.String(length=200), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("standard", sa.String(length=64), nullable=False),
        sa.Column("grade", sa.String(length=16), nullable=True),
        sa.Column("is_passed", sa.Boolean(), nullable=False),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_evaluation_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
    )
    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evaluation_assessor"), ["assessor"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_evaluation_organisation"), ["organisation"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_evaluation_version"), ["version"], unique=False)

    op.create_table(
        "holding",
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_holding_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation", "sha256", name=op.f("pk_holding")),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("roles", sa.String(length=128), nullable=False),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.Column("ends_utc", sa.String(length=27), nullable=False),
        sa.Column("used_utc", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user_account.id"], name=op.f("fk_invitation_made_by")
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_invitation_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("digest", name=op.f("uq_invitation_digest")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_invitation_organisation"), ["organisation"], unique=False
        )

    op.create_table(
        "job",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.Column("started_utc", sa.String(length=27), nullable=True),
        sa.Column("ended_utc", sa.String(length=27), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_job_organisation")
        ),
        sa.ForeignKeyConstraint(["user"], ["user_account.id"], name=op.f("fk_job_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_organisation"), ["organisation"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_state"), ["state"], unique=False)

    op.create_table(
        "mark",
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["user_account.id"], name=op.f("fk_mark_user")),
        sa.PrimaryKeyConstraint("user", "version", "document", name=op.f("pk_mark")),
    )
    op.create_table(
        "membership",
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("roles", sa.String(length=128), nullable=False),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_membership_organisation")
        ),
        sa.ForeignKeyConstraint(["user"], ["user_account.id"], name=op.f("fk_membership_user")),
        sa.PrimaryKeyConstraint("user", "organisation", name=op.f("pk_membership")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_membership_organisation"), ["organisation"], unique=False
        )

    op.create_table(
        "purchase",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("listing_id", sa.String(length=40), nullable=False),
        sa.Column("buyer", sa.String(length=40), nullable=False),
        sa.Column("supplier", sa.String(length=40), nullable=False),
        sa.Column("placed_by", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("version", sa.String(length=255), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.Column("agreement_digest", sa.String(length=71), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("agreed_utc", sa.String(length=27), nullable=True),
        sa.Column("deadline_utc", sa.String(length=27), nullable=True),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.Column("changed_utc", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_purchase_listing_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase")),
    )
    with op.batch_alter_table("purchase", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_purchase_buyer"), ["buyer"], unique=False)
        batch_op.create_index(batch_op.f("ix_purchase_listing_id"), ["listing_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_purchase_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_purchase_supplier"), ["supplier"], unique=False)
        batch_op.create_index(batch_op.f("ix_purchase_version"), ["version"], unique=False)

    op.create_table(
        "session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=True),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.Column("seen_utc", sa.String(length=27), nullable=False),
        sa.Column("ends_utc", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_session_organisation")
        ),
        sa.ForeignKeyConstraint(["user"], ["user_account.id"], name=op.f("fk_session_user")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_session")),
        sa.UniqueConstraint("id", name=op.f("uq_session_id")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_ends_utc"), ["ends_utc"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_user"), ["user"], unique=False)

    op.create_table(
        "task",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("project", sa.String(length=40), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("swapped", sa.Boolean(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_task_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("project", "record", name=op.f("uq_task_project_record")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index("ix_task_next", ["project", "taken", "position"], unique=False)

    op.create_table(
        "token",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("scopes", sa.String(length=32), nullable=False),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.Column("ends_utc", sa.String(length=27), nullable=False),
        sa.Column("revoked_utc", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_token_organisation")
        ),
        sa.ForeignKeyConstraint(["user"], ["user_account.id"], name=op.f("fk_token_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_token_digest")),
    )
    with op.batch_alter_table("token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_token_user"), ["user"], unique=False)

    op.create_table(
        "transfer",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("debit", sa.String(length=96), nullable=False),
        sa.Column("credit", sa.String(length=96), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("resolves", sa.String(length=128), nullable=True),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_transfer_amount")),
        sa.CheckConstraint("debit <> credit", name=op.f("ck_transfer_sides")),
        sa.ForeignKeyConstraint(["credit"], ["account.id"], name=op.f("fk_transfer_credit")),
        sa.ForeignKeyConstraint(["debit"], ["account.id"], name=op.f("fk_transfer_debit")),
        sa.ForeignKeyConstraint(["resolves"], ["transfer.id"], name=op.f("fk_transfer_resolves")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_transfer")),
        sa.UniqueConstraint("id", name=op.f("uq_transfer_id")),
        sa.UniqueConstraint("resolves", name=op.f("uq_transfer_resolves")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transfer_credit"), ["credit"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfer_debit"), ["debit"], unique=False)
        batch_op.create_index(batch_op.f("ix_transfer_subject"), ["subject"], unique=False)

    op.create_table(
        "upload",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_upload_organisation")
        ),
        sa.ForeignKeyConstraint(["user"], ["user_account.id"], name=op.f("fk_upload_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_upload_organisation"), ["organisation"], unique=False)

    op.create_table(
        "assignment",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("project", sa.String(length=40), nullable=False),
        sa.Column("task", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("until_utc", sa.String(length=27), nullable=False),
        sa.Column("annotation", sa.String(length=40), nullable=True),
        sa.Column("draft", sa.Text(), nullable=True),
        sa.Column("draft_number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.Column("renewals", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_assignment_project")),
        sa.ForeignKeyConstraint(["task"], ["task.id"], name=op.f("fk_assignment_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("task", "person", name=op.f("uq_assignment_task_person")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_assignment_lease", ["project", "state", "until_utc"], unique=False
        )
        batch_op.create_index("ix_assignment_mine", ["project", "person", "state"], unique=False)

    op.create_table(
        "certificate",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("evaluation", sa.String(length=40), nullable=False),
        sa.Column("supplier", sa.String(length=40), nullable=False),
        sa.Column("issuer", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=200), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation"], ["evaluation.id"], name=op.f("fk_certificate_evaluation")
        ),
        sa.ForeignKeyConstraint(
            ["issuer"], ["organisation.id"], name=op.f("fk_certificate_issuer")
        ),
        sa.ForeignKeyConstraint(
            ["supplier"], ["organisation.id"], name=op.f("fk_certificate_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("evaluation", name=op.f("uq_certificate_evaluation")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_issuer"), ["issuer"], unique=False)
        batch_op.create_index(batch_op.f("ix_certificate_supplier"), ["supplier"], unique=False)
        batch_op.create_index(batch_op.f("ix_certificate_version"), ["version"], unique=False)

    op.create_table(
        "job_line",
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event", sa.String(length=16), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["job.id"], name=op.f("fk_job_line_job")),
        sa.PrimaryKeyConstraint("job", "number", name=op.f("pk_job_line")),
    )
    op.create_table(
        "served_range",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("order_id", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("token_digest", sa.String(length=71), nullable=False),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("wanted_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sent_bytes", sa.BigInteger(), nullable=True),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["purchase.id"], name=op.f("fk_served_range_order_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_served_range")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("served_range", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_served_range_order_id"), ["order_id"], unique=False)

    op.create_table(
        "annotation",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("project", sa.String(length=40), nullable=False),
        sa.Column("task", sa.String(length=40), nullable=False),
        sa.Column("assignment", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("choice", sa.String(length=16), nullable=True),
        sa.Column("scores", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("active_s", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("reviewer", sa.String(length=64), nullable=True),
        sa.Column("reviewed_until_utc", sa.String(length=27), nullable=True),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment"], ["assignment.id"], name=op.f("fk_annotation_assignment")
        ),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_annotation_project")),
        sa.ForeignKeyConstraint(["task"], ["task.id"], name=op.f("fk_annotation_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotation")),
        sa.UniqueConstraint("assignment", "round", name=op.f("uq_annotation_assignment_round")),
    )
    with op.batch_alter_table("annotation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_annotation_assignment"), ["assignment"], unique=False)
        batch_op.create_index("ix_annotation_state", ["project", "state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_annotation_task"), ["task"], unique=False)

    op.create_table(
        "review",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("project", sa.String(length=40), nullable=False),
        sa.Column("task", sa.String(length=40), nullable=False),
        sa.Column("assignment", sa.String(length=40), nullable=False),
        sa.Column("annotation", sa.String(length=40), nullable=False),
        sa.Column("reviewer", sa.String(length=64), nullable=False),
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("choice", sa.String(length=16), nullable=True),
        sa.Column("scores", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("active_s", sa.Integer(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["annotation"], ["annotation.id"], name=op.f("fk_review_annotation")
        ),
        sa.ForeignKeyConstraint(
            ["assignment"], ["assignment.id"], name=op.f("fk_review_assignment")
        ),
        sa.ForeignKeyConstraint(["project"], ["project.id"], name=op.f("fk_review_project")),
        sa.ForeignKeyConstraint(["task"], ["task.id"], name=op.f("fk_review_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("annotation", name=op.f("uq_review_annotation")),
        sa.UniqueConstraint("assignment", "reviewer", name=op.f("uq_review_assignment_reviewer")),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_project"), ["project"], unique=False)


def downgrade() -> None:
    """Takes the tables back to the revision before."""
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_project"))

    op.drop_table("review")
    with op.batch_alter_table("annotation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_annotation_task"))
        batch_op.drop_index("ix_annotation_state")
        batch_op.drop_index(batch_op.f("ix_annotation_assignment"))

    op.drop_table("annotation")
    with op.batch_alter_table("served_range", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_served_range_order_id"))

    op.drop_table("served_range")
    op.drop_table("job_line")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_version"))
        batch_op.drop_index(batch_op.f("ix_certificate_supplier"))
        batch_op.drop_index(batch_op.f("ix_certificate_issuer"))

    op.drop_table("certificate")
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_index("ix_assignment_mine")
        batch_op.drop_index("ix_assignment_lease")

    op.drop_table("assignment")
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_upload_organisation"))

    op.drop_table("upload")
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_transfer_subject"))
        batch_op.drop_index(batch_op.f("ix_transfer_debit"))
        batch_op.drop_index(batch_op.f("ix_transfer_credit"))

    op.drop_table("transfer")
    with op.batch_alter_table("token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_token_user"))

    op.drop_table("token")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index("ix_task_next")

    op.drop_table("task")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_user"))
        batch_op.drop_index(batch_op.f("ix_session_ends_utc"))

    op.drop_table("session")
    with op.batch_alter_table("purchase", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_purchase_version"))
        batch_op.drop_index(batch_op.f("ix_purchase_supplier"))
        batch_op.drop_index(batch_op.f("ix_purchase_state"))
        batch_op.drop_index(batch_op.f("ix_purchase_listing_id"))
        batch_op.drop_index(batch_op.f("ix_purchase_buyer"))

    op.drop_table("purchase")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_organisation"))

    op.drop_table("membership")
    op.drop_table("mark")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_state"))
        batch_op.drop_index(batch_op.f("ix_job_organisation"))

    op.drop_table("job")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_organisation"))

    op.drop_table("invitation")
    op.drop_table("holding")
    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evaluation_version"))
        batch_op.drop_index(batch_op.f("ix_evaluation_organisation"))
        batch_op.drop_index(batch_op.f("ix_evaluation_assessor"))

    op.drop_table("evaluation")
    op.drop_table("user_account")
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_settlement_settled_utc"))
        batch_op.drop_index(batch_op.f("ix_settlement_listing_id"))

    op.drop_table("settlement")
    op.drop_table("receipt")
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_organisation"))
        batch_op.drop_index(batch_op.f("ix_project_dataset"))

    op.drop_table("project")
    op.drop_table("organisation_key")
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisation_state"))

    op.drop_table("organisation")
    with op.batch_alter_table("listing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listing_supplier"))
        batch_op.drop_index(batch_op.f("ix_listing_state"))
        batch_op.drop_index(batch_op.f("ix_listing_dataset"))
        batch_op.drop_index(batch_op.f("ix_listing_assessor"))

    op.drop_table("listing")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_subject"))
        batch_op.drop_index(batch_op.f("ix_event_organisation"))
        batch_op.drop_index(batch_op.f("ix_event_actor"))

    op.drop_table("event")
    with op.batch_alter_table("demand", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_demand_state"))
        batch_op.drop_index(batch_op.f("ix_demand_organisation"))
        batch_op.drop_index(batch_op.f("ix_demand_dataset"))

    op.drop_table("demand")
    op.drop_table("committed")
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_created_utc"))

    op.drop_table("answer")
    op.drop_table("agreement_signature")
    op.drop_table("account")
