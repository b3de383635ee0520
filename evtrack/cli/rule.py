"""``evtrack rule``: what does a rule say, of the graders or of the audit?"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from evtrack.cli.options import Json, Lang, nearest, settings_of
from evtrack.cli.problems import Problem
from evtrack.cli.words import say


def rule(
    context: typer.Context,
    rule_id: Annotated[str | None, typer.Argument(metavar="ID", show_default=False)] = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """One rule, or all of them."""
    settings = settings_of(context, lang=lang)
    from evtrack.audit.tables import audit_rules
    from evtrack.cli.output import put, put_json
    from evtrack.rules import Rule, load_rules

    graders = load_rules({})
    rules = {**graders.rules, **audit_rules()}

    def as_dict(one: Rule) -> dict[str, Any]:
        return {
            "id": one.id,
            "says": {"ja": one.says_ja, "en": one.says_en},
            "signal": one.signal,
            "pattern": one.pattern,
            "zones": list(one.zones),
            "weights": dict(one.weights),
            "source": one.source,
            "examples": {"match": list(one.examples), "no_match": list(one.counterexamples)},
            "file": one.file,
        }

    def says(one: Rule) -> str:
        return one.says_ja if settings.lang == "ja" else one.says_en

    if rule_id is None:
        everything = sorted(rules.values(), key=lambda r: r.id)
        if as_json:
            put_json({"rules_version": graders.version, "rules": [as_dict(r) for r in everything]})
        else:
            put(f"{r.id}  {says(r)}" for r in everything)
        return
    one = rules.get(rule_id) or rules.get(rule_id.upper())
    if one is None:
        raise Problem("cli.no_such_rule", name=rule_id, near=", ".join(nearest(rule_id, rules)) or "-")
    if as_json:
        put_json({"rules_version": graders.version, **as_dict(one)})
        return
    lines = [one.id, says(one)]
    for key, value in (
        ("signal", one.signal),
        ("zones", ", ".join(say(f"zone.{z}", settings.lang) for z in one.zones)),
        ("pattern", one.pattern),
        ("source", one.source),
    ):
        if value:
            lines.append(say(f"rule.{key}", settings.lang, **{key: value}))
    lines += [say("rule.match", settings.lang, text=e) for e in one.examples]
    lines += [say("rule.no_match", settings.lang, text=e) for e in one.counterexamples]
    put(lines)
