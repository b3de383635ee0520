"""What does each clause of a record find? Clauses with null, better, worse or merely changed, and the comparison they speak of."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from evtrack.grade.arms import higher, names_comparator, told_apart, treated_first, turned
from evtrack.grade.automaton import holds
from evtrack.grade.patterns import Hit
from evtrack.grade.significance import ratio_above_one, significance
from evtrack.grade.text import GradingText, Scan, Sentence

Verdict = Literal["null", "similar", "better", "worse", "changed", "associated", "stable", "reported"]
"""``null``: stated or shown by the numbers; ``similar``: the groups were alike; ``changed``: moved, the good direction is
unknown; ``associated``: an association or difference; ``reported``: something was found, not more."""

ASIDE: frozenset[str] = frozenset({"about_secondary", "about_subgroup"})
MEASURES: frozenset[str] = frozenset({"lower_is_better", "higher_is_better"})
NAMES_OUTCOME: frozenset[str] = MEASURES | {"about_safety", "about_baseline", "about_check"}
"""Marks of a clause that names an outcome of its own."""
POSITIVE: frozenset[Verdict] = frozenset({"better", "changed", "associated", "reported"})

_RESULT = (
    "found_null", "found_null_tail", "found_similar", "found_trend", "found_better", "found_good", "found_worse", "found_up",
    "found_down", "found_association", "found_stable", "spare_null", "about_baseline", "about_safety", "about_check",
)  # fmt: skip
_DIRECTION = (
    "lower_is_better",
    "higher_is_better",
    "about_agent",
    "about_between",
    "no_harm",
    "harm_related",
    "more_deaths",
)
_PEOPLE = (
    "about_primary", "about_secondary", "about_subgroup", "about_within", "one_group_only", "about_surrogate", "about_animals",
    "about_one_arm", "harm_after", "serious_event", "laid_to_treatment",
)  # fmt: skip
SIGNALS: dict[str, tuple[str, ...]] = {
    "association": (*_RESULT, "found_reported", "found_part", "about_between"),
    "laboratory": (*_RESULT, *_DIRECTION, "found_reported"),
    "people": (*_RESULT, *_DIRECTION, *_PEOPLE),
}
"""What a reading asks for: every signal costs a pass over the text, so an association is not asked for its direction.

That something was "reported" is a result of cells and cohorts, never of a trial.
"""

_BREAK = re.compile(
    rb"; |,? (?:but|whereas|while|although|though|yet|despite|except)\b,? |, (?=however)|, (?:and|with) (?=no |not |without |neither )"
    rb"|,? (?=without (?:any )?(?:significant )?(?:changes?|differences?|effects?|alterations?|affecting|altering|changing)\b)|,? and (?=(?:(?:the |both )?(?:two )?(?:arms|groups) )?(?:did|was|were|could) not (?:[a-z]+ )?(?:differ|different|inferior|superior|be told)\b|(?:was|were) (?:[a-z]+ )?(?:similar|comparable|equivalent) to (?:each|one))|,? (?=with (?:unchanged|unaltered) )"
    + "|(?:が|ものの|一方)、".encode()
)
_QUALIFIES = re.compile(rb" (?:(?!in |with |of |than |and |for |by |on |at |to |from |as |or )[\w\-]+ ){0,2}")
_responded = holds(rb"\brespon(?:se|ded|ders)|\bremi(?:ssion|tted)")
_of_model = holds(rb"\b(?:RMSEA|CFI|SRMR|goodness[ -]of[ -]fit|model fit|heterogeneity|Egger)\b", case=False)
"""Numbers that say how well a model fits, or how alike pooled studies are."""
_NEAR = 90
"""Bytes between a direction word and the outcome it moves; farther apart they are two statements."""


class Finding(NamedTuple):
    """One clause that reports something; a tuple for the same reason as ``Hit``.

    ``start`` and ``end`` are byte offsets; ``marks`` the ``about_*`` and ``harm_*`` signals in it (those of its
    sentence are in ``around``); ``significant`` is what its first p value or confidence interval says.
    """

    sentence: int
    zone: str
    start: int
    end: int
    verdict: Verdict
    hit: Hit
    marks: frozenset[str]
    around: frozenset[str]
    significant: bool | None = None
    scope: bytes = b""
    """The clause's words, lower case: what its outcome is looked for in."""
    worse_too: bool = False
    """A ``better`` clause in which another measure moved for the worse."""


_may_break = holds(_BREAK.pattern.replace(b"(?=", b"(?:"))
"""Whether a sentence may have several clauses: most have one. RE2 has no lookahead, but here it says no more without."""
_GROUP_NAMES = frozenset(b"placebo sham control controls vehicle saline untreated midazolam waitlist".split())
"""Names of a group: "not with placebo" names one, it does not compare."""


