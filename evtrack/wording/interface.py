"""What does the command line say to a person? Help, notes, errors and the headings of the views. (ja, en) by key."""

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
    "help.rule": ("規則が何を言うか。番号なしで一覧。", "What a rule says; all of them without an id."),
    "help.doctor": ("設定、主張、保存先に問題がないか調べます。", "Are settings, claims and store in order?"),
    "help.db": ("保存先の状態、検査、控え。", "The store: state, check, backup."),
    "help.db.info": ("保存先にあるもの。", "What the store holds."),
    "help.db.check": ("保存先が壊れていないか。", "Is the store sound?"),
    "help.db.backup": ("保存先の控えを作ります。", "Write a copy of the store."),
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
    "option.fail_on": (
        "stale=日数d：データがそれより古ければ終了コード1",
        "stale=DAYSd: exit 1 where the data are older",
    ),
    "option.at": ("その日の時点で（YYYY-MM-DD）", "As it stood at that date (YYYY-MM-DD)"),
    "option.format": ("出力の形式", "Format of the answer"),
    "option.all_records": (
        "変わっていないものも含めて、すべて判定し直す",
        "Grade everything again, not only what rules or claims changed",
    ),
    "option.since": (
        "その日、またはその回より後（YYYY-MM-DD、または番号）",
        "After that date or run (YYYY-MM-DD or a number)",
    ),
    "option.rule_id": ("規則の番号", "Id of the rule"),
    "option.folder": ("書き込むフォルダー", "Folder to write to"),
    "option.pack": ("主張を入れるパックの名前", "Pack the claim goes into"),
    "option.target": ("控えのファイル名", "File of the copy"),
    # Errors
    "cli.interrupted": (
        "中断しました。ここまでの分は保存されています。",
        "interrupted; what was got until here is kept.",
    ),
    "cli.bug": (
        "プログラムの誤りです：{name}（{place}）。報告用ファイル：{path}",
        "a bug: {name} at {place}; report file: {path}",
    ),
    "cli.os_error": ("{where}：読み書きできません（{why}）", "{where}: {why}"),
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
    # Files: the codes of FileProblem
    "file.missing": ("{path}：ファイルがありません。名前を確かめてください。", "{path}: no such file; check the path"),
    "file.folder": (
        "{path}：フォルダーです。中のファイルを指定してください。",
        "{path}: is a folder; name the files in it",
    ),
    "file.forbidden": (
        "{path}：読む権限がありません。権限を確かめてください。",
        "{path}: may not be read; check its permissions",
    ),
    "file.empty": ("{path}：空のファイルです。もう一度取得してください。", "{path}: the file is empty; get it again"),
    "file.unknown_kind": (
        "{path}：種類がわかりません。PubMed XML、MEDLINE（.nbib、.txt）、ClinicalTrials.gov v2 JSON、それぞれの .gz を読めます。",
        "{path}: not a kind of file that is read here",
    ),
    "file.broken_off": (
        "{path} {place}：途中で切れています。もう一度取得してください。",
        "{path}: {place}: broken off; get it again",
    ),
    "file.broken_packing": (
        "{path} {place}：圧縮が壊れています。もう一度取得してください。",
        "{path}: {place}: broken packing; get it again",
    ),
    "file.not_pubmed": ("{path} {place}：PubMed の XML ではありません。", "{path}: {place}: no PubMed XML"),
    "file.not_medline": ("{path} {place}：MEDLINE 形式ではありません。", "{path}: {place}: not MEDLINE"),
    "file.not_json": ("{path} {place}：JSON として読めません。", "{path}: {place}: not JSON"),
    "file.not_records": (
        "{path} {place}：試験登録または文献のデータではありません。",
        "{path}: {place}: neither studies nor records",
    ),
    "file.bad_line": (
        "{path} {place}：1行に1件、id と title のある JSON を書いてください。",
        "{path}: {place}: one object a line, with id and title",
    ),
    "file.too_large": ("{path} {place}：1件が大きすぎます。", "{path}: {place}: one record is too large"),
    "file.unknown_encoding": (
        "{path} {place}：文字コードがわかりません。UTF-8 で保存してください。",
        "{path}: {place}: unknown encoding; save it as UTF-8",
    ),
    "file.service_error": (
        "{path} {place}：検索サービスのエラー応答です。もう一度取得してください。",
        "{path}: {place}: an error of the service; get it again",
    ),
    "file.for_grade": (
        "{path}：evtrack grade 用のデータです。load は PubMed と ClinicalTrials.gov のファイルを読みます。",
        "{path}: records for evtrack grade; load reads what PubMed and ClinicalTrials.gov give",
    ),
    "file.unreadable": ("{path} {place}：読めません。", "{path}: {place}: cannot be read"),
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
    # Views
    "view.unsearched": ("未検索", "not searched"),
    "view.level_unsearched": ("判定できません（未検索）", "not known (not searched)"),
    "view.claim": ("主張", "Claim"),
    "view.people": ("人での研究", "In people"),
    "view.level": ("研究段階", "Evidence level"),
    "view.k_of_n": ("件数", "Studies"),
    "view.review": ("要確認", "Review"),
    "view.as_of": ("{date} 時点", "As of {date}"),
    "view.quote": ("記事の表現：「{quote}」", "In the article: “{quote}”"),
    "view.k": ("{n}件中{k}件", "{k} of {n}"),
    "view.unread": ("方向を読み取れないもの{n}件", "{n} not readable"),
    "view.n_total.people": ("計{n}人", "{n} people in all"),
    "view.n_total.animals": ("計{n}匹", "{n} animals in all"),
    "view.n_largest": ("最大の研究{n}", "largest study {n}"),
    "view.groups": ("独立した研究グループ{n}", "independent groups: {n}"),
    "view.stage_note": (
        "研究段階は研究の種類を示すもので、効果の大きさや確からしさの評価ではありません。",
        "The evidence level is the stage of research: it says what kind of study there is, not how large or how certain the effect is.",
    ),
    "view.members": ("含まれる主張", "Claims it stands for"),
    "view.parts": ("主張の各部分", "Parts of the claim"),
    "view.routes": ("投与経路ごと", "By route"),
    "view.alerts": ("公的機関の注意喚起", "Alerts"),
    "view.harms": ("有害な結果の報告", "Reports of harm"),
    "view.provisional": ("確定していない点", "What makes this provisional"),
    "view.studies": ("数えた研究", "Studies that count"),
    "view.more": ("ほか{n}件（--json ですべて表示）", "and {n} more (all of them with --json)"),
    "view.no_studies": ("数えられる研究はありません。", "No study counts."),
    "view.registered": ("登録されている試験（結果なし）", "Registered trials, no results"),
    "view.indirect": ("間接（別の製剤・細胞）", "Indirect (other agents)"),
    "view.excluded": ("数えなかったもの（理由別）", "Not counted, by reason"),
    "view.searched": ("検索したもの", "Searched"),
    "view.not_searched": ("検索していないもの：{names}", "Not searched: {names}"),
    "view.loaded_only": (
        "検索は行っていません。{date} までにファイルから読み込んだ{n}件だけを見ています。",
        "No search has been made: only the {n} records loaded from files up to {date} were looked at.",
    ),
    "view.nothing_loaded": (
        "検索も読み込みもまだ行っていません。「見つからない」とは言えません。",
        "Nothing has been searched or loaded yet; 'none found' cannot be said.",
    ),
    "view.search": ("{source}：{count}件（{at}）", "{source}: {count} ({at})"),
    "view.search_partial": (
        "{source}：{count}件のうち一部のみ取得（{at}）",
        "{source}: only part of {count} was got ({at})",
    ),
    "view.would_change": ("何があれば変わるか", "What would change this"),
    "view.overdue": ("結果の公表が遅れています", "results overdue"),
    "view.override": ("人による判断：{name}（{date}）{reason}", "A person's word: {name} ({date}) {reason}"),
    "view.person": ("人による判断を含みます（{n}件）。", "It rests on a person's word for {n} records."),
    "view.stale": ("根拠データが古くなっています（{n}日前）", "the evidence data are {n} days old"),
    "view.stale_never": ("根拠データがまだありません", "there are no evidence data yet"),
    "view.planned": ("予定{n}人", "{n} planned"),
    # changes
    "changes.run": ("第{n}回 {kind}（{at} UTC）", "Run {n}, {kind} ({at} UTC)"),
    "run_kind.load": ("読み込み", "load"),
    "run_kind.refresh": ("更新", "refresh"),
    "run_kind.regrade": ("再判定", "regrade"),
    "run_kind.review": ("人による確認", "review"),
    "changes.none": ("変化はありません。", "Nothing changed."),
    # claims
    "claims.ok": (
        "主張{claims}件、概念{concepts}件：問題はありません。",
        "{claims} claims, {concepts} concepts: all in order.",
    ),
    "claims.bad": ("誤りが{n}件あります。", "{n} errors."),
    "claims.which_pack": (
        "--pack でパックを指定してください。あるのは {names}（pack.yaml のあるフォルダー）",
        "name the pack with --pack; there are {names} (folders with a pack.yaml)",
    ),
    "claims.no_id": (
        "{name} は主張の番号に使えません。小文字、数字、ハイフンで dep-effect のように書いてください。",
        "{name} cannot be a claim's id; use small letters, digits and hyphens, such as dep-effect",
    ),
    "claims.written": (
        "{path} を作りました。編集して evtrack claims check で検査してください。",
        "{path} is written; edit it, then run evtrack claims check",
    ),
    # rule
    "rule.signal": ("合図：{signal}", "signal: {signal}"),
    "rule.pattern": ("パターン：{pattern}", "pattern: {pattern}"),
    "rule.zones": ("見る場所：{zones}", "where: {zones}"),
    "rule.source": ("出典：{source}", "source: {source}"),
    "rule.match": ("当たる例：{text}", "fires: {text}"),
    "rule.no_match": ("当たらない例：{text}", "does not fire: {text}"),
    # doctor, db
    "doctor.settings": ("設定", "Settings"),
    "doctor.claims": ("主張", "Claims"),
    "doctor.known": ("見つかるはずの文献", "Known records"),
    "doctor.known_missing": ("{claim}：{ids} がまだありません", "{claim}: {ids} not found yet"),
    "doctor.known_all": ("すべてあります。", "All are there."),
    "doctor.store": ("保存先", "Store"),
    "doctor.rules": ("規則の版 {version}（規則{n}件）", "rules {version} ({n} rules)"),
    "doctor.from": ("（{where}）", "({where})"),
    "db.backup": ("控えを作りました：{path}", "copy written: {path}"),
    "db.fault.damaged": (
        "{path}：壊れています（{text}）。控えに戻してください。",
        "{path}: damaged ({text}); restore a backup",
    ),
    "db.fault.broken_reference": (
        "{path}：参照先のない行があります（{text}）。控えに戻してください。",
        "{path}: {text}; restore a backup",
    ),
    "db.fault.raw_missing": (
        "{path}：原文がありません（{text}）。ファイルを読み込み直してください。",
        "{path}: no document of {text}; load its file again",
    ),
    "db.fault.view_missing": (
        "{path}：ビュー {text} がありません。evtrack load で作り直されます。",
        "{path}: the view {text} is missing; the next load makes it",
    ),
    "db.fault.unusable": ("{text}", "{text}"),
    "db.file": ("{path}（{size}、原文 {raw}）", "{path} ({size}, documents {raw})"),
    "db.schema": ("構造の版 {schema}、記録方式 {journal}", "schema {schema}, journal {journal}"),
    "db.records": ("文献・登録 {n}件、実行 {runs}回", "{n} records, {runs} runs"),
    "db.last_run": ("最後の実行：第{n}回 {kind}（{at}）", "last run: {n}, {kind} ({at})"),
    "db.ok": ("壊れていません。", "The store is sound."),
}
"""``key: (Japanese, English)``. The values of CONTRACT.md (levels, stances, gates …) stand in the other files."""
