"""Which claims are there, and is each file right? Claim and concept files → a Library, and errors with file and line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evtrack.bilingual import Bilingual
from evtrack.claim import Alert, Claim, ClaimError, Concept, Library, Pack, Part, Said, StateRule
from evtrack.compiled import compiled, content_hash
from evtrack.concepts import concepts_of, covered
from evtrack.ids import RecordId

__all__ = [
    "ClaimError",
    "check_library",
    "claim_paths",
    "concepts_of",
    "covered",
    "load_library",
    "new_claim",
    "shipped_folder",
]

_FORMAT = "claims-4"
"""Part of the cache key: raised when what is compiled from the files changes."""

CONCEPTS = "concepts"
PACK_FILE = "pack.yaml"


def shipped_folder() -> Path:
    """The packs that come with evtrack: inside a wheel, or beside the package in a checkout."""
    inside = Path(__file__).parents[1] / "_claims"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "claims"


def claim_paths(folder: Path | None = None) -> tuple[Path, ...]:
    """Every file that ``load_library(folder)`` reads: the shipped concepts, the folder's own, then each pack's files."""
    root = folder or shipped_folder()
    return (*_concept_paths(shipped_folder()), *(() if _is_shipped(root) else _concept_paths(root)), *_pack_paths(root))


def _concept_paths(root: Path) -> list[Path]:
    return sorted((root / CONCEPTS).glob("*.yaml"))


def _pack_paths(root: Path) -> list[Path]:
    return [file for pack in _pack_folders(root) for file in sorted(pack.glob("*.yaml"))]


def _is_shipped(root: Path) -> bool:
    return root.resolve() == shipped_folder().resolve()


def _pack_folders(root: Path) -> list[Path]:
    """Folders of claims: all but ``concepts`` and hidden ones."""
    if not root.is_dir():
        return []
    return sorted(p for p in root.iterdir() if p.is_dir() and p.name != CONCEPTS and p.name[0] not in "._")


def load_library(folder: Path | None = None) -> tuple[Library, list[ClaimError]]:
    """The claims and concepts of the shipped packs, or of the packs in ``folder``, and every error of their files.

    A folder's ``concepts/`` adds to the shipped concepts or overrides them by id. What is right is in the Library even
    where other files have errors. Unchanged files are read from the compiled cache.
    """
    root = folder or shipped_folder()
    concept_files = _concept_paths(shipped_folder())
    key = content_hash(concept_files, _FORMAT)
    shipped = compiled("concepts", key, lambda: _build_concepts(concept_files))
    files = [*(() if _is_shipped(root) else _concept_paths(root)), *_pack_paths(root)]
    names = [f"{f.parent.name}/{f.name}" for f in files]
    content = content_hash(files, key, *names, *(p.name for p in _pack_folders(root)))
    # The cached claims and errors name their files, so the same files elsewhere are compiled apart.
    built = compiled("claims", content_hash((), content, str(root)), lambda: _build(root, files, shipped))
    return _library(built, content), [ClaimError(**e) for e in built["errors"]]


def _build_concepts(files: list[Path]) -> dict[str, Any]:
    from evtrack.claims.compile import compile_concepts

    return compile_concepts(files)


def _build(root: Path, files: list[Path], shipped: dict[str, Any]) -> dict[str, Any]:
    from evtrack.claims.compile import compile_files

    built = compile_files(root, files, shipped)
    concepts = {c["id"]: c for c in built["concepts"]}
    library = _library(built, "")
    for values in built["claims"]:
        values["content_hash"] = _claim_hash(values, concepts, library)
    return built


def check_library(folder: Path | None = None) -> list[ClaimError]:
    """Every error of the files, and what only the whole shows: unused concepts, queries a service would refuse, odd ids."""
    from evtrack.claims.check import check_files

    library, errors = load_library(folder)
    return sorted({*errors, *check_files(library, folder or shipped_folder(), claim_paths(folder))})


def new_claim(claim_id: str, folder: Path) -> Path:
    """Write a commented skeleton of a claim into a pack's folder and give its path.

    Raises ``ValueError`` for an id that cannot be one, ``FileExistsError`` where the claim has a file already,
    ``FileNotFoundError`` where the folder is no pack (it holds no pack.yaml).
    """
    from evtrack.claims.compile import SKELETON, is_claim_id

    if not is_claim_id(claim_id):
        raise ValueError(
            f"{claim_id!r} is no claim id: use small letters, digits and single hyphens, such as dep-effect"
        )
    if not (folder / PACK_FILE).is_file():
        raise FileNotFoundError(f"{folder} is no pack: it holds no {PACK_FILE}")
    path = folder / f"{claim_id}.yaml"
    try:
        with path.open("x", encoding="utf-8") as out:
            out.write(SKELETON.replace("CLAIM-ID", claim_id))
    except FileExistsError:
        raise
    except OSError as error:
        path.unlink(missing_ok=True)  # half a claim would break all commands
        error.filename = str(path)
        raise
    return path


def _library(built: dict[str, Any], key: str) -> Library:
    concepts = {c["id"]: _concept(c) for c in built["concepts"]}
    packs = tuple(Pack(**{**p, "order": tuple(p["order"])}) for p in built["packs"])
    place = {(p.id, claim_id): i for p in packs for i, claim_id in enumerate(p.order)}
    packed = list(dict.fromkeys(c["pack"] for c in built["claims"]))
    ordered = sorted(
        built["claims"], key=lambda c: (packed.index(c["pack"]), place.get((c["pack"], c["id"]), len(place)))
    )
    return Library(packs, {c["id"]: _claim(c) for c in ordered}, concepts, key)


def _concept(values: dict[str, Any]) -> Concept:
    fixed: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
    return Concept(**{**fixed, "label": Bilingual(**values["label"])})


def _claim(values: dict[str, Any]) -> Claim:
    fixed: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
    support, said = values["direct_support"], values["audit"]
    fixed |= {
        "statement": Bilingual(**values["statement"]),
        "direct_support": Bilingual(**support) if support else None,
        "parts": tuple(
            Part(Bilingual(**p["label"]), tuple(p["outcome"]), tuple(p["condition"])) for p in values["parts"]
        ),
        "state": tuple(
            StateRule(s["verdict"], Bilingual(**s["text"]), tuple((t[0], t[1], t[2], t[3]) for t in s["tests"]))
            for s in values["state"]
        ),
        "alerts": tuple(Alert(**{**a, "text": Bilingual(**a["text"])}) for a in values["alerts"]),
        "known": tuple(RecordId(k) for k in values["known"]),
        "queries": {k: tuple(v) for k, v in values["queries"].items()},
        "audit": Said(tuple(said["says"]), tuple(said["words"]), said["general"]),
    }
    return Claim(**fixed)


def _claim_hash(values: dict[str, Any], concepts: Mapping[str, Any], library: Library) -> str:
    """Hash of what grading reads: the claim and the concepts it uses, neither where its file lies nor how pages say it."""
    used = covered(library.concepts, concepts_of(library.claims[values["id"]]))
    used += [r for c in used for r in library.concepts[c].related if r in concepts and r not in used]
    parts = [{k: v for k, v in values.items() if k not in ("path", "audit")}, *(concepts[c] for c in used)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
