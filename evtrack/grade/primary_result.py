"""How does a record's own text answer, by design? Its primary result, comparison between groups before changes within them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from evtrack.grade.asides import foretells, is_aside, is_contrary
from evtrack.grade.comparison import arms_side_by_side, between_groups, side, sideless, speaks
from evtrack.grade.findings import ASIDE, MEASURES, POSITIVE, Finding, is_null
from evtrack.grade.grades import Design, Stance, StanceGrade
from evtrack.grade.patterns import Hit
from evtrack.grade.primary_outcome import declares_several, on_primary_outcome
from evtrack.grade.reported import CONTROLLED, LABORATORY, SYNTHESES, TIME, UNCONTROLLED, Reported, bare

_NO_TREATMENT: Final[frozenset[Design]] = frozenset({"observational", "narrative_review", "other"})

_TRIALS = re.compile(
    rb"\b(?:randomi[sz]ed|controlled|blind(?:ed)?) (?:[\w\-]+ ){0,2}?(?:trials?|study|studies)\b|\brcts?\b"
)
_TO_SHOW = re.compile(
    rb"designed|predicted|hypothe|expected|\b(?:aimed|wanted|powered|order) to\b|\bto (?:test|show|demonstrate|establish)\b|crossed|exceeded"
)
_GROUPS_BESIDE = ("design:control_arm", "design:other_arm", "design:healthy_controls")
_OF_PARTS = re.compile(
    rb"\b(?:non-?)?(?:responders?|remitters?)\b|\b(?:sex|gender|male|female|age)s?\b|\bdoses?\b|\bmen and women\b"
)
"""Parts of those treated: who responded, how old, which dose."""
_NO_CHANGE = re.compile(
    rb"\bno (?!further)(?:[\w\-]+ ){0,3}?(?:effects?|changes?|improvements?|impacts?|reductions?|benefits?)\b[^.;]{0,30}? (?:on|in|for|was|were)\b"
    rb"|\bdid not (?:[\w\-]+ )?(?:change|improve|decrease|increase)\b"
)
"""That a measure stayed as it was, whatever its name."""
_ONE_OF = re.compile(
    rb"\b(?:one|only one|only 1) of (?:the |its |their )?(?:two|three|four|co)|\b(?:some|certain|a few) (?:of the )?primary\b",
    re.IGNORECASE,
)


class ResultReader(Reported):
    """Reads the direction of what one record reports."""

    def grade(self) -> StanceGrade:
        if self.design == "narrative_review" and not self._has_result():
            return StanceGrade("n/a", reasons=(bare("S-NOTHING-REPORTED"),))
        stance, review = self._harm() or self._by_design()
        self._flag_outcomes(stance)
        if self.title_only:
            self.reasons.append(bare("S-TITLE-ALONE"))
            review = True
        return StanceGrade(stance, tuple(dict.fromkeys(self.flags)), review, tuple(dict.fromkeys(self.reasons)))

    def _flag_outcomes(self, stance: Stance) -> None:
        """Flags of what the result rests on: a part of the participants, a secondary outcome, a surrogate, an active comparator."""
        if self.design not in CONTROLLED and self.design not in UNCONTROLLED:
            return
        if (
            self.design in CONTROLLED
            and "compared_with_active" in self.scan
            and "compared_with_nothing" not in self.scan
        ):
            self.flags.append("active_comparator")
        rest = [f for f in (*self.results, *self.conclusion) if f.verdict == "better"]
        if stance == "no_difference":
            self.flags += ["post_hoc_subgroup"] * any("about_subgroup" in f.around for f in rest)
            self.flags += ["secondary_outcome"] * any("about_secondary" in f.around for f in rest)
        elif stance == "supports" and self.used:
            self.flags += ["post_hoc_subgroup"] * ("about_subgroup" in self.used[0].marks)
            self.flags += ["secondary_outcome"] * (
                "about_secondary" in self.used[0].around and "about_primary" not in self.used[0].around
            )
            self.flags += ["surrogate_outcome"] * self.all_surrogate(rest or self.used)

    def _by_design(self) -> tuple[Stance, bool]:
        if self.design in CONTROLLED:
            return self._controlled()
        if self.design in UNCONTROLLED:
            return self._uncontrolled()
        if self.design in LABORATORY:
            return self._laboratory()
        if self.design in SYNTHESES:
            return self._synthesis()
        return self._association()

    def compared(self, findings: Sequence[Finding]) -> tuple[Stance, bool, list[Finding]] | None:
        """What a trial's findings on one outcome say between the groups; ``None`` where they say nothing."""
        told = [f for f in findings if speaks(f) and not is_aside(f)]
        if not told:
            return None
        stance, review = self._of_primary([f for f in told if not f.marks & ASIDE] or told)
        return stance, review, told

    def _harm(self) -> tuple[Stance, bool] | None:
        """A serious event laid to the treatment contradicts; in a controlled trial the comparison decides."""
        hit = self.related_harm() if self.design not in _NO_TREATMENT else None
        if hit is None:
            return None
        self.flags.append("harm_signal")
        if hit.signal != "more_deaths" and (self.design in CONTROLLED or self.design in SYNTHESES):
            # Related events are counted in both arms of every large trial: the comparison decides.
            return None
        self.reasons.append(self.scan.reason(hit))
        return "contradicts", self.design in CONTROLLED

    # ---- controlled trials

    def _controlled(self) -> tuple[Stance, bool]:
        stated = self._primary_stated()
        if stated:
            return stated
        if declares_several(self.scan):
            primary = [f for f in self.results if speaks(f) and not is_aside(f) and not f.marks & ASIDE]
        else:
            primary = on_primary_outcome(self.scan, self.results)
        if primary:
            return self._of_primary(primary)
        return self._undeclared()

    def _primary_stated(self) -> tuple[Stance, bool] | None:
        """The text says in so many words that the primary outcome was met or not."""
        hit = self.scan.first("primary_not_met", zones=("results", "conclusion", "abstract", "title"))
        if hit:
            self.reasons.append(self.scan.reason(hit))
            self._note_spin()
            return self._null()
        hit = self.scan.first("primary_met", zones=("results", "conclusion", "abstract", "title"))
        if hit:
            if _ONE_OF.search(self.findings.words(self.scan.text.sentence(hit.start))):
                self.reasons.append(self.scan.reason(hit))
                return "mixed", False
            self.reasons.append(self.scan.reason(hit))
            return "supports", False
        return None

    def _of_primary(self, primary: Sequence[Finding]) -> tuple[Stance, bool]:
        between = between_groups(primary)
        if not between:
            return self._within_only(primary[0])
        first = between[0]
        self._say(first, None)
        if not is_null(first) and _ONE_OF.search(first.scope) and "about_primary" in first.marks:
            return "mixed", False
        if declares_several(self.scan):
            other = next((f for f in between if side(f) != side(first) or (is_null(f) and f.significant)), None)
            if other:
                self._say(other)
                return "mixed", False
        for other in between[1:]:
            if is_null(other) != is_null(first) and self._at_another_time(first, other):
                self._say(other)
                return "mixed", False
        return self._verdict(first)

    def _at_another_time(self, first: Finding, other: Finding) -> bool:
        """Whether both are told for a point in time: in their clauses, or in their sentences where these are two."""
        if first.sentence == other.sentence:
            return bool(TIME.search(first.scope) and TIME.search(other.scope))
        sentences = self.scan.text.sentences
        return all(TIME.search(self.findings.words(sentences[f.sentence])) for f in (first, other))

    def _verdict(self, first: Finding) -> tuple[Stance, bool]:
        if is_null(first):
            self._note_spin()
            return self._null()
        if first.verdict == "worse":
            # "Worse in the control group" reads the same; a conclusion for the better asks for a person.
            return ("supports" if any(f.verdict == "better" for f in self.conclusion) else "contradicts"), True
        if self.design == "rct" and arms_side_by_side(first):
            return self._within_only(first)
        if sideless(first) and not self._praised():
            return "unclear", True  # "P = 0.01", "a significant difference": in favour of whom is not said
        return "supports", first.verdict != "better"

    def _praised(self) -> bool:
        return any(f.verdict == "better" for f in (*self.title, *self.conclusion, *self.results))

    def _null(self) -> tuple[Stance, bool]:
        shown = self._noninferior()
        if shown:
            self.reasons.append(self.scan.reason(shown))
            return "supports", False
        missed = self.scan.by_signal.get("noninferior_not_shown")
        if missed:
            self.reasons.append(self.scan.reason(missed[0]))
            return "unclear", False
        if "compared_with_active" in self.scan and "compared_with_nothing" not in self.scan:
            self.flags.append("active_comparator")
            self.reasons.append(self.scan.reason(self.scan.by_signal["compared_with_active"][0]))
            return "unclear", False
        return "no_difference", False

    def _noninferior(self) -> Hit | None:
        """Where non-inferiority is said to be shown; that a trial was to show it is no result."""
        if "noninferior_not_shown" in self.scan:
            return None
        text = self.scan.text
        return next(
            (
                h
                for h in self.scan.by_signal.get("noninferior_shown", ())
                if not _TO_SHOW.search(self.findings.words(text.sentence(h.start)))
            ),
            None,
        )

    def _within_only(self, first: Finding) -> tuple[Stance, bool]:
        self.flags.append("within_group_only")
        if self.design != "rct":
            return self._uncontrolled()
        self._say(first)
        self.reasons.append(bare("S-WITHIN-ONLY"))
        return "unclear", True

    def _undeclared(self) -> tuple[Stance, bool]:
        """No primary outcome named: the first comparison between groups, then the conclusion."""
        spoken = [f for f in self.results if speaks(f) and not is_aside(f)]
        told = [f for f in spoken if not f.marks & ASIDE] or spoken
        between = between_groups(told)
        ends = [f for f in self.conclusion if speaks(f) and not f.marks & ASIDE and not is_aside(f)]
        if between:
            first = between[0]
            self._say(first)
            for other in between[1:]:
                if (
                    is_null(other) != is_null(first)
                    and other.sentence == first.sentence
                    and self._at_another_time(first, other)
                ):
                    self._say(other)
                    return "mixed", False
            # A conclusion weighs several outcomes; where there is none, and where half of them found nothing, a null one
            # beside the first is told as it is: praise does not settle what no primary outcome does.
            weighed = self.conclusion and 2 * sum(f.verdict == "null" for f in between) < len(between)
            nulls = [
                f for f in (*between[1:], *ends) if f.verdict == "null" and (not weighed or f in ends or is_contrary(f))
            ]
            if not is_null(first) and nulls:
                self._say(nulls[0])
                return "mixed", False
            return self._verdict(first)
        if told:
            return self._within_only(told[0])
        for f in (*ends, *self.title):
            if speaks(f):
                self._say(f)
                return self._verdict(f)
        if self._noninferior():
            return self._null()
        return self._unread() if self.design == "rct" else (self._uncontrolled()[0], True)

    def _note_spin(self) -> None:
        if any(f.verdict == "better" for f in (*self.title, *self.conclusion)):
            self.flags.append("spin")
            self.reasons.append(bare("S-SPIN"))

    def _unread(self) -> tuple[Stance, bool]:
        self.reasons.append(bare("S-NOT-STATED"))
        return "unclear", True

    # ---- people without a control

    def _uncontrolled(self) -> tuple[Stance, bool]:
        told = [f for f in (*self.results, *self.conclusion) if speaks(f, stable=True) and not is_aside(f)] or [
            f for f in self.title if speaks(f, stable=True)
        ]
        if not told:
            return self._unread()
        if self.design == "randomised_no_control":
            self._say(told[0])
            self.reasons.append(bare("S-TWO-PRODUCTS"))
            return "unclear", True
        concomitant = self.scan.first("treatment_changed_too")
        if concomitant and self.design in ("case_report", "case_series"):
            self.flags.append("concomitant_treatment")
            self.reasons.append(self.scan.reason(concomitant))
            return "unclear", False
        better = [
            f
            for f in told
            if f.verdict in ("better", "changed", "associated")
            or (is_null(f) and "found_better" in f.marks and f.hit.signal == "found_null_tail")
        ]
        # Nulls between responders, doses or sexes are no answer; a measure that did not move is, and so is one on which
        # groups that were studied beside did not differ.
        beside = any(signal in self.scan for signal in _GROUPS_BESIDE)
        nulls = [
            f
            for f in told
            if f.verdict == "stable"
            or (is_null(f) and not _OF_PARTS.search(f.scope) and (beside or self._did_not_move(f) or f in better))
        ]
        worse = [f for f in told if f.verdict == "worse"]
        self._say(told[0])
        if better and (nulls or all("about_one_arm" in f.marks for f in better)):
            return "mixed", False
        if better:
            return "supports", False
        if worse:
            return "contradicts", True
        if any(f.verdict == "stable" for f in nulls):
            return "unclear", True
        return ("no_difference" if any(is_null(f) for f in told) else "unclear"), True

    @staticmethod
    def _did_not_move(finding: Finding) -> bool:
        if "about_between" in finding.marks or b"between" in finding.scope:
            return False
        return bool(finding.marks & MEASURES) or _NO_CHANGE.search(finding.scope) is not None

    # ---- animals and cells

    def _laboratory(self) -> tuple[Stance, bool]:
        told = [f for f in (*self.results, *self.conclusion) if not is_aside(f)]
        heads = [f for f in (*self.title, *self.conclusion) if not is_aside(f)]
        for f in heads:
            if (
                f.verdict == "worse"
                and "about_agent" in f.around
                and "found_better" not in f.around
                and not any(g.verdict == "better" for g in told)
            ):
                self._say(f)
                self.flags.append("harm_signal")
                return "contradicts", False
        better = [f for f in (*self.title, *told) if f.verdict == "better"]
        if better:
            self._say(better[0])
            if self.conclusion and all(is_null(f) for f in self.conclusion):
                return "mixed", True
            return "supports", False
        for f in told:
            if f.verdict == "worse" and {"about_agent", "about_between"} <= f.marks:
                self._say(f)
                return "contradicts", True
        nulls = [f for f in (*self.title, *told) if is_null(f)]
        moved = [f for f in (*self.title, *told) if f.verdict in ("changed", "associated")]
        if nulls and not moved:
            self._say(nulls[0])
            return "no_difference", False
        if moved:
            self._say(moved[0])
            return ("mixed" if nulls else "supports"), True
        shown = [f for f in (*told, *self.title) if f.verdict == "reported"]
        if shown:
            self._say(shown[0])
            return "supports", True
        return self._unread()

    # ---- pooled and associations

    def _synthesis(self) -> tuple[Stance, bool]:
        """Pooled studies: the first pooled result and the conclusion; null results on the way are other outcomes."""
        told = [f for f in self.results if speaks(f, stable=True) and not is_aside(f) and not f.marks & ASIDE]
        ends = [f for f in self.conclusion if speaks(f, stable=True) and not is_aside(f)]
        heads = [*told[:1], *ends] or self.title
        if not heads:
            return self._association()
        # "The uncontrolled studies saw improvement, the randomised trial none": the better design is no other outcome.
        nulls = [f for f in heads if is_null(f)] or [f for f in told if is_null(f) and _TRIALS.search(f.scope)]
        better = [f for f in heads if f.verdict in POSITIVE]
        self._say(heads[0])
        if nulls and better:
            if self._only_praised(nulls, better):
                self.flags.append("spin")
                self.reasons.append(bare("S-SPIN"))
                return "no_difference", False
            return "mixed", False
        if nulls:
            return "no_difference", False
        if better:
            return "supports", False
        # Worse: as an association (raised in the ill) it is what was asked; of a treatment it is harm. A person must look.
        return "supports", True

    def _only_praised(self, nulls: Sequence[Finding], better: Sequence[Finding]) -> bool:
        """Whether the pooled result is null by its numbers, and nothing but the conclusion is for the better."""
        return any(f.significant is False and f.zone != "conclusion" for f in nulls) and all(
            f.zone == "conclusion" and f.significant is None for f in better
        )

    def _association(self) -> tuple[Stance, bool]:
        told = [f for f in (*self.results, *self.conclusion) if not is_aside(f) or foretells(f)]
        nulls = [f for f in (*self.title, *told) if f.verdict == "null" and f.hit.signal != "found_trend"]
        found = [
            f
            for f in told
            if f.verdict in POSITIVE or f.verdict in ("worse", "similar", "stable") or f.hit.signal == "found_trend"
        ]
        # "Significant only for women" tells of two, and answers for one.
        if nulls and (nulls[0].hit.signal == "found_part" or any(f.verdict != "reported" for f in found)):
            self._say(nulls[0])
            return "mixed", False
        if nulls:
            self._say(nulls[0])
            return "no_difference", False
        if found or self.title:
            self._say((found or self.title)[0])
            return "supports", not found
        return self._unread()
