"""What do ``--help`` and its options say? (ja, en) by key."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # Help
    "help.evtrack": (
        "その医療の文章の根拠は、今日どの研究段階にあり、なぜそう言えるか。",
        "How good is the evidence behind a medical sentence, today, and why?",
    ),
    "help.metavar": ("コマンド [引数]…", "COMMAND [ARGS]..."),
    "help.options": ("[オプション]", "[OPTIONS]"),
    "help.word.usage": ("使い方：", "Usage:"),
    "help.word.options": ("オプション：", "Options:"),
    "help.word.arguments": ("引数：", "Arguments:"),
    "help.word.commands": ("コマンド：", "Commands:"),
    "help.word.required": ("（必須）", "[required]"),
    "help.word.show": ("この説明を表示します。", "Show this message and exit."),
    "help.load": (
        "ファイルから文献と試験登録を読み込み、保存し、判定します（通信はしません）。",
        "Read records from files, keep them, grade them. No network.",
    ),
    "help.status": ("すべての主張の研究段階を一覧にします。", "One row a claim: how good its evidence is."),
    "help.show": (
        "一つの主張について、根拠のすべてを示します。",
        "All the evidence for one claim, and why it is graded so.",
    ),
    "help.grade": (
        "保存せずに文献を判定します。PubMed XML、MEDLINE、ClinicalTrials.gov の JSON、または JSONL。",
        "Grade records without a store: PubMed XML, MEDLINE, ClinicalTrials.gov JSON, or JSONL.",
    ),
    "help.refresh": (
        "PubMedとClinicalTrials.govを主張ごとに調べ、保存し、判定し、変化を知らせます。",
        "Ask PubMed and ClinicalTrials.gov for every claim, keep and grade what they hold, tell what changed.",
    ),
    "help.regrade": (
        "保存済みの文献を、今の規則と主張で判定し直します（通信はしません）。",
        "Grade what is stored again by the rules and claims of today. No network.",
    ),
    "help.claims": ("主張のファイルを一覧・検査・作成します。", "List, check and write claim files."),
    "help.claims.list": ("主張の一覧。", "The claims in use."),
    "help.claims.check": ("主張と概念のファイルをすべて検査します。", "Check every claim and concept file."),
    "help.claims.new": ("注釈つきの主張のひな形を作ります。", "Write a commented skeleton of a claim."),
    "help.claims.path": ("主張のフォルダーの場所。", "Where the folder of packs is."),
    "help.changes": ("前回から何が変わったか。", "What has changed, and how much it matters."),
    "help.audit": (
        "文章の主張を一文ずつ根拠と照合します（通信も保存もしません）。",
        "Hold each sentence of a text against the evidence behind it. No network; nothing is kept.",
    ),
    "help.report": (
        "根拠をページ、表、文献一覧、脚注にします（通信も保存もしません）。",
        "The evidence as pages, a table, citations or a footnote. No network; the store is left as it is.",
    ),
    "help.rule": ("規則が何を言うか。番号なしで一覧。", "What a rule says; all of them without an id."),
    "help.doctor": (
        "設定、主張、保存先、文献サービスに問題がないか調べます。",
        "Are settings, claims, store and services in order?",
    ),
    "help.demo": (
        "架空の記録で、検索から表示までの流れを通信なしで見せます。",
        "The whole path on made-up records, without a network.",
    ),
    "help.db": ("保存先の状態、検査、控え、復元。", "The store: state, check, backup, restore."),
    "help.db.info": ("保存先にあるもの。", "What the store holds."),
    "help.db.check": ("保存先が壊れていないか。", "Is the store sound?"),
    "help.db.backup": ("保存先の控えを作ります。", "Write a copy of the store."),
    "help.db.restore": (
        "控えを保存先に戻します。いまの保存先は別名で残します。",
        "Make a copy the store again; the store before it is set aside.",
    ),
    "help.db.upgrade": (
        "保存先をこの版の構造にします（先に控えを作ります）。",
        "Bring the store to the schema of this version, after a backup.",
    ),
    "help.db.datasette": (
        "Datasetteで保存先を見るための説明（表、列、よくある問い）を書き出します。",
        "Write what Datasette needs to explain the store: its tables, columns and common questions.",
    ),
    # Options
    "option.db": (
        "保存先（ファイル、または sqlite:／postgresql+psycopg: のURL）",
        "The store: a file, or a sqlite: or postgresql+psycopg: URL",
    ),
    "option.claims": ("主張のフォルダー", "Folder of claim packs"),
    "option.lang": ("表示の言語（ja／en）", "Language of every word shown: ja or en"),
    "option.as_json": ("JSONで出力", "Answer as JSON"),
    "option.version": ("版と規則の版", "Versions of evtrack and of its rules"),
    "option.files": ("読み込むファイル", "Files to read"),
    "option.grade.files": ("読み込むファイル（- または省略で標準入力）", "Files to read (- or none: standard input)"),
    "option.scheduler": (
        "Daskクラスターで読み取り・判定する（スケジューラーの番地）",
        "Read and grade NLM's files on the Dask cluster of this scheduler",
    ),
    "option.load.all_records": (
        "米国国立医学図書館の配布ファイルから、主張や概念に当たらない文献も保存する",
        "Of NLM's baseline and update files, keep what matches no claim or concept as well",
    ),
    "option.claim": (
        "この主張の検索で見つかったものとして結びつける",
        "Tie the records to this claim as if its query had found them",
    ),
    "option.grade.claim": ("この主張で判定する", "Grade for this claim"),
    "option.claim_id": ("主張の番号（一覧：evtrack claims）", "Id of the claim (evtrack claims lists them)"),
    "option.claim_ids": ("この主張だけ（省略：すべて）", "These claims only (none: all)"),
    "option.full": ("保存済みの記録もすべて取り直す", "Fetch all known records again"),
    "option.dry_run": ("件数だけを尋ね、何も保存しない", "Ask for counts only; nothing is kept"),
    "option.source": ("このサービスだけ（pubmed／ctgov）", "This service only (pubmed or ctgov)"),
    "option.offline": ("サービスに接続しない", "Ask no service"),
    "option.quiet": ("問題がなければ何も表示しない（定期実行用）", "Say nothing where all is well (for cron)"),
    "option.refresh.fail_on": (
        "これ以上の重さの変化があれば終了コード1。最後まで調べられなかったときは3を優先",
        "Exit 1 where something changed, notably or critically; 3 for what was not whole comes first",
    ),
    "option.notify": (
        "変化があれば、EVTRACK_NOTIFY の送り先にまとめを送る",
        "Send a digest to the addresses of EVTRACK_NOTIFY where something changed",
    ),
    "option.changes.format": (
        "出力の形式：text、json、markdown、html、atom",
        "Format of the answer: text, json, markdown, html or atom",
    ),
    "option.fail_on": (
        "stale=日数d：データがそれより古ければ終了コード1",
        "stale=DAYSd: exit 1 where the data are older",
    ),
    "option.everything": (
        "数えなかった記録と、人の確認が要る記録も1件ずつ示す",
        "Also list each record that does not count, and those that need a person",
    ),
    "option.at": ("その日の時点で（YYYY-MM-DD）", "As it stood at that date (YYYY-MM-DD)"),
    "option.format": ("出力の形式", "Format of the answer"),
    "option.all_records": (
        "変わっていないものも含めて、すべて判定し直す",
        "Grade everything again, not only what rules or claims changed",
    ),
    "option.since": (
        "その日、またはその回より後（YYYY-MM-DD、または番号。省略：最後の検索から）",
        "After that date or run (YYYY-MM-DD or a number; none: from the last refresh on)",
    ),
    "option.rule_id": ("規則の番号", "Id of the rule"),
    "option.folder": ("書き込むフォルダー", "Folder to write to"),
    "option.pack": ("主張を入れるパックの名前", "Pack the claim goes into"),
    "option.db.restore.copy": ("戻す控え", "The copy to go back to"),
    "option.target": ("控えのファイル名", "File of the copy"),
    "option.audit.files": (
        "ファイル、フォルダー、* を含む名前、- で標準入力（.txt .md .html .docx）",
        "Files, folders, patterns with *, or - for standard input (.txt .md .html .docx)",
    ),
    "option.stdin_filename": (
        "標準入力をこの名前のファイルとして読む",
        "Read standard input as a file of this name",
    ),
    "option.evidence": (
        "保存先の代わりに使う根拠データ（evtrack status --json の出力）",
        "Evidence to use in place of the store: an answer of evtrack status --json",
    ),
    "option.audit.format": (
        "出力の形式：text、json、sarif、github、markdown、html",
        "Format of the answer: text, json, sarif, github, markdown or html",
    ),
    "option.audit.fail_on": (
        "終了コード1にする重さ：error（既定）、warning、never",
        "What ends with exit 1: error (default), warning or never",
    ),
    "option.baseline": (
        "前に記録した指摘。同じものは終了コードに数えない",
        "Findings known before; they do not count for the exit code",
    ),
    "option.write_baseline": ("今の指摘をこのファイルに記録する", "Write the findings of now to this file"),
    "option.explain": (
        "まとめずに1件ずつ、手がかりになった語とともに示す",
        "Fold nothing, and tell which words each finding rests on",
    ),
    "option.output": ("このファイルに書く", "Write the answer to this file"),
    "option.report.output": (
        "このファイルに書く（フォルダー：主張ごとのページ）。形式は名前の終わりで決まる",
        "Write to this file, or pages to this folder; the ending of the name tells the format",
    ),
    "option.report.format": (
        "出力の形式：html、markdown、json、csv、ris、bibtex、footnote（脚注）",
        "Format of the answer: html, markdown, json, csv, ris, bibtex or footnote",
    ),
    "option.report.everything": (
        "数えなかった記録の文献情報も出す。研究の一覧を途中で切らない",
        "Cite the records that do not count too, and cut no list of studies short",
    ),
    "option.select": (
        "この規則だけ（番号、またはその先頭。コンマで区切る）",
        "These rules only: ids or beginnings of ids, with commas",
    ),
    "option.ignore": ("この規則を除く", "Leave these rules out"),
    "option.profile": (
        "追加の規則：ja-medical-advertising（医療広告）",
        "Rules besides: ja-medical-advertising",
    ),
    # evtrack review
    "help.review": (
        "人による判断：確認待ちの記録を1件ずつ見て決めます（端末以外では一覧）。",
        "A person's word: walk through what waits for one (no terminal: list it).",
    ),
    "help.review.list": (
        "人の確認を待つ記録と、その理由。影響の大きい順。",
        "What waits for a person and why, most consequential first.",
    ),
    "help.review.words": ("人が下した判断の一覧。", "The words that persons gave."),
    "help.review.accept": (
        "規則の判定（記録、または主張の研究段階）を正しいと認めます。",
        "The rules are right: of a record, or of a claim's level.",
    ),
    "help.review.reject": (
        "この記録を根拠から除きます（主張なら、その研究段階を認めません）。",
        "The record is no evidence here (or: the claim's level is not right).",
    ),
    "help.review.relabel": (
        '規則の判定を人の判断に置き換えます（例："design=rct n=24"）。',
        "Give other values than the rules did, such as design=rct n=24.",
    ),
    "help.review.undo": ("前に下した判断を取り消します。", "Take a word back."),
    "help.review.add": (
        "二つのサービスにない文献や試験登録を、書誌とともに加えます（YAMLのファイル）。",
        "Add what neither service holds, with its citation, from a YAML file.",
    ),
    "help.review.export": (
        "すべての判断をYAMLに書き出します（取り消したものも）。",
        "Write every word ever given as YAML, undone ones too.",
    ),
    "help.review.import": (
        "書き出した判断を読み込みます（何度読み込んでも同じ）。",
        "Read words from such files; a second time changes nothing.",
    ),
    "option.review.list.claim_id": ("この主張だけ（番号）", "This claim only"),
    "option.review.words.target": ("この記録または主張だけ", "Of this record or claim only"),
    "option.review.words.every": ("取り消したものも含めて、すべて", "Every word ever given, undone ones too"),
    "option.review.target": (
        '記録（PMIDの数字、"PMID:…"、"NCT…"、"MANUAL:…"）または主張の番号',
        "A record (90000001, PMID:…, NCT…, MANUAL:…) or the id of a claim",
    ),
    "option.review.record": (
        '記録（PMIDの数字、"PMID:…"、"NCT…"、"MANUAL:…"）',
        "A record (90000001, PMID:…, NCT…, MANUAL:…)",
    ),
    "option.review.undo.target": (
        "判断の番号、記録、または主張の番号",
        "Number of a word, a record, or the id of a claim",
    ),
    "option.review.claim": ("この主張についてだけ（省略：すべての主張）", "For this claim only (none: for all)"),
    "option.review.values": ('項目=値（例："design=rct n=24"）', "FIELD=VALUE, such as design=rct n=24"),
    "option.review.reason": ("理由（必ず書く）", "Why (must be given)"),
    "option.review.name": ("判断した人（省略：EVTRACK_NAME）", "Who says so (none: EVTRACK_NAME)"),
    "option.review.file": ("YAMLのファイル（- で標準入力）", "YAML file (-: standard input)"),
    "option.review.files": ("判断を書き出したYAMLのファイル", "YAML files of words"),
    "option.review.example": ("書き方の見本を表示する", "Print a commented skeleton"),
    "option.review.output": ("このファイルに書く（省略：標準出力）", "Write to this file (none: standard output)"),
}
