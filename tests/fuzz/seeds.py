"""From which harmless inputs are the hostile ones made? One whole record of each kind, with every part that the readers know."""

from __future__ import annotations

import gzip
import json
from io import BufferedReader
from itertools import islice
from pathlib import Path
from typing import Any

from lxml import etree
from lxml.etree import _Element as Element

from evtrack.sources import pubmed_xml
from evtrack.sources._protocol import Read

DATA = Path(__file__).parents[1] / "data"
SHARED = Path(__file__).parents[3] / "shared" / "data"
"""Real records, where the folder is there: they are read, and nothing of them is kept."""

HEAD, FOOT = b'<?xml version="1.0" encoding="utf-8"?>\n<PubmedArticleSet>\n', b"\n</PubmedArticleSet>\n"

ARTICLE = b"""<PubmedArticle><MedlineCitation Status="MEDLINE" IndexingMethod="Automated" Owner="NLM"><PMID Version="1">90001001</PMID>
<DateRevised><Year>2025</Year><Month>11</Month><Day>30</Day></DateRevised>
<Article PubModel="Print-Electronic"><Journal><ISSN IssnType="Print">0000-0000</ISSN><JournalIssue CitedMedium="Internet"><Volume>1</Volume><Issue>2</Issue><PubDate><Year>2025</Year><Month>Feb</Month><Day>07</Day></PubDate></JournalIssue>
<Title>Journal of invented trials</Title><ISOAbbreviation>J Invent Trials</ISOAbbreviation></Journal>
<ArticleTitle>Exosomes of mesenchymal stem cells <i>ease</i> depression-like behaviour in mice.</ArticleTitle><Pagination><StartPage>101</StartPage><EndPage>109</EndPage><MedlinePgn>101-9</MedlinePgn></Pagination>
<ELocationID EIdType="doi" ValidYN="Y">10.99999/invented.1</ELocationID><ELocationID EIdType="pii" ValidYN="Y">S1</ELocationID>
<Abstract><AbstractText Label="METHODS">Mice (n = 12) were injected intravenously with exosomes or with saline.</AbstractText><AbstractText Label="RESULTS">Immobility was significantly shorter (P = 0.01).</AbstractText><AbstractText>That is all.</AbstractText></Abstract>
<AuthorList CompleteYN="Y"><Author ValidYN="Y"><LastName>Muster</LastName><ForeName>Ada B</ForeName><Initials>AB</Initials><Suffix>Jr</Suffix></Author><Author><LastName>Beispiel</LastName><FirstName>C</FirstName></Author><Author><CollectiveName>INVENT Group</CollectiveName></Author></AuthorList>
<Language>eng</Language><DataBankList CompleteYN="Y"><DataBank><DataBankName>ClinicalTrials.gov</DataBankName><AccessionNumberList><AccessionNumber>NCT90001001</AccessionNumber></AccessionNumberList></DataBank><DataBank><DataBankName>ISRCTN</DataBankName><AccessionNumberList><AccessionNumber>90000003</AccessionNumber></AccessionNumberList></DataBank></DataBankList>
<PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType></PublicationTypeList><VernacularTitle>Eine erfundene Studie.</VernacularTitle><ArticleDate DateType="Electronic"><Year>2024</Year><Month>12</Month><Day>01</Day></ArticleDate></Article>
<MedlineJournalInfo><MedlineTA>J Invent Trials</MedlineTA><ISSNLinking>0000-0000</ISSNLinking></MedlineJournalInfo>
<CommentsCorrectionsList><CommentsCorrections RefType="ErratumIn"><RefSource>J Invent Trials. 2025;1:9</RefSource><PMID Version="1">90001011</PMID><Note>The dose.</Note></CommentsCorrections><CommentsCorrections RefType="UpdateOf"><RefSource>Invented preprints</RefSource></CommentsCorrections></CommentsCorrectionsList>
<MeshHeadingList><MeshHeading><DescriptorName UI="D1" MajorTopicYN="Y">Exosomes</DescriptorName><QualifierName UI="Q1" MajorTopicYN="Y">transplantation</QualifierName></MeshHeading><MeshHeading><DescriptorName UI="D2" MajorTopicYN="N">Mice</DescriptorName></MeshHeading></MeshHeadingList>
<OtherID Source="NLM">PMC9000001</OtherID><OtherAbstract Type="Publisher" Language="jpn"><AbstractText>\xe4\xbd\x9c\xe3\x82\x8a\xe8\xa9\xb1\xe3\x80\x82</AbstractText></OtherAbstract><KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="N">vesicles</Keyword></KeywordList></MedlineCitation>
<PubmedData><History><PubMedPubDate PubStatus="pubmed"><Year>2024</Year><Month>12</Month><Day>2</Day></PubMedPubDate></History><PublicationStatus>ppublish</PublicationStatus><ArticleIdList><ArticleId IdType="pubmed">90001001</ArticleId><ArticleId IdType="doi">10.99999/invented.1</ArticleId><ArticleId IdType="pmc">PMC9000002</ArticleId></ArticleIdList>
<ReferenceList><Reference><Citation>Another. 2020</Citation><ArticleIdList><ArticleId IdType="pubmed">90001099</ArticleId></ArticleIdList></Reference></ReferenceList></PubmedData></PubmedArticle>"""
"""Every element that pubmed_xml.py and bibliography.py look at, and some that they do not."""

