"""How does ``show`` look in a terminal? The order 1–12 of GLOSSARY.md, and below each study the words that decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from evtrack.bilingual import Bilingual
from evtrack.grade.grades import Evidence, RegisteredTrial, rank
from evtrack.ids import RecordId
from evtrack.report._protocol import ClaimStatus
from evtrack.report.alerts import alert_words
from evtrack.report.because import because
from evtrack.report.history_text import history_lines, later_words, retracted_lines, stopped_words
from evtrack.report.left_out import why_not, why_review
from evtrack.report.plain import plain, wrap
from evtrack.report.review_text import word_lines, word_words
from evtrack.report.terminal import (
    STALE,
    Line,
    colon,
    flag_words,
    join,
    old_words,
    searched_words,
    sentence,
    stance_words,
    term,
)
from evtrack.report.trial_moves import trial_moves
from evtrack.word import Word
from evtrack.wording import word, words_of

_GATES_OF_DESIGN = frozenset({"notice", "review", "opinion", "protocol", "registered_only"})
"""Gates whose words say the design already."""

_UNCLEAR = "secretome_or_ev_unclear"

STUDIES_SHOWN = 20
"""Studies listed by ``show``; the rest are counted. ``--all`` and ``--json`` have all."""


def show_lines(status: ClaimStatus, lang: str, columns: int = 100, *, everything: bool = False) -> list[Line]:
    """The whole answer of ``show``, in the order 1–12 of GLOSSARY.md.

    ``everything`` lists each record that does not count with the reason, and those that need a person.
    """
    page = Page(status, lang, columns)
    page.opening()
    page.alerts_and_harms()
    page.provisional()
    page.studies(everything=everything)
    page.registered()
    page.indirect()
    page.not_counted(everything=everything)
    page.closing()
    return page.out


class Page:
    """The answer while it is written."""

    def __init__(self, status: ClaimStatus, lang: str, columns: int) -> None:
        self.status = status
        self.grade = status.grade
        self.lang = lang
        self.columns = columns
        self.out: list[Line] = []

    def say(self, key: str, **fields: object) -> str:
        return word(key, self.lang, **fields)

    def heading(self, key: str) -> None:
        self.out += [("", ""), (self.say(key), "bold")]

    def text(self, words: str, indent: str = "", style: str = "") -> None:
        self.out.extend((line, style) for line in wrap(indent + plain(words), self.columns, indent))

    def opening(self) -> None:
        """Steps 1–3: the statement, the sentence about people, the level with all that keeps it from being a bare tag."""
        claim = self.status.claim
        self.text(claim.statement.get(self.lang), style="bold")
        if claim.quote:
            self.text(self.say("view.quote", quote=claim.quote), style="dim")
        if self.status.at is not None:
            self.text(self.say("view.at", date=self.status.at), style="bold")
        if self.status.days > STALE:
            self.text(old_words(self.status.days, self.status.as_of or "", self.lang), style="yellow")
        self.out.append(("", ""))
        self.text(sentence(self.grade.people.get(self.lang), self.lang), style="bold")
        key = "view.level" if claim.track in ("intervention", "background") else "view.verdict"
        self.text(f"{self.say(key)}{colon(self.lang)}{self.grade.label.get(self.lang)}", style="bold")
        for words in self.beside():
            self.text(words)

    def beside(self) -> Iterator[str]:
        """What keeps the level from being a bare tag, but for what makes it provisional."""
        later = set(self.what_is_provisional())
        told = (*self.level_words(), *self.size(), *self.routes(), *self.made_of(), *self.notes())
        return (words for words in told if words not in later)

    def level_words(self) -> Iterator[str]:
        """What persons said of the level and still stands."""
        for said in self.status.words:
            yield from self._word(said)

    def _word(self, said: Word) -> list[str]:
        return word_lines(said, self.lang, {self.status.claim.id} if self._safety() else ())

    def size(self) -> Iterator[str]:
        """Numbers that the label does not say already: it holds how many studies found what."""
        grade, told = self.grade, []
        if grade.level == "in_vitro":
            return  # cells have no heads to count, and those whose samples were measured were given nothing
        if grade.n_total is not None and str(grade.n_total) not in grade.label.get(self.lang):
            who = "animals" if grade.level == "animal" else "people"
            told.append(self.say(f"view.n_total.{who}", n=grade.n_total))
        if grade.n_largest is not None and grade.n_largest != grade.n_total:
            told.append(self.say("view.n_largest", n=grade.n_largest))
        if grade.groups is not None and grade.groups > 1:
            told.append(self.say("view.groups", n=grade.groups))
        if told:
            yield join(told, self.lang)

    def routes(self) -> Iterator[str]:
        if self.grade.by_route:
            routes = (
                f"{term('route', route, self.lang)} {term('level_short', level, self.lang)}"
                for route, level in sorted(self.grade.by_route.items(), key=_route_place)
            )
            yield f"{self.say('view.routes')}{colon(self.lang)}{join(routes, self.lang)}"

    def made_of(self) -> Iterator[str]:
        """The claims an umbrella stands for, with their whole labels, and the parts of a joined claim."""
        if self.grade.members:
            yield self.say("view.members")
            for name, level in self.grade.members.items():
                title = self.status.titles[name].get(self.lang).rstrip("。.") if name in self.status.titles else name
                label = self.status.labels.get(name)
                told = label.get(self.lang) if label else term("level", level, self.lang)
                yield f"  {title}{colon(self.lang)}{told}"
        if self.grade.parts:
            yield self.say("view.parts")
            labels = {p.label.en: p.label.get(self.lang) for p in self.status.claim.parts}
            for name, level in self.grade.parts.items():
                yield f"  {labels.get(name, name)}{colon(self.lang)}{term('level', level, self.lang)}"

    def notes(self) -> Iterator[str]:
        """What the grader noted, but for what has a section or stands in the label."""
        elsewhere = beginnings(("sentence.harm", "sentence.indirect", "sentence.single_group"), self.lang)
        single = self.say("label.single_group") in self.grade.label.get(self.lang)
        for note in self.grade.notes:
            words = note.get(self.lang)
            told = words.startswith(elsewhere[:2]) or (single and words.startswith(elsewhere[2]))
            if not told and not (words == self._unread() and self._unread_in_label()):
                yield words

    def _unread(self) -> str:
        _, n, unread = self.grade.k_of_n
        return self.say("sentence.unread", n=n, unread=unread)

    def _unread_in_label(self) -> bool:
        return self.say("label.unread", n=self.grade.k_of_n[2]) in self.grade.label.get(self.lang)

    def alerts_and_harms(self) -> None:
        """Step 4."""
        if self.status.claim.alerts:
            self.heading("view.alerts")
            for alert in self.status.claim.alerts:
                self.text(f"{alert_words(alert, self.lang)} {alert.url or ''}".rstrip(), "  ", "yellow")
        if self.grade.harms:
            self.heading("view.harms")
            by_id = {e.id: e for e in self.status.evidence}
            for harm in self.grade.harms:
                self.text(f"{harm} {by_id[harm].title if harm in by_id else ''}", "  ", "yellow")
        if self.status.retracted:
            self.heading("view.retracted")
            for words in retracted_lines(self.status, self.lang):
                self.text(words, "  ", "yellow")

    def provisional(self) -> None:
        """Step 5."""
        told = list(dict.fromkeys(self.what_is_provisional()))
        if told:
            self.heading("view.provisional")
            for words in told:
                self.text(words, "  ")

    def what_is_provisional(self) -> Iterator[str]:
        """What a reader must not take as settled."""
        grade, status = self.grade, self.status
        if grade.needs_review:
            yield self.say("sentence.needs_review", n=grade.needs_review)
        # What the grader noted of the search stands here and not beside the label.
        begins = beginnings(
            ("sentence.not_searched", "sentence.search_incomplete_bare", "sentence.preprint_only"), self.lang
        )
        told = [note.get(self.lang) for note in grade.notes if note.get(self.lang).startswith(begins)]
        yield from told
        if any(not s.complete for s in status.searched) and not told:
            yield self.say("sentence.search_incomplete_bare")
        if grade.provisional_level is not None and grade.provisional_level != grade.level:
            yield self.say("sentence.preprint_higher", level=term("level", grade.provisional_level, self.lang))
        for one in status.evidence:
            became = later_words(status, one.id, self.lang) if one.graded.counts_for_claim else None
            if became:
                yield f"{one.id}{colon(self.lang)}{became}"
        people = [e for e in status.evidence if e.override]
        if people:
            yield self.say("view.person", n=len(people))
            for one in people:
                if (said := one.override) is not None:
                    yield f"{one.id}{colon(self.lang)}{word_words(said, self.lang)}"

    def studies(self, *, everything: bool) -> None:
        """Step 6: the records that count, highest level first, newest first, each with the words that decided."""
        self.heading("view.studies")
        counting = counting_records(self.status)
        if not counting:
            other = self.status.claim.track in ("state", "manual")
            self.text(self.say(f"view.no_studies_{self.status.claim.track}" if other else "view.no_studies"), "  ")
            return
        shown = counting if everything else counting[:STUDIES_SHOWN]
        for one in shown:
            self._record(one, [str(one.year or ""), *self.facts(one)])
        if len(counting) > len(shown):
            self.text(self.say("view.more", n=len(counting) - len(shown)), "  ", "dim")
        self.text(self.say("view.rules_explain"), "  ", "dim")

    def facts(self, one: Evidence) -> list[str]:
        """Design, direction, number and flags of a study, in words."""
        grade = one.graded.grade
        facts = [term("design", grade.design, self.lang), stance_words(one, self.lang, self.status.claim)]
        if grade.numbers.get("n") is not None:
            facts.append(f"n = {grade.numbers['n']}")
        return [*facts, *(flag_words(flag, self.lang) for flag in grade.flags)]

    def _record(self, one: Evidence, facts: Iterable[str], *, quotes: bool = True) -> None:
        """A record with its title, what is said of it, and the words that decided."""
        for words, style in (
            (f"  {one.id} {plain(one.title)}", ""),
            (f"    {join((plain(f) for f in facts if f), self.lang)}", "dim"),
            (f"    {self._because(one)}" if quotes else "", "dim"),
            *((f"    {said}", "") for said in (self._word(one.override) if one.override else ())),
            (f"    {later_words(self.status, one.id, self.lang) or ''}", "yellow"),
        ):
            if words.strip():
                self.out.extend((line, style) for line in wrap(words, self.columns, "    "))

    def _safety(self) -> bool:
        return self.status.claim.kind == "safety"

    def _because(self, one: Evidence) -> str:
        fields = self.status.texts.get(one.id, {})
        told = because(one, fields, track=self.status.claim.track, safety=self._safety())
        quotes = [
            self.say("view.because_quote" if q.words else "view.because_bare", words=q.words, rules=", ".join(q.rules))
            for q in told
            if not q.by_person
        ]
        typed = (self.say("review.typed", words=q.words, rules=", ".join(q.rules)) for q in told if q.by_person)
        because_ = [self.say("view.because", quotes=self.say("view.because_dot").join(quotes))] if quotes else []
        return self.say("view.because_dot").join((*typed, *because_))

    def trial_facts(self, trial: RegisteredTrial) -> str:
        """What the registry says of a trial: status, phase, how many are planned, whether results are overdue."""
        parts = [term("status", trial.status, self.lang), term("phase", trial.phase, self.lang)]
        if trial.planned_n is not None:
            parts.append(self.say("view.planned", n=trial.planned_n))
        if trial.overdue:
            parts.append(self.say("view.overdue"))
        return join(parts, self.lang)

    def registered(self) -> None:
        """Step 7."""
        if not self.grade.registered:
            return
        self.heading("view.registered")
        for trial in self.grade.registered:
            self.text(join((trial.id, self.trial_facts(trial)), self.lang), "  ")
            if why := stopped_words(trial, self.lang):
                self.text(why, "    ")
            for moved in trial_moves(self.status.histories.get(trial.id, ()), self.lang):
                self.text(moved, "    ", "dim")

    def indirect(self) -> None:
        """Step 8. Products of unclear kind are those that are sold: they come first (GRADING.md, Directness)."""
        if not self.grade.indirect:
            return
        self.heading("view.indirect")
        self.text(self.say("view.indirect_note"), "  ", "dim")
        for agent, words in self.indirect_agents():
            self.text(words, "  ", "yellow" if agent == _UNCLEAR else "")

    def indirect_agents(self) -> Iterator[tuple[str, str]]:
        """Each other agent with the highest level that it was studied at, in words."""
        for agent, level in sorted(self.grade.indirect.items(), key=lambda pair: (pair[0] != _UNCLEAR, pair[0])):
            person = self.say("view.indirect_unclear") if agent == _UNCLEAR else ""
            yield agent, f"{term('agent', agent, self.lang)}{colon(self.lang)}{term('level', level, self.lang)}{person}"

    def excluded(self) -> str:
        """How many records do not count, by reason, the most first; ``""`` where all do."""
        out = (e for e in self.status.evidence if not e.graded.counts_for_claim and e.graded.grade.gate is None)
        folded = Counter(self.say(why_not(e, self.status.claim)[0]) for e in out)
        folded.update({term("gate", gate, self.lang): n for gate, n in self.grade.excluded.items()})
        counts = (f"{words} {n}" for words, n in sorted(folded.items(), key=lambda pair: (-pair[1], pair[0])))
        return join(counts, self.lang)

    def not_counted(self, *, everything: bool) -> None:
        """Step 9: folded to counts by reason, or each record with its reason and the words that decided."""
        out = [e for e in self.status.evidence if not e.graded.counts_for_claim]
        reasons = {e.id: [self.say(key) for key in why_not(e, self.status.claim)] for e in out}
        folded = self.excluded()
        if folded:
            self.heading("view.excluded")
            self.text(folded, "  ")
        if not everything:
            if out:
                self.text(self.say("view.all_lists"), "  ", "dim")
            return
        for one in sorted(out, key=lambda e: (reasons[e.id], e.id)):
            grade = one.graded.grade
            design = "" if grade.gate in _GATES_OF_DESIGN else term("design", grade.design, self.lang)
            self._record(one, [str(one.year or ""), design, *reasons[one.id]])
        unsure = [e for e in self.status.evidence if e.graded.grade.needs_review]
        if unsure:
            self.heading("view.needs_review")
            for one in unsure:
                self._record(one, [self.say(key) for key in why_review(one)], quotes=False)

    def closing(self) -> None:
        """Steps 10–12."""
        self.heading("view.searched")
        for words in searched_words(self.status, self.lang):
            self.text(words, "  ")
        change = self.grade.would_change
        told: list[Bilingual] = [both for both in (change.up, change.down_text) if both]
        if told:
            self.heading("view.would_change")
            for both in told:
                self.text(both.get(self.lang), "  ")
        if self.status.moments:
            self.heading("view.history")
            for words in history_lines(self.status, self.lang):
                self.text(words, "  ")
        self.out.append(("", ""))
        self.text(self.say("sentence.stage"), style="dim")
        self.text(self.say("sentence.disclaimer"), style="dim")


def counting_records(status: ClaimStatus) -> list[Evidence]:
    """The records that count, highest level first, then newest."""
    counting = [e for e in status.evidence if e.graded.counts_for_claim]
    return sorted(counting, key=lambda e: (-rank(e.graded.grade.level), -(e.year or 0), e.id))


def quoted_records(status: ClaimStatus, *, everything: bool = False) -> list[RecordId]:
    """The records whose words are quoted below them: ``ClaimStatus.texts`` is wanted for these alone."""
    return [one.id for one in (status.evidence if everything else counting_records(status)[:STUDIES_SHOWN])]


def beginnings(keys: tuple[str, ...], lang: str) -> tuple[str, ...]:
    """How these sentences begin, up to their first field or bracket."""

    place = 0 if lang == "ja" else 1
    return tuple(words_of(k)[place].split("{")[0].split("（")[0].split(" (")[0] for k in keys)


def _route_place(pair: tuple[str, str]) -> tuple[int, str]:
    """Infusion first: it is what the claims speak of."""
    order = ("iv", "intranasal", "other", "not_stated")
    return order.index(pair[0]) if pair[0] in order else len(order), pair[0]
