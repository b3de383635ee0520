"""Which words name what changed between two states, and how much it matters?"""

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
}
"""``key: (Japanese, English)``."""
