"""What does each unit of a page deserve? Its readings held against the evidence, one finding a matter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from evtrack.audit.carrying import Page
from evtrack.audit.finding import Finding, NotAssessed, Severity, Verdict
from evtrack.audit.fingerprints import fingerprint
from evtrack.audit.floors import affirmed, comparative, denied, floors, own_data
from evtrack.audit.matching import UnitReading
from evtrack.audit.strength import is_nominal
from evtrack.audit.suggestion import Advice, advice_for, effects_of
from evtrack.audit.tables import Tables, gravity, worse
from evtrack.audit.telling import Telling, after_concession, telling
from evtrack.audit.verdict import Judged, NotJudged, Sentence, judge
from evtrack.bilingual import Bilingual
from evtrack.claim import Claim
from evtrack.wording import both, word

_JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
_BETTER = (
    "says:benefit",
    "says:efficacy",
    "says:change",
    "says:proven",
    "says:beyond_existing",
    "says:alternative",
    "is:double_negative",
    "floor:guarantee",
)
_FOUND = re.compile(
    r"(?:認め|み|見)られ(?:なかった|ませんでした)|報告され(?:なかった|ませんでした|ていない|ていません)|ありませんでした|(?:was|were|have been|has been) (?:reported|observed|seen|recorded|noted)\b",
    re.IGNORECASE,
)
_GIVEN = re.compile(
    r"ません|ない。|\b(?:not|never)\b|投与|調べ|検討|研究|試験|開発|計画|登録|検査|利用|使用|提供|行って|目指|\b(?:test|stud|gave|given|giv|investigat|examin|develop|plan|regist|offer|use|publish|fail)\w*",
    re.IGNORECASE,
)
"""A sentence that denies, or tells what is given, studied or offered: it promises nothing by itself."""
_TOP = 200
"""Units at the head of a page that tell by which route its treatment is given."""


@dataclass(frozen=True)
class Desk:
    """One page with its readings, the evidence, and the words to tell what is found."""

    page: Page
    readings: tuple[UnitReading, ...]
    advice: Advice
    tables: Tables
    lang: str

    # -- one unit

    def unit(self, index: int, reading: UnitReading) -> tuple[list[Finding], list[NotAssessed]]:
        """The findings of one unit, the worst first, and why it got no verdict where it got none.

        Wording that no evidence makes good takes the place of a verdict that is no graver; it keeps the verdict's word.
        """
        judged = list(self._judged(index, reading))
        main = self._main(judged, reading)
        verdict = self._verdict(index, main, judged) if isinstance(main, Judged) else None
        found = list(self._floors(index, reading, main, verdict))
        own = own_data(self.page, index, reading, self.advice.snapshot)
        if own is not None:
            found.append(self._own(index, own, main))
        worst = max((gravity(f.severity) for f in found if f.rule != "EV304"), default=0)
        if verdict is not None and gravity(verdict.severity) > worst:
            found.append(verdict)
        found.sort(key=lambda f: -gravity(f.severity))
        return found, [] if found else self._unjudged(index, main, judged)

    def _judged(self, index: int, reading: UnitReading) -> Iterator[Judged | NotJudged]:
        if not reading.claims or reading.strength is None:
            return
        sentence = self._sentence(index, reading)
        for claim in self._claims(reading, sentence):
            yield judge(claim, self.advice.snapshot.claims.get(claim.id), sentence, self.tables)

    def _claims(self, reading: UnitReading, sentence: Sentence) -> list[Claim]:
        """The claims as they are judged: a limit on the evidence is held against the effects it is about."""
        known = self.advice.library.claims
        claims = [known[i] for i in reading.claims]
        effects = [c for c in claims if c.track == "intervention"]
        if sentence.direction == "limits" and (sentence.told.limits or effects):
            states = [c for c in claims if c.track == "state"]
            about = effects or [e for s in states[:1] for e in effects_of(s, self.advice.library)]
            return [*about, *(c for c in claims if c not in effects and c not in states)] if about else claims
        rest = after_concession(self.page.heard[reading.unit])
        only_conceded = all(c.track == "manual" for c in claims) and "caveat" in {c.kind for c in claims}
        hopeful = only_conceded and rest is not None and affirmed(rest, "says:efficacy")
        hopeful = hopeful or (claims[0].kind == "practice" and self._better_together(reading))
        if (sentence.proven or hopeful) and not effects:
            return [self.general] if self.general else claims
        return claims

    def _better_together(self, reading: UnitReading) -> bool:
        """Whether a sentence on how it is used promises that it works (薬と組み合わせることで高い効果が得られます)."""
        heard = self.page.heard[reading.unit]
        combined = heard.said("says:combination") and heard.said("topic:efficacy")
        return bool(combined) and reading.strength != "hedged" and affirmed(heard, "says:efficacy")

    def _sentence(self, index: int, reading: UnitReading) -> Sentence:
        heard = self.page.heard[index]
        told = telling(self.page, index, self.readings)
        safe = self._safety(reading)
        condition = self.page.condition(index)
        strength, direction = reading.strength or "strong", reading.direction
        if safe and direction == "limits" and heard.said("safe:unreported"):
            # That nobody reported anything is no limit: it praises, unless it is the result of a study.
            strength, direction = ("report" if heard.said("is:study") else "hedged"), "asserts"
        return Sentence(
            strength,
            direction,
            replace(told, limits=tuple(n for n in told.limits if n != "not_proven")) if safe else told,
            scoped=told.followed and condition is not None,
            promises=self.promises(reading),
            told_as_found=_FOUND.search(heard.text) is not None and self._of_study(index, told),
            proven=affirmed(heard, "says:proven") and direction == "asserts" and not heard.said("is:double_negative"),
            causal=heard.said("cause:asserted") is not None,
            other_route=any(self.other_route(i) for i in reading.claims[:1]),
        )

    def promises(self, reading: UnitReading) -> bool:
        """Whether a unit promises anything: in a word, or as an entry of a list of benefits or of people it is for."""
        heard = self.page.heard[reading.unit]
        if self._safety(reading):
            rare = heard.said("safe:rare") is not None and heard.said("tick:adverse") is None
            return rare or affirmed(heard, "is:safe", "safe:unreported", "floor:absolute_safety", *_BETTER[:2])
        people = heard.concepts(self.page.lexicon.populations).values()
        if affirmed(heard, *_BETTER) or any(not denied(heard, w) for w in people) or is_nominal(heard):
            return True
        plain = reading.strength == "strong" and not people and not heard.said(*_BETTER, "is:study")
        return plain and _GIVEN.search(heard.text) is None

    def _of_study(self, index: int, told: Telling) -> bool:
        """Whether a unit tells the result of a study, named in it or in the sentence before."""
        near = [h for h in (self.page.heard[index], self.page.before(index)) if h is not None]
        if any(h.said("says:own_data") for h in near):
            return False
        return told.numbered or told.followed or any(h.said("is:study", "told:early") for h in near)

    def _safety(self, reading: UnitReading) -> bool:
        return any(self.advice.library.claims[i].kind == "safety" for i in reading.claims)

    def other_route(self, claim: str) -> bool:
        """Whether all that is known in people was given by another route than the page is about."""
        evidence = self.advice.snapshot.claims.get(claim)
        if evidence is None or evidence.level not in ("early_clinical", "rct"):
            return False
        routes = set(evidence.routes)
        return bool(routes) and routes.isdisjoint({"iv", "not_stated"}) and self.infusion

    @property
    def infusion(self) -> bool:
        """Whether the page is about an infusion."""
        return any(h.said("route:iv") for h in self.page.heard[:_TOP])

    def _main(self, judged: list[Judged | NotJudged], reading: UnitReading) -> Judged | NotJudged | None:
        """The worst of the main claim; effects on several illnesses named side by side are all of them main."""
        if not judged:
            return None
        first = judged[0].claim
        group = [judged[0]]
        for one in judged[1:]:
            alike = one.claim.kind == first.kind and not (one.claim.population or first.population)
            if not alike or (first.kind != "per-condition effect" and reading.direction != "limits"):
                break
            group.append(one)
        known = [j for j in group if isinstance(j, Judged)]
        return max(known, key=lambda j: gravity(j.severity)) if known else group[0]

    def _verdict(self, index: int, main: Judged, judged: Iterable[Judged | NotJudged]) -> Finding | None:
        """The finding of the verdict tables, one step worse for a comparison."""
        reading = self.readings[index]
        severity, verdict, rule = main.severity, main.verdict, main.rule
        steps = comparative(self.page, index, reading) and main.claim.track == "intervention"
        if steps:
            severity = worse(severity)
            if main.severity is None:
                verdict, rule = "overstated", "EV206"
        if severity is None:
            return None
        others = [j for j in judged if isinstance(j, Judged) and j is not main and j.severity]
        notes = [*([both("found.comparative")] if steps else []), *self._also(others)]
        message = " ".join([self._message(rule, verdict, main), *(n.get(self.lang) for n in notes)])
        return self.finding(index, rule, verdict, severity, message, main.claim)

    def _also(self, others: list[Judged]) -> Iterator[Bilingual]:
        if others:
            told = [
                both("found.also_one", claim=self.advice.subject(j.claim), verdict=both(f"verdict.{j.verdict}"))
                for j in others
            ]
            once = list(dict.fromkeys(told))
            joined = Bilingual("、".join(b.ja for b in once), "; ".join(b.en for b in once))
            yield both("found.also", others=joined)

    def _message(self, rule: str, verdict: Verdict, main: Judged) -> str:
        null = verdict == "contradicted" and main.column == "no_difference"
        words = both("verdict.contradicted.no_difference" if null else f"verdict.{verdict}")
        evidence = self.advice.evidence(main.claim)
        says = self.says(rule)
        if evidence is None:
            return both("found.bare", verdict=words, says=says).get(self.lang)
        return both("found.sentence", verdict=words, evidence=evidence, says=says).get(self.lang)

    def says(self, rule: str) -> str:
        """What a rule says, in the language of the messages."""
        known = self.tables.rules[rule]
        return known.says_ja if self.lang == "ja" else known.says_en

    @property
    def general(self) -> Claim | None:
        """The claim that takes promises which name nobody."""
        return next((w.claim for w in self.page.lexicon.wanted if w.claim.audit.general), None)

    def _floors(
        self, index: int, reading: UnitReading, main: Judged | NotJudged | None, verdict: Finding | None
    ) -> Iterator[Finding]:
        claim = main.claim if main is not None else None
        for rule in floors(self.page, index, reading):
            cell = self.tables.floors[rule]
            named = verdict.verdict if verdict is not None and rule in ("EV201", "EV203", "EV204") else cell.verdict
            evidence = self.advice.evidence(claim) if claim is not None and rule != "EV304" else None
            says = self.says(rule)
            told = word("found.floor", self.lang, says=says, evidence=evidence) if evidence else says
            yield self.finding(index, rule, named, cell.severity or "info", told, claim)

    def _own(self, index: int, strong: bool, main: Judged | NotJudged | None) -> Finding:
        row = self.tables.row("manual", "own_data")
        cell = row.cell("uncited_strong" if strong else "uncited")
        message = f"{self.says(row.id)} {word('sentence.own_paper', self.lang)}"
        claim = main.claim if main is not None else None
        return self.finding(index, row.id, cell.verdict, cell.severity or "warning", message, claim)

    def _unjudged(
        self, index: int, main: Judged | NotJudged | None, judged: list[Judged | NotJudged]
    ) -> list[NotAssessed]:
        """A unit whose claims (or any of them, where nothing is wrong with the others) got no verdict."""
        without = [j for j in judged if isinstance(j, NotJudged) and (j is main or j.why == "manual")]
        if not without or self.readings[index].direction == "premise":
            return []
        unit = self.page.document.units[index]
        return [NotAssessed(unit.place, unit.text, word(f"not_assessed.{without[0].why}", self.lang))]

    # -- one finding

    def finding(
        self,
        index: int,
        rule: str,
        verdict: Verdict,
        severity: Severity,
        message: str,
        claim: Claim | None = None,
        suggestion: str | None = None,
    ) -> Finding:
        """A finding about one unit."""
        unit, reading = self.page.document.units[index], self.readings[index]
        lang = "ja" if _JAPANESE.search(unit.text) else "en"
        evidence = self.advice.snapshot.claims.get(claim.id) if claim else None
        records = tuple(r.id for r in evidence.records if r.level == evidence.level)[:3] if evidence else ()
        harms = evidence.harms if evidence and verdict == "contradicted" else ()
        claims = reading.claims
        if claim is not None and claim.id in claims:
            claims = (claim.id, *(c for c in claims if c != claim.id))
        return Finding(
            rule,
            verdict,
            severity,
            unit.place,
            unit.text,
            message,
            index,
            claims,
            reading.strength,
            evidence.level if evidence else None,
            evidence.stance if evidence else None,
            tuple(dict.fromkeys((*harms, *records))),
            suggestion or advice_for(rule, claim, self.general, self.advice, lang),
            fingerprint(rule, unit.text),
        )
