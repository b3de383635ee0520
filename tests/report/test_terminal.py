"""``show`` and ``status`` as text: the order of the answer, honest words, columns, nothing English in Japanese."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from evtrack.bilingual import Bilingual
from evtrack.claim import Alert, Claim, Part
from evtrack.grade.grades import (
    ClaimGrade,
    ClaimRecordGrade,
    Evidence,
    RecordGrade,
    RegisteredTrial,
    Searched,
    WouldChange,
)
from evtrack.record import Reason, RecordId
from evtrack.report._protocol import ClaimStatus
from evtrack.report.alerts import unverified_words
from evtrack.report.plain import width
from evtrack.report.show_text import STUDIES_SHOWN, show_lines
from evtrack.report.status_json import claim_json
from evtrack.report.status_text import status_lines
from evtrack.report.terminal import columns_of_terminal, flag_words, put_lines, stance_words
from evtrack.word import Word
from evtrack.wording import both, word

CLAIM = Claim(
    id="made-up",
    pack="p",
    kind="per-condition effect",
    track="intervention",
    statement=Bilingual("作り物は作り話に効く。", "The made-up thing helps."),
    quote="作り話に効きます",
    alerts=(
        Alert(
            "役所", "2025-01-01", Bilingual("注意してください。", "Take care."), "https://example.org", verified=True
        ),
        Alert("噂", "2025-01-01", Bilingual("作り話の文。", "Made-up words."), verified=False),
    ),
)


def record(n: int, **fields: Any) -> Evidence:
    """A record that counts: an invented trial."""
    grade = RecordGrade(
        design=fields.pop("design", "rct"),
        level=fields.pop("level", "rct"),
        synthesis=False,
        role="therapy",
        agent="native_ev",
        gate=None,
        stance="supports",
        basis="abstract",
        flags=fields.pop("flags", ("open_label", "language_jpn")),
        numbers={"n": 12},
    )
    towards = ClaimRecordGrade(grade, "selected", "measured", True, fields.pop("stance", "supports"))
    return Evidence(
        RecordId(f"PMID:{90000000 + n}"), "pubmed", f"Invented study {n} [/x]\x1b[31m", 2020 + n, towards, **fields
    )


GRADE = ClaimGrade(
    claim_id="made-up",
    level="rct",
    stance="supports",
    label=Bilingual("ラベル文", "label words"),
    people=Bilingual("人での一文", "people sentence"),
    counts={"rct": 1},
    k_of_n=(1, 2, 1),
    provisional_level="rct",
    indirect={"secretome": "animal"},
    by_route={"iv": "rct"},
    harms=(RecordId("PMID:90000001"), RecordId("PMID:90000077")),
    registered=(RegisteredTrial("NCT90000009", "RECRUITING", "PHASE1/PHASE2", "rct", True, 30),),
    excluded={"review": 2},
    needs_review=3,
    would_change=WouldChange(
        Bilingual("上がる条件", "what would raise it"),
        RecordId("PMID:90000001"),
        Bilingual("下がる条件", "what would lower it"),
    ),
    members={"made-up-2": "animal"},
    parts={"part one": "rct"},
    notes=(Bilingual("添え書き", "a note beside"),),
    n_total=40,
    n_largest=28,
    groups=2,
)
STATUS = ClaimStatus(
    CLAIM,
    GRADE,
    "2026-11-23T00:00:00+00:00",
    searched=(
        Searched("pubmed", "q", 5, True, "2026-11-22T00:00:00Z"),
        Searched("ctgov", "q", None, False, "2026-11-22"),
    ),
    evidence=(record(1), record(2, level="animal", design="animal")),
    loaded=9,
    titles={"made-up-2": Bilingual("別の主張", "another claim")},
)


def text(status: ClaimStatus, lang: str) -> str:
    return "\n".join(line for line, _ in show_lines(status, lang))


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_order(lang: str) -> None:
    """show keeps the order of the glossary: people before the level, harms before studies, disclaimer last."""
    ja = lang == "ja"
    wanted = [
        CLAIM.statement.get(lang),
        CLAIM.quote,
        GRADE.people.get(lang),
        GRADE.label.get(lang),
        "添え書き" if ja else "a note beside",
        "役所",
        "PMID:90000077",
        "自動では判定できない研究が3件" if ja else "3 records could not be judged",
        "PMID:90000002",
        "NCT90000009",
        "間接" if ja else "Indirect",
        "総説" if ja else "review 2",
        "PubMed",
        "上がる条件" if ja else "what would raise it",
        "下がる条件" if ja else "what would lower it",
        "evtrackは公開データベース" if ja else "evtrack sorts abstracts",
    ]
    found = text(STATUS, lang)
    place = -1
    for words in wanted:
        place = found.index(words, place + 1)


def test_a_warning_that_nobody_has_read_is_shown_and_marked() -> None:
    """Every regulator's warning stands before the studies; one that was not read at its source says so, with or without an address."""
    found = text(STATUS, "ja")
    assert "  噂 2025-01-01：作り話の文。［未確認（原文のURL未登録）］" in found
    assert (
        found.index("注意してください。 https://example.org")
        < found.index("作り話の文。")
        < found.index(word("view.studies", "ja"))
    )
    assert "Made-up words. [unverified (no source address on file)]" in text(STATUS, "en")
    (read, unread) = CLAIM.alerts
    assert (unverified_words(read, "en"), unverified_words(replace(unread, url="https://example.org"), "en")) == (
        "", "unverified (not checked against its source)",
    )  # fmt: skip
    assert [(a["url"], a["verified"]) for a in claim_json(STATUS, "ja", records=False)["alerts"]] == [
        ("https://example.org", True), (None, False),
    ]  # fmt: skip


