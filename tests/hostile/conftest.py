"""A store full of records that were written to do harm, its harmless twin, and all that ``evtrack`` says of both.

The texts are invented: what a title, an abstract, a name or a person's reason would have to hold to be markup, a script, a
control sequence, a formula, a link, a line of a format or a template wherever it is not escaped.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from ..review.conftest import Teller  # noqa: TID252 # a runner of the neighbouring folder

CLAIMS = Path(__file__).parents[2] / "claims" / "exosome-psychiatry"
ESC, BEL, CSI = "\x1b", "\x07", "\x9b"
TEXTS = {
    "script": "<script>window.hxq=1</script><hxq-tag hxqattr=1>",
    "onerror": '"><img src=x onerror=alert(1)><svg/onload=alert(2)>',
    "quotes": "' autofocus onfocus='alert(1)' x=\" onmouseover=\"alert(1)",
    "closes": "</td></tr></table></title></style></script></textarea></svg><!-- --><plaintext>",
    "cdata": "]]><hxq-tag/><![CDATA[<!--#exec cmd=ls-->",
    "entities": "&lt;script&gt;alert(1)&lt;/script&gt; &#60;hxq-tag&#62; &amp;lt;b&amp;gt; &unknown; &#0; &#x1b;[31m",
    "iframe": "<iframe srcdoc='&lt;script&gt;alert(1)&lt;/script&gt;'></iframe><base href=//evil.example/><meta http-equiv=refresh content=0>",
    "style": "<style>*{display:none}</style><link rel=stylesheet href=//evil.example/x.css>",
    "url": "javascript:alert(1) JaVaScRiPt:alert(1) data:text/html,<script>alert(1)</script> vbscript:x",
    "formula": "=cmd|' /C calc'!A0",
    "plus": "+1+cmd|' /C calc'!A0",
    "minus": "-2+3+cmd|' /C calc'!A0",
    "at sign": '@SUM(1+9)*cmd|\' /C calc\'!A0,"=1+1"',
    "full-width": "＝1+1＋２",
    "blank before": "  =1+1",
    "quote before": '"=HYPERLINK(""http://evil.example"",""click"")"',
    "separators": 'a;=1+1\u2028=2+2\u2029=3+3,"x',
    "markdown link": "[click](http://evil.example/a) [b]: http://evil.example/b [b] <http://evil.example/c>",
    "markdown image": "![x](http://evil.example/p.png) ![y][b]",
    "markdown": "# head **bold** `code` | cell | ~~~ ``` > quote - item <details open>\\",
    "mention": "@everyone #1 :smile: www.evil.example $x^2$",
    "table": "a | b | c || \\| d",
    "ris": "ER  - ",
    "ris entry": "TY  - JOUR T1  - stolen ER  -",
    "braces": "}} @article{stolen, title={x}}",
    "open brace": "{{{ unbalanced",
    "comment": "@comment{x} @string{a=b} @preamble{\"x\"} % \\input{/etc/passwd} $ & # _ ~ ^ \\",
    "jinja": "{{ 7*7 }} {% for x in y %} {# c #} ${7*7} #{7*7} %(x)s {0} {title}",
    "rich": "[/red] [bold red]x[/bold] [link=http://evil.example]y[/link] [[",
    "percent": "%s %n %d {!r} \\x1b[31m \\u202e",
    "rtl": "abc\u202egnp.exe\u202c \u2066x\u2069 \u202dy \u2067z \u202a\u202b \u2068",
    "marks": "a\u200fb\u200ec\u061cd",
    "zero width": "pa\u200bss\u200cwo\u200drd\ufeff \u2060x\u00ad",
    "line ends": "a\u2028b\u2029c\x85d\x0be\x0cf",
    "c1": f"x{CSI}31mred{CSI}0m \x90q\x9c \x80",
    "long": "あ" * 5000 + "x" * 5000,
    "combining": "e" + "\u0301" * 3000,
    "tags": "\U000e0041\U000e0042 \ufff9a\ufffab\ufffb \ufffe",
    "astral": "\U0001f600\U0001f468\u200d\U0001f469 \U00100000",
}  # fmt: skip
"""Texts that XML can carry."""
RAW = {
    "esc": f"a{ESC}[31mred{ESC}[0m{ESC}]0;title{BEL}{ESC}[2J{ESC}[1A",
    "link": f"{ESC}]8;;http://evil.example{ESC}\\click{ESC}]8;;{ESC}\\",
    "bel": f"x{BEL}{BEL}y",
    "nul": "a\x00b",
    "returns": "a\rb\r\nER  - \r\nTY  - JOUR\nc\td",
    "tab before": "\t=1+1",
    "return before": "\r=1+1",
    "bell before": f"{BEL}=1+1",
    "backspace": "abc\x08\x08\x7f\x7f",
    "shift": "x\x0e\x0fy\x1f\x01",
}
"""Texts with characters that XML can't carry; JSON can, and so can a line of text, line ends aside."""
SURROGATES = {"lone": "a\ud800b", "turned": "\udfff\ud83d", "byte": "\udcff"}
"""Text that is no text: JSON can say it, UTF-8 can't."""
MICE = (
    "Mice under chronic unpredictable mild stress were injected intravenously with exosomes of mesenchymal stem cells (n = 12)"
    " or with saline (n = 12). Immobility in the forced swim test was significantly shorter with exosomes than with saline (P = 0.01)."
)
TITLE = "Exosomes of mesenchymal stem cells ease depression-like behaviour in mice"
PAGE = "うつ症状を緩和する可能性があります。エクソソームはうつ病を治します。\n\nExosomes cure depression.\n"
REPORTS = {
    "site": ("-o", "site/"),
    "html": ("-o", "one.html"),
    "markdown": ("--format", "markdown", "-o", "one.md"),
    "json": ("--format", "json", "-o", "one.json"),
    "csv": ("--format", "csv", "--all", "-o", "one.csv"),
    "ris": ("--format", "ris", "--all", "-o", "one.ris"),
    "bibtex": ("--format", "bibtex", "--all", "-o", "one.bib"),
    "footnote": ("--format", "footnote", "-o", "one.txt"),
}
SAID = {
    "show": ("show", "dep-effect"),
    "show all": ("show", "dep-effect", "--all"),
    "show json": ("show", "dep-effect", "--json"),
    "status": ("status",),
    "status json": ("status", "--json"),
    "changes": ("changes", "--since", "2000-01-01"),
    **{
        f"changes {f}": ("changes", "--since", "2000-01-01", "--format", f)
        for f in ("json", "markdown", "html", "atom")
    },
    **{f"report {f}": ("report", "--all", "--format", f) for f in ("markdown", "footnote")},
    "review list": ("review", "list"),
    "review list json": ("review", "list", "--json"),
    "review words": ("review", "words", "--all"),
    "review words json": ("review", "words", "--all", "--json"),
    "review export": ("review", "export"),
    **{
        f"audit {f}": ("audit", "page.md", "--fail-on", "never", "--format", f)
        for f in ("text", "json", "sarif", "github", "markdown", "html")
    },
}


