"""A person's word may name a record that is not in the store, and keeps what the rules said; views for who looks with SQL."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

VIEWS: dict[str, str] | None = {
    "claim_status": """
        SELECT g.claim_id, g.people_en, g.people_ja, g.level, g.stance, g.k, g.n, g.label_en, g.label_ja, g.synthesis,
               g.provisional_level, g.needs_review,
               (SELECT max(s.at) FROM search s WHERE s.claim_id = g.claim_id) AS last_search,
               (SELECT min(s.complete) FROM search s WHERE s.claim_id = g.claim_id AND s.run = (
                  SELECT max(t.run) FROM search t WHERE t.claim_id = s.claim_id AND t.source = s.source)) AS search_complete,
               g.rules_version, r.started_at AS since
        FROM claim_grade g JOIN run r ON r.id = g.valid_from
        WHERE g.valid_to IS NULL""",
    "evidence_held": """
        SELECT c.claim_id, c.record_id, c.found_by, c.grade, v.document, c.valid_from AS tie_from, c.valid_to AS tie_to,
               v.valid_from AS version_from, v.valid_to AS version_to
        FROM claim_record c JOIN record_version v ON v.record_id = c.record_id""",
    "evidence": """
        SELECT c.claim_id, c.record_id, r.title, r.year, c.design, c.level, c.counts_for_claim, c.stance,
               json_extract(c.grade, '$.grade.numbers.n') AS subjects, c.role, c.agent,
               c.gate, c.condition_match, c.outcome_match, c.basis, c.synthesis, c.preprint, c.indirect, c.needs_review,
               c.flags, r.doi, c.found_by, c.rules_version,
               CASE r.source WHEN 'pubmed' THEN 'https://pubmed.ncbi.nlm.nih.gov/' || substr(r.id, 6) || '/'
                             WHEN 'ctgov' THEN 'https://clinicaltrials.gov/study/' || r.id
                             ELSE (SELECT json_extract(v.document, '$.url') FROM record_version v
                                   WHERE v.record_id = r.id AND v.valid_to IS NULL) END AS url
        FROM claim_record c JOIN record r ON r.id = c.record_id
        WHERE c.valid_to IS NULL AND r.removed_run IS NULL""",
    "trials": """
        SELECT t.nct_id, t.title, t.overall_status, t.why_stopped, t.phases, t.enrollment, t.completion_date,
               CASE WHEN t.latest IS NOT NULL
                    THEN (substr(t.latest, 1, 4) + 1) || replace(substr(t.latest, 5), '-02-29', '-02-28') END AS results_due,
               t.has_results,
               (SELECT count(*) FROM (
                  SELECT linked_id FROM study_link WHERE record_id = t.nct_id AND linked_id LIKE 'PMID:%' AND valid_to IS NULL
                  UNION SELECT record_id FROM study_link
                  WHERE linked_id = t.nct_id AND record_id LIKE 'PMID:%' AND valid_to IS NULL)) AS papers,
               (SELECT json_group_array(c.claim_id) FROM claim_record c
                WHERE c.record_id = t.nct_id AND c.valid_to IS NULL) AS claims,
               t.last_update, 'https://clinicaltrials.gov/study/' || t.nct_id AS url
        FROM (SELECT r.id AS nct_id, r.title, r.trial_status AS overall_status,
                     json_extract(v.document, '$.trial.why_stopped') AS why_stopped, r.trial_phases AS phases,
                     r.trial_enrollment AS enrollment, r.trial_completion AS completion_date,
                     CASE length(r.trial_completion)
                       WHEN 4 THEN r.trial_completion || '-12-31'
                       WHEN 7 THEN date(r.trial_completion || '-01', '+1 month', '-1 day')
                       WHEN 10 THEN r.trial_completion END AS latest,
                     r.trial_has_results AS has_results, r.revised AS last_update
              FROM record r JOIN record_version v ON v.record_id = r.id AND v.valid_to IS NULL
              WHERE r.source = 'ctgov' AND r.removed_run IS NULL) t""",
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
    "claim_history": """
        SELECT h.claim_id, h.since, h.run, h.run_kind, h.level, h.level_before, h.provisional_level, h.stance, h.stance_before,
               h.k, h.n, h.label_en, h.label_ja, h.people_en, h.people_ja
        FROM (SELECT g.claim_id, coalesce(r.finished_at, r.started_at) AS since, r.id AS run, r.kind AS run_kind, g.level,
                     lag(g.level) OVER held AS level_before, g.provisional_level,
                     lag(g.provisional_level) OVER held AS provisional_before, g.stance,
                     lag(g.stance) OVER held AS stance_before, g.k, lag(g.k) OVER held AS k_before, g.n,
                     lag(g.n) OVER held AS n_before, row_number() OVER held AS place, g.label_en, g.label_ja,
                     g.people_en, g.people_ja
              FROM claim_grade g JOIN run r ON r.id = g.valid_from
              WINDOW held AS (PARTITION BY g.claim_id ORDER BY g.valid_from)) h
        WHERE h.place = 1 OR h.level IS NOT h.level_before OR h.provisional_level IS NOT h.provisional_before
              OR h.stance IS NOT h.stance_before OR h.k IS NOT h.k_before OR h.n IS NOT h.n_before""",
    "changes": """
        SELECT coalesce(r.finished_at, r.started_at) AS at, c.severity, c.kind, c.claim_id, c.record_id, d.title, c.before,
               c.after, c.run, r.kind AS run_kind,
               CASE d.source WHEN 'pubmed' THEN 'https://pubmed.ncbi.nlm.nih.gov/' || substr(d.id, 6) || '/'
                             WHEN 'ctgov' THEN 'https://clinicaltrials.gov/study/' || d.id END AS url
        FROM "change" c JOIN run r ON r.id = c.run LEFT JOIN record d ON d.id = c.record_id""",
    "searches": """
        SELECT s.claim_id, s.source, s.at, s.complete, s.count, s.got, s.query, s.translation, s.run
        FROM search s
        WHERE s.run = (SELECT max(t.run) FROM search t WHERE t.claim_id = s.claim_id AND t.source = s.source)""",
    "words": """
        SELECT w.id, w.at, w.name, w.action, w.claim_id, w.record_id, d.title, w.reason, w.field_values, w.seen,
               w.kept AND (w.depth = w.held OR w.action = 'add') AS stands,
               w.kept AND w.depth = w.held AND (
                 EXISTS (SELECT 1 FROM claim_grade g
                         WHERE w.record_id IS NULL AND g.claim_id = w.claim_id AND g.valid_to IS NULL AND w.seen <> '{}'
                         AND (g.level IS NOT json_extract(w.seen, '$.level') OR g.stance IS NOT json_extract(w.seen, '$.stance')))
                 OR EXISTS (SELECT 1 FROM claim_record c
                            WHERE c.record_id = w.record_id AND c.valid_to IS NULL AND c.flags LIKE '%"review_reopened"%'
                            AND CASE WHEN w.claim_id IS NOT NULL THEN w.claim_id = c.claim_id ELSE NOT coalesce((
                                  SELECT sum(CASE s.action WHEN 'undo' THEN -1 ELSE 1 END) FROM override s
                                  WHERE s.record_id = c.record_id AND s.claim_id = c.claim_id), 0) END)) AS reopened,
               w.run
        FROM (SELECT n.*, n.action <> 'undo' AND n.depth = min(n.depth) OVER (
                            PARTITION BY n.claim_id, n.record_id ORDER BY n.at, n.id
                            ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS kept,
                     last_value(n.depth) OVER (PARTITION BY n.claim_id, n.record_id ORDER BY n.at, n.id
                                               ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS held
              FROM (SELECT o.*, sum(CASE o.action WHEN 'undo' THEN -1 ELSE 1 END)
                                  OVER (PARTITION BY o.claim_id, o.record_id ORDER BY o.at, o.id) AS depth
                    FROM override o) n) w
        LEFT JOIN record d ON d.id = w.record_id AND d.removed_run IS NULL""",
}
"""All views of the store from here on; None: those of the revision before hold."""


def upgrade() -> None:
    """Change the tables; views are gone while this runs, foreign keys are off and are checked afterwards.

    SQLite drops no foreign key from a table: it is made anew, and its rows are carried over with their ids.
    """
    kept = {"sqlite_autoincrement": True}  # ids count up for good: reflection tells nothing of it
    recreate: Literal["always", "never"] = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("override", recreate=recreate, table_kwargs=kept) as batch:
        batch.drop_constraint("fk_override_record_id", type_="foreignkey")
        batch.add_column(sa.Column("seen", sa.Text, nullable=False, server_default=sa.text("'{}'")))
