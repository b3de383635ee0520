"""Which fixed sentences does a person read? GLOSSARY's, word for word, and the sentence about people."""

WORDS: dict[str, tuple[str, str]] = {
    "sentence.stage": (
        "研究段階は研究の種類を示すもので、効果の大きさや確からしさの評価ではありません。",
        "The evidence level is a stage of research: it says what kind of study exists, not how large or how certain an effect is.",
    ),
    "sentence.nothing_found": (
        (
            "{date}時点で、PubMedとClinicalTrials.govの検索では、{condition}に対する{intervention}の研究は見つかりませんでした。"
            "医中誌・J-STAGE・jRCT・UMIN・ChiCTRは検索していません。研究が存在しないという意味ではありません。"
        ),
        (
            "As of {date}, no study of {intervention} for {condition} was found in PubMed or ClinicalTrials.gov. "
            "Ichushi, J-STAGE, jRCT, UMIN-CTR and ChiCTR were not searched. This does not mean that none exists."
        ),
    ),
    "sentence.nothing_found_any": (
        (
            "{date}時点で、PubMedとClinicalTrials.govの検索では、この主張に当てはまる研究は見つかりませんでした。"
            "医中誌・J-STAGE・jRCT・UMIN・ChiCTRは検索していません。研究が存在しないという意味ではありません。"
        ),
        (
            "As of {date}, no study that fits this claim was found in PubMed or ClinicalTrials.gov. "
            "Ichushi, J-STAGE, jRCT, UMIN-CTR and ChiCTR were not searched. This does not mean that none exists."
        ),
    ),
    "sentence.nothing_found_in": (
        (
            "{date}時点で、{source}の検索では、この主張に当てはまる研究は見つかりませんでした。"
            "{other}・医中誌・J-STAGE・jRCT・UMIN・ChiCTRは検索していません。研究が存在しないという意味ではありません。"
        ),
        (
            "As of {date}, no study that fits this claim was found in {source}. "
            "{other}, Ichushi, J-STAGE, jRCT, UMIN-CTR and ChiCTR were not searched. This does not mean that none exists."
        ),
    ),
    "sentence.search_incomplete": (
        "検索が完了していないため、『見つからない』とは言えません（{n}件中{m}件を取得）。",
        "The search is incomplete ({m} of {n}); 'none found' cannot be said.",
    ),
    "sentence.search_incomplete_bare": (
        "検索が完了していないため、『見つからない』とは言えません。",
        "The search is incomplete; 'none found' cannot be said.",
    ),
    "sentence.not_searched": (
        "まだ検索していないため、『見つからない』とは言えません（読み込んだ記録だけによる表示です）。",
        "Nothing was searched yet; 'none found' cannot be said (this rests on loaded records alone).",
    ),
    "sentence.registered_only": (
        "人での試験は登録のみで、結果は公表されていません（{id}：{status}、予定{n}人）。登録は効果や安全性を示すものではありません。",
        "Trials in people are registered only, no results ({id}: {status}, {n} planned). Registration shows neither effect nor safety.",
    ),
    "sentence.registered_only_n_not_stated": (
        "人での試験は登録のみで、結果は公表されていません（{id}：{status}、予定人数の記載なし）。登録は効果や安全性を示すものではありません。",
        "Trials in people are registered only, no results ({id}: {status}, number planned not stated). Registration shows neither effect nor safety.",
    ),
    "sentence.rct_null": (
        "ランダム化比較試験（{k}件、計{n}人）では、対照群との差は示されませんでした。動物実験の結果より、こちらを優先します。",
        "Randomised trials ({k}, {n} people) showed no difference from control. This outweighs animal results.",
    ),
    "sentence.rct_null_n_not_stated": (
        "ランダム化比較試験（{k}件、人数の記載なし）では、対照群との差は示されませんでした。動物実験の結果より、こちらを優先します。",
        "Randomised trials ({k}, number of people not stated) showed no difference from control. This outweighs animal results.",
    ),
    "sentence.registry_results_unread": (
        "結果は登録サイトに掲載されていますが、方向はまだ確認されていません。",
        "Results are posted in the registry; their direction has not been read yet.",
    ),
    "sentence.preprint_only": (
        "査読前の論文（プレプリント）のみです。研究段階には数えていません。",
        "Preprint only, not peer reviewed; not counted.",
    ),
    "sentence.preprint_higher": (
        "査読前の論文（プレプリント）を含めると、研究段階は「{level}」です。研究段階には数えていません。",
        "Including preprints, which are not peer reviewed, the level would be: {level}. They are not counted.",
    ),
    "sentence.preprint_beside": (
        "査読前の論文（プレプリント）に、差がない、または有害とする報告があります（{ids}）。研究段階には数えていません。",
        "Preprints that report no difference or harm ({ids}) are shown beside; they are not counted.",
    ),
    "sentence.retracted": (
        "根拠とされた論文は撤回されています（{date}）。この研究は数えていません。",
        "The paper relied on was retracted ({date}); it is not counted.",
    ),
    "sentence.retracted_n": (
        "撤回された論文が{n}件あります。数えていません。",
        "Retracted papers: {n}. They are not counted.",
    ),
    "sentence.needs_review": (
        "自動では判定できない研究が{n}件あります。研究段階は変わる可能性があります。",
        "{n} records could not be judged automatically; the stage may change.",
    ),
    "sentence.uncontrolled": (
        "対照群のない{n}人の研究で、自然経過やプラセボ効果と区別できません。",
        "{n} people, no control group: cannot be told from natural course or placebo.",
    ),
    "sentence.uncontrolled_n_not_stated": (
        "対照群のない研究（人数の記載なし）で、自然経過やプラセボ効果と区別できません。",
        "No control group (number of people not stated): cannot be told from natural course or placebo.",
    ),
    "sentence.route": (
        "人での研究は{route}投与で、点滴の研究ではありません。",
        "The studies in people used {route} dosing, not infusion.",
    ),
    "sentence.route_not_stated": (
        "人での研究の投与経路は抄録に記載がなく、点滴の研究かどうか分かりません。",
        "The abstracts of the studies in people do not state the route; whether it was infusion is not known.",
    ),
    "sentence.own_paper": (
        "出典の記載がありません。PubMedとClinicalTrials.govでは確認できませんでした（和文データベースは未検索）。論文名・掲載誌・DOIをご記入ください。",
        "No citation is given. Not found in PubMed or ClinicalTrials.gov (Japanese databases not searched). Please add title, journal, DOI.",
    ),
    "sentence.own_paper_in": (
        "出典の記載がありません。{source}では確認できませんでした（{other}と和文データベースは未検索）。論文名・掲載誌・DOIをご記入ください。",
        "No citation is given. Not found in {source} ({other} and Japanese databases not searched). Please add title, journal, DOI.",
    ),
    "sentence.own_paper_not_searched": (
        "出典の記載がありません。検索が完了していないため、論文の有無は確認できていません。論文名・掲載誌・DOIをご記入ください。",
        "No citation is given. The search is not complete, so whether a paper exists was not checked. Please add title, journal, DOI.",
    ),
    "sentence.own_paper_cited": (
        "出典の候補：{ids}。本文の内容と同じ研究かどうかは人が確認してください。",
        "Citation that may be meant: {ids}. A person should check that it is the study the text speaks of.",
    ),
    "sentence.disclaimer": (
        (
            "evtrackは公開データベースの抄録と登録情報を規則で分類したもので、全文の批判的吟味やバイアスの評価は行っていません。"
            "治療の推奨・診断・法令適合の判断ではなく、表示を治療の宣伝に用いないでください。治療の変更は必ず主治医に相談してください。"
        ),
        (
            "evtrack sorts abstracts and registry entries by rules; it does not appraise full texts or risk of bias. It is no treatment "
            "advice and no legal judgement, and its labels must not be used to advertise a treatment. Talk to your doctor before changing treatment."
        ),
    ),
    "sentence.advertising": (
        "医療広告ガイドライン（{version}版）との照合が必要です",
        "To be checked against Japan's medical advertising guidelines ({version})",
    ),
    # Notes beside the label.
    "sentence.registered_more": (
        "ほかに登録のみの試験が{n}件あります。",
        "More trials that are registered only: {n}.",
    ),
    "sentence.overdue": (
        "終了から12か月を過ぎても結果が公表されていない試験：{ids}。",
        "No results more than 12 months after completion: {ids}.",
    ),
    "sentence.source_not_msc": (
        "この段階の研究は、間葉系幹細胞以外に由来する小胞のものだけです。",
        "At this level only vesicles of a source other than MSC were studied.",
    ),
    "sentence.subtype_only": (
        "この段階の研究は、疾患の一部の型（脳卒中後、周産期など）だけを対象としています。",
        "At this level only a subtype of the condition (post-stroke, perinatal …) was studied.",
    ),
    "sentence.minors": (
        "この段階の研究は、未成年を対象としたものだけです。",
        "At this level only minors were studied.",
    ),
    "sentence.single_group": (
        "この段階の研究は、1つの研究グループによるものだけです（著者名による推定）。",
        "At this level all studies come from one research group (judged by authors' names).",
    ),
    "sentence.unread": (
        "{n}件中{unread}件は結果の方向を読み取れていません。",
        "The direction of {unread} of {n} studies could not be read.",
    ),
    "sentence.harm": (
        "悪化または有害な結果の報告があります：{ids}。",
        "Worse results, or harm, were reported: {ids}.",
    ),
    "sentence.newer_than_synthesis": (
        "系統的レビューより新しい試験があります：{ids}。",
        "Trials newer than the systematic review: {ids}.",
    ),
    "sentence.pools_retracted": (
        "撤回された研究を含めた系統的レビューがあります：{ids}。要確認です。",
        "A systematic review pools a retracted study: {ids}. It needs a person.",
    ),
    "sentence.concern": (
        "懸念の告知が出ている論文に基づいています：{ids}。",
        "An expression of concern stands on: {ids}.",
    ),
    "sentence.person": (
        "人の判断が入っています：{ids}。",
        "A person's word is included: {ids}.",
    ),
    "sentence.indirect": (
        "別の製剤・細胞の研究があります（間接）：{agents}。研究段階には数えていません。",
        "Studies of other agents exist (indirect): {agents}. They are not counted.",
    ),
    "sentence.parts_missing": (
        "主張の一部に該当する研究がありません：{parts}。",
        "A part of the claim has no study: {parts}.",
    ),
    "sentence.parts_weakest": (
        "研究段階は、主張の中で最も弱い部分に合わせています：{parts}。",
        "The level is that of the claim's weakest part: {parts}.",
    ),
    "sentence.parts_in_one_study": (
        "「同時に」と言うには、1つの研究で両方が示される必要があります。",
        'To say "at the same time", one study must show both.',
    ),
    "sentence.members": (
        "複数の疾患をまとめた主張なので、研究段階は最も低いものに合わせています：{members}。",
        "The claim covers several conditions; its level is the lowest of them: {members}.",
    ),
    "sentence.members_population": (
        "主張が挙げる対象者または比較の条件を満たす研究だけを数えています。",
        "Only studies with the population or the comparison that the claim names are counted.",
    ),
    "sentence.background": (
        "関連を示すもので、因果関係は確立していません。エクソソームの効果を示すものではありません。",
        "Association; cause not established. It says nothing about an effect of exosomes.",
    ),
    "sentence.composition": (
        "成分を測ったもので、投与したときの効果を示すものではありません。",
        "Contents were measured; it says nothing of an effect when given.",
    ),
    "sentence.safety_no_events": (
        "{n}人中0人（95％信頼区間の上限は約{upper}％）で、安全とは判断できません。",
        "0 of {n}, upper 95 % limit about {upper} %: safety cannot be judged.",
    ),
    "sentence.safety_various": ("さまざま（各研究を参照）", "various (see each study)"),
    "sentence.safety_others": ("そのほか（各研究を参照）", "others (see each study)"),
    "sentence.safety_minors": ("未成年を含む", "minors among them"),
    "sentence.alert": ("{source} {date}：{text}", "{source} {date}: {text}"),
    "sentence.alert_marked": ("{words}［{mark}］", "{words} [{mark}]"),
    "sentence.alert_unread": ("未確認（原文のURL未登録）", "unverified (no source address on file)"),
    "sentence.alert_unchecked": ("未確認（原文と照合していません）", "unverified (not checked against its source)"),
    "sentence.expression_list": ("、", ", "),
    "sentence.or": ("または", " or "),
    # The one sentence about evidence in people.
    "people.effect": ("人での有効性を示す研究：{found}", "Studies showing efficacy in people: {found}"),
    "people.effect_short": ("有効性：{found}", "efficacy: {found}"),
    "people.manual": ("人での有効性：{found}", "Efficacy in people: {found}"),
    "people.safety": ("人での安全性を調べた研究：{found}", "Studies of safety in people: {found}"),
    "people.background": ("人での関連を調べた研究：{found}", "Studies of the association in people: {found}"),
    "people.composition": (
        "人に投与した研究：この主張では調べていません（成分を測った研究による）",
        "Studies giving it to people: not asked for this claim (it rests on measured contents)",
    ),
    "people.none_confirmed": ("確認できたものはありません", "none could be confirmed"),
    "people.none_found": ("見つかっていません", "none found"),
    "people.incomplete": (
        "検索が未完了のため、「ない」とは言えません",
        'the search is incomplete, so "none" cannot be said',
    ),
    "people.not_searched": (
        "まだ検索していないため、「ない」とは言えません",
        'nothing was searched yet, so "none" cannot be said',
    ),
    "people.registered": ("試験の登録のみ{n}件（結果は未公表）", "registered trials without results: {n}"),
    "people.uncontrolled": ("対照のない研究{n}件", "{n} without a control group"),
    "people.nonrandomised": ("無作為化していない比較研究{n}件", "{n} with a control group, not randomised"),
    "people.observational": ("観察研究{n}件", "{n} observational"),
    "people.rct": ("RCT {n}件中{k}件で改善", "{k} of {n} RCTs better than control"),
    "people.rct_rest": ("ほかのRCT {n}件", "other RCTs: {n}"),
    "people.rct_plain": ("RCT {n}件", "RCTs: {n}"),
    "people.rct_synthesis": ("RCTの系統的レビュー{n}件", "systematic reviews of RCTs: {n}"),
    "people.said": ("{studies}：{finding}", "{studies}: {finding}"),
    "people.found.supports": ("対照群より改善", "better than control"),
    "people.found.nonrandomised": (
        "対照群より改善（無作為でないため、効果とは判断できません）",
        "better than control, not randomised, so effect cannot be judged",
    ),
    "people.found.no_difference": ("対照群との差は示されていません", "no difference from control was shown"),
    "people.found.contradicts": ("悪化または有害な結果", "worse, or harm"),
    "people.found.mixed": ("結果が一定しません", "mixed results"),
    "people.found.unclear": ("結果の方向は読み取れていません", "direction of the results not read"),
    "people.synthesis": ("系統的レビュー{n}件", "systematic reviews: {n}"),
    "people.harm": ("有害な結果の報告{n}件", "reports of harm: {n}"),
    "people.not_effect": ("効果とは判断できません", "effect cannot be judged"),
    "people.not_safe": ("安全とは判断できません", "safety cannot be judged"),
    "people.preprint": ("査読前の論文{n}件（数えていません）", "preprints: {n} (not counted)"),
    "people.partly": ("主張の一部のみ", "for a part of the claim only"),
    "people.unasked": (
        "この記述からは判断しません（人が確認する記述）",
        "not judged from this statement (a person checks it)",
    ),
    "people.number": ("{n}人", "{n} people"),
    "people.total": ("計{n}人", "{n} people"),
    "people.total_stated": ("{n}人以上", "{n} people or more"),
    "people.terms": ("{words}（{terms}）", "{words} ({terms})"),
    "people.list": ("。", "; "),
    "people.of_members": ("挙げられた主張ごとに表示", "see the claims it speaks of"),
}
"""``key: (Japanese, English)``."""
