"""What does an audit say around its findings: lines, summaries, evidence beside a sentence, what was set aside? (ja, en) by key."""

WORDS: dict[str, tuple[str, str]] = {
    "audit.suggestion": ("書き換え例：{text}", "suggestion: {text}"),
    "audit.changed": ("本文は同じで、根拠が変わりました", "the evidence changed, not the text"),
    "audit.known": ("前からわかっています", "known before"),
    "audit.fold": (
        "「{section}」の参考{n}件（{lines}行目）：{rules}（--explain で1件ずつ）",
        '{n} notes in "{section}" (lines {lines}): {rules} (--explain lists each)',
    ),
    "audit.fold_top": (
        "参考{n}件（{lines}行目）：{rules}（--explain で1件ずつ）",
        "{n} notes (lines {lines}): {rules} (--explain lists each)",
    ),
    "audit.fold_short": ("「{section}」の参考{n}件", '{n} notes in "{section}"'),
    "audit.fold_short_top": ("参考{n}件", "{n} notes"),
    "audit.not_assessed": (
        "判定していません（問題なしの意味ではありません）：{lines}行目 — {why}",
        "not assessed (not an approval): lines {lines} — {why}",
    ),
    "audit.not_assessed_one": (
        "判定していません（問題なしの意味ではありません） — {why}",
        "not assessed (not an approval) — {why}",
    ),
    "audit.summary": (
        "ファイル{files}件：要修正{error}、要確認{warning}、参考{info}、判定していない文{open}",
        "errors: {error}, warnings: {warning}, notes: {info}, sentences not assessed: {open} (files: {files})",
    ),
    "audit.summary_known": (
        "うち前からわかっているもの{n}件（終了コードには数えません）",
        "{n} of them known before (they do not count for the exit code)",
    ),
    "audit.summary_suppressed": ("理由をつけて除いたもの{n}件", "{n} set aside, with a reason"),
    "audit.as_of": ("根拠データの時点：{date}", "evidence as of {date}"),
    "audit.as_of_none": ("根拠データがありません", "there are no evidence data"),
    "audit.none": (
        "指摘はありません。判定できる主張の文は{n}文でした（問題がないという保証ではありません）。",
        "No findings. {n} sentences with claims were held against the evidence (this is no approval).",
    ),
    "audit.none_one": (
        "指摘はありません。判定できる主張の文は1文でした（問題がないという保証ではありません）。",
        "No findings. 1 sentence with a claim was held against the evidence (this is no approval).",
    ),
    "audit.none_open": (
        "指摘はありません。ただし、主張の文はどれも判定できませんでした（問題がないという保証ではありません）。",
        "No findings, but none of the sentences with claims could be held against the evidence (this is no approval).",
    ),
    "audit.none_stated": (
        "指摘はありません。ただし、細胞外小胞（エクソソームなど）の効果などを述べた文が見つからず、何も照合していません（問題がないという保証ではありません）。",
        "No findings, but nothing was held against the evidence: no sentence was found that says what vesicles (exosomes) do (this is no approval).",
    ),
    "audit.idle.unused": (
        "使われていない除外指定です：{text}。消してください。",
        "this suppression sets nothing aside: {text}; remove it",
    ),
    "audit.idle.no_reason": (
        "理由のない除外指定は効きません：{text}。規則の番号のあとに理由を書いてください。",
        "a suppression without a reason has no effect: {text}; write the reason after the rule",
    ),
    "audit.idle.no_rule": (
        "規則のない除外指定は効きません：{text}。規則の番号と理由を書いてください。",
        "a suppression without a rule has no effect: {text}; name the rule and the reason",
    ),
    "audit.idle.unreadable": (
        '読めない指定です：{text}。"evtrack: ignore" のあとに規則の番号と理由を書いてください。',
        'cannot be read: {text}; write "evtrack: ignore", the rule, and the reason',
    ),
    "audit.because": ("{what}「{words}」（{source}）", '{what} "{words}" ({source})'),
    "audit.because_all": ("この文の主張の手がかり：{all}", "a claim because of {all}"),
    "audit.what.intervention": ("介入", "intervention"),
    "audit.what.condition": ("疾患・症状", "condition"),
    "audit.what.outcome": ("結果", "outcome"),
    "audit.what.population": ("対象者", "population"),
    "audit.what.says": ("言い方", "wording"),
    "audit.source.sentence": ("この文", "this sentence"),
    "audit.source.label": ("ラベル", "label"),
    "audit.source.heading": ("見出し", "heading"),
    "audit.source.title": ("題名", "title"),
    "audit.source.sentence_before": ("前の文", "a sentence before"),
    "audit.source.line": ("{source}、{line}行目", "{source}, line {line}"),
    # The page and the table
    "audit.title": ("医療の文章と根拠の照合", "Medical claims held against the evidence"),
    "audit.findings": ("指摘", "Findings"),
    "audit.no_findings": ("指摘はありません。", "No findings."),
    "audit.column.place": ("場所", "Place"),
    "audit.column.severity": ("重さ", "Severity"),
    "audit.column.finding": ("指摘", "Finding"),
    "audit.column.sentence": ("文", "Sentence"),
    "audit.column.evidence": ("根拠", "Evidence"),
    "audit.column.why": ("理由", "Why"),
    "audit.open": ("判定していない文（問題なしの意味ではありません）", "Not assessed (not an approval)"),
    "audit.open_short": ("判定なし", "not assessed"),
    "audit.idle": ("効いていない除外指定", "Suppressions without effect"),
    "audit.text": ("本文と根拠", "The text, and the evidence beside it"),
    "audit.whole": ("文書全体", "The whole document"),
    "audit.place": ("{line}行目の{col}文字目", "line {line}, column {col}"),
    "audit.evidence": ("根拠（{date}時点）", "Evidence (as of {date})"),
    "audit.level": ("研究段階：{level}", "Evidence level: {level}"),
    "audit.stance": ("結果：{stance}", "Result: {stance}"),
    "audit.studies": ("数えた研究", "Studies that count"),
    "audit.studies_more": ("ほか{n}件", "{n} more"),
    "audit.other_claims": ("この文のほかの主張{n}件の根拠", "Evidence for {n} other claims of this sentence"),
    "audit.no_studies": (
        "この根拠データには、研究の一覧がありません。",
        "These evidence data do not list the studies.",
    ),
    "audit.year": ("{year}年", "{year}"),
    "audit.unmarked": (
        "印のない文は、主張と判定しなかった文か、根拠の範囲内の文です。問題がないという保証ではありません。",
        "A sentence without a mark was not read as a claim, or is within the evidence. That is no approval.",
    ),
    "audit.legend": (
        "線の種類：二重線＝要修正、実線＝要確認、点線＝参考、破線＝判定していない文",
        "Underlines: double: error; solid: warning; dotted: note; dashed: not assessed",
    ),
    "audit.back": ("本文に戻る", "back to the text"),
    # What the command itself says
    "audit.wrote_baseline": ("{path}：{n}件の指摘を記録しました", "{path}: {n} findings written"),
    "audit.wrote": ("{path} に書きました", "written to {path}"),
    "audit.no_files": (
        "{path}：読めるファイル（.txt .md .html .docx）がありません。",
        "{path}: no file that is read (.txt .md .html .docx)",
    ),
    "audit.no_evidence": (
        "根拠データがありません。evtrack refresh で検索するか、--evidence で渡してください。",
        "there are no evidence data: run evtrack refresh, or give them with --evidence",
    ),
    "audit.bad_choice": ("{where} {value}：使えるのは {names} です。", "{where} {value}: use {names}"),
    "audit.no_such_rule": (
        "{where} {value}：その番号で始まる規則はありません（一覧：evtrack rule）。",
        "{where} {value}: no rule begins with it (evtrack rule lists them)",
    ),
}
"""``key: (Japanese, English)``."""
