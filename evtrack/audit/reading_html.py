"""What does an HTML page say, and where? Its visible text, and what it advertises with: title, description, alternative texts.

Tags that are not closed or nested wrongly are read as browsers do; nothing here recurses.
"""

from __future__ import annotations

import html
import re

from evtrack.audit.html_tags import Span, Tag, tokens
from evtrack.audit.listed import words
from evtrack.audit.placed import PlacedText, Role, Weaver

_REFERENCE = re.compile(r"&(?:#[0-9]{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};?)")
_RUN = re.compile(rf"(?P<blank>[ \t\n\f]+)|(?P<reference>{_REFERENCE.pattern})|[^ \t\n\f&]+|&")
_UNSEEN = words(
    "script style noscript template iframe noembed noframes object canvas audio video textarea select rp rt"
)
"""What a reader does not see, or sees a second time (the reading over a word)."""
_BLOCKS = words(
    "html head body address article aside blockquote button center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol "
    "option p pre search section summary table caption thead tbody tfoot tr td th ul title svg"
)
"""Tags that end a line of text, with or without an end tag of their own."""
_ROLES: dict[str, tuple[Role, int]] = {
    **{f"h{n}": ("heading", n) for n in range(1, 7)},
    "title": ("title", 0),
    "summary": ("heading", 6),
    "caption": ("heading", 6),
    "legend": ("heading", 6),
    "li": ("list-item", 0),
    "dt": ("label", 0),
    "th": ("label", 0),
    "td": ("cell", 0),
    "blockquote": ("quote", 0),
    "nav": ("navigation", 0),
}
_CELLS = frozenset({"td", "th"})
_ENDS: dict[str, frozenset[str]] = {
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "td": _CELLS,
    "th": _CELLS,
    "tr": _CELLS,
}
"""What the start of an element ends, since its own end tag may be left out."""
_SCOPES = words("ul ol menu dir dl table")
"""What ends lie within: an item of an inner list does not end one of an outer."""
_BOLD = frozenset({"b", "strong"})
_SAYS = re.compile(r"[^\W_]")
_DESCRIPTIONS = frozenset({"description", "og:description", "og:title", "twitter:description"})


def read_html(source: str) -> PlacedText:
    """The text of a page with its blocks."""
    reader = _Reader(source)
    reader.read()
    return reader.weaver.text()


