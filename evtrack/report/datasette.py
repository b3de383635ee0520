"""How does Datasette show the store? Its metadata: what each table and column is, and the questions asked most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from evtrack.claim import Library
from evtrack.grade.grades import LEVELS
from evtrack.report._protocol import NOT_SEARCHED
from evtrack.wording import word


@dataclass(frozen=True, slots=True)
class Shown:
    """A view or table as Datasette shows it: its columns in order, how it is sorted at first, what is counted beside it.

    ``sort`` with a minus sorts downwards. ``label``: the column that stands for a row where another table refers to it.
    """

    columns: str
    sort: str | None = None
    facets: str = ""
    label: str | None = None


SHOWN: dict[str, Shown] = {
    "claim_status": Shown(
        "claim_id people_en people_ja level stance k n label_en label_ja synthesis provisional_level needs_review"
        " last_search search_complete rules_version since",
        sort="claim_id",
        facets="level stance search_complete",
    ),
    "evidence": Shown(
        "claim_id record_id title year design level counts_for_claim stance subjects role agent gate condition_match"
        " outcome_match basis synthesis preprint indirect needs_review flags doi found_by rules_version url",
        sort="-counts_for_claim",
        facets="counts_for_claim level stance design gate",
    ),
    "trials": Shown(
        "nct_id title overall_status why_stopped phases enrollment completion_date results_due has_results papers claims"
        " last_update url",
        sort="-last_update",
        facets="overall_status has_results",
    ),
    "trial_history": Shown(
        "nct_id since run overall_status phases enrollment start_date primary_completion_date completion_date has_results"
        " primary_outcomes last_update",
        sort="-since",
        facets="overall_status",
    ),
    "claim_history": Shown(
        "claim_id since run run_kind level level_before provisional_level stance stance_before k n label_en label_ja"
        " people_en people_ja",
        sort="-since",
        facets="level run_kind",
    ),
    "changes": Shown(
        "at severity kind claim_id record_id title before after run run_kind url", sort="-at", facets="severity kind"
    ),
    "searches": Shown(
        "claim_id source at complete count got query translation run", sort="complete", facets="source complete"
    ),
    "words": Shown(
        "id at name action claim_id record_id title reason field_values seen stands reopened run",
        sort="-id",
        facets="action stands reopened name",
    ),
    "record": Shown(
        "id source format title year revised doi trial_status trial_phases trial_enrollment trial_completion"
        " trial_has_results content_hash raw_hash first_run last_run removed_run",
        sort="-year",
        facets="source",
        label="title",
    ),
    "claim_record": Shown(
        "claim_id record_id valid_from valid_to found_by level design synthesis role agent gate basis condition_match"
        " outcome_match counts_for_claim stance preprint indirect needs_review flags rules_version claim_hash grade",
        facets="claim_id",
    ),
    "study_link": Shown("record_id linked_id why valid_from valid_to"),
    "run": Shown(
        "id kind started_at finished_at status rules_version claims_hash evtrack_version counts",
        sort="-id",
        facets="kind status",
        label="started_at",
    ),
    "skipped": Shown("id run place why raw_hash", sort="-id"),
}
"""What is shown, in words. ``why`` of a skipped record is the reader's, of a link the way it was found."""

HIDDEN = (
    "alembic_version", "bulk_file", "bulk_place", "change", "claim_grade", "found_list", "override", "passed_over", "pull", "record_grade", "record_version",
    "search", "sqlite_sequence",
)  # fmt: skip
"""Tables that Datasette folds away: a view says the same in plain names, or they are the store's own bookkeeping."""

KEPT_BACK = ("evidence_held",)
"""Views that Datasette does not list: whole documents, for the program alone. It can hide tables but no views."""

_RANK = f"instr('{' '.join(LEVELS)}', {{}})"
"""The place of a level; no level's name is part of another's."""

