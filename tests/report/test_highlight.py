"""The words that fired are marked in a text, and nothing else is done to it: no character is lost, made or let loose."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evtrack.record import Reason
from evtrack.report.highlight import KINDS, Piece, bracketed, kind_of, legend, pieces_of, wrapped
from evtrack.report.plain import plain, width
from evtrack.rules import load_rules

RULES = ("R-RCT", "D-RODENT", "A-EV", "R-GIVEN", "M-CONDITION", "M-OUTCOME", "S-UP", "N-PEOPLE")
HOSTILE = "Mice\x1b[31m got [/red] \u202eexosomes\u202c 鼻から投与した（点滴ではない）。\r\n[bold]p < 0.05[/bold]\x07"
TEXTS = st.one_of(st.text(max_size=120), st.text(alphabet="ab 　\n\t.,（）「」。漢字\x1b\u202e[]/", max_size=120))


def clean(text: str) -> str:
    """What may be shown of a text, its newlines kept."""
    return "\n".join(plain(line) for line in text.split("\n"))


def letters(text: str) -> str:
    """A text without its blanks, which wrapping may lose at the end of a line."""
    return "".join(text.split())


@st.composite
def texts_with_reasons(draw: st.DrawFn) -> tuple[str, list[Reason]]:
    """Any text with any reasons: some at their words, some beside, some of another field."""
    text = draw(TEXTS)
    reasons = []
    for _ in range(draw(st.integers(0, 6))):
        start, end = draw(st.integers(-2, len(text) + 2)), draw(st.integers(-2, len(text) + 2))
        words = text[max(start, 0) : max(end, 0)] if draw(st.booleans()) else draw(st.text(max_size=4))
        field = draw(st.sampled_from(("abstract", "title")))
        reasons.append(Reason(draw(st.sampled_from(RULES)), field, words, start, end))
    return text, reasons


@given(texts_with_reasons())
def test_marking_changes_no_text(given_: tuple[str, list[Reason]]) -> None:
    """Any text, any reasons: the pieces joined are the text cleaned, with brackets too once these are taken away."""
    text, reasons = given_
    pieces = pieces_of(text, reasons, "abstract")
    assert "".join(p.text for p in pieces) == clean(text)
    with_brackets = bracketed(pieces)
    assert "".join(p.text for p in with_brackets if not p.added) == clean(text)


@given(texts_with_reasons(), st.integers(10, 60), st.sampled_from(("", "  ")))
def test_wrapping_loses_blanks_alone(given_: tuple[str, list[Reason]], columns: int, indent: str) -> None:
    """Wrapped to any width, all that is no blank is there, in its order and with what it told."""
    text, reasons = given_
    pieces = pieces_of(text, reasons, "abstract")
    lines = wrapped(pieces, columns, indent)
    drawn = [(c, p.kind) for line in lines for p in line for c in p.text if not c.isspace()]
    assert drawn == [(c, p.kind) for p in pieces for c in p.text if not c.isspace()]
    assert "\n" not in "".join(p.text for line in lines for p in line)


@given(st.text(alphabet="漢字かな、。（）「」 ", max_size=200), st.integers(12, 60))
def test_wide_characters_keep_to_the_width(text: str, columns: int) -> None:
    """Japanese breaks anywhere but at its marks: no line is wider than the terminal, but for marks alone."""
    for line in wrapped([Piece(text)], columns):
        told = "".join(p.text for p in line)
        assert width(told) <= columns or not set(told) & set("漢字かな")


def test_words_that_fired_are_marked() -> None:
    """Each word that fired has its kind; a word that stands elsewhere now, or in another field, marks nothing."""
    text = "Mice were given exosomes."
    reasons = [
        Reason("R-ANIMAL", "abstract", "Mice", 0, 4),
        Reason("A-EV", "abstract", "exosomes", 16, 24),
        Reason("R-GIVEN", "abstract", "given exosomes", 10, 24),
        Reason("S-UP", "abstract", "moved", 5, 9),
        Reason("M-OUTCOME", "title", "were", 5, 9),
    ]
    assert pieces_of(text, reasons, "abstract") == [
        Piece("Mice", "design"),
        Piece(" were "),
        Piece("given exosomes", "agent"),
        Piece("."),
    ]


def test_the_shorter_of_two_is_seen() -> None:
    """Where the words of two kinds overlap, the shorter stands in the longer."""
    reasons = [
        Reason("M-CONDITION", "abstract", "depressed mice", 0, 14),
        Reason("R-ANIMAL", "abstract", "mice", 10, 14),
    ]
    assert pieces_of("depressed mice", reasons, "abstract") == [
        Piece("depressed ", "condition"),
        Piece("mice", "design"),
    ]


def test_without_colours_brackets_tell() -> None:
    """Without colours each marked word stands in brackets with a number for its kind, and the legend says which."""
    pieces = [Piece("Mice", "design"), Piece(" and "), Piece(" ", "agent")]
    assert "".join(p.text for p in bracketed(pieces)) == "[1:Mice] and  "
    for lang in ("ja", "en"):
        told = "".join(p.text for p in legend(lang, color=False))
        assert told.count("[") == len(KINDS)
        assert {p.kind for p in legend(lang, color=True)} == {None, *KINDS}


def test_a_hostile_abstract_does_no_harm() -> None:
    """No escape, no bidirectional override leaves; what looks like markup is shown as it is written."""
    lines = wrapped(pieces_of(HOSTILE, [Reason("R-ANIMAL", "abstract", "Mice", 0, 4)], "abstract"), 40)
    told = "\n".join("".join(p.text for p in line) for line in lines)
    assert not set(told) & set("\x1b\u202e\u202c\r\x07")
    assert "[/red]" in told
    assert letters(told) == letters(clean(HOSTILE))


def test_every_rule_has_a_kind() -> None:
    """Each rule tells of one kind: the ladder's of the design, those of roles of what was given."""
    kinds = {rule: kind_of(rule) for rule in load_rules({}).rules}
    assert set(kinds.values()) == set(KINDS)
    assert {kinds[r] for r in ("R-RCT", "D-RODENT", "N-PEOPLE", "R-IN-VITRO")} == {"design"}
    assert {kinds[r] for r in ("R-GIVEN", "A-EV", "R-BIOMARKER")} == {"agent"}
    ladder = {r for r, rule in load_rules({}).rules.items() if rule.file.endswith("ladder.yaml")}
    assert {r for r in ladder if kinds[r] != "design"} == set()
