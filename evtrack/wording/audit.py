"""Which words tell a writer what an audit found, and which wording does it suggest instead?"""

WORDS: dict[str, tuple[str, str]] = {
    # A finding: what is wrong, and the evidence it was held against.
    "found.sentence": ("{verdict}（{evidence}）。{says}", "{verdict} ({evidence}). {says}"),
    "found.bare": ("{verdict}。{says}", "{verdict}. {says}"),
    "found.floor": ("{says}（{evidence}）", "{says} ({evidence})"),
    "found.evidence": (
        "{subject}：{level}・{stance}、{n}、{date}時点",
        "{subject}: {level}; {stance}; {n}; as of {date}",
    ),
    "found.evidence_none": ("{subject}：{level}、{date}時点", "{subject}: {level}; as of {date}"),
    "found.state": ("{label}、{date}時点", "{label}; as of {date}"),
    "found.comparative": (
        "比較・最上級の表現のため、一段階厳しく判定しています。",
        "A comparison or superlative makes it one step worse.",
    ),
    "found.also": ("同じ文のほかの主張：{others}。", "Also in this sentence: {others}."),
    "found.also_one": ("{claim}＝{verdict}", "{claim}: {verdict}"),
    "found.inconsistent": ("{line}行目「{other}」と食い違っています。", "It contradicts line {line}: “{other}”."),
    "found.route": (
        "このページは点滴の説明ですが、{subject}の人での研究は{routes}だけです。",
        "The page is about an infusion; the studies in people for {subject} used {routes} only.",
    ),
    "found.citation": (
        "{ids}は、調べた記録の中に見つかりません。番号が正しいか、人が確認してください。",
        "{ids}: not among the records known. A person should check that the number is right.",
    ),
    "found.risk": (
        "リスク・未承認等の記載が足りません。記載がないもの：{missing}。「個人差」はリスクの記載になりません。",
        "Risks, unapproved status and the like are missing: {missing}. “Results vary” is no risk.",
    ),
    "found.guideline": (
        "「{words}」：医療広告ガイドライン（{version}版、{source}）との照合が必要です（{matter}）。",
        "“{words}”: to be checked against Japan's medical advertising guidelines ({version}, {source}): {matter}.",
    ),
    "found.n": ("{n}件", "{n} studies"),
    "found.n_one": ("1件", "1 study"),
    "found.n_unsaid": ("件数の記載なし", "number not stated"),
    "found.no_date": ("日付の記載なし", "no date given"),
    "found.subject": ("{condition}に対するエクソソーム", "exosomes for {condition}"),
    "found.subject_population": ("{condition}を対象としたエクソソーム", "exosomes in {condition}"),
    "found.subject_any": ("エクソソームの作用", "the actions of exosomes"),
    "found.subject_safety": ("エクソソームの安全性", "the safety of exosomes"),
    "found.subject_content": ("エクソソームの成分", "the contents of exosomes"),
    # Why a sentence that bears a claim got no verdict.
    "not_assessed.not_in_snapshot": ("根拠データにこの主張がありません", "the snapshot lacks this claim"),
    "not_assessed.not_searched": ("まだ検索していません", "nothing was searched yet"),
    "not_assessed.incomplete": ("検索が完了していません", "the search is incomplete"),
    "not_assessed.preprint": ("査読前の論文しかありません", "there are preprints only"),
    "not_assessed.indirect": ("別の製剤・細胞の研究しかありません", "there are studies of other agents only"),
    "not_assessed.unclear": ("結果の方向が読み取れません", "the direction of the results is not readable"),
    "not_assessed.needs_review": ("人の確認を待つ研究があります", "records wait for a person's review"),
    "not_assessed.manual": ("研究段階では判定できない記述です（人が確認）", "no level can tell (a person checks it)"),
    "not_assessed.citation": (
        "文献番号は確認していません（根拠データに記録の一覧がありません）",
        "citations were not checked (the snapshot lists no records)",
    ),
    # What a disclosure of risks has to say.
    "tick.practice": ("治療の内容と回数・期間", "what is done, how often, for how long"),
    "tick.unapproved": ("未承認であること", "that it is not approved"),
    "tick.alternatives": ("国内で承認された代わりの治療", "domestically approved alternatives"),
    "tick.abroad": ("諸外国での安全性の情報", "safety information from abroad"),
    "tick.adverse": ("具体的な副作用・有害事象", "concrete adverse events"),
    "tick.cost": ("費用", "cost"),
    "tick.product": ("製剤の入手経路・由来", "source of the product"),
    "tick.relief": ("救済制度の対象外であること", "that the relief system does not apply"),
    "tick.contact": ("問い合わせ先", "contact"),
    "tick.dated": ("日付のある出典", "a dated source"),
    # Matters of Japan's medical advertising guidelines.
    "ad.comparative": ("比較優良広告", "superiority over others"),
    "ad.testimonial": ("体験談", "testimonials"),
    "ad.absolute": ("絶対安全・必ず効くなどの断定", "absolute safety or effect"),
    "ad.images": ("術前術後の写真等", "before-and-after pictures"),
    "ad.price": ("費用の強調・割引", "stress on price, discounts"),
    "ad.authority": ("公的機関の認可等の強調", "stress on official approval"),
    "ad.satisfaction": ("満足度・実績の強調", "stress on satisfaction or numbers treated"),
    # Suggested wording. Each names level, number and date, and passes the audit itself.
    "advice.nothing": (
        "{date}時点で、PubMedとClinicalTrials.govの検索では、{subject}の研究は見つかっていません（該当0件）。",
        "As of {date}, no study of {subject} was found in PubMed or ClinicalTrials.gov (0 records).",
    ),
    "advice.in_vitro": (
        "{subject}は、{date}時点で細胞実験（{n}）の段階で、人での有効性は確認されていません。",
        "As of {date}, {subject} have been studied in cell experiments ({n}); efficacy in people has not been established.",
    ),
    "advice.animal": (
        "{subject}は、{date}時点で動物実験（{n}）の段階で、人での有効性は確認されていません。",
        "As of {date}, {subject} have been studied in animal experiments ({n}); efficacy in people has not been established.",
    ),
    "advice.early_clinical": (
        "{subject}は、{date}時点で人での初期の研究（{n}、ランダム化比較なし）までで、有効性は確立されていません。",
        "As of {date}, {subject} have been studied in early studies in people ({n}, not randomised); efficacy has not been established.",
    ),
    "advice.one_rct": (
        "{subject}は、{date}時点で小規模または少数のランダム化比較試験（{n}）までで、有効性は確立されていません。",
        "As of {date}, {subject} have been studied in randomised trials of small number or size ({n}); efficacy has not been established.",
    ),
    "advice.rcts": (
        "{date}までに公表されたランダム化比較試験（{n}）では、{subject}の投与後に対照群より改善したと報告されています。",
        "In randomised controlled trials published by {date} ({n}), improvement over control was reported with {subject}.",
    ),
    "advice.mixed": (
        "{subject}は、{date}時点の{level}（{n}）の結果が一致しておらず、有効性は確立されていません。",
        "As of {date}, results on {subject} disagree ({level}, {n}); efficacy has not been established.",
    ),
    "advice.no_difference": (
        "{subject}は、{date}時点の{level}（{n}）で対照群との差が示されておらず、有効性は確立されていません。",
        "As of {date}, no difference from control was shown for {subject} ({level}, {n}); efficacy has not been established.",
    ),
    "advice.contradicts": (
        "{subject}は、{date}時点の{level}（{n}）で悪化または有害な結果が報告されており、有効性は確立されていません。",
        "As of {date}, worsening or harm was reported for {subject} ({level}, {n}); efficacy has not been established.",
    ),
    "advice.unknown": (
        "{subject}は、{date}時点で研究結果が確認できておらず、有効性は確立されていません（該当{n}）。",
        "As of {date}, results on {subject} could not be read ({n}); efficacy has not been established.",
    ),
    "advice.safety": (
        "エクソソームの安全性は、{date}時点で{level}（{n}）までの報告にとどまり、長期の安全性は確立されていません。",
        "As of {date}, the safety of exosomes has been reported in no more than: {level} ({n}); long-term safety has not been established.",
    ),
    "advice.safety_nothing": (
        "{date}時点で、エクソソームの安全性を調べた研究は見つかっておらず（該当0件）、安全性は確立されていません。",
        "As of {date}, no study of the safety of exosomes was found (0 records); safety has not been established.",
    ),
    "advice.content": (
        "エクソソームの成分は、{date}までに{level}（{n}）で測定されています。",
        "The contents of exosomes were measured in {level} ({n}) by {date}.",
    ),
    "advice.premise": (
        "{condition}では{outcome}との関連が報告されていますが（{level}、{n}、{date}時点）、因果関係は確立されていません。",
        "An association of {outcome} with {condition} has been reported ({level}, {n}, as of {date}); that it is a cause has not been established.",
    ),
    "advice.state": (
        "{date}時点の研究段階は、{levels}で、人での有効性は確立されていません。",
        "As of {date}, the stage of research is: {levels}; efficacy in people has not been established.",
    ),
    "advice.state_rcts": (
        "{date}までに公表された研究は、{levels}です。",
        "The studies published by {date} are: {levels}.",
    ),
    "advice.one_level": ("{condition}が{level}（{n}）", "{condition}, {level} ({n})"),
    "advice.doctor": (
        "服用中の薬は自己判断で中止せず、主治医に相談してください。",
        "Do not stop prescribed medication on your own; please talk to your doctor.",
    ),
    "advice.term": (
        "エクソソームは、細胞から分泌される小胞（細胞外小胞）です。",
        "Exosomes are vesicles that cells release (extracellular vesicles).",
    ),
    "advice.authority": (
        "届出や承認の有無は、有効性や安全性が確立されていることを示すものではありません。",
        "Efficacy and safety have not been established by a notification or an approval.",
    ),
    "advice.level.none": ("該当研究なし", "no matching study"),
    "advice.level.in_vitro": ("細胞実験", "cell experiments"),
    "advice.level.animal": ("動物実験", "animal experiments"),
    "advice.level.observational": ("観察研究", "observational studies"),
    "advice.level.early_clinical": ("人での初期の研究", "early studies in people"),
    "advice.level.rct": ("ランダム化比較試験", "randomised trials"),
    "advice.date": ("{year}年{month}月{day}日", "{year}-{month:02}-{day:02}"),
}
"""``key: (Japanese, English)``."""
