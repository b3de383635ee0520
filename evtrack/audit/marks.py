"""With which number, sign or bullet does a line begin?"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_BLANKS = " \t\u3000\u00a0\f\v"
_BULLET = re.compile(rf"[•‣◦∙·*+–—-][{_BLANKS}]+(?=\S)")
_SIGN = re.compile(rf"(?P<sign>[・･●○◯◎■□◆◇▼▽▲△▶►★☆✓✔✅☑❖➤→◼▪])(?!(?P=sign))[{_BLANKS}]*(?=[^\s・･])")
_NUMBER = re.compile(
    r"(?P<chapter>第[0-9０-９一二三四五六七八九十]{1,3}[章節部回])"
    r"|(?P<step>(?:STEP|Step|ステップ|Point|POINT|ポイント|理由|特徴|メリット|その)[ .・]?[0-9０-９①-⑳]{1,2}(?=[\s:：.．]))"
    r"|(?P<ask>[QＱ][0-9０-９]{0,3}[.．:：、\s])"
    r"|(?P<answer>[AＡ][0-9０-９]{0,3}[.．:：、\s])(?=[^a-z]*[ぁ-んァ-ヶ一-鿿])"
    r"|(?P<both>[(（\[［][0-9０-９]{1,3}[)）\]］])"
    r"|(?P<circled>[①-⑳❶-❿])"
    r"|(?P<deep>[0-9０-９]{1,2}(?:[.．-][0-9０-９]{1,2}){1,3}[.．]?\s+(?=[^\d\s%％]))"
    r"|(?P<dot>[0-9０-９]{1,3}(?:[.．](?![0-9０-９])|、))"
    r"|(?P<close>[0-9０-９]{1,3}[)）])"
    r"|(?P<letter>[A-Za-zａ-ｚＡ-Ｚ][)）])"
)
_MEASURE = re.compile(r"(?:mg|kg|g|m?[lL]|[µμ]|cm|mm|nm|fold|times|h\b|hours?|days?|weeks?|years?|倍|回|%|±)")
_FRAMED = re.compile(
    r"(?:【[^【】]{1,60}】|＜[^＜＞]{1,60}＞|〈[^〈〉]{1,60}〉|《[^《》]{1,60}》|［[^［］]{1,60}］|<[^<>]{1,60}>|〔[^〔〕]{1,60}〕)\Z"
)
_HASHES = re.compile(r"#{1,6}\s+(?=\S)")
_DIGITS = re.compile(r"\d+|[①-⑳❶-❿]")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a line begins with, up to ``end``.

    ``style``: ``bullet``, ``framed`` (all of the line stands in 【】 or the like), the name of a style of numbers, or the
    sign itself (``■``, ``##``). ``number``: what it counts, 0 for nothing.
    """

    style: str
    end: int
    number: int = 0


def mark_of(text: str, start: int, end: int) -> Mark | None:
    """The mark of the line ``text[start:end]``; ``None`` if it begins with a word, or with a number that measures something."""
    if bullet := _BULLET.match(text, start, end):
        return Mark("bullet", bullet.end())
    if sign := _SIGN.match(text, start, end):
        return Mark(sign["sign"], sign.end())
    if framed := _FRAMED.match(text, start, end):
        return Mark("framed", framed.end())
    if hashes := _HASHES.match(text, start, end):
        return Mark(hashes[0].strip(), hashes.end())
    number = _NUMBER.match(text, start, end)
    if number is None or number.end() >= end:
        return None
    style = str(number.lastgroup)
    if style in ("deep", "dot") and _MEASURE.match(text, number.end(), end):
        return None
    return Mark(style, number.end(), _counted(number[0]))


def _counted(number: str) -> int:
    """The last number in a mark: 2 of 3.2, 4 of ④; 0 where it has none."""
    digits = _DIGITS.findall(number)
    if not digits:
        return 0
    return int(digits[-1]) if digits[-1].isdecimal() else int(unicodedata.numeric(digits[-1]))