def clauses(words: bytes) -> list[tuple[int, int]]:
    """(start, end) of the clauses of a sentence, cut at "but", ";" and the like outside brackets."""
    if not _may_break(words):
        return [(0, len(words))]
    out: list[tuple[int, int]] = []
    begin = 0
    for m in _BREAK.finditer(words):
        head = words[: m.start()]
        if head.count(b"(") + head.count(b"[") > head.count(b")") + head.count(b"]"):
            continue
        if m.start() - begin > 8:
            out.append((begin, m.start()))
            begin = m.start()
    out.append((begin, len(words)))
    return out


class Findings:
    """All findings of a scan, by sentence, worked out once for all that ask."""

    def __init__(self, scan: Scan, signals: Iterable[str] = SIGNALS["people"]) -> None:
        self.text: GradingText = scan.text
        self._by_sentence: dict[int, list[Hit]] = {}
        starts = [s.start for s in scan.text.sentences]
        asked = _in_title(scan)
        possible = scan.by_signal.possible
        for signal in signals:
            if signal not in possible:
                continue
            for hit in scan.by_signal.get(signal, ()):
                if signal == "about_check" and _words(scan.text, hit) in asked:
                    continue
                self._by_sentence.setdefault(max(0, bisect_right(starts, hit.start) - 1), []).append(hit)
        self._cache: dict[int, list[Finding]] = {}

    def words(self, sentence: Sentence) -> bytes:
        """The bytes of a sentence."""
        return self.text.encoded[sentence.start : sentence.end]

    def marks(self, index: int) -> frozenset[str]:
        """Signals of a sentence."""
        hits = self._by_sentence.get(index, ())
        signals = {h.signal for h in hits}
        if "about_between" in signals and any(
            h.signal == "about_between" and _words(self.text, h) not in _GROUP_NAMES for h in hits
        ):
            signals.add("about_contrast")
        return frozenset(signals)

    def clause_hits(self, index: int) -> list[list[Hit]]:
        """Hits of a sentence, clause by clause."""
        hits, sentence = self._by_sentence.get(index, []), self.text.sentences[index]
        return [
            [h for h in hits if sentence.start + begin <= h.start < sentence.start + end]
            for begin, end in clauses(self.words(sentence))
        ]

    def of(self, index: int) -> list[Finding]:
        """Findings of one sentence."""
        known = self._cache.get(index)
        if known is None:
            known = self._cache[index] = self._read(index)
        return known

    def within(self, zones: Iterable[str]) -> list[Finding]:
        """Findings of all sentences in these zones, in order."""
        wanted = frozenset(zones)
        out: list[Finding] = []
        for index, sentence in enumerate(self.text.sentences):
            if sentence.zone in wanted and index in self._by_sentence:
                out.extend(self.of(index))
        return out

    def _read(self, index: int) -> list[Finding]:
        hits = self._by_sentence.get(index)
        if not hits:
            return []
        sentence = self.text.sentences[index]
        words = self.words(sentence)
        around = self.marks(index)
        spans = clauses(words)
        if len(spans) == 2 and told_apart(words.lower()):
            spans = [(0, len(words))]
        out: list[Finding] = []
        for begin, end in spans:
            a, b = sentence.start + begin, sentence.start + end
            inside = hits if len(spans) == 1 else [h for h in hits if a <= h.start < b]
            part = words[begin:end]
            number = significance(part)
            if number and _of_model(part):
                number = None
            sig = number[0] if number else None
            by = _by_signal(inside)
            moves = _moves(by, self.text.encoded)
            found = _verdict(by, moves, sig)
            if number and (found is None or found[0] == "reported"):
                # Numbers alone ("12 v 15 months; P = .04") tell whether, not which way.
                found = ("changed" if sig else "null"), Hit("S-NUMBERS", "number", a + number[1], a + number[2])
            if found:
                verdict, hit = found
                scope = part.lower()
                verdict = _by_arms(verdict, hit, by, moves, scope, self.text.encoded)
                worse_too = verdict == "better" and moves.worse is not None
                out.append(
                    Finding(index, sentence.zone, a, b, verdict, hit, frozenset(by), around, sig, scope, worse_too)
                )
        return out


def _words(text: GradingText, hit: Hit) -> bytes:
    return text.encoded[hit.start : hit.end].lower()


def _in_title(scan: Scan) -> frozenset[bytes]:
    """Control measures that the title names ("predictors of weight loss"): there they are what was asked."""
    checks = scan.by_signal.get("about_check", ())
    return frozenset(_words(scan.text, h) for h in checks if scan.text.sentence(h.start).zone == "title")


def _by_signal(hits: Sequence[Hit]) -> dict[str, list[Hit]]:
    by: dict[str, list[Hit]] = {}
    for hit in hits:
        by.setdefault(hit.signal, []).append(hit)
    return by


