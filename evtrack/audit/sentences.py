"""Where does one sentence end and the next begin? Japanese and English in one text, brackets and quotations kept whole."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator

from evtrack.audit.listed import words

Span = tuple[int, int]

_PAIRS = {"「": "」", "『": "』", "(": ")", "（": ")", "【": "】", "［": "]", "[": "]", "〔": "〕", "〈": "〉", "《": "》", "“": "”"}  # fmt: skip
_CLOSES = {")": ")", "）": ")", "]": "]", "］": "]", **{close: close for close in "」』】〕〉》”"}}
_CLOSERS = "」』）)】〕〉》］\\]”’\"'"
_SPLITTERS = re.compile('[「『(（【［\\[〔〈《“」』)）】］\\]〔〕〉》”"]|[。｡．！？!?.‼⁇⁈⁉]')
_LONGEST_BRACKET = 400
"""Code points. A bracket that closes later than this was most likely never closed: it must not swallow a page."""
_DEEPEST = 64

_INVISIBLE = "\u200b-\u200f\u2060\ufeff\ufe0e\ufe0f"
_PICTURES = "\u2600-\u27bf\U0001f000-\U0001faff"
_CITATION = r"(?:\[\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\]|[¹²³⁰⁴-⁹]+|[※＊*]\d{1,2}(?!\d))"
_CANDIDATE = re.compile(
    rf"(?P<full>[。｡][。｡！？!?…‥]*)"
    rf"|(?P<cry>(?<!Yahoo)[！？!?‼⁇⁈⁉][！？!?‼⁇⁈⁉。｡…‥]*)"
    rf"|(?P<wide>．)"
    rf"|(?P<dots>\.{{2,}})"
    rf"|(?P<dot>\.)"
    rf"|(?P<picture>[{_PICTURES}][{_PICTURES}\u200d\ufe0f]*)"
    rf"|(?P<closer>(?<=[。｡．！？!?.‼⁉])[{_CLOSERS}]+)"
    rf"|(?P<note>(?<=\s)※(?!\d))"
)
_AFTER = re.compile(rf"[{_CLOSERS}{_INVISIBLE}]*(?:{_CITATION}[{_INVISIBLE}]*)*")
_GOES_ON = re.compile(
    r"\s*(?:について|に(?:関|つ|対|答|こた|お答|は、)|とい[うっわえ]|と(?:[思考聞書言話疑不悩感表呼説述題]|いう|いった|お[思考悩感聞]|の(?!ころ)|は、)"
    r"|を|など|って|のか|の(?:声|質問|疑問|よう|問|不安|悩|二|三|[0-9２-９]本)|が(?:気に|疑問|知り)|[、，,」』])"
)
"""What shows, after ``?`` or ``!``, that the sentence goes on: 「有効か?について解説します」."""
_PARTICLE = re.compile(
    r"\s*(?:[とをにがはもへのや、，,）)」』]|で(?:す|し|は|、)|だ[とっけ。]|な(?:ど|の)|から|まで|より|くらい|みたい|らし)"
)
"""What shows the same after a closing quotation mark, or after an English full stop."""

_CJK = re.compile("[ぁ-んァ-ヶー一-鿿々〆ｦ-ﾟ]")
_KANA = re.compile("[ぁ-ん]")
_NOT_AN_END = frozenset("のはがをにとへ")
_WORD_BEFORE = re.compile(r"(?<![0-9A-Za-z])[A-Za-z][A-Za-z.]*\Z")
_NEXT_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
_GENE = re.compile(r"(?:[a-z]{1,3}[A-Z]|[a-z]{1,3}-?\d|[α-ω])")
_SUPERSCRIPT = re.compile(r"\d{1,3}(?:[,–-]\d{1,3})*(?=\s+[\"“(A-Z]|\s*\Z)")
_LIST_NUMBER = re.compile(r"\s*[(（]?(?:[QA]?\d{1,3}(?:\.\d{1,2})*|[A-Za-z])\.?\Z")
_NEVER_LAST = words(
    "dr mr mrs ms prof fig figs vs cf ca eq eqs ref refs vol vols resp viz ver tel dept univ st mt p pp "
    "sec ch tab suppl e.g i.e approx"
)
"""Abbreviations that something always follows."""
_SELDOM_LAST = words("al etc inc ltd co corp jr sr hr hrs min wk mo")
"""Abbreviations that end a sentence only where the next word can only begin one."""
_STARTERS = words(
    "the this these those that it its we our they their he she there here in on at to for from with "
    "without by of as an a all both each no not however therefore thus moreover furthermore although "
    "though while when if after before during since because but and or so then yet results conclusion "
    "conclusions methods background objective patients mice rats"
)


def sentence_spans(text: str, start: int, end: int) -> list[Span]:
    """The sentences of ``text[start:end]``, blanks around them left out; between them stands nothing but blanks.

    Linear in the length: one pass for brackets and one for ends.
    """
    piece = text[start:end]
    cuts: list[tuple[int, bool]] = []  # where a sentence ends, and whether what follows may take that back
    brackets = _Brackets(piece)
    for match in _CANDIDATE.finditer(piece):
        kind = match.lastgroup
        if kind == "note":
            cuts.append((match.start(), False))
            continue
        if brackets.around(match.start()):
            continue
        after = _AFTER.match(piece, match.end())
        until = after.end() if after else match.end()
        closed = until > match.end() and any(c in _CLOSES for c in piece[match.end() : until])
        begins = cuts[-1][0] if cuts else 0
        if begins >= until:
            continue
        if kind == "full":
            ends = not (closed and _PARTICLE.match(piece, until))
        elif kind == "cry":
            if _GOES_ON.match(piece, until) or (closed and _PARTICLE.match(piece, until)):
                while cuts and cuts[-1][1]:  # 「AかBか?CかDか?について」 is one sentence
                    cuts.pop()
                continue
            ends = _cry_ends(piece, match, until)
        elif kind == "closer":
            ends = _closer_ends(piece, until)
            if ends and _next_sign(piece, until) in ("「", "『") and _next_sign(piece, begins) not in ("「", "『"):
                ends = False  # 「A？」「B？」 inside a sentence
            while not ends and cuts and cuts[-1][1] and piece[cuts[-1][0]] in "「『":
                cuts.pop()  # 「A？」「B？」という … is one sentence
        elif kind == "picture":
            before = piece[match.start() - 1 : match.start()]
            ends = bool(_KANA.match(before)) and before not in _NOT_AN_END
        else:
            until, ends = _stop_ends(piece, begins, match, until)
        if ends:
            cuts.append((until, kind in ("cry", "closer")))
    return list(_between(text, start, end, [start + cut for cut, _ in cuts]))


def _between(text: str, start: int, end: int, cuts: list[int]) -> Iterator[Span]:
    """The trimmed stretches between the cuts; one without a letter or digit goes with what stands before it."""
    held: Span | None = None
    for until in (*cuts, end):
        stretch = text[start:until]
        bare = stretch.strip()
        if bare:
            begin = start + len(stretch) - len(stretch.lstrip())
            span = (begin, begin + len(bare))
            if held and not (_says(text, span) and _says(text, held)):
                held = (held[0], span[1])
            else:
                if held:
                    yield held
                held = span
        start = until
    if held:
        yield held


def _says(text: str, span: Span) -> bool:
    """Whether a stretch has a letter or a digit."""
    return _WORD.search(text, *span) is not None


_WORD = re.compile(r"[^\W_]")


class _Brackets:
    """The outermost brackets and quotations of a text that hold the end of a sentence, each closed and not too long."""

    def __init__(self, text: str) -> None:
        self._opens, self._closes = array("q"), array("q")
        paired_quotes = text.count('"') % 2 == 0
        stack: deque[tuple[str, int]] = deque(maxlen=_DEEPEST)
        last_end = -1
        for match in _SPLITTERS.finditer(text):
            sign, at = match[0], match.start()
            if sign == '"' and paired_quotes:
                if stack and stack[-1][0] == '"':
                    self._keep(stack.pop()[1], at, last_end)
                elif all(wanted != '"' for wanted, _ in stack):
                    stack.append(('"', at))
            elif sign in _PAIRS:
                stack.append((_PAIRS[sign], at))
            elif sign in _CLOSES:
                self._close(stack, _CLOSES[sign], at, last_end)
            elif sign != '"':
                last_end = at

    def _close(self, stack: deque[tuple[str, int]], close: str, at: int, last_end: int) -> None:
        """A closing sign takes the nearest opening one of its kind; what was opened in between stays unclosed."""
        for back in range(1, len(stack) + 1):
            if stack[-back][0] == close:
                for _ in range(back - 1):
                    stack.pop()
                self._keep(stack.pop()[1], at, last_end)
                return

    def _keep(self, opens: int, closes: int, last_end: int) -> None:
        if last_end > opens and closes - opens <= _LONGEST_BRACKET:
            while self._opens and self._opens[-1] > opens:
                self._opens.pop()
                self._closes.pop()
            self._opens.append(opens)
            self._closes.append(closes)

    def around(self, at: int) -> bool:
        """Whether ``at`` stands inside a bracket."""
        nearest = bisect_left(self._opens, at) - 1
        return nearest >= 0 and at < self._closes[nearest]


def _cry_ends(piece: str, match: re.Match[str], until: int) -> bool:
    """Whether ``?`` or ``!`` ends a sentence: not inside an address, nor before a word in lower case."""
    before, after = piece[match.start() - 1 : match.start()], piece[until : until + 1]
    if before.isascii() and before.isalnum() and after.isascii() and (after.isalnum() or after in "/&=") and after:
        return False
    rest = _next_sign(piece, until)
    return not (before.isascii() and before.isalpha() and rest.isascii() and rest.islower())


def _closer_ends(piece: str, until: int) -> bool:
    """Whether a quotation that holds whole sentences is one: 「…。」「…。」, but not 「…。」と言った."""
    if _PARTICLE.match(piece, until):
        return False
    rest = _next_sign(piece, until)
    if piece[until - 1] in "」』" and rest in ("(", "（"):  # who said it
        return False
    return not rest or not rest.isascii() or not (rest.islower() or rest in ",;:.?!)")


def _next_sign(piece: str, at: int) -> str:
    """The next character that is no blank; ``""`` at the end."""
    found = _SIGN.search(piece, at)
    return found[0] if found else ""


_SIGN = re.compile(r"\S")


def _stop_ends(piece: str, begins: int, match: re.Match[str], until: int) -> tuple[int, bool]:
    """Where a full stop's sentence ends, and whether it does: numbers, abbreviations, addresses and initials do not end one."""
    at, end = match.start(), match.end()
    before, after = piece[at - 1 : at] if at else "", piece[end : end + 1]
    if not before or (before.isdigit() and after.isdigit()):
        return until, False
    if at - begins < 12 and _LIST_NUMBER.match(piece, begins, at + 1):
        return until, False
    if match.lastgroup == "wide" or _CJK.match(before):
        ends = not _PARTICLE.match(piece, until) and not _next_sign(piece, until).isdigit()
        return until, ends and (match.lastgroup != "wide" or _CJK.match(before) is not None or not after.isalnum())
    word = _WORD_BEFORE.search(piece, max(begins, at - 24), at)
    spelled = word[0] if word else ""
    if after.isdigit():
        number = _SUPERSCRIPT.match(piece, end)
        if number and spelled.lower() not in _NEVER_LAST and (spelled[-1:].islower() or before == ")"):
            return number.end(), True
        return until, False
    if after and not after.isspace() and until == end:
        return until, _runs_on(piece, begins, at, end, spelled)
    rest = _SIGN.search(piece, until)
    if rest is None:
        return until, True
    return until, _next_begins(piece, rest.start(), spelled, dots=match.lastgroup == "dots")


