"""Is what evtrack stands on, and what it is shipped as, in order? Run by .ci/run, one command a question.

``lowest`` prints the lowest version pyproject allows of each dependency, as constraints for pip.
``lock`` fails where the lock file does not hold what pyproject asks for.
``audit`` fails where something known against a locked version is not explained; says so where nobody could be asked.
``built FOLDER FOLDER`` fails where two builds differ, or hold anything but what git and pyproject say.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email import message_from_bytes
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCK = ROOT / ".ci" / "requirements.lock"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

EXPLAINED: dict[str, str] = {}
"""Id of a known vulnerability → why evtrack is not touched by it. Whatever is not named here fails CI."""

PATIENCE_S = 60


def asked(*extras: str) -> list[Requirement]:
    """What pyproject asks for: the dependencies and those of these extras."""
    optional = PROJECT["optional-dependencies"]
    return [
        Requirement(text) for text in [*PROJECT["dependencies"], *(dep for extra in extras for dep in optional[extra])]
    ]


def lowest() -> list[str]:
    """A constraint a dependency: its lower bound, exactly. A dependency without one is an error."""
    pinned = []
    for dependency in asked("notify", "postgres"):
        bounds = [bound.version for bound in dependency.specifier if bound.operator == ">="]
        if len(bounds) != 1:
            raise SystemExit(f"pyproject.toml: {dependency}: one lower bound (>=) is needed")
        pinned.append(f"{dependency.name}=={bounds[0]}")
    return pinned


def lock() -> list[str]:
    """What pyproject asks for and the lock file does not hold; every version of a package that is locked twice must do."""
    locked: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==(\S+)", LOCK.read_text(encoding="utf-8"), re.MULTILINE):
        locked.setdefault(canonicalize_name(name), []).append(version)
    wrong = []
    for dependency in asked(*PROJECT["optional-dependencies"]):
        versions = locked.get(canonicalize_name(dependency.name), [])
        if not versions or not all(dependency.specifier.contains(version) for version in versions):
            wrong.append(
                f"{dependency}: locked is {', '.join(versions) or 'nothing'}; make the lock again (its first lines say how)"
            )
    return wrong


def audit() -> list[str]:
    """What is known against a locked version and not explained.

    pip-audit exits with 0 and "no known vulnerabilities" also where the service knew none of the packages (a mirror without
    it): so packages are counted, and what was not looked at is said aloud.
    """
    tool = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--disable-pip", "--format", "json"]
    try:
        done = subprocess.run(  # noqa: S603 # the command is our own
            [*tool, "--progress-spinner", "off", "--timeout", "10"],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )
        dependencies = json.loads(done.stdout)["dependencies"]
    except subprocess.TimeoutExpired:
        say(f"NOT AUDITED: the service of known vulnerabilities gave no answer in {PATIENCE_S} s")
        return []
    except ValueError:
        last = done.stderr.strip().splitlines()[-1:] or ["nothing was said"]
        say(f"NOT AUDITED: the service of known vulnerabilities was not reached ({last[0][:200]})")
        return []
    seen = [dependency for dependency in dependencies if "skip_reason" not in dependency]
    unseen = sorted({dependency["name"] for dependency in dependencies} - {dependency["name"] for dependency in seen})
    if unseen:
        say(
            f"NOT AUDITED: {len(unseen)} of {len(dependencies)} packages: {', '.join(unseen[:3])}, …: no word on them was to be had"
        )
    wrong = []
    for dependency in seen:
        for known in dependency["vulns"]:
            names = {known["id"], *known["aliases"]}
            why = next((EXPLAINED[name] for name in sorted(names) if name in EXPLAINED), None)
            told = f"{dependency['name']} {dependency['version']}: {known['id']}, mended in {', '.join(known['fix_versions']) or 'no version'}"
            if why is None:
                wrong.append(told)
            else:
                say(f"explained: {told}: {why}")
    say(f"{len(seen)} of {len(dependencies)} packages audited, {len(wrong)} findings without an explanation")
    return wrong


def built(one: Path, other: Path) -> list[str]:
    """Where two builds differ, and where wheel and sdist hold more, less or other than git and pyproject say."""
    wrong = []
    for kind in ("*.whl", "*.tar.gz"):
        (first,), (second,) = one.glob(kind), other.glob(kind)
        sums = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (first, second)]
        say(f"{sums[0]}  {first.name}")
        if sums[0] != sums[1]:
            wrong.append(f"{first.name}: two builds differ")
    (wheel,), (sdist,) = one.glob("*.whl"), one.glob("*.tar.gz")
    kept = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607 # git of the machine
    tracked = {name for name in kept.split("\0") if name}
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
        files = len(held)
        (metadata,) = (name for name in held if name.endswith(".dist-info/METADATA"))
        head = message_from_bytes(archive.read(metadata))
    about = metadata.removesuffix("METADATA")
    due = {name for name in tracked if name.startswith("evtrack/")}
    due |= {f"evtrack/_{name}" for name in tracked if name.startswith("claims/")}
    wrong += differences(
        wheel, held, due | {about + name for name in ("METADATA", "WHEEL", "RECORD", "entry_points.txt")}
    )
    with tarfile.open(sdist) as archive_of_source:
        held = {member.name.partition("/")[2] for member in archive_of_source.getmembers() if member.isfile()}
    due = {name for name in tracked if name.startswith(("evtrack/", "claims/", "tests/"))}
    wrong += differences(sdist, held, due | {"README.md", "pyproject.toml", "PKG-INFO", ".gitignore"})
    says = {
        "Requires-Python": (head["Requires-Python"], PROJECT["requires-python"]),
        "Description-Content-Type": (head["Description-Content-Type"], "text/markdown"),
        "Summary": (head["Summary"], PROJECT["description"]),
        "Provides-Extra": (set(head.get_all("Provides-Extra", [])), set(PROJECT["optional-dependencies"])),
        "Requires-Dist": (
            {
                canonicalize_name(Requirement(text).name)
                for text in head.get_all("Requires-Dist", [])
                if "extra ==" not in text
            },
            {canonicalize_name(dependency.name) for dependency in asked()},
        ),
    }
    wrong += [
        f"{wheel.name}: {field} is {given}, not {wanted}" for field, (given, wanted) in says.items() if given != wanted
    ]
    say(f"{wheel.name} holds {files} files, {sdist.name} {len(held)}")
    return wrong


def differences(archive: Path, held: set[str], due: set[str]) -> list[str]:
    """What an archive holds too much and too little."""
    too_much = [f"{archive.name}: holds {name}, which does not belong there" for name in sorted(held - due)]
    return too_much + [f"{archive.name}: lacks {name}" for name in sorted(due - held)]


def say(line: str) -> None:
    """One line of the answer."""
    sys.stdout.write(f"{line}\n")


def end(wrong: list[str]) -> None:
    """Leaves with 1 and a line for each thing that is wrong, or quietly."""
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["lowest"]:
            say("\n".join(lowest()))
        case ["lock"]:
            end(lock())
        case ["audit"]:
            end(audit())
        case ["built", one, other]:
            end(built(Path(one), Path(other)))
        case _:
            sys.exit(__doc__)
