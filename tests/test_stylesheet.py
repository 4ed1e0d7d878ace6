"""What the readers' pages are built from stands once, as custom properties."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STATIC = ROOT / "polls" / "static" / "polls"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
TOKENS = re.compile(r":root \{.*?\}", re.DOTALL)


def rules(sheet: str) -> str:
    """A stylesheet without its comments and without the blocks that define the properties."""
    text = re.sub(r"/\*.*?\*/", "", (STATIC / sheet).read_text(encoding="utf-8"), flags=re.DOTALL)
    return TOKENS.sub("", text)


def test_a_colour_stands_in_the_palette_and_nowhere_else() -> None:
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(", rules("press.css")) == []


def test_a_size_of_type_is_a_step_of_the_scale() -> None:
    sizes = re.findall(r"font(?:-size)?:([^;}]*)", rules("press.css"))
    own = [size for size in sizes if re.search(r"[0-9.]rem", size)]
    assert own == []


@pytest.mark.parametrize("sheet", sorted(path.name for path in STATIC.glob("*.css")))
def test_a_stylesheet_asks_for_nothing_else(sheet: str) -> None:
    text = rules(sheet)
    assert re.findall(r"@import (?!url\(\"press.css)", text) == []
    assert "@font-face" not in text
    assert re.findall(r"url\((?!data:|\"press.css)", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_has_no_style_and_no_script_of_its_own(path: Path) -> None:
    """The policy would block them."""
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=\"", text) == []
    scripts = re.findall(r"<script[^>]*>", text)
    assert [tag for tag in scripts if "src=" not in tag and "application/ld+json" not in tag] == []
