"""What is said of a file or a record that cannot be read, and where? English as the readers say it, Japanese beside it.

The readers of files speak English. ``fault_words`` finds the key by the English words, so that no reader needs to know
of languages. Japanese may leave out what a parser said in English; it may not add anything.
"""

from __future__ import annotations

import re
from functools import cache

WORDS: dict[str, tuple[str, str]] = {
    # Where
    "fault.line": ("{line}行目", "line {line}"),
    "fault.line_column": ("{line}行目の{column}文字目", "line {line}, column {column}"),
    "fault.line_record": ("{line}行目（記録{n}の後）", "line {line}, after record {n}"),
    "fault.after_record": ("記録{n}の後", "after record {n}"),
    "fault.record": ("記録{n}", "record {n}"),
    "fault.record_line": ("記録{n}（{line}行目）", "record {n}, line {line}"),
    "fault.record_pmid": ("記録{n}（{line}行目、PMID {pmid}）", "record {n}, line {line} (PMID {pmid})"),
    "fault.element": ("要素{n}", "element {n}"),
    "fault.study": ("試験{n}", "study {n}"),
    "fault.study_in": ("{place}の試験{n}", "{place}, study {n}"),
    "fault.document": ("全体", "the document"),
    "fault.after_byte": ("{n}バイト目の後", "after byte {n}"),
    "fault.after_packed": ("圧縮ファイルの{n}バイト目の後", "after byte {n} of the packed file"),
    "fault.before_packed": ("圧縮ファイルの{n}バイト目の前", "before byte {n} of the packed file"),
    "fault.place_in": ("{place}（{inner}）", "{place} ({inner})"),
    # What: the file
    "fault.missing": ("ファイルがありません", "no such file"),
    "fault.folder": ("フォルダーです", "is a folder"),
    "fault.forbidden": ("読む権限がありません", "may not be read"),
    "fault.not_opened": ("開けません", "cannot be opened: {why}"),
    "fault.empty": ("空のファイルです", "the file is empty"),
    "fault.is_a": ("{what}です", "it is {what}"),
    "fault.zip": ("zip形式の書庫", "a zip archive"),
    "fault.packed_with": ("{name}で圧縮されたファイル", "packed with {name}"),
    "fault.7z": ("7z形式の書庫", "a 7z archive"),
    "fault.pdf": ("PDF", "a PDF"),
    "fault.unknown_kind": (
        "中身からも名前からも、種類がわかりません",
        "neither its content nor its name says what it is",
    ),
    "fault.reading": ("読み取りに失敗しました", "reading failed: {why}"),
    "fault.not_gzip": (
        "圧縮ファイルの後ろに別のものが続いています",
        "something that is not gzip follows in the packed file",
    ),
    "fault.packed_damaged": ("圧縮ファイルが壊れています", "the packed file is damaged"),
    "fault.packed_cut": ("圧縮ファイルが途中で切れています", "the packed file is cut off"),
    "fault.encoding": ("文字コード{name}がわかりません", "the encoding {name} is not known"),
    "fault.long_line": ("1行が{n}バイトを超えています", "a line of more than {n} bytes"),
    "fault.large_json": ("JSONが{n}バイトを超えています", "a JSON document of more than {n} bytes"),
    "fault.breaks_off": (
        "途中で切れています（終わりの </{name}> がありません）",
        "the file breaks off: no </{name}> at its end",
    ),
    "fault.json_breaks_off": ("JSONが途中で切れています", "the JSON breaks off"),
    "fault.last_line": ("最後の行が途中で切れています", "the last line is cut off"),
    "fault.service": ("検索サービスのエラー応答です", "the service answered with an error: {said}"),
    "fault.not_pubmed": ("PubMedのXMLではありません（{what}）", "not PubMed XML: {what}"),
    "fault.first_element": ("最初の要素は <{name}>", "its first element is <{name}>"),
    "fault.no_element": ("要素がない", "it has no element"),
    "fault.not_medline": (
        "MEDLINE形式の記録がありません（PMID- で始まる行がない）",
        "no MEDLINE record: no line begins with 'PMID-'",
    ),
    "fault.no_study": (
        "ClinicalTrials.gov の試験ではありません（protocolSection がない）",
        "no ClinicalTrials.gov study: no protocolSection",
    ),
    "fault.nothing": ("中身がありません", "nothing in it"),
    "fault.reader_lost": (
        "読み取っていたプロセスが外から止められました",
        "the process that read it was ended from outside",
    ),
    "fault.wrong_md5": (
        "指紋が、隣の .md5 ファイルのものと違います",
        "its MD5 is not the one in the .md5 file beside it",
    ),
    "fault.no_md5": ("隣の .md5 ファイルに指紋がありません", "the .md5 file beside it holds no MD5"),
    "fault.for_grade": ("evtrack grade 用の記録です", "records for evtrack grade"),
    # What: a text to audit, and what it is held against
    "fault.nul": ("文字でないもの（ヌル）があります", "a NUL character"),
    "fault.not_text": ("{name}の文字として読めません", "not {name}: byte 0x{byte}"),
    "fault.bytes": ("{n}バイトを超えています", "more than {n} bytes"),
    "fault.bytes_unpacked": ("展開すると{n}バイトを超えます", "more than {n} bytes, unpacked"),
    "fault.characters": ("{n}文字を超えています", "more than {n} characters of text"),
    "fault.lines": ("{n}行を超えています", "more than {n} lines"),
    "fault.sentences": ("{n}文を超えています", "more than {n} sentences"),
    "fault.name_kind": ("名前からは種類がわかりません", "its name does not say what it is"),
    "fault.office": ("古い形式のオフィス文書", "an old Office document"),
    "fault.encrypted": ("暗号化されています", "it is encrypted"),
    "fault.document_type": ("{name}に文書型の宣言があります", "{name} has a document type"),
    "fault.not_word": ("ワードの文書ではありません", "not a Word file: no word/document.xml"),
    "fault.baseline": ("基準ファイルではありません", "not a baseline of evtrack audit"),
    "fault.sidecar": ("除外指定のファイルではありません", "not a sidecar of evtrack audit"),
    "fault.sidecar_entry": ("読めない指定です", "an entry that cannot be read"),
    "fault.not_toml": ("TOMLとして読めません", "not TOML: {why}"),
    "fault.plain_json": ("JSONとして読めません", "not JSON"),
    "fault.snapshot": (
        "根拠データではありません（主張の一覧がない）",
        "no evidence snapshot: it has no list of claims",
    ),
    "fault.snapshot_id": ("主張{n}に番号がありません", "claim {n} has no claim_id"),
    "fault.snapshot_key": ("主張 {name} に {keys} がありません", "claim {name} has no {keys}"),
    "fault.snapshot_value": (
        "主張 {name} の {key} の値 {given} は使えません",
        "claim {name}: {key} {given} is not known",
    ),
    # What: one record
    "fault.cut_off": ("途中で切れています（{why}）", "cut off: {why}"),
    "fault.large": (
        "{n}バイトを超えています（最初の{kept}バイトを保存）",
        "larger than {n} bytes; the first {kept} bytes are kept",
    ),
    "fault.no_pmid": ("PMIDがないか、数字ではありません", "no PMID, or one that is no number"),
    "fault.no_pmid_in": (
        "<{tag}> にPMIDがないか、数字ではありません",
        "<{tag}> with a PMID that is no number, or without",
    ),
    "fault.not_xml": (
        "XMLとして壊れています（記録の{line}行目）",
        "not well-formed XML, line {line} of the record: {why}",
    ),
    "fault.no_end_tag": ("終わりのタグ </{name}> がありません", "the end tag </{name}> is missing"),
    "fault.no_start_tag": ("始まりのタグ <{name}> がありません", "the start tag <{name}> is missing"),
    "fault.not_json": ("JSONとして読めません", "not JSON: {why}"),
    "fault.not_json_at": ("JSONとして読めません（{column}文字目）", "not JSON: {why} (column {column})"),
    "fault.nested": ("入れ子が深すぎます", "nested too deeply"),
    "fault.study_object": (
        "試験は { } で囲んだ値でなければなりません（{kind}です）",
        "a study must be an object, not {kind}",
    ),
    "fault.record_object": (
        "記録は { } で囲んだ値でなければなりません（{kind}です）",
        "a record must be an object, not {kind}",
    ),
    "fault.no_nct": ("nctId がありません", "no nctId"),
    "fault.bad_nct": ("nctId {given} は NCT と8桁の数字ではありません", "nctId {given} is not NCT and eight digits"),
    "fault.neither": (
        "文献の記録でもClinicalTrials.govの試験でもありません",
        "neither a record nor a ClinicalTrials.gov study",
    ),
    "fault.no_title": ('"title" がありません', 'no "title"'),
    "fault.bad_pmid": ('"pmid" {given} はPubMedの番号ではありません', '"pmid" {given} is no PubMed id'),
    "fault.text_or_number": ('"{name}" は文字か数でなければなりません', '"{name}" must be a text or a number'),
    "fault.text": ('"{name}" は文字でなければなりません', '"{name}" must be a text'),
    "fault.texts": ('"{name}" は文字の一覧でなければなりません', '"{name}" must be a list of texts'),
    "fault.type_str": ("文字列", "str"),
    "fault.type_int": ("整数", "int"),
    "fault.type_float": ("小数", "float"),
    "fault.type_bool": ("真偽値", "bool"),
    "fault.type_list": ("一覧", "list"),
    "fault.type_dict": ("キーと値", "dict"),
    "fault.type_null": ("空の値", "NoneType"),
    # How to mend it
    "fault.mend_path": ("名前を確かめてください", "check the path"),
    "fault.mend_folder": ("中のファイルを指定してください", "name the files in it"),
    "fault.mend_rights": ("権限を確かめてください", "check its permissions"),
    "fault.mend_again": ("もう一度取得してください", "get it again"),
    "fault.mend_file_again": ("ファイルをもう一度取得してください", "get the file again"),
    "fault.mend_ask_again": ("もう一度検索してください", "ask again"),
    "fault.mend_pack": ("圧縮し直してください", "pack it anew"),
    "fault.mend_utf8": ("UTF-8で保存してください", "save the file as UTF-8"),
    "fault.mend_a_line": ("1行に1件ずつ書いてください", "one record a line"),
    "fault.mend_xml": ("PubMedのXML形式で保存してください", "save the records as PubMed XML"),
    "fault.mend_medline": ("PubMed形式で保存してください", "save the records in PubMed format"),
    "fault.mend_jsonl": ("1行に1試験のJSONLで保存してください", "save it as JSONL, one study a line"),
    "fault.mend_v2": ("API v2のJSONで保存してください", "save the studies as JSON of API v2"),
    "fault.mend_md5": (
        ".md5 ファイルをもう一度取得するか、取り除いてください",
        "get the .md5 file again, or take it away",
    ),
    "fault.mend_memory": (
        "メモリーを空けて、もう一度読み込んでください",
        "free some memory and load it again",
    ),
    "fault.mend_unpack": ("先に展開してください。{reads}", "unpack it first; {reads}"),
    "fault.reads": (
        "evtrackが読めるのは、PubMed XML、MEDLINE（.nbib、.txt）、ClinicalTrials.gov v2のJSON、記録のJSONL、それぞれの.gzです",
        "evtrack reads PubMed XML, MEDLINE (.nbib, .txt), ClinicalTrials.gov v2 JSON, and JSONL records, each also with .gz",
    ),
    "fault.mend_split": ("ファイルを分けてください", "split the file"),
    "fault.mend_anew": ("もう一度保存してください", "save it anew"),
    "fault.mend_password": ("パスワードなしで保存してください", "save it without a password"),
    "fault.mend_baseline": ("--write-baseline で作り直してください", "write it anew with --write-baseline"),
    "fault.mend_snapshot": (
        "evtrack status --json の出力を渡してください",
        "give the answer of `evtrack status --json`",
    ),
    "fault.mend_sidecar": (
        '[[ignore]] に rules = ["EV101"]、reason = "…"、sentence = "…" を書いてください',
        'write [[ignore]] with rules = ["EV101"], reason = "…" and sentence = "…"',
    ),
    "fault.audit_reads": (
        "evtrack audit が読めるのは .txt、.md、.html、.docx です",
        "evtrack audit reads .txt, .md, .html and .docx",
    ),
    "fault.mend_for_grade": (
        "evtrack load はPubMedとClinicalTrials.govのファイルを読みます",
        "load reads what PubMed and ClinicalTrials.gov give",
    ),
    "fault.mend_record": (
        '1行に1件、"title" と、わかれば "id" か "pmid"、"abstract"、"publication_types"、"mesh" を書いてください',
        'one object a line with "title", and where known "id" or "pmid", "abstract", "publication_types", "mesh"',
    ),
}
"""``key: (Japanese, English)``. In both, ``{name}`` is a field and ``{ }`` itself."""