CHAPTER = b"""<PubmedBookArticle><BookDocument><PMID Version="1">90001002</PMID><ArticleIdList><ArticleId IdType="bookaccession">NBK1</ArticleId><ArticleId IdType="doi">10.99999/book.1</ArticleId></ArticleIdList>
<Book><Publisher><PublisherName>Nobody</PublisherName></Publisher><BookTitle book="x">An invented book</BookTitle><PubDate><Year>1993</Year></PubDate><AuthorList Type="editors"><Author><LastName>Redaktor</LastName><Initials>E</Initials></Author></AuthorList><Volume>3</Volume></Book>
<ArticleTitle book="x" part="y">An invented chapter</ArticleTitle><Pagination><StartPage>e12</StartPage></Pagination><Language>eng</Language><AuthorList Type="authors"><Author><LastName>Muster</LastName><ForeName>A</ForeName></Author></AuthorList><PublicationType UI="D016454">Review</PublicationType>
<Abstract><AbstractText>A chapter without any content.</AbstractText></Abstract><KeywordList><Keyword>nothing</Keyword></KeywordList><ContributionDate><Year>2020</Year><Month>5</Month><Day>6</Day></ContributionDate><DateRevised><Year>2024</Year><Month>1</Month><Day>2</Day></DateRevised></BookDocument>
<PubmedBookData><ArticleIdList><ArticleId IdType="pubmed">90001002</ArticleId></ArticleIdList></PubmedBookData></PubmedBookArticle>"""
ALONE = ARTICLE[ARTICLE.index(b"<MedlineCitation") : ARTICLE.index(b"</MedlineCitation>") + 18].replace(
    b"90001001", b"90001003"
)
"""As the sets before 2016 had it."""
DELETED = b'<DeleteCitation><PMID Version="1">90001004</PMID><PMID Version="1">90001005</PMID></DeleteCitation>'

ARTICLES = (ARTICLE, CHAPTER, ALONE, DELETED)
TREES: tuple[Element, ...] = tuple(etree.fromstring(a) for a in (ARTICLE, CHAPTER, ALONE))

MEDLINE = b"""PMID- 90002001
OWN - NLM
STAT- MEDLINE
LR  - 20251130
IS  - 0000-0000 (Print)
VI  - 1
IP  - 2
PG  - 101-9
CTDT- 2020/05/06
DP  - 2025 Feb 7
DEP - 20241201
TI  - Exosomes of mesenchymal stem cells ease depression-like behaviour in
      mice.
TT  - Eine erfundene Studie.
BTI - An invented book
LID - 10.99999/invented.21 [doi]
AID - S1 [pii]
AB  - METHODS: Mice (n = 12) were injected intravenously with exosomes or with
      saline. RESULTS: Immobility was significantly shorter (P = 0.01).
OAB - An abstract in other words.
FAU - Muster, Ada B Jr
AU  - Muster AB
CN  - INVENT Group
FED - Redaktor, E
ED  - Redaktor E
LA  - eng
SI  - ClinicalTrials.gov/NCT90002001
SI  - ISRCTN/ISRCTN90000021
PT  - Journal Article
PB  - Nobody
TA  - J Invent Trials
JT  - Journal of invented trials
CON - Invent. 2024;1:1. PMID: 90002011
EIN - Invent. 2025;1:9. PMID: 90002012
RIN - Invent. 2026;1:9
MH  - *Exosomes/transplantation
MH  - Mice
OT  - *vesicles
OID - NLM: PMC9000003
PMC - PMC9000004
"""
NBIB = b"\n" + MEDLINE + b"\n" + MEDLINE.replace(b"90002001", b"90002002")

