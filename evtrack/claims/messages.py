"""What is said about a wrong claim file? Every message in English and Japanese: what is wrong, and how to mend it."""

from __future__ import annotations

from evtrack.claim import ClaimError

MESSAGES: dict[str, tuple[str, str, str, str]] = {
    "not_utf8": ("not UTF-8 text", "save it as UTF-8", "UTF-8の文字ではありません", "UTF-8で保存してください"),
    "not_yaml": (
        "not valid YAML ({problem})",
        "look at this line and the one before: put text that holds : or # into quotes, and keep the indents even",
        "YAMLとして読めません（{problem}）",
        "この行と前の行を確認してください。「:」や「#」を含む文は引用符で囲み、字下げをそろえてください",
    ),
    "yaml_sign": (
        "{problem}: a claim file has no anchors, aliases or tags",
        "write the words out, and put text that begins with & * or ! into quotes",
        "{problem}：アンカー、エイリアス、タグは使えません",
        "そのまま書いてください。「&」「*」「!」で始まる文は引用符で囲んでください",
    ),
    "unreadable": ("cannot be read ({problem})", "check the file and its rights", "読めません（{problem}）", "ファイルと権限を確認してください"),
    "empty_file": ("the file is empty", "write it, or delete it", "ファイルが空です", "中身を書くか、削除してください"),
    "not_keys": ("not a list of keys and values", "write KEY: VALUE, one a line", "キーと値になっていません", "「キー: 値」を1行ずつ書いてください"),
    "not_a_list": ("a concept file is a list", "begin each concept with '- id:'", "概念のファイルは一覧でなければなりません", "各概念を「- id:」で始めてください"),
    "unknown_key": ("unknown key {name}", "delete it; claims/README.md lists the keys", "知らないキーです：{name}", "削除してください（キーはclaims/README.mdにあります）"),
    "missing": ("{name} is missing", "add {key}:", "{name} がありません", "「{key}:」を加えてください"),
    "wrong_value": ("{name} cannot be {value}", "use one of: {allowed}", "{name} に {value} は使えません", "次のどれかにしてください：{allowed}"),
    "not_text": ("{name} must be text", "write text; put a number or date into quotes", "{name} は文字でなければなりません", "数や日付は引用符で囲んでください"),
    "not_truth": ("{name} must be true or false", "write true or false, without quotes", "{name} は true か false でなければなりません", "true か false と書いてください（引用符なし）"),
    "not_list": ("{name} must be a list", "write [ONE, TWO], or - ONE a line", "{name} は一覧でなければなりません", "[一つ目, 二つ目] か、1行ずつ「- 」で書いてください"),
    "not_group": ("{name} must have keys of its own", "write them below it, indented: KEY: VALUE", "{name} の下にキーと値が必要です", "字下げして「キー: 値」を書いてください"),
    "wrong_shape": ("{name} has not the right shape", "write it so that it fits {shape}", "{name} の形が正しくありません", "次の形にしてください：{shape}"),
    "empty_value": ("{name} is empty", "fill it in", "{name} が空です", "書き込んでください"),
    "wrong": ("{name}: {problem}", "claims/README.md shows how it is written", "{name} の書き方が正しくありません（{problem}）", "書き方はclaims/README.mdにあります"),
    "no_folder": (
        "there is no such folder",
        "name the folder that holds your packs",
        "フォルダがありません",
        "パックの入ったフォルダを指定してください",
    ),
    "no_packs": (
        "no pack of claims here",
        "make a folder with pack.yaml and one claim a file in it (claims/README.md)",
        "ここには主張のパックがありません",
        "pack.yaml と主張のファイルを入れたフォルダを作ってください（claims/README.md）",
    ),
    "no_pack_file": (
        "the folder has no pack.yaml",
        "write one with id, title, publisher, language and date_seen",
        "pack.yaml がありません",
        "id、title、publisher、language、date_seen を書いた pack.yaml を置いてください",
    ),
    "no_such_covered": ("{key} names {name}, which is no concept", "add it to a file in concepts/, or take it out", "{key} にある {name} という概念はありません", "concepts/ のファイルに加えるか、取り除いてください"),
    "twice": ("id {name} stands already at {where}", "give one of them another id", "id {name} は {where} にもあります", "どちらかの id を変えてください"),
    "misnamed": ("id {name} is not the name of its {what} ({wanted})", "write id: {wanted}, or rename the {what}", "id {name} が名前（{wanted}）と違います", "「id: {wanted}」と書くか、名前を変えてください"),
    "unknown_concept": ("unknown concept {name}", "add it to a file in concepts/, or take it out", "知らない概念です：{name}", "concepts/ のファイルに加えるか、取り除いてください"),
    "wrong_role": ("{name} is a concept of role {role}, not {wanted}", "name it under {role}, or take another", "{name} の役割は {role} で、{wanted} ではありません", "{role} に書くか、別の概念にしてください"),
    "no_claim": ("there is no claim {name}", "write that claim first, or take it out", "主張 {name} はありません", "その主張を先に書くか、取り除いてください"),
    "bad_test": (
        "test not understood: {text} ({problem})",
        "write it like: dep-effect.level >= animal (claims/README.md)",
        "条件が読めません：{text}",
        "「dep-effect.level >= animal」のように書いてください（claims/README.md）",
    ),
    "unknown_source": ("unknown source {name}", "use one of: {allowed}", "知らない検索先です：{name}", "次のどれかにしてください：{allowed}"),
    "pubmed_shape": ("a PubMed query is one text", "write it on one line, or after >-", "PubMedの検索式は1つの文です", "1行で書くか、「>-」の後に書いてください"),
    "ctgov_shape": (
        "a ClinicalTrials.gov query is a list of parameters",
        "write query.intr: … and query.cond: …, one a line",
        "ClinicalTrials.govの検索はパラメータの一覧です",
        "「query.intr: …」「query.cond: …」を1行ずつ書いてください",
    ),
    "track_needs": ("a claim of track {track} needs {key}", "add {key}:", "track が {track} の主張には {key} が必要です", "「{key}:」を加えてください"),
    "unknown_said": ("no rule of the audit is called {name}", "use one of: {allowed}", "監査の規則に {name} はありません", "次のどれかにしてください：{allowed}"),
    "only_state": (
        "only claims of track state have state, not {track}",
        "take state out, or write track: state",
        "state は track が state の主張だけのものです（ここは {track}）",
        "state を消すか、「track: state」にしてください",
    ),
    "cycle": (
        "{name} reads its own grade, through its members or its tests",
        "take one of the members or tests out",
        "{name} が members や state の判定を通して自分自身の判定を読んでいます",
        "members か when のうち1つを取り除いてください",
    ),
    "odd_id": ("{name} is no record id", "write 'PMID:12345678' (in quotes) or NCT12345678", "{name} は文献や試験の番号ではありません", "'PMID:12345678'（引用符つき）か NCT12345678 と書いてください"),
    "repeated": ("{name} stands here twice", "take one out", "{name} が2回あります", "1つを消してください"),
    "unknown_in_query": ("unknown concept {{{name}}} in the query", "take it out, or add the concept", "検索式の {{{name}}} という概念はありません", "取り除くか、概念を加えてください"),
    "pubmed_lint": (
        "PubMed would not read the query as meant: {problem}",
        "mend the query, or the pubmed words of its concepts",
        "PubMedの検索式に問題があります：{problem}",
        "検索式、または概念の pubmed の語を直してください",
    ),
    "ctgov_parameter": ("unknown parameter {name}", "use query.intr, query.cond and the like", "知らないパラメータです：{name}", "query.intr、query.cond などを使ってください"),
    "ctgov_bracket": ("{name} holds a square bracket: {text}", "take PubMed tags such as [tiab] out", "{name} に角括弧があります：{text}", "[tiab] などPubMedのタグを取り除いてください"),
    "ctgov_quote": ("{name} has an open quote: {text}", 'close it with "', "{name} の引用符が閉じていません：{text}", '「"」で閉じてください'),
    "ctgov_parentheses": ("{name} has parentheses that do not match: {text}", "count ( and )", "{name} の括弧が対応していません：{text}", "「(」と「)」の数を合わせてください"),
    "unused": ("no claim uses the concept {name}", "use it in a claim, or delete it", "概念 {name} はどの主張にも使われていません", "主張で使うか、削除してください"),
    "star": ("{name!r}: a * can stand only at the end of a word or phrase", "write the forms out", "「{name}」：* は語句の最後にだけ使えます", "語形を書き分けてください"),
}  # fmt: skip
"""Key → (what, mend) in English, then in Japanese."""

_DID_YOU_MEAN = ("did you mean {near}?", "「{near}」ではありませんか")


def claim_error(path: str, line: int, key: str, near: str | None = None, /, **values: str) -> ClaimError:
    """The error of a place; where a near word is known, the mend is "did you mean …?"."""
    what, mend, what_ja, mend_ja = MESSAGES[key]
    if near:
        mend, mend_ja = _DID_YOU_MEAN
        values = {**values, "near": near}
    return ClaimError(path, line, *(text.format(**values) for text in (what, mend, what_ja, mend_ja)))
