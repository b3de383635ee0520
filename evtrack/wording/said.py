"""Which words say why a person's word can't be taken, and why something waits for one? (Japanese, English)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # What is wrong with a word, and the mend
    "word_error.unknown_action": (
        "「{action}」という判断はありません：{actions} のどれかを書いてください",
        "there is no {action}: write one of {actions}",
    ),
    "word_error.missing": ("「{field}」がありません：書いてください", "{field} is missing: write it"),
    "word_error.about_nothing": (
        "何についての判断か分かりません：記録か主張の番号を書いてください",
        "the word is about nothing: name a record or a claim",
    ),
    "word_error.level_typed_in": (
        "研究段階は直接書けません（{claim}）：根拠の記録の判定を直してください",
        "a level is never typed in ({claim}): relabel the record that it rests on",
    ),
    "word_error.no_values": (
        "「{action}」に値は書けません（{fields}）：外すか、判定の置き換えにしてください",
        "{action} takes no values ({fields}): leave them out, or use relabel",
    ),
    "word_error.nothing_given": (
        "置き換える値がありません：{fields} のどれかを書いてください",
        "no value is given: give one of {fields}",
    ),
    "word_error.unknown_field": (
        "「{field}」という項目はありません：{fields} のどれかを書いてください",
        "there is no field {field}: write one of {fields}",
    ),
    "word_error.unknown_value": (
        "「{field}」に「{value}」という値はありません：{values} のどれかを書いてください",
        "{field} is never {value}: write one of {values}",
    ),
    "word_error.not_yes_or_no": (
        '「{field}」の値「{value}」は真偽ではありません："true" か "false" を書いてください',
        "{field} is {value}: write true or false",
    ),
    "word_error.not_a_number": (
        "「{field}」の値「{value}」は1以上の整数ではありません：数字を書いてください",
        "{field} is {value}: write a whole number of 1 or more",
    ),
    "word_error.not_kept": (
        "「{field}」に、保存できない文字や値があります（文字の片割れなど）：書き直してください",
        "{field} holds what can't be kept (half of a character, or no value of JSON): write it anew",
    ),
    "word_error.not_a_text": (
        "「{field}」の値「{value}」は文字列ではありません：引用符で囲んで書いてください",
        "{field} is {value}: write a text in quotation marks",
    ),
    "word_error.not_a_list": (
        "「{field}」の値「{value}」は文字列の並びではありません：1行に1つ、- を付けて書いてください",
        "{field} is {value}: write a list of texts, one a line after a hyphen",
    ),
    "word_error.not_a_date": (
        "「{field}」の値「{value}」は日付ではありません：2026、2026-11、2026-11-23 のように書いてください",
        "{field} is {value}: write 2026, 2026-11 or 2026-11-23",
    ),
    "word_error.not_a_year": (
        "「{value}」は年ではありません：4桁の西暦で書いてください",
        "{value} is no year: write its four digits",
    ),
    "word_error.not_claims": (
        "「{value}」は主張の番号の並びではありません：1行に1つ、- を付けて書いてください",
        "{value} are no claims: write their ids, one a line after a hyphen",
    ),
    "word_error.odd_flag": (
        "「{flag}」は印の名前になりません：英小文字、数字、下線で書いてください",
        "{flag} is no flag: write it in lower-case letters, digits and underscores",
    ),
    "word_error.odd_doi": (
        "「{doi}」はDOIではありません：10. で始まる番号だけを書いてください",
        "{doi} is no DOI: write it as it begins with 10.",
    ),
    "word_error.odd_address": (
        '「{url}」はウェブの住所ではありません："http" または "https" で始めてください',
        "{url} is no web address: begin it with http or https",
    ),
    "word_error.level_under_gate": (
        "根拠にならない記録（{gate}）に研究段階（{level}）は付きません：どちらか一方を書いてください",
        "a record that is no evidence ({gate}) has no level ({level}): give one of the two",
    ),
    "word_error.level_of_design": (
        "研究の種類が {design} なら研究段階は {right} です（{level} ではありません）：研究の種類のほうを直してください",
        "the level of design {design} is {right}, not {level}: give the design instead",
    ),
    "word_error.level_of_synthesis": (
        '{design} の研究段階は、まとめた研究で決まります："level" にその段階を書いてください',
        "a {design} has the level of what it pools: give that as level",
    ),
    "word_error.gate_of_design": (
        "研究の種類が {design} なら「{gate}」です：研究の種類のほうを直してください",
        "design {design} is gated as {gate}: give another design",
    ),
    "word_error.gate_of_role": (
        "役割が {role} なら「{gate}」です：役割のほうを直してください",
        "role {role} is gated as {gate}: give another role",
    ),
    "word_error.synthesis_of_design": (
        "研究の種類が {design} なら、まとめた研究かどうかはそれで決まります：研究の種類のほうを直してください",
        "whether it is a synthesis follows from design {design}: give another design",
    ),
    "word_error.stance_of_nothing": (
        '結果の方向を「なし」にはできません：根拠から除くか、除く理由（"gate"）を書いてください',
        "a stance of n/a says nothing: reject the record, or give a gate",
    ),
    "word_error.stance_needed": (
        '研究段階が {level} になりますが、その結果の方向を誰も読んでいません："stance" を書いてください',
        "it comes to be {level}, and nobody has read its stance at that level: give the stance",
    ),
    "word_error.cannot_count": (
        'この記録は数えられません（{why}）：その値を直すか、"counts_for_claim" を外してください',
        "the record can't count ({why}): give that another value, or leave counts_for_claim out",
    ),
    "word_error.final_gate": (
        "撤回や訂正の告知（{gate}）は、人の判断でも根拠に戻せません：理由があれば、主張の研究段階への意見として書いてください",
        "no word lifts {gate}: a record retracted, or a notice, never counts",
    ),
    "word_error.not_manual": (
        '手で加える記録の番号が「{record}」です："MANUAL:" で始めるか、省いてください',
        "the id of a record entered by hand is {record}: begin it with MANUAL:, or leave it out",
    ),
    "word_error.add_for_one_claim": (
        '加える記録の主張の書き場所が違います："claims" の下に並べてください',
        "the claims of a record entered by hand stand under claims: write them there",
    ),
    "word_error.nothing_to_find_it_by": (
        '記録を確かめる手がかりがありません："url"、"doi"、"registry_id" のどれかを書いてください',
        "nothing tells where it can be found: give a url, a doi or a registry_id",
    ),
    "word_error.unknown_claim": (
        "主張「{claim}」はありません：evtrack status で番号を確かめてください",
        "there is no claim {claim}: evtrack status lists their ids",
    ),
    "word_error.unknown_record": (
        "記録「{record}」は保存されていません：evtrack refresh か evtrack load で取り込むか、番号を確かめてください",
        "no record {record} is stored: bring it in with evtrack refresh or evtrack load, or check the id",
    ),
    "word_error.odd_record": (
        '「{record}」は記録の番号ではありません："PMID:12345678"、"NCT01234567"、"MANUAL:…" のように書いてください',
        "{record} is no id of a record: write it as PMID:12345678, NCT01234567 or MANUAL:…",
    ),
    "word_error.claim_needed": (
        "「{fields}」は主張ごとに違います。どの主張についてか、--claim で指定してください（この記録の主張：{claims}）",
        "{fields} is about one claim; say which with --claim ID (the record is one of: {claims})",
    ),
    "word_error.of_one_claim": (
        "「{field}」は主張ごとに違います：どの主張についてかを、主張ごとに書いてください",
        "{field} is about one claim: name it (claim:, or in an add below each of the claims)",
    ),
    "word_error.not_tied": (
        "記録「{record}」は主張「{claim}」の記録ではありません：関係するなら、判定の置き換えで加えてください",
        "record {record} is not one of claim {claim}: relabel it for the claim if it is about it",
    ),
    "word_error.tied_to_none": (
        "記録「{record}」はどの主張の記録でもありません：主張の番号も書いてください",
        "record {record} belongs to no claim: name the claim too",
    ),
    "word_error.there_already": (
        "同じ文献または登録が、すでにあります（{record}）：その記録について判断してください",
        "the same work is stored already ({record}): give your word on that record",
    ),
    "word_error.claim_not_graded": (
        "主張「{claim}」はまだ判定されていません：先に evtrack refresh か evtrack load を実行してください",
        "claim {claim} has no level yet: run evtrack refresh or evtrack load first",
    ),
    "word_error.nothing_to_undo": (
        "取り消す判断がありません（{record}{claim}）：evtrack review words で確かめてください",
        "there is no word to take back ({record}{claim}): evtrack review words lists them",
    ),
    # What is wrong with a file of words
    "word_error.not_yaml": (
        "読めません：「{why}」。YAMLの書き方を直してください",
        "can't be read: {why}: mend the YAML",
    ),
    "word_error.nested_too_deep": (
        "読めません：かっこが深く重なりすぎています。YAMLの書き方を直してください",
        "can't be read: brackets within brackets without end: mend the YAML",
    ),
    "word_error.yaml_sign": (
        "「{sign}」：アンカー、エイリアス、タグは使えません。そのまま書いてください（「&」「*」「!」で始まる文は引用符で囲む）",
        "{sign}: there are no anchors, aliases or tags here: write the words out (text that begins with & * or ! in quotes)",
    ),
    "word_error.no_words": (
        '判断の並びではありません："words" の下に、1つずつ - を付けて並べてください',
        "this is no list of words: write them under words, each after a hyphen",
    ),
    "word_error.not_a_word": (
        '判断になっていません："action" などの項目を書いてください',
        "this is no word: write action and the other keys",
    ),
    "word_error.not_a_mapping": (
        "「{field}」は項目と値の組ではありません：1行に1組ずつ書いてください",
        "{field} is no mapping: write a key and its value a line",
    ),
    "word_error.unknown_key": (
        "「{field}」という項目はありません：{fields} のどれかを書いてください",
        "there is no key {field}: write one of {fields}",
    ),
    "word_error.key_twice": (
        "「{field}」が2度書かれています：1つにしてください",
        "{field} stands twice: leave one of them",
    ),
    "word_error.not_a_moment": (
        '「{value}」は日時ではありません："2026-11-23T09:00:00Z" のように書いてください',
        "{value} is no moment: write it as 2026-11-23T09:00:00Z",
    ),
    # Why something waits
    "waiting.content_changed": (
        "判断のあとで記録の内容が変わりました",
        "the record changed after a person's word",
    ),
    "waiting.grade_changed": (
        "認められた判定を、いまの規則は出しません",
        "the rules no longer give the grade that was accepted",
    ),
    "waiting.level_moved": (
        "判断のあとで研究段階または結果の方向が変わりました",
        "level or stance moved after a person's word",
    ),
    "waiting.levels_differ": (
        "同じ研究の記録で研究段階が食い違います",
        "records of one study differ in level",
    ),
    "waiting.stances_differ": (
        "同じ研究の記録で結果の方向が食い違います",
        "records of one study differ in stance",
    ),
    "waiting.people_differ": ("人の判断が食い違います", "two persons said different things"),
    "waiting.pools_retracted": (
        "撤回された研究をまとめに含みます",
        "it pools a retracted study",
    ),
    "waiting.direction_unread": ("結果の方向を読み取れません", "its direction could not be read"),
    "waiting.title_only": ("題名しか分かりません", "only its title is known"),
    "waiting.abstract_cut": ("抄録が途中で切れています", "its abstract breaks off"),
    "waiting.agent_unclear": ("何を投与したのかはっきりしません", "what was given is not clear"),
    "waiting.undecided": ("規則では決められません", "the rules could not decide"),
}