STUDY: dict[str, Any] = {
    "protocolSection": {
        "identificationModule": {"nctId": "NCT90003001", "nctIdAliases": ["NCT90003099"], "orgStudyIdInfo": {"id": "jRCT1031200001"}, "secondaryIdInfos": [{"id": "2020-000001-11", "type": "EUDRACT_NUMBER"}], "briefTitle": "An invented trial", "officialTitle": "An invented trial of exosomes", "organization": {"fullName": "Nobody"}},
        "statusModule": {"overallStatus": "COMPLETED", "whyStopped": "It did not begin", "startDateStruct": {"date": "2025-01"}, "primaryCompletionDateStruct": {"date": "2025-06"}, "completionDateStruct": {"date": "2025-07-01"}, "studyFirstSubmitDate": "2024-12-01", "studyFirstPostDateStruct": {"date": "2024-12-05"}, "resultsFirstPostDateStruct": {"date": "2026-01-05"}, "lastUpdatePostDateStruct": {"date": "2026-02-01"}},
        "descriptionModule": {"briefSummary": "Exosomes are given.", "detailedDescription": "Once\n\n* a week"},
        "conditionsModule": {"conditions": ["Depression"], "keywords": ["vesicles"]},
        "designModule": {"studyType": "INTERVENTIONAL", "phases": ["PHASE1", "PHASE2"], "designInfo": {"allocation": "RANDOMIZED", "interventionModel": "PARALLEL", "primaryPurpose": "TREATMENT", "maskingInfo": {"masking": "DOUBLE"}}, "enrollmentInfo": {"count": 20, "type": "ACTUAL"}},
        "armsInterventionsModule": {"armGroups": [{"label": "Exosomes", "type": "EXPERIMENTAL", "description": "given", "interventionNames": ["Biological: Exosomes"]}, {"label": "Saline", "type": "PLACEBO_COMPARATOR"}], "interventions": [{"type": "BIOLOGICAL", "name": "Exosomes of mesenchymal stem cells", "description": "1e9", "otherNames": ["EV"]}]},
        "outcomesModule": {"primaryOutcomes": [{"measure": "HAM-D", "description": "a score", "timeFrame": "8 weeks"}], "secondaryOutcomes": [{"measure": "Adverse events", "timeFrame": "8 weeks"}]},
        "eligibilityModule": {"eligibilityCriteria": "Adults", "healthyVolunteers": False, "minimumAge": "18 Years", "maximumAge": "65 Years"},
        "contactsLocationsModule": {"locations": [{"facility": "Nowhere", "country": "Japan"}]},
        "referencesModule": {"references": [{"pmid": "90001001", "type": "RESULT", "citation": "Muster A. 2025"}]},
    },
    "resultsSection": {"participantFlowModule": {}},
    "derivedSection": {"conditionBrowseModule": {"meshes": [{"id": "D003863", "term": "Depression"}]}, "interventionBrowseModule": {"meshes": [{"id": "D055354", "term": "Exosomes"}]}},
    "hasResults": True,
}  # fmt: skip
"""Every key that ctgov_json.py asks for."""
PAGE = {"totalCount": 2, "nextPageToken": "abc", "studies": [STUDY, {**STUDY, "hasResults": False}]}

LINES: tuple[dict[str, Any], ...] = (
    {"id": "own-1", "title": "A title", "abstract": "An abstract.", "publication_types": ["Review"], "mesh": ["Exosomes/*transplantation"]},
    {"pmid": 90004001, "title": "Another"},
)  # fmt: skip


def whole_file(*records: bytes) -> bytes:
    """A file of PubMed XML."""
    return HEAD + b"\n".join(records) + FOOT


def packed(content: bytes) -> bytes:
    """The same as gzip."""
    return gzip.compress(content, 1, mtime=0)


def real_articles() -> list[bytes]:
    """Some real records of PubMed XML, small ones; none where the folder is not there."""
    file = SHARED / "pubmed" / "pubmed_all.xml.gz"
    if not file.is_file():
        return []
    with gzip.open(file) as stream:
        small = (p.raw for p in pubmed_xml.parse(BufferedReader(stream)) if isinstance(p, Read) and len(p.raw) < 9_000)
        return list(islice(small, 60))


def real_studies() -> list[Any]:
    """Some real studies, small ones; none where the folder is not there."""
    file = SHARED / "ctgov" / "ctgov_v2_real.jsonl.gz"
    if not file.is_file():
        return []
    with gzip.open(file) as stream:
        return [json.loads(line) for line in islice((li for li in stream if len(li) < 9_000), 40)]
