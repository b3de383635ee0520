"""Which words name what changed between two states, and how much it matters?"""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "change_kind.new_record": ("新しい記録", "new record"),
    "change_kind.record_changed": ("記録の更新", "record changed"),
    "change_kind.record_removed": ("記録の削除", "record removed"),
    "change_kind.retracted": ("撤回", "retracted"),
    "change_kind.expression_of_concern": ("懸念の告知", "expression of concern"),
    "change_kind.corrected": ("訂正", "corrected"),
    "change_kind.level_up": ("研究段階の上昇", "level up"),
    "change_kind.level_down": ("研究段階の低下", "level down"),
    "change_kind.stance_changed": ("結果の方向の変化", "stance changed"),
    "change_kind.trial_status": ("試験の募集状況の変化", "trial status changed"),
    "change_kind.results_posted": ("試験結果の掲載", "results posted"),
    "change_kind.query_drift": (
        "検索に出なくなったがサービスには残る記録",
        "no longer found by the search, still at the service",
    ),
    "change_kind.claim_changed": ("主張ファイルの編集", "claim edited"),
    "change_kind.regraded": ("規則の更新による再判定", "regraded (rules changed)"),
    "change_kind.review_reopened": ("人の判断の再確認", "review reopened"),
    "change_severity.critical": ("重大", "critical"),
    "change_severity.notable": ("要注目", "notable"),
    "change_severity.minor": ("軽微", "minor"),
    # Each change as a sentence.
    "change.level_up": ("研究段階が上がりました：{before} → {after}。", "Evidence level up: {before} → {after}."),
    "change.level_down": ("研究段階が下がりました：{before} → {after}。", "Evidence level down: {before} → {after}."),
    "change.stance_changed": (
        "結果の方向が変わりました：{before} → {after}。",
        "The direction of the results changed: {before} → {after}.",
    ),
    "change.stance_changed.none": (
        "結果の方向を示す研究がなくなりました（以前：{before}）。",
        "No study tells a direction any more (before: {before}).",
    ),
    "change.stance_changed.first": (
        "結果の方向が分かりました：{after}。",
        "The results have a direction now: {after}.",
    ),
    "change.stance_changed.record": (
        "この研究の結果の読み取りが変わりました：{before} → {after}。",
        "The result of this study reads otherwise now: {before} → {after}.",
    ),
    "change.stance_changed.counts": (
        "この研究を根拠に数えるようになりました：{level}{after}。",
        "This study counts now: {level}{after}.",
    ),
    "change.new_record": ("根拠に数える新しい研究：{level}{after}。", "New study that counts: {level}{after}."),
    "change.new_record.retracted": (
        "追加された後に撤回されました（{date}に確認）。根拠に数えていません。",
        "Added, and retracted since (seen {date}); not counted.",
    ),
    "change.new_record.record_removed": (
        "追加された後にサービスから消えました（{date}に確認）。根拠に数えていません。",
        "Added, and gone from the service since (seen {date}); not counted.",
    ),
    "change.new_record.merged": (
        "追加された後に {after} に統合されました（{date}に確認）。",
        "Added, and merged into {after} since (seen {date}).",
    ),
    "change.new_record.ended": (
        "追加されましたが、いまは根拠に数えていません。",
        "Added; it does not count any more.",
    ),
    "change.cause": ("原因：{causes}。", " Because of: {causes}."),
    "change.new_record.harm": (
        "有害な結果を報告する新しい記録です（根拠には数えません）。",
        "New record that reports harm; it does not count.",
    ),
    "change.new_record.uncounted": (
        "新しい記録です（根拠には数えません）。",
        "New record; it does not count.",
    ),
    "change.record_changed": (
        "記録が更新されました：{before} → {after}。",
        "The record was updated: {before} → {after}.",
    ),
    "change.record_changed.undated": ("記録が更新されました。", "The record was updated."),
    "change.record_removed": ("記録がサービスから消えました。", "The record is gone from the service."),
    "change.record_removed.merged": ("記録が {after} に統合されました。", "The record was merged into {after}."),
    "change.retracted": ("論文が撤回されました。根拠に数えません。", "Retracted: it does not count any more."),
    "change.expression_of_concern": (
        "掲載誌が懸念を告知しました。",
        "The journal published an expression of concern.",
    ),
    "change.corrected": ("訂正が出ました。", "A correction was published."),
    "change.trial_status": ("試験の募集状況が変わりました：{before} → {after}。", "Trial status: {before} → {after}."),
    "change.results_posted": ("登録サイトに結果が掲載されました。", "Results were posted in the registry."),
    "change.query_drift": (
        "検索に出なくなりましたが、サービスには残っています。",
        "No longer found by the search, still at the service.",
    ),
    "change.query_drift.count": (
        "同じ検索で見つかる件数が大きく変わりました：{before} → {after}件。",
        "The same search finds another number of records: {before} → {after}.",
    ),
    "change.query_drift.translation": (
        "サービスが同じ検索の言葉を別の意味で読むようになりました：{before} → {after}。",
        "The service reads the same search otherwise: {before} → {after}.",
    ),
    "change.claim_changed": ("主張のファイルが編集されました。", "The claim's file was edited."),
    "change.regraded": (
        "規則が変わったため、すべてを判定し直しました（規則の版：{before} → {after}）。",
        "The rules changed, and everything was graded again (version {before} → {after}).",
    ),
    "change.review_reopened": (
        "人が判断した後に記録が変わりました。もう一度確かめてください（evtrack review）。",
        "The record changed after a person's word on it: look again (evtrack review).",
    ),
    # What stands beside a change.
    "changes.title": ("「{title}」", "“{title}”"),
    "changes.standing": ("いまの結果：{stance}。", " Result now: {stance}."),
    "changes.no_result": (
        "段階が上がることは、効果が示されたことを意味しません。",
        " A higher level is a later stage of research, not a better result.",
    ),
    "changes.claims": ("（主張{n}件：{names}）", "({n} claims: {names})"),
    "changes.run": ("第{n}回 {kind}（{at} UTC）", "Run {n}, {kind} ({at} UTC)"),
    "changes.none": ("変化はありません。", "Nothing changed."),
    "changes.not_whole": (
        "この更新（第{n}回、{date}）は途中までです。調べられなかった分に変化があったかどうかは分かりません。",
        "Run {n} ({date}) was not whole: whether anything changed in what was not searched is not known.",
    ),
    "changes.never": (
        "最後まで検索できた更新がまだないため、変化の有無は分かりません。",
        "No refresh has been whole yet, so whether anything changed is not known.",
    ),
    "changes.last": (
        "最後に変化があったのは第{n}回（{date}）です：evtrack changes --since {since}",
        "The last changes were told by run {n} ({date}): evtrack changes --since {since}",
    ),
    "changes.no_run": (
        "--since {value}：その番号の実行はありません（最後は第{last}回）。",
        "--since {value}: there is no such run; the last is {last}",
    ),
}
"""``key: (Japanese, English)``."""
