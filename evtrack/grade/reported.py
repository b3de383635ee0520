"""What does a record report, and where? Its findings by part of the text, and harm laid to the treatment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from evtrack.grade.asides import is_plan, without_checks
from evtrack.grade.comparison import speaks
from evtrack.grade.findings import (
    NAMES_OUTCOME,
    POSITIVE,
    SIGNALS,
    Finding,
    Findings,
    is_null,
)
from evtrack.grade.grades import Design, DesignGrade
from evtrack.grade.patterns import Hit
from evtrack.grade.text import Scan
from evtrack.record import Reason

EMPTY: Final[frozenset[Design]] = frozenset({"protocol", "registered_trial", "notice", "guideline", "opinion"})
"""Designs that report no result of their own."""
CONTROLLED: Final[frozenset[Design]] = frozenset({"rct", "nonrandomised_trial"})
UNCONTROLLED: Final[frozenset[Design]] = frozenset(
    {"case_report", "case_series", "single_arm", "phase1", "randomised_no_control"}
)
SYNTHESES: Final[frozenset[Design]] = frozenset({"systematic_review", "meta_analysis"})
LABORATORY: Final[frozenset[Design]] = frozenset({"animal", "in_vitro"})

_REFERS = re.compile(
    rb"\W*(?:(?:however|but|although|though|yet|nevertheless|and|while|whereas),? )*(?:this|these|those|the|it|they|neither)\b(?: [\w\-]+){0,3}?"
    rb" (?:differences?|effects?|improvements?|changes?|reductions?|increases?|decreases?|trends?|benefits?|results?|findings?|did|was|were)\b"
)
"""The start of a clause that speaks of what was just said."""
_AND_NOT = re.compile(
    rb",? and (?:(?:the |both )?(?:two )?(?:arms|groups) )?(?:(?:did|was|were|could) not |(?:was|were) (?:[a-z]+ )?(?:similar|comparable|equivalent) )"
)
_COMPARES = re.compile(rb"\bthan\b|\bversus\b|\bvs?\b|\bcompared (?:with|to)\b|\brelative to\b")
_VESICLES = re.compile(rb"exosom|vesicle|\bs?evs?\b")
_BETWEEN = re.compile(
    rb"\b(?:no|without|any) (?:[\w\-]+ ){0,2}?(?:between[ -]group (?:differences?|effects?)|differences? between (?:the )?(?:two )?(?:groups?|arms?|treatments?|them|conditions?)\b)"
    b"|" + "群間(?:に|で|の)?(?:は)?(?:有意(?:な)?)?差".encode()
)
"""A null on what was just said, between the groups."""
TIME = re.compile(
    rb"\b(?:weeks?|months?|days?|years?|hours?) ?\d+|\b\d+[ -](?:weeks?|months?|days?|years?|hours?)|\xe9\x80\xb1|\xe3\x83\xb6\xe6\x9c\x88|\xe3\x81\x8b\xe6\x9c\x88|\xe6\x97\xa5\xe7\x9b\xae"
    rb"|\b[Tt]\d\b|follow-?up"
)
"""A point in time: two of them may give two answers."""
_SHORT: Final = 4
"""Sentences up to which an abstract has no background: such a short one goes straight to what was found."""
_NO_BODY = frozenset({"title", "registration", "registry"})
_OF_CONTROLS = re.compile(rb"(?:mortality|deaths?)[^.]{0,30}\b(?:placebo|controls?|sham|vehicle|model)\b")
_NO_RESULT = frozenset({"methods", "objective", "background", "registration", "registry"})
_HAPPENED = re.compile(
    rb"occur|develop|experienc|suffer|\bhad\b|report|\bseen\b|observed|there w|\bdied\b|deaths?|events?\b|\xe4\xbe\x8b|\xe7\x99\xba\xe7\x97\x87",
    re.IGNORECASE,
)
"""An event that struck somebody, not the illness treated."""
_PLANNED = re.compile(
    rb"\bwhether\b|\bwould\b|\bto be\b|\b(?:was|were) (?:recorded|monitored|collected|graded|defined|adjudicated)\b|\boutcomes? (?:was|were)\b"
)
_GOES_ON = re.compile(
    rb"\W*(?:(?:both|all|one|two|three|four|some|most) (?:of (?:them|these|the events?)|(?:was|were|events?|cases?))|(?:it|they|this|these|the event|the events|both|all)\b)",
    re.IGNORECASE,
)
_TO_ELSE = re.compile(
    rb" to (?!(?:the |an? )?(?:[\w\-]+ ){0,2}?(?:exosom|vesicle|s?EVs?\b|product|infusion|injection|treatment|therapy|drug|medication|intervention|study))"
)
_AWAITED = re.compile(rb"\b(?:will|expect\w*|anticipat\w*|hypothe\w*|may|would|could|planned|is to|are to)\b")
_LOOKED_FOR = re.compile(rb"\b(?:did|was|were|had) not\b|\bn(?:o|either)\b[^.;]{1,80} (?:was|were|had|did)\b")
_OWN_EXPERIMENT = re.compile(
    rb"\b[Ee]xperiments? [1-9]\b|\b[Tt]he results show\b|\b[Pp]articipants (?:performed|were asked|completed|rated|viewed|responded)\b"
)
"""What only a study of its own tells."""
_RESULTS_LABEL = re.compile(rb"[ \n]*(?:RESULTS?|FINDINGS?|MAIN|Results?|Findings)\b[^.]{0,30}?[:.]")


def bare(rule: str) -> Reason:
    """A decision that rests on no words of the text."""
    return Reason(rule, "title", "", 0, 0)


def without_withdrawn(findings: Sequence[Finding]) -> list[Finding]:
    """Findings without those that the next one takes back ("… was lower, but the difference was not significant")."""
    out: list[Finding] = []
    for finding in findings:
        if out and out[-1].verdict in POSITIVE and _takes_back(finding, out[-1]):
            out.pop()
        out.append(finding)
    return out


def _takes_back(null: Finding, before: Finding) -> bool:
    together = _AND_NOT.match(null.scope) is not None and null.sentence == before.sentence
    if together and is_null(null) and before.significant is None and not _COMPARES.search(before.scope):
        return True  # "both lowered the score and did not differ"
    if (
        null.verdict != "null"
        or null.marks & NAMES_OUTCOME
        or TIME.search(null.scope)
        or null.sentence > before.sentence + 1
    ):
        return False
    if null.sentence == before.sentence:
        if null.hit.signal == "found_null_tail" and "about_agent" in null.marks and "about_agent" not in before.marks:
            return True  # "reduced by the drug but not by vesicles"
        if _VESICLES.search(null.scope) and not _VESICLES.search(before.scope) and "about_agent" in before.marks:
            return True  # "MSCs helped; exosomes did not"
        return (
            b"significan" in null.scope
            or _BETWEEN.search(null.scope) is not None
            or _REFERS.match(null.scope) is not None
        )
    return _REFERS.match(null.scope) is not None


class Reported:
    """The findings of title, results and conclusion of one record; ``flags`` and ``reasons`` grow as it is read."""

    def __init__(self, scan: Scan, design: DesignGrade, *, direction: bool = False) -> None:
        self.scan = scan
        # In an open-label extension everybody gets it: the parent trial's arms are no control.
        self.design: Design = (
            "single_arm" if design.design in CONTROLLED and "open_label_extension" in design.flags else design.design
        )
        self.findings = Findings(scan, SIGNALS[self._asked(direction=direction)])
        self.flags: list[str] = []
        self.reasons: list[Reason] = []
        self.used: list[Finding] = []
        self.title = [f for f in self.findings.within(("title",)) if self._asserts(f)]
        self.conclusion = self.findings.within(("conclusion",))
        self.results = without_checks(without_withdrawn([f for f in self._told() if not is_plan(f)]))
        if self.design in CONTROLLED or self.design in UNCONTROLLED:
            # A paper with mice and people is read for the people.
            self.results = [f for f in self.results if "about_animals" not in f.around] or self.results

    def _asserts(self, finding: Finding) -> bool:
        """Whether a title's words state a result: "efficacy of …" names a question, "enhanced cell therapy" a thing."""
        if finding.hit.signal in ("found_up", "found_down") and finding.verdict != "better":
            words = self.scan.text.slice(finding.hit.start, finding.hit.end).lower()
            return words in ("promotes", "enhances", "facilitates")
        return finding.hit.signal != "found_good"

    def _asked(self, *, direction: bool) -> str:
        if (
            self.design in CONTROLLED
            or self.design in UNCONTROLLED
            or self.design in SYNTHESES
            or self.design == "opinion"
        ):
            return "people"
        return "laboratory" if direction or self.design in LABORATORY else "association"

    def _told(self) -> list[Finding]:
        """Findings of the results, in order.

        Abstracts without section labels are cut by guess. What was taken for methods, or for background though it stands in
        the second half, counts where it states a finding; where nothing else does, all of it is read.
        """
        sentences = self.scan.text.sentences
        body = [i for i, s in enumerate(sentences) if s.zone not in _NO_BODY]
        short = len(body) <= _SHORT
        half = 0 if short or not body else body[len(body) // 2]
        out: list[Finding] = []
        for i in body:
            zone = sentences[i].zone
            if zone in ("results", "abstract"):
                out += self.findings.of(i)
            elif zone == "methods" or (zone != "conclusion" and i >= half):
                out += [
                    f
                    for f in self.findings.of(i)
                    if (f.verdict in ("null", "better", "worse") and not self._of_stimuli(f))
                    or (short and f.verdict == "associated")
                ]
        if self.design in CONTROLLED and self._labelled() and any(f.zone == "results" and speaks(f) for f in out):
            # Where the authors marked their results, methods hold hypotheses and power.
            return [
                f
                for f in out
                if f.zone in ("results", "abstract") or (f.verdict == "null" and f.hit.signal == "found_null")
            ]
        if any(f.verdict != "reported" for f in (*out, *self.conclusion)):
            return out
        return self.findings.within(("results", "abstract", "methods", "background", "objective"))

    def tells_results(self) -> bool:
        """Whether a part that the authors marked as results says what was found, not what is awaited."""
        return self._labelled() and any(
            f.zone == "results" and f.verdict in ("null", "better", "worse") and not _AWAITED.search(f.scope)
            for f in self.results
        )

    def _of_stimuli(self, finding: Finding) -> bool:
        """ "One picture was shown and the other was not": what was done, in a part the authors marked as methods."""
        bare_not = self.scan.text.slice(finding.hit.start, finding.hit.end).lower() in (
            "did not",
            "was not",
            "were not",
        )
        return bare_not and self._labelled()

    def _labelled(self) -> bool:
        """Whether the authors marked their results as such."""
        text = self.scan.text
        return any(s.zone == "results" and _RESULTS_LABEL.match(text.encoded, s.start) for s in text.sentences)

    @property
    def title_only(self) -> bool:
        """Whether nothing but a title is known."""
        return not any(name not in ("title", "vernacular_title") for name, _ in self.scan.text.fields)

    def _has_result(self) -> bool:
        """Whether what is taken for a review tells a result of its own: marked as one, or something that was looked for and not found."""
        found = [f for f in self.results if f.verdict != "reported"]
        if any(f.zone == "results" or (f.verdict == "null" and _LOOKED_FOR.search(f.scope)) for f in found):
            return True
        body = [self.findings.words(s) for s in self.scan.text.sentences if s.zone not in _NO_BODY]
        return bool(found) and any(_OWN_EXPERIMENT.search(words) for words in body)

    def _say(self, finding: Finding, rule: str | None = None) -> None:
        self.used.append(finding)
        self.reasons.append(self.reason(finding, rule))

    def reason(self, finding: Finding, rule: str | None = None) -> Reason:
        """A finding as a reason, under its own rule or another."""
        return self.scan.text.reason(rule or finding.hit.rule, finding.hit.start, finding.hit.end)

    def all_surrogate(self, findings: Sequence[Finding]) -> bool:
        """Whether every finding rests on a surrogate (BDNF, a cytokine, an image) alone."""
        return bool(findings) and all("about_surrogate" in f.marks for f in findings)

    def related_harm(self) -> Hit | None:
        """Words for a serious event that the text lays to the treatment, for more deaths among the treated, or a case of harm."""
        for finding in (*self.title, *self.results, *self.conclusion):
            if "harm_related" in finding.marks and "no_harm" not in finding.marks and not is_null(finding):
                return self._hit_in("harm_related", finding)
            if "more_deaths" in finding.marks and finding.verdict == "worse" and _among_treated(finding):
                return self._hit_in("more_deaths", finding)
        if self.design in CONTROLLED or self.design in UNCONTROLLED:
            laid = self._laid_to_treatment()
            if laid:
                return laid
        if self.design in ("case_report", "case_series", "opinion"):
            return next((h for h in self.scan.by_signal.get("harm_case", ()) if self._struck(h)), None)
        return None

    def _laid_to_treatment(self) -> Hit | None:
        """A serious event that happened and that, in the same sentence or in one that goes on about it, is laid to the treatment."""
        happened, labelled = False, self._labelled()
        for i, sentence in enumerate(self.scan.text.sentences):
            if (sentence.zone in _NO_RESULT and labelled) or _PLANNED.search(self.findings.words(sentence)):
                continue
            happened = happened and _GOES_ON.match(self.findings.words(sentence)) is not None
            for hits in self.findings.clause_hits(i):
                signals = {h.signal for h in hits}
                if "no_harm" in signals or "found_better" in signals:
                    happened = happened and "serious_event" not in signals
                    continue
                words = self.findings.words(sentence)
                happened = happened or ("serious_event" in signals and _HAPPENED.search(words) is not None)
                laid = next((h for h in hits if h.signal == "laid_to_treatment" and self._to_treatment(h)), None)
                if happened and laid:
                    return laid
        return None

    def _to_treatment(self, hit: Hit) -> bool:
        """Not "related to the underlying disease"."""
        return _TO_ELSE.match(self.scan.text.encoded, hit.end) is None

    def _hit_in(self, signal: str, finding: Finding) -> Hit:
        return next(h for h in self.scan.by_signal[signal] if finding.start <= h.start < finding.end)

    def _struck(self, hit: Hit) -> bool:
        """Whether a named event is the harm and not the illness that got better."""
        marks = self.findings.marks(self.scan.text.sentence_index(hit.start))
        return "harm_after" in marks and "no_harm" not in marks and "found_better" not in marks


def _among_treated(finding: Finding) -> bool:
    """More deaths among those who got the vesicles; "higher mortality in the control group" and in the model are none."""
    return "about_agent" in finding.around and (_OF_CONTROLS.search(finding.scope) is None or b"than" in finding.scope)
