"""How a claim's grade moved, and what became of papers and trials since, in words."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "view.history": ("研究段階の移り変わり", "How the level moved"),
    "view.retracted": ("撤回された論文", "Retracted papers"),
    "history.moment": ("{date}　{label}", "{date}  {label}"),
    "history.why": ("{moment} ← {told}", "{moment} ← {told}"),
    "history.told": ("{kind}：{ids}", "{kind}: {ids}"),
    "history.more": ("ほか{n}件", "and {n} more"),
    "history.retracted": (
        "{id} {title}：撤回（{date}に確認）。数えていません。",
        "{id} {title}: retracted (seen on {date}); it is not counted.",
    ),
    "history.retracted_by": (
        "{id} {title}：撤回（告知：{notice}、{date}に確認）。数えていません。",
        "{id} {title}: retracted (notice: {notice}, seen on {date}); it is not counted.",
    ),
    "history.later.retracted": (
        "この日より後に撤回されました（{date}に確認）。いまは数えていません。",
        "Retracted since (seen on {date}); it is no longer counted.",
    ),
    "history.later.record_removed": (
        "この日より後にサービスから削除されました（{date}に確認）。",
        "Removed at the service since (seen on {date}).",
    ),
    "history.later.merged": (
        "この日より後に {after} に統合されました（{date}に確認）。",
        "Merged into {after} since (seen on {date}).",
    ),
    "history.later.expression_of_concern": (
        "この日より後に懸念の告知が出ました（{date}に確認）。",
        "An expression of concern came since (seen on {date}).",
    ),
    "history.stopped": (
        "中止・中断の理由（登録サイトの記載）：{why}",
        "why it stopped, in the registry's words: {why}",
    ),
}