def test_searched_words() -> None:
    """A search cut short says so; where there was none, loading is not told as one."""
    partly = replace(STATUS.searched[0], count=9, complete=False)
    assert "only part of 9 was got" in text(replace(STATUS, searched=(partly,)), "en")
    in_vain = replace(partly, count=None)
    shown = text(replace(STATUS, searched=(in_vain, in_vain)), "en")
    assert shown.count("could not be searched on") == 1
    loaded = text(replace(STATUS, searched=()), "en")
    assert "No search has been made: only the 9 records" in loaded
    assert "Not searched: PubMed, ClinicalTrials.gov, Ichushi" in loaded
    assert "Nothing has been searched or loaded yet" in text(replace(STATUS, searched=(), as_of=None, loaded=0), "en")
    assert "医中誌" in text(STATUS, "ja")


def test_hostile_title() -> None:
    """A title with an escape or brackets is text, and raises nothing."""
    found = text(STATUS, "ja")
    assert "\x1b" not in found
    assert "Invented study 1 [/x][31m" in found


def test_provisional() -> None:
    """What makes an answer provisional is told once, in its place: preprints, a person's word, an incomplete search."""
    word = Word("accept", name="I. Clinician", reason="read it", at="2026-02-03T00:00:00Z")
    grade = replace(
        GRADE,
        level="animal",
        notes=(
            Bilingual(
                "まだ検索していないため、『見つからない』とは言えません（読み込んだ記録だけによる表示です）。",
                "Nothing was searched yet; 'none found' cannot be said (this rests on loaded records alone).",
            ),
        ),
    )
    found = text(replace(STATUS, grade=grade, evidence=(record(1, override=word),)), "en")
    assert "I. Clinician (2026-02-03): read it" in found
    assert "Including preprints" in found
    assert found.count("Nothing was searched yet") == 1
    assert found.index("What makes this provisional") < found.index("Nothing was searched yet")


def test_many_and_none() -> None:
    """Beyond a page studies are counted, not listed; where none counts that is said."""
    many = tuple(record(n) for n in range(STUDIES_SHOWN + 3))
    assert "and 3 more" in text(replace(STATUS, evidence=many), "en")
    assert "No study counts." in text(replace(STATUS, evidence=()), "en")


