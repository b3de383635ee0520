"""The claim files of the package, and folders of a writer's own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from evtrack.claim import Claim, ClaimError, Said
from evtrack.claims import check_library, claim_paths, concepts_of, covered, load_library, new_claim, shipped_folder
from tests.claims.written import CLAIM, concepts, write

SHARED = Path(__file__).parents[2] / "../shared"


def test_shipped_claims_have_no_error() -> None:
    """Every file that comes with evtrack is right: schema, concepts, members, queries, ids, words."""
    assert [str(e) for e in check_library()] == []


def test_shipped_library_is_whole() -> None:
    """43 claims in one pack; each has its path and a hash of its own; the pack names its page."""
    library, errors = load_library()
    assert errors == []
    assert len(library.claims) == 43
    assert [p.id for p in library.packs] == ["exosome-psychiatry"]
    assert len({c.content_hash for c in library.claims.values()}) == 43
    assert all(Path(c.path).is_file() for c in library.claims.values())


@pytest.mark.corpus
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is absent")
def test_shipped_claims_are_those_of_the_list() -> None:
    """Ids, kinds, tracks, quotes, members and statements are those of data/grade/claims.json."""
    listed = {c["id"]: c for c in json.loads((SHARED / "data/grade/claims.json").read_text(encoding="utf-8"))["claims"]}
    library, _ = load_library()
    assert set(library.claims) == set(listed)
    for claim_id, claim in library.claims.items():
        wanted = listed[claim_id]
        assert (claim.kind, claim.track) == (wanted["kind"], wanted["contract_track"]), claim_id
        assert (claim.quote, claim.statement.ja, claim.statement.en) == (
            wanted["quote_ja"],
            wanted["statement_ja"],
            wanted["statement_en"],
        )
        if claim.track == "intervention":
            assert list(claim.members) == wanted.get("members", []), claim_id
            assert len(claim.parts) == len(wanted.get("parts", [])) or claim_id in (
                "dep-neurogenesis",
                "tissue-repair-general",
            )
        assert claim.parts_in_one_study == wanted.get("parts_in_one_study", False)


def test_unread_alerts_are_unverified() -> None:
    """A warning whose text nobody read at its url is marked as unverified."""
    library, _ = load_library()
    alerts = library.claims["few-side-effects"].alerts
    assert [(a.date, a.verified) for a in alerts] == [("2019-12-06", False), ("2024-07-31", False)]


def test_alert_cannot_be_verified_without_a_url(packs: Path) -> None:
    """``verified: true`` without a url is not believed."""
    alert = "alerts:\n  - source: s\n    date: 2026-01-01\n    verified: true\n    text: {ja: あ, en: a}\n"
    write(packs, "some-claim", CLAIM + alert)
    assert not load_library(packs)[0].claims["some-claim"].alerts[0].verified
    write(packs, "some-claim", CLAIM + alert + "    url: https://example.org\n")
    assert load_library(packs)[0].claims["some-claim"].alerts[0].verified


def test_psychiatric_covers_the_four_but_not_dementia() -> None:
    """Dementia does not stand for psychiatric symptoms."""
    library, _ = load_library()
    inside = covered(library.concepts, ["psychiatric"])
    assert {"depression", "anxiety", "schizophrenia", "ptsd"} < set(inside)
    assert "dementia" not in inside


def test_joined_claims_ask_for_every_part() -> None:
    """The outcomes of the parts are the claim's outcomes too."""
    library, _ = load_library()
    claim = library.claims["ad-memory-attention"]
    assert claim.outcome == ("memory", "attention")
    assert library.claims["dual-action"].parts_in_one_study


def test_own_folder_is_read_with_the_shipped_concepts(packs: Path) -> None:
    """A writer's pack stands on the shipped concepts; none of the shipped claims is in it."""
    library, errors = load_library(packs)
    assert errors == []
    assert list(library.claims) == ["some-claim"]
    assert library.claims["some-claim"].pack == "my-article"
    assert "dementia" in library.concepts
    assert library.packs[0].date_seen == "2026-01-02"
    assert check_library(packs) == []


