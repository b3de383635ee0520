"""The first schema: runs, records and their versions, grades, ties, searches, links, words of people, changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

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
}
"""All views of the store from here on; migrate.py drops the old ones before a migration and makes these after it."""

LEVEL = "none in_vitro animal observational early_clinical rct"
DESIGN = (
    "in_vitro animal case_report case_series single_arm phase1 nonrandomised_trial randomised_no_control rct observational"
    " systematic_review meta_analysis narrative_review protocol registered_trial guideline opinion notice other"
)
ROLE = (
    "therapy drug_delivery_vehicle biomarker mechanism_endogenous ev_induced_by_other ev_release_inhibition"
    " pathogenic_transfer other"
)
AGENT = (
    "native_ev native_ev_other_source native_ev_primed engineered_ev ev_mimetic plant_ev bacterial_ev msc_cells other_cells"
    " secretome secretome_or_ev_unclear combination endogenous_ev small_molecule none"
)
GATE = (
    "retracted notice not_ev review opinion protocol registered_only biomarker endogenous ev_induced_by_other"
    " ev_release_inhibition pathogenic_transfer empty_review"
)
STANCE = "supports no_difference contradicts mixed unclear n/a"
MATCH = "selected measured subtype mentioned none any"
CHANGE = (
    "new_record record_changed record_removed retracted expression_of_concern corrected level_up level_down stance_changed"
    " trial_status results_posted query_drift claim_changed regraded review_reopened"
)
NOW = sa.text("valid_to IS NULL")


def _text(name: str, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null)


def _int(name: str, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=null)


def _refer(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=f"fk_{table}_{column}")


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _one_of(table: str, column: str, values: str, null: bool = False) -> sa.CheckConstraint:
    condition = f"{column} IN ({', '.join(repr(v) for v in values.split())})"
    return _check(table, column, f"{column} IS NULL OR {condition}" if null else condition)


def _filled(table: str, *columns: str) -> list[sa.CheckConstraint]:
    return [_check(table, f"{column}_filled", f"{column} <> ''") for column in columns]


def _flags(table: str, *columns: str) -> list[sa.CheckConstraint]:
    return [_check(table, column, f"{column} IN (0, 1)") for column in columns]


def _primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _held(table: str, *keys: str) -> list[sa.schema.SchemaItem]:
    """What every table of intervals has: key, interval, and its runs."""
    return [
        _primary(table, *keys, "valid_from"),
        _refer(table, "valid_from", "run.id"),
        _refer(table, "valid_to", "run.id"),
        _check(table, "interval", "valid_to IS NULL OR valid_to > valid_from"),
    ]


def _one_now(table: str, *keys: str) -> None:
    op.create_index(f"uq_{table}_now", table, list(keys), unique=True, sqlite_where=NOW, postgresql_where=NOW)


def upgrade() -> None:
    """Make all tables."""
    _runs()
    _records()
    _record_grades()
    _ties()
    _claim_grades()
    _facts()
    _words_and_changes()


def _runs() -> None:
    op.create_table(
        "run",
        _int("id"),
        *(_text(c) for c in ("kind", "started_at")),
        _text("finished_at", null=True),
        *(_text(c) for c in ("status", "rules_version", "claims_hash", "evtrack_version", "counts")),
        _primary("run", "id"),
        _one_of("run", "kind", "load refresh regrade review"),
        _one_of("run", "status", "running complete partial failed"),
        sqlite_autoincrement=True,
    )


def _records() -> None:
    op.create_table(
        "record",
        *(_text(c) for c in ("id", "source", "format", "title")),
        _int("year", null=True),
        *(_text(c, null=True) for c in ("revised", "doi", "trial_status", "trial_phases")),
        _int("trial_enrollment", null=True),
        _text("trial_completion", null=True),
        _int("trial_has_results", null=True),
        *(_text(c) for c in ("content_hash", "raw_hash")),
        *(_int(c) for c in ("first_run", "last_run")),
        _int("removed_run", null=True),
        _primary("record", "id"),
        *(_refer("record", c, "run.id") for c in ("first_run", "last_run", "removed_run")),
        *_filled("record", "id", "content_hash", "raw_hash"),
        _one_of("record", "source", "pubmed ctgov manual"),
        _one_of("record", "format", "pubmed-xml medline ctgov-json jsonl manual"),
        _check("record", "trial_has_results", "trial_has_results IS NULL OR trial_has_results IN (0, 1)"),
    )
    op.create_index("ix_record_source", "record", ["source"])
    op.create_table(
        "record_version",
        _text("record_id"),
        _int("valid_from"),
        _int("valid_to", null=True),
        *(_text(c) for c in ("content_hash", "raw_hash", "document")),
        _refer("record_version", "record_id", "record.id"),
        *_held("record_version", "record_id"),
        *_filled("record_version", "content_hash", "raw_hash"),
    )
    _one_now("record_version", "record_id")
    op.create_table(
        "passed_over",
        *(_text(c) for c in ("record_id", "content_hash")),
        _int("run"),
        _primary("passed_over", "record_id", "content_hash"),
        _refer("passed_over", "record_id", "record.id"),
        _refer("passed_over", "run", "run.id"),
        *_filled("passed_over", "content_hash"),
    )


def _record_grades() -> None:
    t = "record_grade"
    op.create_table(
        t,
        _text("record_id"),
        _int("valid_from"),
        _int("valid_to", null=True),
        *(_text(c) for c in ("content_hash", "rules_version", "level", "design")),
        _text("gate", null=True),
        _text("stance"),
        _int("needs_review"),
        *(_text(c) for c in ("flags", "grade")),
        _refer(t, "record_id", "record.id"),
        *_held(t, "record_id"),
        *_filled(t, "content_hash", "rules_version"),
        _one_of(t, "level", LEVEL),
        _one_of(t, "design", DESIGN),
        _one_of(t, "gate", GATE, null=True),
        _one_of(t, "stance", STANCE),
        *_flags(t, "needs_review"),
    )
    _one_now(t, "record_id")


def _ties() -> None:
    t = "claim_record"
    op.create_table(
        t,
        *(_text(c) for c in ("claim_id", "record_id")),
        _int("valid_from"),
        _int("valid_to", null=True),
        *(_text(c) for c in ("found_by", "level", "design")),
        _int("synthesis"),
        *(_text(c) for c in ("role", "agent")),
        _text("gate", null=True),
        *(_text(c) for c in ("basis", "condition_match", "outcome_match")),
        _int("counts_for_claim"),
        _text("stance"),
        *(_int(c) for c in ("preprint", "indirect", "needs_review")),
        *(_text(c) for c in ("flags", "rules_version", "claim_hash", "grade")),
        _refer(t, "record_id", "record.id"),
        *_held(t, "claim_id", "record_id"),
        *_filled(t, "claim_id", "found_by", "rules_version"),
        _one_of(t, "level", LEVEL),
        _one_of(t, "design", DESIGN),
        _one_of(t, "role", ROLE),
        _one_of(t, "agent", AGENT),
        _one_of(t, "gate", GATE, null=True),
        _one_of(t, "basis", "title abstract registry person"),
        _one_of(t, "condition_match", MATCH),
        _one_of(t, "outcome_match", MATCH),
        _one_of(t, "stance", STANCE),
        *_flags(t, "synthesis", "counts_for_claim", "preprint", "indirect", "needs_review"),
    )
    _one_now(t, "claim_id", "record_id")


def _claim_grades() -> None:
    t = "claim_grade"
    op.create_table(
        t,
        _text("claim_id"),
        _int("valid_from"),
        _int("valid_to", null=True),
        *(_text(c, null=True) for c in ("level", "provisional_level")),
        _text("stance"),
        *(_int(c) for c in ("synthesis", "k", "n", "needs_review")),
        *(_text(c) for c in ("label_ja", "label_en", "people_ja", "people_en", "rules_version", "claim_hash", "grade")),
        *_held(t, "claim_id"),
        *_filled(t, "claim_id", "rules_version"),
        _one_of(t, "level", LEVEL, null=True),
        _one_of(t, "provisional_level", LEVEL, null=True),
        _one_of(t, "stance", STANCE),
        *_flags(t, "synthesis"),
    )
    _one_now(t, "claim_id")


def _facts() -> None:
    op.create_table(
        "search",
        *(_int(c) for c in ("id", "run")),
        *(_text(c) for c in ("claim_id", "source", "query")),
        _int("count", null=True),
        _int("complete"),
        _text("at"),
        _primary("search", "id"),
        _refer("search", "run", "run.id"),
        *_filled("search", "claim_id", "source"),
        *_flags("search", "complete"),
        _check("search", "count", "count IS NULL OR count >= 0"),
    )
    op.create_index("ix_search_claim_id", "search", ["claim_id", "run"])
    op.create_table(
        "study_link",
        *(_text(c) for c in ("record_id", "linked_id", "why")),
        _int("valid_from"),
        _int("valid_to", null=True),
        _refer("study_link", "record_id", "record.id"),
        *_held("study_link", "record_id", "linked_id", "why"),
        *_filled("study_link", "linked_id", "why"),
        _check("study_link", "two", "linked_id <> record_id"),
    )
    _one_now("study_link", "record_id", "linked_id", "why")
    op.create_index("ix_study_link_linked_id", "study_link", ["linked_id"])
    op.create_table(
        "skipped",
        *(_int(c) for c in ("id", "run")),
        *(_text(c) for c in ("place", "why", "raw_hash")),
        _primary("skipped", "id"),
        _refer("skipped", "run", "run.id"),
        *_filled("skipped", "why", "raw_hash"),
    )
    op.create_index("ix_skipped_run", "skipped", ["run"])


def _words_and_changes() -> None:
    op.create_table(
        "override",
        _int("id"),
        _int("run", null=True),
        *(_text(c, null=True) for c in ("claim_id", "record_id")),
        *(_text(c) for c in ("action", "field_values", "reason", "name", "at")),
        _text("content_hash", null=True),
        _primary("override", "id"),
        _refer("override", "run", "run.id"),
        _refer("override", "record_id", "record.id"),
        *_filled("override", "action", "reason", "name"),
        _check("override", "about", "claim_id IS NOT NULL OR record_id IS NOT NULL"),
        _one_of("override", "action", "accept reject relabel add undo"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_override_record_id", "override", ["record_id"])
    op.create_table(
        "change",
        *(_int(c) for c in ("id", "run")),
        _text("kind"),
        *(_text(c, null=True) for c in ("claim_id", "record_id", "before", "after")),
        _text("severity"),
        _primary("change", "id"),
        _refer("change", "run", "run.id"),
        _one_of("change", "kind", CHANGE),
        _one_of("change", "severity", "critical notable minor"),
    )
    op.create_index("ix_change_run", "change", ["run"])
