"""market."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
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
        "organisation_key",
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("verifier", sa.String(length=256), nullable=False),
        sa.Column("created_utc", sa.String(length=27), nullable=False),
        sa.Column("ended_utc", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("organisation", "verifier", name=op.f("pk_organisation_key")),
    )
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


def downgrade() -> None:
    """Takes the tables back to the revision before."""
    with op.batch_alter_table("served_range", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_served_range_order_id"))

    op.drop_table("served_range")
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_transfer_subject"))
        batch_op.drop_index(batch_op.f("ix_transfer_debit"))
        batch_op.drop_index(batch_op.f("ix_transfer_credit"))

    op.drop_table("transfer")
    with op.batch_alter_table("purchase", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_purchase_version"))
        batch_op.drop_index(batch_op.f("ix_purchase_supplier"))
        batch_op.drop_index(batch_op.f("ix_purchase_state"))
        batch_op.drop_index(batch_op.f("ix_purchase_listing_id"))
        batch_op.drop_index(batch_op.f("ix_purchase_buyer"))

    op.drop_table("purchase")
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_settlement_settled_utc"))
        batch_op.drop_index(batch_op.f("ix_settlement_listing_id"))

    op.drop_table("settlement")
    op.drop_table("receipt")
    op.drop_table("organisation_key")
    with op.batch_alter_table("listing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listing_supplier"))
        batch_op.drop_index(batch_op.f("ix_listing_state"))
        batch_op.drop_index(batch_op.f("ix_listing_dataset"))
        batch_op.drop_index(batch_op.f("ix_listing_assessor"))

    op.drop_table("listing")
    with op.batch_alter_table("demand", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_demand_state"))
        batch_op.drop_index(batch_op.f("ix_demand_organisation"))
        batch_op.drop_index(batch_op.f("ix_demand_dataset"))

    op.drop_table("demand")
    op.drop_table("agreement_signature")
    op.drop_table("account")