def _runs_on(piece: str, begins: int, at: int, end: int, word: str) -> bool:
    """A full stop with no blank after it: ``…are safe.次に`` and ``…in mice.However`` end a sentence, ``U.S.の`` and ``a.b`` do not."""
    if not word.islower() or len(word) < 3 or "." in word or word in _NEVER_LAST or word in _SELDOM_LAST:
        return False
    if _CJK.match(piece, end):
        return piece.count(" ", max(begins, at - 200), at) >= 2 and not _PARTICLE.match(piece, end)
    following = _NEXT_WORD.match(piece, end)
    return following is not None and following[0].lower() in _STARTERS and following[0][0].isupper()


def _next_begins(piece: str, at: int, word: str, *, dots: bool) -> bool:
    """Whether a sentence begins at ``at``, after ``word`` and a full stop."""
    sign = piece[at]
    following = _NEXT_WORD.match(piece, at)
    starter = following is not None and sign.isupper() and following[0].lower() in _STARTERS
    bare = word.lower().rstrip(".")
    if bare == "no":
        return not sign.isdigit()
    if bare in _NEVER_LAST:
        return bare in ("st", "p", "mt") and starter
    if bare in _SELDOM_LAST or "." in word or (len(word) == 1 and word.isupper()):
        return starter or (bare not in ("al", "u.s", "u.k") and len(word) > 1 and sign in '"“(（「')
    if sign.islower() or sign in ",;:)":
        return not dots and _GENE.match(piece, at) is not None and sign not in ",;:)"
    if word[:1].isupper() and len(word) <= 7 and following is None and sign.isdigit():  # Nat. Med. 2021
        return False
    if word[:1].isupper() and len(word) <= 7 and following is not None and not starter:
        return not (piece[following.end() : following.end() + 1] == "." and len(following[0]) <= 7) or (
            following[0].lower() in _NEVER_LAST
        )
    return not (_CJK.match(sign) and _PARTICLE.match(piece, at))