@pytest.mark.parametrize(
    ("level", "design", "stance", "words"),
    [
        ("rct", "rct", "supports", "better than control"),
        ("early_clinical", "single_arm", "supports", "better than before, no control: not evidence of effect"),
        (
            "early_clinical",
            "nonrandomised_trial",
            "supports",
            "better than control, not randomised: effect cannot be judged",
        ),
        ("animal", "animal", "supports", "improvement in animals"),
        ("rct", "rct", "mixed", "mixed results"),
        ("rct", "rct", "no_difference", "no difference shown (not proof of no effect)"),
    ],
)
def test_stance_words(level: str, design: str, stance: str, words: str) -> None:
    """A stance is said in the words its level allows."""
    assert stance_words(record(1, level=level, design=design, stance=stance), "en") == words


def test_flag_words() -> None:
    """Flags are words, languages too; an unknown language and an unknown flag keep their own name."""
    assert flag_words("open_label", "ja") == "非盲検"
    assert "日本語" in flag_words("language_jpn", "ja")
    assert "tlh" in flag_words("language_tlh", "ja")
    assert "brand_new" in flag_words("brand_new", "en")


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_status_columns(lang: str) -> None:
    """The columns of status stand under each other, wide characters or not, and no line is wider than asked."""
    state = replace(CLAIM, id="a-state-claim", track="state")
    rows = [
        STATUS,
        replace(
            STATUS, claim=state, grade=replace(GRADE, level=None, label=Bilingual("古くなっています", "out of date"))
        ),
        replace(STATUS, grade=replace(GRADE, level="none", k_of_n=(0, 0, 0))),
    ]
    lines = [line for line, _ in status_lines(rows, STATUS.as_of, lang, 80)]
    table = lines[: lines.index("")]
    assert max(width(line) for line in lines) <= 80
    head = table[0]
    second = width(head[: head.index("人での研究" if lang == "ja" else "In people")])
    for line in table[1:]:
        used = 0
        for i, c in enumerate(line):
            if used >= second:
                assert used == second
                assert line[i - 1] == " "
                break
            used += width(c)
    assert ("古くなっています" if lang == "ja" else "out of date") in "".join(lines)


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("columns", [60, 90, 100, 160, 200])
def test_status_shows_statements_where_there_is_room(lang: str, columns: int) -> None:
    """From 90 columns the statement stands above the id; no line is wider than the terminal, whatever its width."""
    lines = [line for line, _ in status_lines([STATUS, STATUS], STATUS.as_of, lang, columns)]
    assert max(width(line) for line in lines) <= columns
    assert (CLAIM.statement.get(lang)[:8] in "".join(lines)) is (columns >= 90)
    assert "made-up" in "".join(lines)


def test_status_without_claims() -> None:
    """Without a claim there is only the head, and that nothing is known."""
    lines = [line for line, _ in status_lines([], None, "en", 100)]
    assert lines[0].split() == ["Claim", "In", "people", "Evidence", "level", "Review"]
    assert "Nothing has been searched or loaded yet" in "".join(lines)


def reasons(*given: tuple[str, str, str]) -> tuple[Reason, ...]:
    """(rule, field, words) as reasons that point into FIELDS."""
    return tuple(
        Reason(rule, field, words, FIELDS[field].index(words), FIELDS[field].index(words) + len(words))
        for rule, field, words in given
    )


FIELDS = {
    "title": "An invented comparison of made-up vesicles with saline",
    "abstract": "Forty invented people with low spirits were randomly assigned. The made-up score fell more with vesicles.",
}
GIVEN = reasons(
    ("R-RCT", "abstract", "randomly"),
    ("D-RANDOM-WERE", "abstract", "were randomly assigned"),
    ("R-GIVEN", "title", "made-up vesicles"),
    ("A-DECIDED-NATIVE", "title", "vesicles"),
    ("S-UP", "abstract", "more"),
    ("M-CONDITION", "abstract", "low spirits"),
    ("M-OUTCOME", "abstract", "made-up score"),
    ("S-DOWN", "abstract", "fell"),
)


