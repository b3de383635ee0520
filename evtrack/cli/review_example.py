"""How is a record entered by hand written? A skeleton of two, with a comment a line, in both languages."""

from __future__ import annotations

EXAMPLE: dict[str, str] = {
    "ja": """\
# 二つのサービスにない記録を書きます。1件につき「- 」を1つ。保存したら：
#   evtrack review add このファイル --reason "全文を読んだ" --name "名前"
# 原文を実際に読んだものだけを書いてください。# で始まる行は消してかまいません。

- title: 作り物の題名（論文の題名をそのまま）
  citation: "山田ほか. 架空医学雑誌 2024; 1(2): 3-9"      # 書誌をそのまま
  url: https://example.org/article/1                      # url、doi、registry_id のどれか一つは必ず
  # doi: 10.99999/example
  year: 2024
  journal: 架空医学雑誌
  authors: [山田太郎, 鈴木花子]
  language: ja
  # abstract: >-                                          # 抄録（あれば）
  #   ここに抄録。
  design: single_arm              # 研究の種類（一覧：evtrack review の l キー）
  agent: native_ev                # 投与したもの
  role: therapy                   # 治療として投与したなら therapy
  n: 12                           # 人数
  claims:                         # どの主張の根拠か（番号は evtrack claims）
    dep-effect:
      stance: supports            # 結果の方向：supports, no_difference, contradicts, mixed, unclear
      condition_match: selected   # その疾患の患者を対象にしたなら selected
      outcome_match: measured     # 主張の項目を測定したなら measured

- title: 作り物の試験の題名
  registry_id: jRCT9999999999     # jRCT、UMIN、ChiCTR などの登録番号
  url: https://example.org/trial/jRCT9999999999
  year: 2026
  design: registered_trial        # 登録のみ（結果なし）
  planned_design: rct             # 計画している研究の種類
  planned_n: 40                   # 予定の人数
  status: recruiting
  agent: native_ev
  role: therapy
  claims:
    dep-effect: {condition_match: selected, outcome_match: measured}
""",
    "en": """\
# Records that neither service holds, each after a hyphen. When it is written:
#   evtrack review add THIS-FILE --reason "read in full" --name "NAME"
# Enter only what you have read at its source. Lines that begin with # may be deleted.

- title: An invented title (the paper's own)
  citation: "Yamada T et al. Journal of Made-up Medicine 2024; 1(2): 3-9"
  url: https://example.org/article/1                      # a url, a doi or a registry_id: at least one
  # doi: 10.99999/example
  year: 2024
  journal: Journal of Made-up Medicine
  authors: [Yamada T, Suzuki H]
  language: ja
  # abstract: >-                                          # where there is one
  #   The abstract here.
  design: single_arm              # kind of study (the key l of evtrack review lists them)
  agent: native_ev                # what was given
  role: therapy                   # therapy, where it was given as the treatment
  n: 12                           # participants
  claims:                         # which claims it is for (evtrack claims lists their ids)
    dep-effect:
      stance: supports            # supports, no_difference, contradicts, mixed, unclear
      condition_match: selected   # selected, where its patients were chosen for the condition
      outcome_match: measured     # measured, where the claim's outcome was

- title: An invented title of a trial
  registry_id: jRCT9999999999     # its id in jRCT, UMIN-CTR, ChiCTR …
  url: https://example.org/trial/jRCT9999999999
  year: 2026
  design: registered_trial        # registered, no results
  planned_design: rct             # what it plans
  planned_n: 40
  status: recruiting
  agent: native_ev
  role: therapy
  claims:
    dep-effect: {condition_match: selected, outcome_match: measured}
""",
}
