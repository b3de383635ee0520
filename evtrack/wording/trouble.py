"""Which words say what went wrong at a service, and how a refresh came out?"""

WORDS: dict[str, tuple[str, str]] = {
    # Not reached
    "trouble.no_connection": (
        "{service}（{host}）に接続できません：「{why}」",
        "{service} ({host}) can't be reached: {why}",
    ),
    "trouble.no_tls": (
        "{service}（{host}）の証明書を確かめられません：「{why}」。組織の証明書は SSL_CERT_FILE で指定できます",
        "{service} ({host}): its certificate can't be verified: {why}; SSL_CERT_FILE names your organisation's",
    ),
    "trouble.connect_timeout": (
        "{service}（{host}）に{seconds}秒以内に接続できません",
        "{service} ({host}): no connection within {seconds} s",
    ),
    "trouble.no_answer": (
        "{service}（{host}）から{seconds}秒以内に返答がありません",
        "{service} ({host}): no answer within {seconds} s",
    ),
    "trouble.broken_setup": (
        "{service}：宛先、プロキシ、証明書の設定が使えません：「{why}」",
        "{service}: the address, the proxy or the certificate file can't be used: {why}",
    ),
    "trouble.refused_403": (
        "{service}はどの接続方法でも要求を拒みました（403）。ブラウザーで開けるか確かめてください",
        "{service} refuses every way of asking (403): see whether a browser reaches it from this network",
    ),
    "trouble.transport_refused": (
        "{service}は接続方法「{transport}」を拒んだため「{next}」で続けます（403）",
        "{service} refuses the transport {transport} (403); going on with {next}",
    ),
    "trouble.bad_key": (
        "PubMedがAPIの鍵を受け付けません（{status}）。EVTRACK_NCBI_API_KEY を直すか外してください：{service}",
        "{service} does not accept the API key ({status}): mend or remove EVTRACK_NCBI_API_KEY",
    ),
    "trouble.pace_alone": (
        "{service}：間隔を共有するフォルダーに書けないため、ほかの evtrack と同時に動かさないでください",
        "{service}: the folder that shares the pace can't be written, so run no other evtrack at the same time",
    ),
    # Asked, and no good answer
    "trouble.stalled": (
        "{service}の返答が{seconds}秒止まりました（{tries}回試行）",
        "{service}: an answer stood still for {seconds} s ({tries} tries)",
    ),
    "trouble.broken_off": (
        "{service}の返答が途中で切れました（{tries}回試行）",
        "{service}: an answer broke off ({tries} tries)",
    ),
    "trouble.deadline": (
        "{service}の返答が{seconds}秒で終わりませんでした",
        "{service}: an answer did not end within {seconds} s",
    ),
    "trouble.wait_too_long": (
        "{service}は{wait}秒待つよう求めましたが、上限（{limit}秒）を超えます",
        "{service} asks to wait {wait} s, which is more than the limit of {limit} s",
    ),
    "trouble.redirected": (
        "{service}は別の宛先（{to}）へ移すよう返しましたが、従いません（{status}）",
        "{service} redirects to {to} ({status}), which is not followed",
    ),
    "trouble.redirected_often": (
        "{service}の転送が{limit}回を超えました（{status}）",
        "{service} redirects more than {limit} times ({status})",
    ),
    "trouble.too_many_requests": (
        "{service}は要求が多すぎると返しました（{status}）。同じ回線のほかのプログラムも数えられます",
        "{service} says too many requests ({status}); other programs on the same address count as well",
    ),
    "trouble.service_failed": (
        "{service}側の障害です（{status}）：「{said}」",
        "{service} failed ({status}): {said}",
    ),
    "trouble.service_error": ("{service}が誤りを返しました：「{said}」", "{service} answered with an error: {said}"),
    "trouble.refused": (
        "{service}が要求を受け付けません（{status}）：「{said}」",
        "{service} refuses the request ({status}): {said}",
    ),
    "trouble.too_large": (
        "{service}の返答が{limit} MBを超えました",
        "{service}: an answer of more than {limit} MB",
    ),
    "trouble.html_answer": (
        "{service}からデータではなくウェブページが返りました（保守中か、途中の機器の画面です）",
        "{service} answered with a web page instead of data (under repair, or something on the way)",
    ),
    "trouble.not_json": ("{service}の返答を読めません：「{said}」", "{service}: an answer that can't be read: {said}"),
    "trouble.wrong_shape": (
        "{service}の返答の形が違います：「{where}」",
        "{service}: an answer of another shape than expected: {where}",
    ),
    "trouble.unreadable_answer": (
        "{service}の返答を読めません：「{said}」",
        "{service}: an answer that can't be read: {said}",
    ),
    # Less than was counted
    "trouble.fewer_than_counted": (
        "{service}は{counted}件と数えましたが、{got}件しか返しません",
        "{service} counts {counted} and gives {got}",
    ),
    "trouble.no_total": (
        "{service}が総数を返さないため、{got}件で全部かどうか分かりません",
        "{service} gives no total, so whether {got} is all is not known",
    ),
    "trouble.endless_pages": (
        "{service}の結果のページが終わりません（{pages}ページで打ち切り）",
        "{service}: the pages of a result do not end (given up after {pages})",
    ),
    "trouble.query_too_long": (
        "{service}への検索が長すぎます（{length}文字、上限{longest}文字）",
        "{service}: a query is too long ({length} characters, {longest} at most)",
    ),
    "trouble.day_over_cap": (
        "{service}：{day}の1日だけで{counted}件あり、上限の{cap}件を超えるため全部は得られません",
        "{service}: {counted} records of one day ({day}) are more than the {cap} that it gives",
    ),
    "trouble.counts_do_not_hold": (
        "{service}の件数が一定しません（全体{counted}件）",
        "{service}: its counts do not hold (whole: {counted})",
    ),
    "trouble.in_no_part": (
        "{service}：{counted}件中{missing}件が、日付（{field}）で分けた検索のどれにも出ません",
        "{service}: {missing} of {counted} are in none of the searches split by date ({field})",
    ),
    "trouble.not_delivered": (
        "{service}：検索に出た{n}件が本文として届きません（{ids}）",
        "{service}: {n} records that a search found were not delivered ({ids})",
    ),
    "trouble.skipped": (
        "{service}：届いた{n}件は読めませんでした（{ids}。元のデータは保存してあります）",
        "{service}: {n} records that came can't be read ({ids}; kept as they came)",
    ),
    "trouble.stopped": ("{service}：途中で止められました", "{service}: stopped before it was done"),
    # Told beside
    "trouble.phrase_not_found": (
        "{service}：検索語のうち見つからない句があります（{number}）：「{said}」",
        "{service}: phrases of a query that it does not find ({number}): {said}",
    ),
    "trouble.phrase_ignored": (
        "{service}：検索語のうち無視されたものがあります（{number}）：「{said}」",
        "{service}: words of a query that it ignores ({number}): {said}",
    ),
    "trouble.service_remark": (
        "{service}からの注意（{number}）：「{said}」",
        "{service} remarks ({number}): {said}",
    ),
    "trouble.field_not_found": (
        "{service}：検索の項目に知られていないものがあります（{number}）：「{said}」",
        "{service}: fields of a query that it does not know ({number}): {said}",
    ),
    "trouble.date_field_replaced": (
        "{service}は日付の項目「{field}」を知らないため「{instead}」で代えます",
        "{service} does not know the date field {field}; {instead} is asked instead",
    ),
    "trouble.date_field_not_known": (
        "{service}は日付の項目「{field}」を知りません",
        "{service} does not know the date field {field}",
    ),
    "trouble.history_refused": (
        "{service}は番号の一覧を預かる方法を拒んだため、番号を検索式に書いて尋ねました：「{said}」",
        "{service} refuses a posted list of ids, so the ids were asked in the query: {said}",
    ),
    # How a refresh came out
    "refresh.source": (
        "{source}：検索で{found}件、新規{new}件、更新{changed}件、削除{removed}件（通信{requests}回）",
        "{source}: {found} found, {new} new, {changed} changed, {removed} removed ({requests} requests)",
    ),
    "refresh.source_silent": (
        "{source}：返答がなく、何も調べていません（件数は不明）",
        "{source}: no answer, nothing was searched there (how much there is is not known)",
    ),
    "refresh.changes": ("変化{n}件（うち重要{notable}件）", "{n} changes, {notable} of them notable or critical"),
    "refresh.warnings": ("注意がほかに{n}件あります（--json で全部）", "{n} more warnings (--json has them all)"),
    "refresh.more": ("すべての変化：evtrack changes", "All of them: evtrack changes"),
    "refresh.partial": (
        "この更新は途中までです。主張{partial}件は一部だけ、{not_asked}件は調べられませんでした。得たものは保存してあり、次の更新で続きます",
        "this refresh is not whole: {partial} claims were searched in part, {not_asked} not at all; what came is kept, the next one carries on",
    ),
    "refresh.unreachable": (
        "文献サービスに接続できないため、何も調べていません（{why}）。通信なしで全体を見るには evtrack demo を使ってください",
        "the services can't be reached, so nothing was searched ({why}); evtrack demo shows the whole path without a network",
    ),
    "refresh.waiting": (
        "{path} には別の更新が書き込み中です。終わるのを待ちます…",
        "{path}: another run is writing; waiting for it to end…",
    ),
    "refresh.no_such_source": (
        "--source {value}：{names} のどれかにしてください。",
        "--source {value}: take one of {names}",
    ),
    "refresh.fail_on": (
        "--fail-on {value}：change、notable、critical のどれかを書いてください。",
        "--fail-on {value}: it takes change, notable or critical",
    ),
    "refresh.counted_source": (
        "{source}：検索{n}本、延べ{total}件（重なりを含む）",
        "{source}: {n} queries, {total} records at most (queries overlap)",
    ),
    # The demonstration
    "demo.mark": ("［架空］", "[synthetic]"),
    "demo.what": (
        "ここに出る文献と試験はすべて架空のもので、実在の薬や治療については何も言いません。",
        "Every paper and trial below is made up and says nothing about any real treatment.",
    ),
    "demo.first": ("第1週：はじめての更新", "The first week"),
    "demo.second": ("第2週：1週間後の更新", "A week later"),
    "progress.searching": ("{source}：検索 {done}/{total}", "{source}: searches {done}/{total}"),
    "progress.fetching": ("{source}：記録 {done}/{total}", "{source}: records {done}/{total}"),
    "progress.rate": ("毎秒{rate}、残り約{left}", "{rate}/s, about {left} left"),
}
"""``key: (Japanese, English)``."""
