"""What does the command line say to a person? Help, options, errors and notes. (ja, en) by key."""

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
    # Errors
    "cli.interrupted": (
        "中断しました。ここまでの分は保存されています。",
        "interrupted; what was got until here is kept.",
    ),
    "cli.bug": (
        "プログラムの誤りです：{name}（{place}）。報告用ファイル：{path}",
        "a bug: {name} at {place}; report file: {path}",
    ),
    "cli.os_error": ("{where}：{why}", "{where}: {why}"),
    "os.ENOENT": ("ありません", "no such file or folder"),
    "os.EACCES": ("権限がありません", "permission denied"),
    "os.EPERM": ("権限がありません", "permission denied"),
    "os.ENOSPC": ("空き容量がありません", "no space left on the device"),
    "os.EROFS": ("書き込めない場所です", "a place that cannot be written to"),
    "os.EISDIR": ("フォルダーです", "is a folder"),
    "os.ENOTDIR": ("フォルダーではありません", "is no folder"),
    "os.ENAMETOOLONG": ("名前が長すぎます", "the name is too long"),
    "os.EIO": ("読み書きに失敗しました", "reading or writing failed"),
    "os.other": ("読み書きできません", "cannot be read or written"),
    "cli.claims_broken": (
        "主張のファイルに誤りがあります：{first}（ほかに{more}件。evtrack claims check で一覧）",
        "a claim file is broken: {first} (and {more} more; evtrack claims check lists them)",
    ),
    "cli.no_such_claim": (
        "{name} という主張はありません。近いもの：{near}（一覧：evtrack claims）",
        "no claim {name}; did you mean {near}? (evtrack claims lists them)",
    ),
    "cli.no_such_rule": (
        "{name} という規則はありません。近いもの：{near}（一覧：evtrack rule）",
        "no rule {name}; did you mean {near}? (evtrack rule lists them)",
    ),
    "cli.fail_on": (
        "--fail-on {value}：stale=10d のように書いてください。",
        "--fail-on {value}: write it as stale=10d",
    ),
    "cli.bad_date": ("{where} {value}：YYYY-MM-DD の形で書いてください。", "{where} {value}: write it as YYYY-MM-DD"),
    "cli.bad_format": ("--format {value}：使えるのは {names} です。", "--format {value}: use {names}"),
    "cli.no_store": (
        "保存先がまだありません（{path}）。evtrack load でファイルを読み込んでください。",
        "there is no store yet ({path}); read files with evtrack load",
    ),
    "cli.kept": ("（ここまでの{n}件は保存しました）", "({n} records before it are kept)"),
    "cli.exists": ("{path}：すでにあります。別の名前を指定してください。", "{path}: exists already; name another"),
    "cli.stdin_twice": ("- は一度だけ指定できます。", "- (standard input) can be given once"),
    "cli.did_you_mean": ("（{names} ですか）", " (did you mean {names}?)"),
    "usage.no_such_option": ("{name} というオプションはありません。", "no such option: {name}"),
    "usage.no_such_command": ("{name} というコマンドはありません。", "no such command: {name}"),
    "usage.missing": ("{name} が足りません。--help で使い方を表示します。", "missing: {name}; --help shows how"),
    "usage.extra": ("余分な引数があります：{name}", "unexpected: {name}"),
    "usage.needs_value": ("{name} には値が要ります。", "{name} needs a value"),
    "usage.other": ("使い方が違います（{why}）。--help で使い方を表示します。", "{why} (--help shows how)"),
    "file.missing": ("{path}：ファイルがありません。名前を確かめてください。", "{path}: no such file; check the path"),
    "file.folder": (
        "{path}：フォルダーです。中のファイルを指定してください。",
        "{path}: is a folder; name the files in it",
    ),
    # The store: the kinds of StoreError
    "store.StoreMissingError": (
        "{path}：保存先がまだありません。evtrack load でファイルを読み込んでください。",
        "{path}: no such store; read files with evtrack load",
    ),
    "store.NotAStoreError": (
        "{path}：evtrack の保存先ではないか、壊れています。控えに戻すか、別の名前を指定してください。",
        "{path}: no evtrack store",
    ),
    "store.StoreTooNewError": (
        "{path}：新しい版の evtrack の保存先です。evtrack を更新してください（何も変えていません）。",
        "{path}: a newer evtrack wrote it",
    ),
    "store.StoreOutdatedError": (
        "{path}：古い版の evtrack の保存先です。evtrack load で新しくなります（控えを作ってから）。",
        "{path}: an older evtrack wrote it",
    ),
    "store.StoreBusyError": (
        "{path}：ほかの evtrack が書き込み中です。終わってからもう一度実行してください。",
        "{path}: another process is writing; try again",
    ),
    "store.StoreNotSupportedError": (
        "PostgreSQL の保存先にはまだ対応していません。ファイル名を指定してください。",
        "a PostgreSQL store is not yet supported",
    ),
    "store.WrongTargetError": (
        "EVTRACK_DB（--db）：保存先を読み取れません。ファイル名か sqlite: のURLを指定してください。",
        "EVTRACK_DB: give a file's path or a sqlite: URL",
    ),
    "store.damaged": (
        "{path}：保存先が壊れています。evtrack db check で調べ、控えに戻してください。",
        "{path}: the store is damaged; evtrack db check tells where, then restore a backup",
    ),
    "store.StoreError": (
        "{path}：保存先に書き込めません。空き容量と権限を確かめてください。",
        "{path}: cannot be written",
    ),
    # Settings
    "config.unknown": ("{where}：知らない設定です。使えるのは {names}", "{where}: no such setting; there are {names}"),
    "config.toml": ("{where}：TOML として読めません（{why}）", "{where}: not TOML: {why}"),
    "config.text": ("{where}：文字列を引用符で囲んで書いてください。", "{where}: write a text in quotes"),
    "config.texts": (
        '{where}：文字列の一覧を書いてください（["…", "…"]）。',
        '{where}: write a list of texts (["…", "…"])',
    ),
    "config.lang": (
        "{where}：{value} は使えません。ja か en を指定してください。",
        "{where}: {value} is no language here; use ja or en",
    ),
    "config.dialect": (
        "{where}：{value} は使えません。ファイル名、sqlite:、postgresql+psycopg: のいずれかを指定してください。",
        "{where}: {value} cannot be used; give a file, or a sqlite: or postgresql+psycopg: URL",
    ),
    "config.folder": (
        "{where}：{value} というフォルダーがありません。",
        "{where}: no folder {value}; name a folder of claim packs",
    ),
    "config.url": (
        "{where}：{value} はURLではありません。https:// から書いてください。",
        "{where}: {value} is no URL; begin with https://",
    ),
    "config.number": (
        "{where}：{value} は使えません。0以上の数を書いてください。",
        "{where}: {value} cannot be used; write a number of 0 or more",
    ),
    "config.number_above_zero": (
        "{where}：{value} は使えません。0より大きい数を書いてください。",
        "{where}: {value} cannot be used; write a number above 0",
    ),
    "config.whole": (
        "{where}：{value} は使えません。0以上の整数を書いてください。",
        "{where}: {value} cannot be used; write a whole number of 0 or more",
    ),
    "config.now": (
        "{where}：{value} は日時ではありません。2026-11-23T09:00:00+09:00 のように書いてください。",
        "{where}: {value} is no ISO date-time; write it as 2026-11-23T09:00:00+09:00",
    ),
    # load, regrade, grade
    "load.file": (
        "{path}：{read}件（新規{new}、変更{changed}、読めず{skipped}）",
        "{path}: {read} read ({new} new, {changed} changed, {skipped} skipped)",
    ),
    "load.skipped": ("  {where}：読めませんでした（{why}）", "  {where}: skipped: {why}"),
    "load.graded": ("判定：文献{records}件、主張{claims}件", "graded: {records} records, {claims} claims"),
    "progress.reading": ("{path} を読んでいます… {n}件", "reading {path}: {n}"),
    "progress.grading": ("判定しています… {n}件", "grading: {n}"),
    "regrade.nothing": (
        "すべて今の規則と主張で判定済みです。",
        "All is graded by the rules and claims of today already.",
    ),
    "regrade.done": (
        "判定し直しました：文献{records}件、変わった主張{claims}件",
        "graded again: {records} records; {claims} claims changed",
    ),
}