@dataclass(frozen=True)
class Pages:
    """All that was written, by name: what commands said on stdout, and the files of ``report``; in English and Japanese."""

    texts: dict[str, str]
    loaded: list[dict[str, Any]]
    teller: Teller

    def of(self, *kinds: str) -> dict[str, str]:
        """Texts whose name holds one of these words."""
        return {name: text for name, text in self.texts.items() if any(k in name.split() for k in kinds)}


def pubmed_xml(texts: Iterable[str], first: int, *, retracted: bool = False) -> str:
    """Records whose title, abstract, authors, journal, keywords and notices hold the texts."""
    records = []
    for i, text in enumerate(texts):
        t, pmid = escape(text), first + i
        notice = (
            f'<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><RefSource>{t}</RefSource>'
            f"<Note>{t}</Note></CommentsCorrections></CommentsCorrectionsList>"
        )
        records.append(
            f'<PubmedArticle><MedlineCitation Status="PubMed-not-MEDLINE" Owner="NLM"><PMID Version="1">{pmid}</PMID>'
            f"<Article><Journal><JournalIssue><Volume>{t}</Volume><Issue>{t}</Issue><PubDate><Year>2025</Year></PubDate></JournalIssue>"
            f"<Title>{t} J</Title></Journal><ArticleTitle>{t} {TITLE} {i}</ArticleTitle><Pagination><MedlinePgn>{t}</MedlinePgn></Pagination>"
            f'<ELocationID EIdType="doi" ValidYN="Y">10.99999/{t}</ELocationID>'
            f'<Abstract><AbstractText Label="{t.replace(chr(34), "&quot;")}">{MICE} {t}</AbstractText></Abstract>'
            f"<AuthorList><Author><LastName>{t}</LastName><ForeName>{t}</ForeName><Initials>{t}</Initials></Author>"
            f"<Author><CollectiveName>{t}</CollectiveName></Author></AuthorList><Language>eng</Language>"
            f"<PublicationTypeList><PublicationType>Journal Article</PublicationType>"
            f"<PublicationType>{'Retracted Publication' if retracted else t}</PublicationType></PublicationTypeList>"
            f"</Article><MedlineJournalInfo><MedlineTA>{t}</MedlineTA></MedlineJournalInfo>{notice if retracted else ''}"
            f"<KeywordList><Keyword>{t}</Keyword></KeywordList></MedlineCitation></PubmedArticle>"
        )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<PubmedArticleSet>{"".join(records)}</PubmedArticleSet>\n'