def graded(one: Evidence, counts: bool = True, **fields: Any) -> Evidence:
    """A record with other values of its grade or of its grade for the claim."""
    towards = {
        k: fields.pop(k) for k in tuple(fields) if k in ("indirect", "preprint", "condition_match", "outcome_match")
    }
    graded = replace(one.graded, counts_for_claim=counts, grade=replace(one.graded.grade, **fields), **towards)
    return replace(one, graded=graded)


@pytest.mark.parametrize(("lang", "begin"), [("en", 'because: "'), ("ja", "根拠となった語：「")])
def test_because(lang: str, begin: str) -> None:
    """Below each study stand the words that decided, quoted from the record with the ids of their rules."""
    one = graded(record(1), reasons=GIVEN)
    status = replace(STATUS, evidence=(one,), texts={one.id: FIELDS})
    found = " ".join(text(status, lang).split())
    assert begin in found
    for words in ("were randomly assigned", "made-up vesicles", "low spirits", "made-up score", "score fell more with"):
        assert words in found
    assert re.search(r"R-GIVEN,\s*A-DECIDED-NATIVE", found)
    for rule in ("R-RCT", "M-CONDITION", "M-OUTCOME", "S-DOWN"):
        assert rule in found
    assert "S-UP" not in found
    bare = text(replace(status, texts={}), lang)
    assert "fell" in bare
    assert "score fell" not in bare


def test_everything() -> None:
    """--all lists what does not count with its reason in words, and what needs a person; else they are counts."""
    evidence = (
        record(1),
        graded(record(2), counts=False, gate="review", design="narrative_review", level="none"),
        graded(record(3), counts=False, indirect=True, agent="msc_cells"),
        graded(record(4), outcome_match="none", counts=False, needs_review=True),
    )
    status = replace(STATUS, evidence=evidence, grade=replace(GRADE, excluded={"review": 1}))
    folded = text(status, "en")
    assert "indirect (other agent) 1, review 1, the claim's outcome was not measured 1" in folded
    assert "--all lists each" in folded
    assert "Invented study 2" not in folded
    found = "\n".join(line for line, _ in show_lines(status, "en", everything=True))
    assert "2022, review" in found
    assert found.count("Invented study 4") == 2
    assert found.index("Records that need a person") < found.rindex("the rules could not tell for sure")
    assert "--all lists" not in found
    many = replace(status, evidence=tuple(record(n) for n in range(STUDIES_SHOWN + 3)))
    assert f"Invented study {STUDIES_SHOWN + 1}" in "".join(line for line, _ in show_lines(many, "en", everything=True))


def test_indirect() -> None:
    """The product of unclear kind is the first of the indirect and says that it needs a person."""
    grade = replace(GRADE, indirect={"engineered_ev": "animal", "secretome_or_ev_unclear": "early_clinical"})
    found = text(replace(STATUS, grade=grade), "en")
    assert found.index("unclear whether secretome") < found.index("needs a person:") < found.index("engineered")
    assert "They are not counted." in found


@pytest.mark.parametrize(("track", "words"), [("state", "judged from other claims"), ("manual", "a person checks it")])
def test_claims_that_count_nothing(track: Any, words: str) -> None:
    """For a sentence about the evidence, or one that a person checks, "no study counts" would mislead."""
    found = text(replace(STATUS, claim=replace(CLAIM, track=track), evidence=()), "en")
    assert words in found
    assert "No study counts" not in found
    assert "Verdict: label words" in found


def test_members_are_never_bare_tags() -> None:
    """An umbrella shows each claim it rests on with its whole label, and parts in the reader's language."""
    part = Part(Bilingual("部分その一", "part one"))
    labels = {"made-up-2": Bilingual("動物実験（1件）：差なし", "animal study (1 study): no difference")}
    status = replace(STATUS, claim=replace(CLAIM, parts=(part,)), labels=labels)
    assert "another claim: animal study (1 study): no difference" in text(status, "en")
    assert "部分その一：ランダム化比較試験" in text(status, "ja")


