"""`make check`: everything that keeps the house, all of it each time, and which part failed."""

import os
import secrets
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

SITE = ("DEBUG", "SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS", "PUBLIC_ORIGINS", "TRUSTED_PROXIES")
# In memory: a check leaves no database behind.
DEVELOPMENT = {"DEBUG": "true", "DATABASE_URL": "sqlite://:memory:"}
# import-linter has no __main__, and its script breaks when the folder is moved.
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as main; main()"


@dataclass(frozen=True)
class Step:
    name: str
    arguments: Sequence[str]
    settings: dict[str, str] = field(default_factory=dict)

    def passes(self) -> bool:
        print(f"\n=== {self.name} ===", flush=True)
        environment = {k: v for k, v in os.environ.items() if k not in SITE}
        done = subprocess.run(
            [sys.executable, *self.arguments], env=environment | self.settings, check=False
        )
        return done.returncode == 0


def steps() -> list[Step]:
    return [
        Step("format", ["-m", "ruff", "format", "--check", "."]),
        Step("lint", ["-m", "ruff", "check", "."]),
        Step("types", ["-m", "mypy"], DEVELOPMENT),
        Step("imports", ["-c", LINT_IMPORTS, "--no-logo"]),
        Step("migrations", ["manage.py", "makemigrations", "--check", "--dry-run"], DEVELOPMENT),
        Step(
            "deployment",
            ["manage.py", "check", "--deploy", "--fail-level", "WARNING"],
            production(),
        ),
        Step(
            "translations",
            ["-m", "pytest", "-q", "-m", "not postgres", "tests/test_translations.py"],
            {"DEBUG": "true"},
        ),
    ]


def production() -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.token_urlsafe(45),  # 60 characters
        "ALLOWED_HOSTS": "example.org",
        "PUBLIC_ORIGINS": "https://example.org",
        "TRUSTED_PROXIES": "127.0.0.1",
        **dict.fromkeys(("PUBLISHER_NAME", "PUBLISHER_ADDRESS", "PRIVACY_CONTACT"), "example"),
        **dict.fromkeys(("LEGAL_PHONE", "LEGAL_CONTACT"), "example"),
        **dict.fromkeys(("LEGAL_DIRECTOR", "LEGAL_HOST"), "example"),
    }


def main() -> int:
    results = {step.name: step.passes() for step in steps()}
    print("\n=== Checks ===")
    for name, passed in results.items():
        print(f"{name}: {'passed' if passed else 'FAILED'}")
    return int(not all(results.values()))


if __name__ == "__main__":
    sys.exit(main())
