"""What does the command line say to a person? Errors and notes. (ja, en) by key."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
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
    "os.EFBIG": ("ファイルが大きすぎます", "the file is too large"),
    "os.EDQUOT": ("割り当ての容量を超えました", "the disk quota is used up"),
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
        "{path}：古い版の evtrack の保存先です。evtrack db upgrade で新しくなります（控えを作ってから）。",
        "{path}: an older evtrack wrote it",
    ),
    "store.StoreBusyError": (
        "{path}：ほかの evtrack が書き込み中です。終わってからもう一度実行してください。",
        "{path}: another process is writing; try again",
    ),
    "store.StoreNotSupportedError": (
        "PostgreSQL の保存先には追加の部品が要ります：pip install 'evtrack[postgres]'",
        "a PostgreSQL store needs psycopg: pip install 'evtrack[postgres]'",
    ),
    "store.WrongTargetError": (
        "EVTRACK_DB（--db）：保存先を読み取れません。ファイル名、sqlite: のURL、postgresql+psycopg://ユーザー@ホスト/データベース のいずれかを指定してください（パスワードの @ は %40）。",
        "EVTRACK_DB: give a file's path, a sqlite: or a postgresql+psycopg: URL",
    ),
    "store.StoreUnreachableError": (
        "{path}：サーバーに接続できません。サーバーが動いているか、ホスト名とポート番号が正しいかを確かめて、もう一度実行してください。",
        "{path}: the server can't be reached",
    ),
    "store.StoreRefusedError": (
        "{path}：サーバーに拒否されました。ユーザー名、パスワード、データベース名を確かめてください。",
        "{path}: the server refuses",
    ),
    "store.StoreOutdatedError.server": (
        "{path}：古い版の evtrack の保存先です。evtrack db upgrade で新しくなります（先に控えを作ってください）。",
        "{path}: an older evtrack wrote it",
    ),
    "store.MigrationFailedError.server": (
        "{path}：新しい構造にできませんでした。保存先は元のままです。evtrack を更新してから、もう一度実行してください。",
        "{path}: the upgrade failed",
    ),
    "store.damaged": (
        "{path}：保存先が壊れています。evtrack db check で調べ、控えに戻してください。",
        "{path}: the store is damaged; evtrack db check tells where, then restore a backup",
    ),
    "store.NoLocksError": (
        "{path}：この場所ではファイルをロックできません。このコンピューターのディスクに置いてください。",
        "{path}: the file system has no locks",
    ),
    "store.MigrationFailedError": (
        "{path}：新しい構造にできませんでした。保存先は元のままで、控えも隣にあります。evtrack を更新してから、もう一度実行してください。",
        "{path}: the upgrade failed",
    ),
    "store.refused": (
        "{path}：読み書きできません。空き容量と権限を確かめてください。",
        "{path}: cannot be read or written; free the disk, check the permissions",
    ),
    "store.StoreError": (
        "{path}：保存先に書き込めません。空き容量と権限を確かめてください。",
        "{path}: cannot be written",
    ),
    # Settings
    "config.unknown": ("{where}：知らない設定です。使えるのは {names}", "{where}: no such setting; there are {names}"),
    "config.toml": ("{where}：TOML として読めません（{why}）", "{where}: not TOML: {why}"),
    "config.table": ("{where}：表（テーブル）で書いてください。", "{where}: write a table"),
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
    "config.plain_http": (
        "{where}：鍵も返答も暗号化されない宛先です。https: で書いてください（暗号化しない宛先は、この機械の中の 127.0.0.1 と [::1] だけです）。",
        "{where}: http encrypts neither the key nor the answers: write https: (http is for this machine alone: localhost, 127.0.0.1, [::1])",
    ),
    "config.key_elsewhere": (
        "{where}：フォルダーの設定ファイルが、{holder} の鍵を別の宛先へ送ろうとしています。宛先を信頼できるなら EVTRACK_PUBMED_URL に書いてください。",
        "{where}: a file of this folder would send the key of {holder} to another address: if you trust it, set EVTRACK_PUBMED_URL",
    ),
    "config.key": (
        "{where}：APIの鍵に空白や使えない文字があります。NCBIのアカウントの画面から写し直してください。",
        "{where}: the API key holds blanks or signs that no key has: copy it anew from your NCBI account",
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
    "cluster.nothing": (
        "--scheduler {address}：米国国立医学図書館の配布ファイルがありません。クラスターの仕事がないので、--scheduler を外してください",
        "--scheduler {address}: none of these files is one of NLM's (pubmed26n0001.xml.gz …), so a cluster has nothing to do: leave it out",
    ),
    "cluster.missing": (
        "--scheduler {address}：クラスターで働くには pip install 'evtrack[dask]' が必要です",
        "--scheduler {address}: working on a cluster needs pip install 'evtrack[dask]'",
    ),
    "cluster.unreachable": (
        "{address}：スケジューラーにつながりません。番地を確かめるか、動かしてからもう一度実行してください（{why}）",
        "{address}: no scheduler answers there ({why}): check the address, or start it and try again",
    ),
    "cluster.no_workers": (
        "{address}：働き手がいません。クラスターに働き手を加えて、もう一度実行してください",
        "{address}: the cluster has no workers: add some and try again",
    ),
    "cluster.other_version": (
        "{address}：働き手のevtrackが別の版です（{why}）。すべてに同じ版を入れてください",
        "{address}: workers have another evtrack or none ({why}): install the same version on all of them",
    ),
    "load.before": (
        "{path}：読み込み済みです（同じ中身。読みませんでした）",
        "{path}: loaded before, the same bytes: not read again",
    ),
    "load.passed": ("どの主張や概念にも当たらず保存せず{n}件", "{n} match nothing, not kept"),
    "load.deleted": ("米国国立医学図書館が取り消した{n}件を削除", "{n} deleted by NLM"),
    "load.skipped": ("  {where}：読めませんでした（{why}）", "  {where}: skipped: {why}"),
    "load.graded": ("判定：文献{records}件、主張{claims}件", "graded: {records} records, {claims} claims"),
    "progress.reading": ("{path} を読んでいます… {n}件", "reading {path}: {n}"),
    "progress.bulk": ("{path} を読んでいます", "reading {path}"),
    "progress.bulk_rate": ("{n}件（毎秒{rate}件）", "{n} records, {rate}/s"),
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