def medline(texts: Iterable[str], first: int) -> str:
    """The same as MEDLINE; a text's line ends are folded as the format folds them."""
    records = []
    for i, text in enumerate(texts):
        t = text.replace("\n", "\n      ").replace("\r", " ")
        records.append(
            f"PMID- {first + i}\nOWN - NLM\nSTAT- PubMed-not-MEDLINE\nDP  - 2025\nTI  - {t} {TITLE} {i}\nAB  - {MICE} {t}\n"
            f"FAU - {t}\nAU  - {t}\nLA  - eng\nPT  - Journal Article\nTA  - {t}\nJT  - {t} J\nAID - 10.99999/{t} [doi]\nOT  - {t}\n"
        )
    return "\n" + "\n".join(records)


def studies(texts: Iterable[str], first: int) -> str:
    """Registered trials that hold the texts wherever the registry has free text, and where it has a fixed word."""
    found = []
    for i, t in enumerate(texts):
        protocol = {
            "identificationModule": {"nctId": f"NCT{first + i}", "briefTitle": f"{t} Trial of exosomes in depression {i}", "officialTitle": t, "acronym": t, "organization": {"fullName": t}},
            "statusModule": {"overallStatus": t if i % 2 else "WITHDRAWN", "whyStopped": t, "startDateStruct": {"date": "2025-01"}, "lastUpdatePostDateStruct": {"date": "2025-02-01"}},
            "sponsorCollaboratorsModule": {"leadSponsor": {"name": t}},
            "descriptionModule": {"briefSummary": t},
            "conditionsModule": {"conditions": ["Depression", t], "keywords": [t]},
            "designModule": {"studyType": "INTERVENTIONAL", "phases": [t] if i % 3 else ["PHASE1"], "enrollmentInfo": {"count": 10}},
            "armsInterventionsModule": {"interventions": [{"type": "BIOLOGICAL", "name": f"Exosomes of mesenchymal stem cells {t}"}], "armGroups": [{"label": t, "type": "EXPERIMENTAL"}]},
            "outcomesModule": {"primaryOutcomes": [{"measure": f"HAM-D {t}", "timeFrame": t}]},
            "contactsLocationsModule": {"locations": [{"facility": t, "country": t}]},
            "referencesModule": {"references": [{"citation": t, "type": "RESULT"}], "seeAlsoLinks": [{"label": t, "url": "javascript:alert(1)"}]},
        }  # fmt: skip
        found.append({"protocolSection": protocol, "hasResults": False})
    return json.dumps({"studies": found})


