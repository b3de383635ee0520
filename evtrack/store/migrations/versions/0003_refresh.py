"""Keep how far each source was pulled and how it answered, how much of a count was got, and a trial's history as a view."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

VIEWS: dict[str, str] | None = {
    "claim_status": """
        SELECT g.claim_id, g.level, g.stance, g.label_en, g.label_ja, g.people_en, g.people_ja, g.k, g.n, g.synthesis,
               g.provisional_level, g.needs_review, g.rules_version, r.started_at AS since
        FROM claim_grade g JOIN run r ON r.id = g.valid_from
        WHERE g.valid_to IS NULL""",
    "evidence_held": """
        SELECT c.claim_id, c.record_id, c.found_by, c.grade, v.document, c.valid_from AS tie_from, c.valid_to AS tie_to,
               v.valid_from AS version_from, v.valid_to AS version_to
        FROM claim_record c JOIN record_version v ON v.record_id = c.record_id""",
    "evidence": """
        SELECT c.claim_id, c.record_id, r.title, r.year, c.design, c.level, c.counts_for_claim, c.stance, c.role, c.agent,
               c.gate, c.condition_match, c.outcome_match, c.basis, c.synthesis, c.preprint, c.indirect, c.needs_review,
               c.flags, r.doi, c.found_by, c.rules_version,
               CASE r.source WHEN 'pubmed' THEN 'https://pubmed.ncbi.nlm.nih.gov/' || substr(r.id, 6) || '/'
                             WHEN 'ctgov' THEN 'https://clinicaltrials.gov/study/' || r.id END AS url
        FROM claim_record c JOIN record r ON r.id = c.record_id
        WHERE c.valid_to IS NULL AND r.removed_run IS NULL""",
    "trials": """
        SELECT r.id AS nct_id, r.title, r.trial_status AS overall_status, r.trial_phases AS phases,
               r.trial_enrollment AS enrollment, r.trial_completion AS completion_date,
               r.trial_has_results AS has_results, r.revised AS last_update, 'https://clinicaltrials.gov/study/' || r.id AS url
        FROM record r
        WHERE r.source = 'ctgov' AND r.removed_run IS NULL""",
    "trial_history": """
        SELECT v.record_id AS nct_id, r.started_at AS since, v.valid_from AS run,
               json_extract(v.document, '$.trial.overall_status') AS overall_status,
               json_extract(v.document, '$.trial.phases') AS phases,
               json_extract(v.document, '$.trial.enrollment') AS enrollment,
               json_extract(v.document, '$.trial.start_date') AS start_date,
               json_extract(v.document, '$.trial.primary_completion_date') AS primary_completion_date,
               json_extract(v.document, '$.trial.completion_date') AS completion_date,
               coalesce(json_extract(v.document, '$.trial.has_results'), 0) AS has_results,
               json_extract(v.document, '$.trial.primary_outcomes') AS primary_outcomes,
               json_extract(v.document, '$.revised') AS last_update
        FROM record_version v JOIN run r ON r.id = v.valid_from
        WHERE json_extract(v.document, '$.trial.nct_id') IS NOT NULL""",
}
"""All views of the store from here on; None: those of the revision before hold."""


def upgrade() -> None:
    """Change the tables; views are gone while this runs, foreign keys are off and are checked afterwards."""
    op.add_column("search", sa.Column("got", sa.Integer, nullable=True))
    op.create_table(
        "pull",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("run", sa.Integer, nullable=False),
        sa.Column("since", sa.Text, nullable=True),
        sa.Column("full_at", sa.Text, nullable=True),
        sa.Column("transport", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("source", name="pk_pull"),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name="fk_pull_run"),
        sa.CheckConstraint("source IN ('pubmed', 'ctgov', 'manual')", name="ck_pull_source"),
    )