def _verdict(by: dict[str, list[Hit]], moves: Moves, significant: bool | None) -> tuple[Verdict, Hit] | None:
    """What the hits of a clause say: negation first, then numbers, then direction."""
    null = _null(by, significant)
    if null:
        return null
    plain = next(iter(by.get("found_association") or by.get("found_reported") or ()), None)
    if significant is False:
        hit = moves.first or plain or next((h for hits in by.values() for h in hits), None)
        return ("null", hit) if hit else None
    turned = by.get("found_better", [])
    for hit in by.get("found_worse", ()):
        # "worsened less" is better.
        if not any(b.start <= hit.start and hit.end <= b.end for b in turned):
            return "worse", hit
    if moves.better:
        return "better", moves.better
    if "found_better" in by:
        return "better", by["found_better"][0]
    if moves.worse:
        return "worse", moves.worse
    for signal, verdict in _WORDS:
        if signal in by:
            return verdict, by[signal][0]
    if moves.first:
        return "changed", moves.first
    return ("associated" if "found_association" in by else "reported", plain) if plain else None


def _by_arms(
    verdict: Verdict, hit: Hit, by: dict[str, list[Hit]], moves: Moves, scope: bytes, encoded: bytes
) -> Verdict:
    """Better or worse by which arm it holds for, and by the two amounts where no word gives the direction."""
    opposite = _of_treated(moves, scope)
    if verdict in ("better", "worse"):
        if opposite is not None:
            return opposite
        if names_comparator(encoded[hit.start : hit.end].lower()) or not turned(scope):
            return verdict
        return "worse" if verdict == "better" else "better"
    rises = None
    if verdict == "changed" and hit.signal == "number":
        rises = ratio_above_one(scope)
        rises = higher(scope) if rises is None else rises
    if rises is None:
        return verdict
    bad = "lower_is_better" in by
    good = "higher_is_better" in by or (not bad and _responded(scope))
    if good == bad:
        return verdict
    return "better" if rises == good else "worse"


def _of_treated(moves: Moves, scope: bytes) -> Verdict | None:
    """ "rose by 3 points with exosomes and fell by 2 with saline": what the treated did, where the arms went opposite ways."""
    if moves.better is None or moves.worse is None:
        return None
    first = treated_first(scope)
    if first is None:
        return None
    better_first = moves.better.start < moves.worse.start
    return "better" if better_first == first else "worse"


_WORDS: tuple[tuple[str, Verdict], ...] = (("found_good", "better"), ("found_stable", "stable"))


def _null(by: dict[str, list[Hit]], significant: bool | None) -> tuple[Verdict, Hit] | None:
    """A negated, trending or "similar" result, unless the negation is another ("not only", "no adverse events")."""
    spared = by.get("spare_null", [])
    for signal in ("found_null", "found_null_tail", "found_part"):
        for hit in by.get(signal, ()):
            if not any(s.start < hit.end and hit.start < s.end for s in spared):
                return "null", hit
    if "found_trend" in by and significant is not True:
        return "null", by["found_trend"][0]
    for hit in by.get("found_similar", ()):
        if not any(s.start < hit.end and hit.start < s.end for s in spared):
            return "similar", hit
    return None


class Moves(NamedTuple):
    """Direction words of a clause: the first of all, the first for the better, the first for the worse."""

    first: Hit | None
    better: Hit | None
    worse: Hit | None


_NO_MOVES = Moves(None, None, None)


def _moves(by: dict[str, list[Hit]], encoded: bytes) -> Moves:
    """Better or worse by the outcome nearest to each direction word."""
    if "found_up" not in by and "found_down" not in by:
        return _NO_MOVES
    good, bad = by.get("higher_is_better", []), by.get("lower_is_better", [])
    if good and bad:
        # The longer name is the outcome: "metastasis" in "metastasis-free survival" is none.
        good, bad = _outside(good, bad), _outside(bad, good)
    outcomes = [(o, True) for o in good] + [(o, False) for o in bad]
    first: Hit | None = None
    better: Hit | None = None
    worse: Hit | None = None
    for signal, rises in (("found_up", True), ("found_down", False)):
        for hit in by.get(signal, ()):
            if any(o.start <= hit.start and hit.end <= o.end for o, _ in outcomes):
                continue  # "cognitive decline" is the outcome's own name
            first = first or hit
            distance, up_is_good = min(
                ((_distance(hit, o, encoded), up) for o, up in outcomes), default=(_NEAR + 1, True)
            )
            if distance <= _NEAR:
                if up_is_good == rises:
                    better = better or hit
                else:
                    worse = worse or hit
    return Moves(first, better, worse)


def _outside(some: list[Hit], others: list[Hit]) -> list[Hit]:
    """Those hits that lie in no longer hit of the others."""
    return [
        h
        for h in some
        if not any(o.start <= h.start and h.end <= o.end and o.end - o.start > h.end - h.start for o in others)
    ]


def _distance(direction: Hit, outcome: Hit, encoded: bytes) -> int:
    """Bytes between a direction word and an outcome; 0 where they touch, and where the one qualifies the other.

    "less sucrose preference, higher plasma corticosterone": "higher" stands nearer to the wrong one.
    """
    if 0 < outcome.start - direction.end <= 30 and _QUALIFIES.fullmatch(encoded, direction.end, outcome.start):
        return 0
    return max(1, max(direction.start, outcome.start) - min(direction.end, outcome.end))


def is_null(finding: Finding) -> bool:
    """No difference, stated or shown by the numbers."""
    return finding.verdict in ("null", "similar")
