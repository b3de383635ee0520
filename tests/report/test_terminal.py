"""``show`` and ``status`` as text: the order of the answer, honest words, columns, nothing English in Japanese."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from evtrack.changes import Change
from evtrack.claim import Alert, Bilingual, Claim, Library
from evtrack.grade.grades import (
    ClaimGrade,
    ClaimRecordGrade,
    Evidence,
    RecordGrade,
    RegisteredTrial,
    Searched,
    WouldChange,
)
from evtrack.record import RecordId
from evtrack.report._protocol import ClaimStatus
from evtrack.report.changes_text import change_words
from evtrack.report.plain import width
from evtrack.report.show_text import STUDIES_SHOWN, show_lines
from evtrack.report.status_text import status_lines
from evtrack.report.terminal import columns_of_terminal, flag_words, put_lines, stance_words

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
        Alert("噂", "2025-01-01", Bilingual("未確認の文。", "Unread words."), verified=False),
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


def test_only_read_alerts() -> None:
    """A warning whose text nobody has read at its source is not shown."""
    assert "未確認の文" not in text(STATUS, "ja")


def test_searched_words() -> None:
    """A search cut short says so; where there was none, loading is not told as one."""
    assert "only part of ? was got" in text(STATUS, "en")
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
    word = {"action": "accept", "name": "I. Clinician", "reason": "read it", "at": "2026-02-03T00:00:00Z"}
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
    assert "I. Clinician (2026-02-03) read it" in found
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
    """Flags are words; a language and an unknown flag keep their own name."""
    assert flag_words("open_label", "ja") == "非盲検"
    assert "jpn" in flag_words("language_jpn", "ja")
    assert "brand_new" in flag_words("brand_new", "en")


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_status_columns(lang: str) -> None:
    """The columns of status stand under each other, wide characters or not, and no line is wider than asked."""
    state = replace(CLAIM, id="a-state-claim", track="state")
    rows = [
        STATUS,
        replace(STATUS, claim=state, grade=replace(GRADE, level=None, state_verdict="out_of_date")),
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
    assert ("現在は当てはま" if lang == "ja" else "no longer true") in "".join(lines)


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
        "jpn",
        "part",
        "one",
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
    ("change", "said"),
    [
        (
            Change("level_down", "made-up", None, "rct", "animal", "critical"),
            "[critical] level down The made-up thing helps. RCT → animal study",
        ),
        (
            Change("new_record", "made-up", RecordId("PMID:9"), None, "supports", "minor"),
            "[minor] new record The made-up thing helps. PMID:9 → better",
        ),
        (
            Change("record_changed", None, RecordId("PMID:9"), "2025", None, "minor"),
            "[minor] record changed PMID:9 2025 → –",
        ),
        (Change("claim_changed", "gone", None, None, None, "minor"), "[minor] claim edited gone"),
    ],
)
def test_change_words(change: Change, said: str) -> None:
    """A change is told with how much it matters, what, of what, and from what to what."""
    assert change_words(change, Library((), {"made-up": CLAIM}, {}, ""), "en") == said