_NUMBERS = frozenset({"line", "column", "n", "kept", "pmid"})
_FIELD = re.compile(r"\{(\w+)\}")


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Key and the pattern of its English words; those with the most words of their own first."""

    def pattern(english: str) -> re.Pattern[str]:
        parts = _FIELD.split(english)
        shape = (
            f"(?P<{p}>{r'[0-9,]+' if p in _NUMBERS else '.+?'})" if i % 2 else re.escape(p) for i, p in enumerate(parts)
        )
        return re.compile("".join(shape), re.DOTALL)

    order = sorted(WORDS, key=lambda key: -len(_FIELD.sub("", WORDS[key][1])))
    return tuple((key, pattern(WORDS[key][1])) for key in order)


def fault_key(english: str) -> tuple[str, dict[str, str]] | None:
    """The key of a reader's words and what fills its fields; ``None`` for words the catalogue lacks."""
    for key, pattern in _patterns():
        match = pattern.fullmatch(english)
        if match:
            return key, match.groupdict()
    return None


def fault_words(english: str, lang: str) -> str:
    """A reader's words in ``lang``; words the catalogue lacks stay as they are."""
    found = fault_key(english) if lang == "ja" else None
    if found is None:
        return english
    key, fields = found
    return _FIELD.sub(lambda m: fault_words(fields[m[1]], lang), WORDS[key][0])