def test_own_concept_adds_or_overrides(packs: Path) -> None:
    """concepts/ in a writer's folder adds concepts, and replaces a shipped one of the same id."""
    concepts(
        packs,
        "- {id: insomnia, role: condition, label: {ja: 不眠, en: insomnia}, words: [insomnia]}\n"
        "- {id: depression, role: condition, label: {ja: うつ, en: my depression}, words: [depression]}\n",
    )
    write(packs, "some-claim", CLAIM.replace("[depression]", "[insomnia, depression]"))
    library, errors = load_library(packs)
    assert errors == []
    assert library.concepts["depression"].label.en == "my depression"
    assert library.claims["some-claim"].condition == ("insomnia", "depression")


def test_hash_changes_with_the_claim_and_its_concepts_only(packs: Path) -> None:
    """A claim's hash follows its own words and the concepts it uses, covered and related ones too, and nothing else."""
    before = load_library(packs)[0].claims["some-claim"].content_hash
    concepts(packs, "- {id: insomnia, role: condition, label: {ja: 不眠, en: insomnia}}\n")
    assert load_library(packs)[0].claims["some-claim"].content_hash == before
    concepts(packs, "- {id: secretome, role: intervention, label: {ja: 上清, en: supernatant}}\n")
    related = load_library(packs)[0].claims["some-claim"].content_hash
    assert related != before
    write(packs, "some-claim", CLAIM + "notes: another\n")
    assert load_library(packs)[0].claims["some-claim"].content_hash != related


def test_hash_does_not_depend_on_the_folder(packs: Path, tmp_path: Path) -> None:
    """The same files elsewhere give the same hashes."""
    moved = tmp_path / "elsewhere"
    packs.rename(tmp_path / "moved")
    first = load_library(tmp_path / "moved")[0]
    (tmp_path / "moved").rename(moved)
    second = load_library(moved)[0]
    assert first.claims["some-claim"].content_hash == second.claims["some-claim"].content_hash
    assert first.content_hash == second.content_hash
    assert first.claims["some-claim"].path != second.claims["some-claim"].path


def test_concepts_of_a_claim(packs: Path) -> None:
    """Parts, population, comparator and the concepts of hand-written queries are used as well."""
    write(
        packs,
        "some-claim",
        CLAIM
        + "population: treatment_resistant\ncomparator: standard_treatment\n"
        + "parts: [{label: {ja: あ, en: a}, outcome: [cognition], condition: [dementia]}]\n"
        + "queries: {pubmed: ['{safety} AND x[tiab]'], ctgov: [{query.cond: '{anxiety}'}]}\n",
    )
    claim = load_library(packs)[0].claims["some-claim"]
    assert {"treatment_resistant", "standard_treatment", "cognition", "dementia", "safety", "anxiety"} < set(
        concepts_of(claim)
    )