def test_nothing_is_said_twice() -> None:
    """What the label or a section says is not repeated beside the label."""
    notes = (
        both("sentence.harm", ids="PMID:90000001"),
        both("sentence.unread", unread=1, n=2),
        both("sentence.indirect", agents="x"),
        both("sentence.single_group"),
        Bilingual("別の注", "another note"),
    )
    label = Bilingual(
        "ランダム化比較試験（2件、1件は方向を読み取れず）",
        f"RCT (2 studies, 1 unread, {word('label.single_group', 'en')})",
    )
    grade = replace(GRADE, notes=notes, label=label, groups=1)
    found = text(replace(STATUS, grade=grade), "en")
    assert "one research group by" in found
    for words in ("Worse results, or harm", "The direction of 1", "(indirect)", "come from one research group"):
        assert words not in found
    assert "another note" in found
    kept = text(replace(STATUS, grade=replace(grade, label=Bilingual("x", "x"))), "en")
    assert "The direction of 1" in kept
    assert "one research group" in kept


def test_at() -> None:
    """An answer about a day says so, also where nothing was there yet."""
    assert "at the end of 2026-02-01" in text(replace(STATUS, at=date(2026, 2, 1)), "en")
    empty = replace(STATUS, at=date(2025, 1, 1), as_of=None, searched=(), evidence=(), loaded=0)
    assert "By 2025-01-01 nothing had been searched" in text(empty, "en")


def test_no_english_in_japanese() -> None:
    """The Japanese answer has no English word but titles, names and ids."""
    found = text(STATUS, "ja").replace("Invented study", "")
    found = re.sub(r"https?://\S+|PMID:\d+|NCT\d+", "", found)
    allowed = {
        "PubMed",
        "ClinicalTrials",
        "gov",
        "RCT",
        "J",
        "STAGE",
        "jRCT",
        "UMIN",
        "CTR",
        "ChiCTR",
        "ICTRP",
        "evtrack",
        "n",
        "x",
        "m",
        "part",
        "one",
        "rule",
        "all",
        "URL",
    }
    assert set(re.findall(r"[A-Za-z]+", found)) - allowed == set()


def test_put_lines(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Into a file lines are bare; on a terminal they carry their style, and NO_COLOR takes it away."""
    put_lines([("[/x] 行", "bold")])
    assert capsys.readouterr().out == "[/x] 行\n"
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    put_lines([("[/x] 行", "bold")])
    assert capsys.readouterr().out == "\x1b[1m[/x] 行\x1b[0m\n"
    monkeypatch.setenv("NO_COLOR", "1")
    put_lines([("[/x] 行", "red")])
    assert "31" not in capsys.readouterr().out


def test_columns() -> None:
    """A width is between 60 and 120."""
    assert 60 <= columns_of_terminal() <= 120


@pytest.mark.parametrize(
    ("fields", "stance", "words"),
    [
        ({"track": "background", "condition": ("x",)}, "supports", "association reported"),
        ({"track": "background"}, "supports", "reported to be contained"),
        ({"track": "background"}, "no_difference", "no association shown"),
        ({"kind": "safety"}, "unclear", "safety cannot be judged"),
        ({"kind": "safety"}, "mixed", "mixed results"),
    ],
)
def test_stance_words_of_claims(fields: dict[str, Any], stance: str, words: str) -> None:
    """Towards a claim of association, of contents or of safety a stance is no improvement."""
    assert stance_words(record(1, stance=stance), "en", replace(CLAIM, **fields)).startswith(words)


def test_cells_are_not_counted_in_heads() -> None:
    """At the level of cells no number of people or animals is shown."""
    grade = replace(GRADE, level="in_vitro", n_total=180, n_largest=120)
    found = text(replace(STATUS, grade=grade), "en")
    assert "180" not in found
    assert "120" not in found