class _Reader:
    """Reads one page: what is open, and what of it is still to be said."""

    def __init__(self, source: str) -> None:
        self.weaver = Weaver(source)
        self._source = source
        self._open: list[str] = []
        self._count: dict[str, int] = {}
        self._unseen = 0
        self._blank: Span | None = None
        self._bold_only = True
        self._preformatted = 0
        self._rows = self._row = self._column = 0
        self._outer: list[tuple[int, int]] = []
        self._alternatives: list[Span] = []
        self._said: set[str] = set()

    def read(self) -> None:
        """Read it all."""
        for token in tokens(self._source):
            if isinstance(token, Tag):
                self._close_tag(token) if token.closes else self._open_tag(token)
            elif not self._unseen:
                self._say(*token)
        self._flush()

    # Tags

    def _open_tag(self, tag: Tag) -> None:
        name = tag.name
        if name == "br":
            self._break(tag)
            return
        if name == "meta":
            self._describe(tag)
            return
        if name in ("img", "area") or (name == "input" and self._value(tag, "type").lower() == "image"):
            if "alt" in tag.attributes and not self._unseen:
                self._alternatives.append(tag.attributes["alt"])
            return
        if name in _BLOCKS:
            self._flush()
        if name in _ENDS:
            self._end_siblings(_ENDS[name])
        if name == "tr":
            self._rows += 1
            self._row, self._column = self._rows, 0
        if name == "table":
            self._outer.append((self._row, self._column))
        if name not in _VOID:
            self._push(name)

    def _close_tag(self, tag: Tag) -> None:
        name = tag.name
        if name == "p" or name in _BLOCKS:
            self._flush()
        if self._count.get(name):
            while self._pop() != name:
                pass

    def _end_siblings(self, siblings: frozenset[str]) -> None:
        """End the innermost of these elements that is open in the same list or table."""
        if not any(self._count.get(s) for s in siblings):
            return
        for back, name in enumerate(reversed(self._open[-_FAR:]), 1):
            if name in siblings:
                for _ in range(back):
                    self._pop()
                return
            if name in _SCOPES:
                return

    def _push(self, name: str) -> None:
        self._open.append(name)
        self._count[name] = self._count.get(name, 0) + 1
        self._unseen += name in _UNSEEN
        self._preformatted += name == "pre"

    def _pop(self) -> str:
        name = self._open.pop()
        self._count[name] -= 1
        self._unseen -= name in _UNSEEN
        self._preformatted -= name == "pre"
        self._column += name in _CELLS
        if name == "table":
            self._row, self._column = self._outer.pop()
        return name

    def _value(self, tag: Tag, name: str) -> str:
        start, end = tag.attributes.get(name, (0, 0))
        return html.unescape(self._source[start:end]).strip()

    # Text

    def _say(self, start: int, end: int) -> None:
        """Add text: entities decoded, blanks made one, as a browser shows it."""
        for match in _RUN.finditer(self._source, start, end):
            span = match.span()
            if match.lastgroup == "blank":
                if self._preformatted:
                    self._preformat(*span)
                elif self._blank is None:
                    self._blank = span
                continue
            if self._blank and self.weaver.in_block and self.weaver.last != "\n":
                self.weaver.blank(*self._blank)
            self._blank = None
            said = match[0]
            if match.lastgroup == "reference":
                self.weaver.show(_decoded(said), *span)
            else:
                self.weaver.take(*span)
            if self._bold_only and not any(self._count.get(b) for b in _BOLD) and _SAYS.search(said):
                self._bold_only = False

    def _preformat(self, start: int, end: int) -> None:
        if self.weaver.in_block:
            self.weaver.take(start, end)

    def _break(self, tag: Tag) -> None:
        if not self._unseen and self.weaver.in_block:
            self._blank = None
            self.weaver.show("\n", tag.start, tag.end)

    def _flush(self) -> None:
        """End the block; then say the alternative texts of the pictures in it."""
        self._blank = None
        if not (self.weaver.in_block or self._alternatives):
            self._bold_only = True
            return
        role, level = self._role()
        alternatives, self._alternatives = self._alternatives, []
        said = self._close(role, level)
        for span in alternatives:
            shown = html.unescape(self._source[slice(*span)]).strip()
            if shown and _SAYS.search(shown):
                self._say(*span)
                self._blank = None
                self._close(role if not said or role == "navigation" else "text", level)

    def _close(self, role: Role, level: int) -> bool:
        bold = role == "text" and self._bold_only and self.weaver.in_block
        self._bold_only = True
        if role == "title":
            self._said.add(self.weaver.open_text().strip())
        row = self._row if role == "cell" or (role == "label" and self._count.get("th")) else 0
        return self.weaver.close(
            "bold" if bold else role,
            level=level,
            row=row,
            column=self._column if row else 0,
            apart=role not in ("list-item", "cell", "label"),
        )

    def _role(self) -> tuple[Role, int]:
        """What the innermost telling element that is open makes of the text."""
        for name in reversed(self._open[-_FAR:]):
            if name in _ROLES and not (name == "title" and self._count.get("svg")):
                role, level = _ROLES[name]
                return ("navigation", 0) if role == "list-item" and self._count.get("nav") else (role, level)
            if name == "dd":
                break
        return "text", 0

    def _describe(self, tag: Tag) -> None:
        """A description that search engines and social networks show, once."""
        if (self._value(tag, "name") or self._value(tag, "property")).lower() not in _DESCRIPTIONS:
            return
        shown = self._value(tag, "content")
        if shown and shown not in self._said:
            self._said.add(shown)
            self._flush()
            self._say(*tag.attributes["content"])
            self._blank = None
            self._bold_only = False
            self._close("text", 0)


_FAR = 64
"""Elements. Farther out nothing is looked for: pages are not that deep, and hostile ones must not cost more."""
_VOID = words("area base br col embed hr img input link meta source track wbr")


def _decoded(reference: str) -> str:
    """What an entity means; one that means nothing stays as it stands, and one of a control character shows nothing."""
    shown = html.unescape(reference)
    return "\ufffd" if any(c < " " and c not in "\t\n" for c in shown) else shown