def test_reading_again_needs_no_yaml(packs: Path) -> None:
    """Once compiled, claims are read without pydantic and ruamel."""
    load_library(packs)
    code = (
        "import sys, pathlib; from evtrack.claims import load_library; load_library(pathlib.Path(sys.argv[1]));"
        "print([m for m in ('pydantic', 'ruamel.yaml', 'rapidfuzz') if m in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code, str(packs)], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_edited_file_is_read_anew(packs: Path) -> None:
    """The cache never hides an edit."""
    load_library(packs)
    write(packs, "some-claim", CLAIM.replace("効く", "よく効く"))
    assert load_library(packs)[0].claims["some-claim"].quote == "よく効く"


def test_paths_are_concepts_then_packs(packs: Path) -> None:
    """``claim_paths`` names every file that is read, hidden folders left out."""
    (packs / ".git").mkdir()
    (packs / ".git" / "x.yaml").write_text("x", encoding="utf-8")
    names = [p.name for p in claim_paths(packs)]
    assert names == [
        "condition.yaml",
        "context.yaml",
        "intervention.yaml",
        "outcome.yaml",
        "pack.yaml",
        "some-claim.yaml",
    ]
    assert len(claim_paths()) == 4 + 44


def test_wheel_folder_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a wheel the packs lie inside the package, in a checkout beside it."""
    assert shipped_folder().name == "claims"
    package = tmp_path / "evtrack"
    (package / "_claims").mkdir(parents=True)
    monkeypatch.setattr("evtrack.claims.__file__", str(package / "claims" / "__init__.py"))
    assert shipped_folder() == package / "_claims"


def test_skeleton_passes_once_filled(packs: Path) -> None:
    """``claims new`` writes a file that says what to fill in and is right as it stands."""
    path = new_claim("sleep-effect", packs / "my-article")
    text = path.read_text(encoding="utf-8")
    assert "id: sleep-effect" in text
    assert text.count("FILL IN") == 5
    assert check_library(packs) == []
    assert load_library(packs)[0].claims["sleep-effect"].intervention == ("exosome",)


def test_skeleton_is_refused(packs: Path) -> None:
    """No file is overwritten, no odd id taken, nothing written where no pack is."""
    with pytest.raises(FileExistsError):
        new_claim("some-claim", packs / "my-article")
    with pytest.raises(FileNotFoundError, match=r"pack\.yaml"):
        new_claim("other", packs)
    for odd in ("Dep-Effect", "a--b", "../x", "", "dep_effect"):
        with pytest.raises(ValueError, match="no claim id"):
            new_claim(odd, packs / "my-article")


def test_error_speaks_both_languages() -> None:
    """An error is one line with place, what and mend, in either language."""
    error = ClaimError("a.yaml", 3, "what", "mend", "何", "直し方")
    assert str(error) == "a.yaml:3: what: mend"
    assert error.say("ja") == "a.yaml:3: 何：直し方"


def test_claim_is_a_frozen_value() -> None:
    """Claims compare and copy as values."""
    claim = load_library()[0].claims["dep-effect"]
    assert isinstance(claim, Claim)
    assert replace(claim) == claim


def test_audit_words_change_no_grade(packs: Path) -> None:
    """How pages say a claim is read, and is no part of what grading depends on."""
    before = load_library(packs)[0].claims["some-claim"]
    assert before.audit == Said()
    write(packs, "some-claim", CLAIM + "audit:\n  says: [trial_stage]\n  words: [研究の途上]\n  general: true\n")
    library, errors = load_library(packs)
    after = library.claims["some-claim"]
    assert errors == []
    assert after.audit == Said(("trial_stage",), ("研究の途上",), general=True)
    assert after.content_hash == before.content_hash


def test_audit_names_are_checked(packs: Path) -> None:
    """A name under ``audit: says:`` that no rule has is told with its line and the nearest name."""
    path = write(packs, "some-claim", CLAIM + "audit:\n  says: [aim, trial_stag]\n")
    (error,) = check_library(packs)
    assert (error.path, error.line) == (str(path), 10)
    assert error.what == "no rule of the audit is called trial_stag"
    assert error.mend == "did you mean trial_stage?"


README = (shipped_folder() / "README.md").read_text(encoding="utf-8")


def test_readme_explains_every_key_and_measure() -> None:
    """A writer finds every key of a claim, a concept and a pack, and every measure of a state claim, in claims/README.md."""
    from evtrack.claims.files import ClaimFile, ConceptFile, PackFile
    from evtrack.predicates import MEASURES

    for model in (ClaimFile, ConceptFile):
        assert [k for k in model.model_fields if f"`{k}`" not in README] == []
    assert [k for k in PackFile.model_fields if f"{k}:" not in README] == []
    plain = [m for m in MEASURES if m.islower()]
    assert [m for m in plain if f"`{m}`" not in README] == []


def test_readme_example_is_the_shipped_claim(packs: Path) -> None:
    """The worked example is right as printed."""
    from ruamel.yaml import YAML

    blocks = README.split("```yaml\n")
    example = YAML(typ="safe").load(blocks[1].split("```")[0])
    claim = load_library()[0].claims["dep-effect"]
    assert (example["id"], example["quote"], example["statement"]["en"]) == (claim.id, claim.quote, claim.statement.en)
    write(packs, "dep-effect", blocks[1].split("```")[0])
    assert load_library(packs)[1] == []


def test_words_in_two_languages() -> None:
    """A pair of words gives either language, and both for JSON."""
    claim = load_library()[0].claims["dep-effect"]
    assert claim.statement.get("ja") == claim.statement.ja
    assert claim.statement.get("en") == claim.statement.as_dict()["en"]
