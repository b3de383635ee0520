"""Which words belong to the digest of changes, as page, feed and message? (Japanese, English)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "digest.title": ("evtrack：{counts}（{date}）", "evtrack: {counts} ({date})"),
    "digest.feed": ("evtrack：医療の主張の根拠の変化", "evtrack: changes of the evidence behind medical claims"),
    "digest.count.critical": ("重大{n}件", "{n} critical"),
    "digest.count.notable": ("要注目{n}件", "{n} notable"),
    "digest.count.minor": ("軽微{n}件", "{n} minor"),
    "digest.incomplete": ("検索が途中まで", "search not whole"),
    "digest.runs": ("第{first}〜{last}回（{since}〜{until}）", "runs {first} to {last} ({since} to {until})"),
    "digest.section": ("{severity}（{n}件）", "{severity} ({n})"),
    "digest.several": ("関係する主張{n}件：{names}", "Touches {n} claims: {names}"),
    "digest.claim": ("「{statement}」（{id}）", "“{statement}” ({id})"),
    "digest.notice": (
        "{date}に確認（撤回日は記録に記載なし）。撤回の告知：{notice}",
        "Seen on {date} (the record does not date the retraction). Notice: {notice}",
    ),
    "digest.no_notice": (
        "{date}に確認（撤回日と告知の番号は記録に記載なし）。",
        "Seen on {date} (the record names neither date nor notice).",
    ),
    "digest.had_said": (
        "撤回前の判定：{said}（根拠に数えていた主張：{claims}）",
        "What it had said: {said} (it counted for: {claims})",
    ),
    "digest.moved": (
        "{claim}の判定（同じ回のほかの変化も含む）：{before} → {after}",
        "{claim}, with all else that this run changed: {before} → {after}",
    ),
    "digest.had_not_counted": (
        "根拠に数えていなかった主張：{claims}",
        "It had not counted for: {claims}",
    ),
    "digest.n.people": ("{n}人", "n = {n}"),
    "digest.n.animals": ("{n}匹", "{n} animals"),
    "digest.lost": ("{id}「{title}」（{level}、{what}）", "{id} “{title}” ({level}, {what})"),
    "digest.no_longer": ("根拠に数えなくなった", "no longer counts"),
    "digest.count.person": ("人の判断による変化{n}件", "{n} by a person's word"),
    "digest.person": ("人の判断による変化：{name}、{date}", "By a person's word: {name}, {date}"),
    "digest.severity": ("［{severity}］{sentence}", "[{severity}] {sentence}"),
    "digest.no_claim": ("どの主張にも属さない変化", "Of no claim in particular"),
    "digest.folded": (
        "ほかに、根拠に数えなかった新しい記録{n}件（--format json ですべて表示）",
        "and {n} new records that do not count (--format json has them all)",
    ),
    "digest.now": ("いまの研究段階：{label}", "Evidence level now: {label}"),
    "digest.see": ("くわしく：{command}", "More: {command}"),
    "digest.cut": (
        "長いため、ここまでを示しました。すべて：{command}",
        "Cut here for length. All of it: {command}",
    ),
    # Sending it
    "notify.none": (
        "送り先がありません。EVTRACK_NOTIFY（または .evtrack.toml の notify）に、空白で区切って書いてください。",
        "nowhere to send to: set EVTRACK_NOTIFY (or notify in .evtrack.toml) to addresses parted by blanks",
    ),
    "notify.extra": (
        "送るには追加の部品が要ります：pip install 'evtrack[notify]'",
        "sending needs an extra: pip install 'evtrack[notify]'",
    ),
    "notify.bad": (
        "{where}：{n}番目の送り先（{scheme}）は、apprise で使える形になっていません。",
        "{where}: address {n} ({scheme}) is none that apprise can use",
    ),
    "notify.failed": (
        "変化のまとめを送れませんでした（{names}）。送る内容は evtrack changes で見られます。",
        "the digest could not be sent ({names}); evtrack changes shows it",
    ),
    "notify.dry_run": (
        "--dry-run では何も送りません。--notify を外してください。",
        "--dry-run sends nothing: leave --notify out",
    ),
}