_QUESTIONS: dict[str, str] = {
    "evidence_of_claim": """
SELECT record_id, title, year, design, level, stance, subjects, flags, url
FROM evidence WHERE claim_id = :claim_id AND counts_for_claim
ORDER BY {rank_level} DESC, year DESC""",
    "last_changes": """
SELECT severity, kind, title, before, after, record_id, json_group_array(claim_id) AS claims, date(at) AS day, url
FROM changes WHERE run = (SELECT max(run) FROM changes)
GROUP BY severity, kind, record_id, coalesce(record_id, claim_id), before, after
ORDER BY CASE severity WHEN 'critical' THEN 1 WHEN 'notable' THEN 2 ELSE 3 END, record_id, claims""",
    "levels_fallen": """
SELECT claim_id, since, level_before, level, label_{lang}, people_{lang}, run_kind
FROM claim_history WHERE {rank_level} < {rank_before}
ORDER BY since DESC, claim_id""",
    "trials_overdue": """
SELECT nct_id, title, overall_status, enrollment, completion_date, results_due, claims, url
FROM trials
WHERE NOT has_results AND papers = 0 AND overall_status IN ('COMPLETED', 'TERMINATED', 'UNKNOWN')
  AND results_due < date('now') AND claims <> '[]'
ORDER BY results_due""",
    "against": """
SELECT claim_id, record_id, title, year, stance, subjects, flags, url
FROM evidence WHERE counts_for_claim AND level = 'rct' AND stance IN ('no_difference', 'contradicts')
ORDER BY claim_id, year DESC""",
    "retracted": """
SELECT record_id, title, year, json_group_array(claim_id) AS claims, url
FROM evidence WHERE gate = 'retracted'
GROUP BY record_id ORDER BY year DESC""",
    "for_a_person": """
SELECT record_id, title, year, design, level, json_group_array(claim_id) AS claims, url
FROM evidence WHERE needs_review
GROUP BY record_id ORDER BY max(counts_for_claim) DESC, year DESC""",
    "search_gaps": """
SELECT claim_id, source, at, got, count, query
FROM searches WHERE NOT complete
ORDER BY claim_id, source""",
}


def metadata(database: str, library: Library, lang: str) -> dict[str, Any]:
    """The metadata for a store that Datasette knows as ``database`` (the file's name without its ending)."""
    said = f"{word('sentence.stage', lang)}{' ' if lang == 'en' else ''}{word('sentence.disclaimer', lang)}"
    unsearched = word("datasette.not_searched", lang, names=("、" if lang == "ja" else ", ").join(NOT_SEARCHED))
    tables: dict[str, Any] = {name: _table(name, shown, lang) for name, shown in SHOWN.items()}
    tables |= {name: {"hidden": True} for name in HIDDEN}
    tables |= {name: {"allow": False} for name in KEPT_BACK}
    return {
        "title": word("datasette.title", lang),
        "description": said,
        "databases": {
            database: {
                "description": unsearched,
                "source": word("datasette.source", lang),
                "source_url": "https://pubmed.ncbi.nlm.nih.gov/",
                "license": word("datasette.license", lang),
                "license_url": "https://www.nlm.nih.gov/databases/download/terms_and_conditions.html",
                "tables": tables,
                "queries": _queries(library, lang),
            }
        },
    }


def _table(name: str, shown: Shown, lang: str) -> dict[str, Any]:
    """What Datasette is told of one view or table."""
    told: dict[str, Any] = {
        "description": word(f"table.{name}", lang),
        "columns": {column: word(f"column.{column}", lang) for column in shown.columns.split()},
    }
    if shown.sort:
        told["sort_desc" if shown.sort.startswith("-") else "sort"] = shown.sort.removeprefix("-")
    if shown.facets:
        told["facets"] = shown.facets.split()
    if shown.label:
        told["label_column"] = shown.label
    return told


def _queries(library: Library, lang: str) -> dict[str, Any]:
    """The questions, the claims in words first: the store knows claims by their ids alone."""
    blanks = {"rank_level": _RANK.format("level"), "rank_before": _RANK.format("level_before"), "lang": lang}
    asked = {"claims": _claims_in_words(library, lang)}
    asked |= {name: sql.strip().format(**blanks) for name, sql in _QUESTIONS.items()}
    # Folded, not kept back: answers come first, and "show SQL" has the question.
    return {
        name: {"title": word(f"question.{name}", lang), "sql": sql, "hide_sql": True} for name, sql in asked.items()
    }


def _claims_in_words(library: Library, lang: str) -> str:
    """A query with the statement of every claim beside its level."""
    rows = ",\n  ".join(f"({_quoted(c.id)}, {_quoted(c.statement.get(lang))})" for c in library.claims.values())
    said = f"WITH said(claim_id, statement) AS (VALUES\n  {rows})" if rows else _NOTHING_SAID
    return f"""{said}
SELECT s.claim_id, s.statement, c.people_{lang}, c.level, c.stance, c.label_{lang}, c.last_search, c.search_complete
FROM said s LEFT JOIN claim_status c ON c.claim_id = s.claim_id
ORDER BY s.claim_id"""  # noqa: S608 # every text is quoted below, and Datasette opens the store for reading alone


_NOTHING_SAID = "WITH said(claim_id, statement) AS (SELECT NULL, NULL WHERE 0)"


def _quoted(text: str) -> str:
    """A text as SQL writes it. SQLite ends a statement at NUL: none is let through."""
    return "'" + text.replace("\0", "").replace("'", "''") + "'"
