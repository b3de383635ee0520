"""Which words belong to review: the queue, the words given, what is wrong with one? (Japanese, English)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # The words that fired
    "review.legend": ("判定のもとになった語：", "Words that fired:"),
    "review.kind.design": ("研究の種類", "design"),
    "review.kind.agent": ("投与したもの", "agent"),
    "review.kind.condition": ("疾患・対象者", "condition"),
    "review.kind.outcome": ("測定した項目", "outcome"),
    "review.kind.stance": ("結果の方向", "stance"),
    # A record that waits
    "review.this_record": ("この記録", "This record"),
    "review.other_claims": (
        "ほかにこの記録がかかわる主張：{claims}",
        "Also for: {claims}",
    ),
    "review.counts": ("数えている", "counts"),
    "review.counts_not": ("数えていない（{why}）", "does not count ({why})"),
    "review.rules_said": ("規則の判定", "What the rules said"),
    "review.own_words": ("記録の本文", "The record's own words"),
    "review.unsure": ("規則では決められない点：{why}", "What the rules could not tell: {why}"),
    "review.flags": ("印", "flags"),
    "review.n": ("人数・動物数", "n"),
    "review.gated": ("（数えない理由：{gate}）", " ({gate})"),
    "review.cut": ("（続き{n}字は省略。原文を開いてください）", "(and {n} more characters: open the source)"),
    "review.field.abstract": ("抄録", "Abstract"),
    "review.field.vernacular_title": ("原語の題名", "Title in its own language"),
    "review.field.other_abstract": ("ほかの言語の抄録", "Abstract in another language"),
    "review.field.official_title": ("正式な題名", "Official title"),
    "review.field.conditions": ("対象疾患", "Conditions"),
    "review.field.interventions": ("介入", "Interventions"),
    "review.field.arms": ("群", "Arms"),
    "review.field.keywords": ("キーワード", "Keywords"),
    "review.field.summary": ("概要", "Summary"),
    "review.field.description": ("詳細", "Description"),
    "review.field.outcomes": ("評価項目", "Outcomes"),
    "review.field.eligibility": ("参加基準", "Eligibility"),
    "review.no_abstract": ("（抄録はありません）", "(no abstract)"),
    # Words that were given
    "review.word": (
        "人による判断（第{id}号）：{action}{about}。{name}（{date}）、理由：{reason}",
        "A person's word (no. {id}): {action}{about}, {name} ({date}): {reason}",
    ),
    "review.for_claim": ("（{claim} について）", " for {claim}"),
    "review.action.accept": ("規則の判定を認める", "the rules are right"),
    "review.action.reject": ("根拠から除く", "no evidence here"),
    "review.action.relabel": ("判定を直す", "relabelled"),
    "review.action.add": ("手入力で加える", "added by hand"),
    "review.action.undo": ("取り消し", "taken back"),
    "review.action.accept_level": ("この研究段階を認める", "the level is right"),
    "review.action.reject_level": ("この研究段階を認めない", "the level is not right"),
    "review.action.undo_level": ("取り消し", "taken back"),
    "review.mark": ("［人の判断{n}件］", "[a person's word: {n}]"),
    "review.mark_level": ("［{action}：{name} {date}］", "[{action}: {name} {date}]"),
    "review.reopened_mark": ("【要再確認】", " [reopened]"),
    "review.reopened_why": (
        "この判断のあとに記録の内容（または規則の判定）が変わりました。もう一度確認してください。",
        "The record, or what the rules say of it, is another than this person saw: it must be looked at again.",
    ),
    "review.reopened_level": (
        "この判断のあとに研究段階または結果が変わりました。もう一度確認してください。",
        "Level or result are others than this person saw: they must be looked at again.",
    ),
    "review.says": ("人の判断：{values}", "the person says: {values}"),
    "review.typed": ("人の記入：「{words}」（{rules}）", 'a person wrote: "{words}" ({rules})'),
    "review.by_rules_alone": ("規則のみの判定：{values}", "by the rules alone: {values}"),
    "review.level_stood": (
        "その時に出ていた判定（人の判断を含む）：{values}",
        "what stood then (with what persons said): {values}",
    ),
    "review.rules_had_said": ("規則の判定では：{values}", "the rules had said: {values}"),
    "review.yes": ("はい", "yes"),
    "review.no": ("いいえ", "no"),
    "review.none": ("なし", "none"),
    "review.value.design": ("研究の種類", "design"),
    "review.value.level": ("研究段階", "level"),
    "review.value.synthesis": ("系統的レビュー", "synthesis"),
    "review.value.role": ("使われ方", "role"),
    "review.value.agent": ("投与したもの", "agent"),
    "review.value.gate": ("数えない理由", "gate"),
    "review.value.stance": ("結果の方向", "stance"),
    "review.value.n": ("人数（または動物数）", "n"),
    "review.value.flags": ("印", "flags"),
    "review.value.condition_match": ("疾患・対象者", "condition"),
    "review.value.outcome_match": ("測定した項目", "outcome"),
    "review.value.counts_for_claim": ("数える", "counts"),
    # In a claim that nothing is harmed the direction is told as harm or none
    "review.safety.supports": ("害の増加なし", "no more harm than control"),
    "review.safety.contradicts": ("有害", "harm"),
    # What came of a word
    "review.changed": ("変わった主張：{claims}", "changed claims: {claims}"),
    "review.changed_none": ("変わった主張：なし", "changed claims: none"),
    "review.changed_level": ("{claim}（{before} → {after}）", "{claim} ({before} → {after})"),
    "review.same_study": (
        "同じ研究の記録 {record} は、まだ数えています（主張：{claims}）。",
        "{record} is of the same study and still counts (for {claims}).",
    ),
    "review.same_study_how": (
        "これも除くなら：evtrack review reject {record}{claim} --reason 理由",
        "To leave it out too: evtrack review reject {record}{claim} --reason WHY",
    ),
    "review.not_its_condition": (
        "注意：{record} の題名と抄録に、主張 {claim} の疾患・対象者が見当たりません{others}。原文を確かめてください（取り消し：evtrack review undo {record}）。",
        "careful: title and abstract of {record} do not name the condition of claim {claim}{others}; look at the source (evtrack review undo {record} takes it back)",
    ),
    "review.its_conditions": ("（題名と抄録に合う主張：{claims}）", " (they fit: {claims})"),
    "review.moved": ("{claim}：{before} → {after}", "{claim}: {before} → {after}"),
    "review.stay": ("変わらなかった主張：{claims}", "unchanged: {claims}"),
    "review.stays": ("{claim}：変わらず {label}", "{claim}: unchanged, {label}"),
    # The walk
    "review.walk.place": ("── {n}／{of}", "── {n}/{of}"),
    "review.walk.key.a": ("認める", "accept"),
    "review.walk.key.r": ("除く", "reject"),
    "review.walk.key.l": ("直す", "relabel"),
    "review.walk.key.s": ("飛ばす", "skip"),
    "review.walk.key.u": ("取り消す", "undo"),
    "review.walk.key.c": ("主張", "claim"),
    "review.walk.key.o": ("原文", "link"),
    "review.walk.key.?": ("説明", "help"),
    "review.walk.key.q": ("終わる", "quit"),
    "review.walk.help.a": (
        "規則の判定は正しい（確認待ちから外れます）",
        "what the rules said is right (it waits no longer)",
    ),
    "review.walk.help.r": (
        "この記録は根拠ではない（数えなくなります）",
        "the record is no evidence here (it counts no longer)",
    ),
    "review.walk.help.l": (
        "規則の判定を直す（研究の種類、投与したもの、結果の方向、人数など）",
        "other values than the rules gave (design, agent, stance, n and so on)",
    ),
    "review.walk.help.s": ("今は決めない（確認待ちに残ります）", "not now (it goes on waiting)"),
    "review.walk.help.u": ("今回の最後の判断を取り消す", "take back the last word of this walk"),
    "review.walk.help.c": (
        "どの主張についての判断かを切り替える（はじめはすべて）",
        "which claim the word is for (all, at first)",
    ),
    "review.walk.help.o": ("原文の場所を表示する", "where the source stands"),
    "review.walk.help.?": ("この説明", "this help"),
    "review.walk.help.q": (
        "終わる（決めた分は保存済みです）",
        "end (what was decided is kept already)",
    ),
    "review.walk.no_key": ("そのキーは使いません。{press} で説明。", "No such key; {press} tells which there are."),
    "review.walk.no_link": ("原文の場所は分かりません。", "Where it stands is not known."),
    "review.walk.no_undo": ("今回はまだ何も決めていません。", "Nothing was decided in this walk yet."),
    "review.walk.nothing": ("取りやめました。何も決めていません。", "Left: nothing was decided."),
    "review.walk.undecided": (
        "規則では決められなかった記録です。認める判定がありません。原文を読み、{press} で直してください。",
        "The rules could not decide this one, so there is nothing to accept: read the source and relabel it ({press}).",
    ),
    "review.walk.too_short": ("理由は3文字以上で書いてください。", "A reason has 3 characters or more."),
    "review.walk.sure_accept": (
        "「{offered}」として記録しますか。{press}：はい　ほかのキー：取りやめ",
        "Keep it as “{offered}”? {press}: yes · any other key: leave it",
    ),
    "review.walk.sure_undo": (
        "取り消しますか（{word}）。{press}：はい　ほかのキー：やめる",
        "Take this back ({word})? {press}: yes · any other key: leave it",
    ),
    "review.walk.sure_same_study": (
        "これも同じ理由で除きますか。{press}：はい　ほかのキー：残す",
        "Leave it out too, for the same reason? {press}: yes · any other key: keep it",
    ),
    "review.walk.go_on": ("何かキーを押すと次へ進みます。", "Any key goes on."),
    "review.walk.which_claim": (
        "「{fields}」は主張ごとに違います。どの主張についてですか。",
        "{fields} is about one claim. Which one?",
    ),
    "review.walk.ask_claim": ("主張の番号（Escで取りやめ）：", "Number of the claim (Esc: leave it): "),
    "review.walk.will_say": ("{claim} について：{values}", "for {claim}: {values}"),
    "review.walk.for": (
        "判断の対象：{claim}（{press} で切り替え）",
        "The word will be for: {claim} ({press} changes it)",
    ),
    "review.walk.all_claims": ("{n}件の主張すべて", "all {n} claims"),
    "review.walk.ask_name": (
        "お名前（記録に残ります。EVTRACK_NAME で省略できます。Escで取りやめ）：",
        "Your name (it is kept with the word; EVTRACK_NAME sets it; Esc: leave it): ",
    ),
    "review.walk.ask_reason": ("理由（Escで取りやめ）：", "Why (Esc: leave it): "),
    "review.walk.ask_reason_or": (
        "理由（改行だけなら「{offered}」、Escで取りやめ）：",
        "Why (enter alone: “{offered}”; Esc: leave it): ",
    ),
    "review.walk.ask_values": (
        "項目=値（空白で区切る。Escか改行だけで取りやめ）：",
        "FIELD=VALUE, with blanks between (Esc or enter alone: leave it): ",
    ),
    "review.walk.reason.accept": (
        "規則の判定に同意（全文は未確認）",
        "I agree with the rules (full text not read)",
    ),
    "review.walk.reason.undo": ("押し間違い", "a slip of the key"),
    "review.walk.keeping": ("保存して判定し直しています…", "keeping it and grading again…"),
    "review.walk.stopped": ("中断しました。決めた分は保存済みです。", "Stopped; what was decided is kept."),
    "review.walk.end": ("決めたもの{decided}件、残り{left}件。", "{decided} decided, {left} left."),
    # The queue
    "review.queue.nothing": ("人の確認を待つものはありません。", "Nothing waits for a person."),
    "review.queue.count": (
        "人の確認を待つもの：{n}件（うち研究段階や結果が変わりうるもの{moving}件）",
        "{n} wait for a person ({moving} could move a level or a result)",
    ),
    "review.queue.moves.level": (
        "{claim} の研究段階が変わりうる（この記録は最高で{level}）",
        "it could move the level of {claim} (the record: up to {level})",
    ),
    "review.queue.moves.stance": (
        "{claim} の結果が変わりうる（この記録は最高で{level}）",
        "it could move the result of {claim} (the record: up to {level})",
    ),
    "review.queue.moves.none": (
        "研究段階も結果も変わらない（この記録は最高で{level}）",
        "it moves no level and no result (the record: up to {level})",
    ),
    "review.queue.claims": ("主張：{claims}", "claims: {claims}"),
    "review.queue.how": (
        "端末で evtrack review を実行すると、1件ずつ見て決められます。",
        "evtrack review in a terminal walks through them one by one.",
    ),
    "review.no_words": ("判断はまだありません。", "No word was given."),
    "review.stands_no_more": (
        "（今は効いていません：取り消したか、新しい判断に置き換えたもの）",
        "(it holds no longer: taken back, or another word came after it)",
    ),
    # Files of words
    "review.exported": ("判断{n}件を {path} に書き出しました。", "{n} words written to {path}"),
    "review.imported": (
        "新しい判断{new}件を読み込みました（すでにあったもの{known}件）。",
        "{new} new words read; {known} were there already",
    ),
    "review.not_here": (
        "まだ保存されていない記録についての判断があります：{names}（読み込まれたときから効きます）",
        "some are about records that are not stored; they hold as soon as these come: {names}",
    ),
    "review.imported_open": (
        "判断のあとに内容が変わった記録があります：{names}（もう一度確認してください：evtrack review list）",
        "these are others than the person saw, and wait to be looked at again (evtrack review list): {names}",
    ),
    "review.file": ("{path}:{line}：{told}{more}", "{path}:{line}: {told}{more}"),
    "review.more_faults": ("（ほかに{n}件）", " (and {n} more)"),
    "review.not_a_record": (
        "記録がありません。evtrack review add --example で見本を表示します。",
        "no record: evtrack review add --example shows how one is written",
    ),
    "review.not_utf8": ("UTF-8の文字ではありません。UTF-8で保存してください。", "not UTF-8: save it as UTF-8"),
    # What is wrong
    "review.wrong": ("{told}{near}", "{told}{near}"),
    "review.no_reason": (
        "理由がありません。--reason で書いてください。",
        "no reason is given; say why with --reason",
    ),
    "review.no_name": (
        '判断する人の名前がありません。--name、EVTRACK_NAME、または設定の "name" で指定してください。',
        "nobody is named; give --name, or set EVTRACK_NAME, or name in .evtrack.toml",
    ),
    "review.no_target": (
        "{name} という記録も主張もありません。近いもの：{near}（一覧：evtrack review list、evtrack claims）",
        "no record or claim {name}; did you mean {near}? (evtrack review list and evtrack claims list them)",
    ),
    "review.claim_twice": (
        "{name} は主張の番号です。--claim は記録についての判断に使います。",
        "{name} is a claim; --claim goes with a record",
    ),
    "review.not_field_value": (
        '「{value}」は "項目=値" の形ではありません。"design=rct" のように書いてください。',
        "{value} is not FIELD=VALUE; write it like design=rct",
    ),
    "review.add_what": (
        "ファイルを指定してください。evtrack review add --example で見本を表示します。",
        "name a file; evtrack review add --example shows how one is written",
    ),
    "review.undo_later": (
        "第{id}号のあとに第{later}号の判断があります。先に第{later}号を取り消してください。",
        "word {later} came after word {id}; take back {later} first",
    ),
    "review.undo_which": (
        "{name} には主張ごとの判断があります（{numbers}）。番号か --claim で指定してください。",
        "{name} has words for several claims ({numbers}); give a number, or --claim",
    ),
    "review.nothing_to_undo": (
        "{name} には、取り消す判断がありません（一覧：evtrack review words）。",
        "no word on {name} to take back (evtrack review words lists them)",
    ),
    # Forms
    "review.form.value": ("{value}（{words}）", "{value} ({words})"),
    "review.form.more": (
        "項目だけを打つと、その値の一覧を表示します。",
        "A field alone shows its values.",
    ),
    "review.form.n": ("1以上の整数", "a whole number of 1 or more"),
    "review.form.truth": ('"true"（はい）か "false"（いいえ）', "true or false"),
}