def yaml_of(value: Any) -> str:
    """A value as JSON that YAML reads as the same value: what does not print is escaped, and no character in halves."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(c if c.isprintable() or c == " " else f"\\U{ord(c):08x}" for c in text)


def added(texts: Iterable[str]) -> str:
    """Records that a person adds, as a YAML file."""
    return yaml_of(
        [
            {
                "title": f"{t} {TITLE} by hand {i}", "citation": t, "registry_id": f"jRCT{1000000000 + i}", "year": 2025, "journal": t,
                "authors": [t, "Example A"], "abstract": f"{MICE} {t}", "url": f"https://example.org/{i}", "language": "en",
                "design": "animal", "agent": "native_ev", "role": "therapy", "n": 12,
                "claims": {"dep-effect": {"stance": "supports", "condition_match": "selected", "outcome_match": "measured"}},
            }
            for i, t in enumerate(texts)
        ]
    )  # fmt: skip


def few_claims(folder: Path) -> Path:
    """A folder of a few of the shipped claims; one is judged by others."""
    pack = folder / "claims" / "few"
    pack.mkdir(parents=True)
    text = (CLAIMS / "pack.yaml").read_text(encoding="utf-8").partition("# The claims")[0]
    (pack / "pack.yaml").write_text(text.replace("id: exosome-psychiatry", "id: few"), encoding="utf-8")
    for claim_id in ("dep-effect", "anx-effect", "animal-dep"):
        shutil.copy(CLAIMS / f"{claim_id}.yaml", pack)
    return pack.parent


def tell(folder: Path, cache: Path, xml: list[str], raw: list[str], no_text: list[str]) -> Pages:
    """Load the texts from all kinds of files, say some of them as a person, and run every command that tells of them."""
    texts: dict[str, str] = {}
    environ = {
        "EVTRACK_DB": str(folder / "evtrack.db"), "EVTRACK_CLAIMS": str(few_claims(folder)), "EVTRACK_CACHE": str(cache), "EVTRACK_NOW": "2026-11-16T00:00:00+00:00",
        "EVTRACK_LANG": "en", "NO_COLOR": "1", "COLUMNS": "100",
    }  # fmt: skip
    teller = Teller(environ, folder)

    def load(name: str, content: str) -> dict[str, Any]:
        (folder / name).write_text(content, encoding="utf-8", newline="")
        told: dict[str, Any] = teller.run("load", name, "--claim", "dep-effect", "--json").json
        return told

    loaded = [
        load("a.xml", pubmed_xml(xml, 90000100)),
        load("b.nbib", medline([t for t in [*xml, *raw] if "\x85" not in t], 90000300)),
        load("c.json", studies([*xml, *raw, *no_text], 90000500)),
    ]
    (folder / "added.yaml").write_text(added(xml), encoding="utf-8")
    teller.run("review", "add", "added.yaml", "--reason", xml[0], "--name", "A")
    teller.at(15)
    load("d.xml", pubmed_xml(xml[:6], 90000100, retracted=True))
    for i, text in enumerate(t for t in xml[6:] if len(t) < 200 and "\ufffe" not in t):
        if i % 3 == 0:  # a third of them is enough, and quick
            teller.run(
                "review", ("accept", "reject")[i % 2], str(90000106 + i), "--reason", f"{text} x", "--name", f"{text} y"
            )
    (folder / "page.md").write_text(PAGE + "\n\n".join(xml), encoding="utf-8")
    for language in ("en", "ja"):
        for name, arguments in SAID.items():
            if language == "ja" and "json" in name:
                continue  # the same in every language but for messages
            texts[f"{language} {name}"] = teller.run("--lang", language, *arguments).out
        for name, arguments in REPORTS.items():
            teller.run("--lang", language, "report", *arguments)
            target = folder / arguments[-1]
            for file in sorted(target.rglob("*")) if target.is_dir() else [target]:
                if file.is_file():
                    texts[f"{language} file {name} {file.name}"] = file.read_bytes().decode("utf-8")
    return Pages(texts, loaded, teller)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache of compiled files for all tests."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Pages:
    """All that is said of the hostile records."""
    return tell(
        tmp_path_factory.mktemp("hostile"), cache, list(TEXTS.values()), list(RAW.values()), list(SURROGATES.values())
    )


@pytest.fixture(scope="session")
def harmless(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Pages:
    """All that is said of as many records that mean no harm: which elements, attributes and scripts are the program's own."""
    words = [f"word{i}" for i in range(len(TEXTS))]
    return tell(tmp_path_factory.mktemp("harmless"), cache, words, words[: len(RAW)], words[: len(SURROGATES)])
