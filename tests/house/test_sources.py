import ast
import re
import subprocess

import pytest

from tests.support.sources import PROJECT, our_files, product_modules, shown

# Hosts that hand out packages, scripts, fonts or map tiles. Users' machines must never ask them.
HOSTS = re.compile(
    r"py[p]i\.org|python[h]osted\.org|npm[j]s\.(?:org|com)|unpkg\.com|jsdelivr\.net|cdnjs\.|"
    r"googleapis\.com|gstatic\.com|bootstrapcdn\.com|tile\.openstreetmap\.org|"
    r"cartocdn\.com|mapbox\.com|maptiler\.com|demotiles",
    re.IGNORECASE,
)
ATTRIBUTES_OF_ENVIRONMENT = {"environ", "environb", "getenv", "putenv"}


def test_nothing_in_the_store_commits() -> None:
    for path, tree in product_modules():
        if "store" not in path.parts:
            continue
        for node in ast.walk(tree):
            assert not (isinstance(node, ast.Attribute) and node.attr == "commit"), shown(path)


def test_only_the_settings_look_at_the_environment() -> None:
    readers = {
        shown(path)
        for path, tree in product_modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES_OF_ENVIRONMENT
    }
    assert readers == {"api/settings.py"}


def test_catch_all_stands_at_the_outermost_handlers_only() -> None:
    catchers = {
        shown(path)
        for path, tree in product_modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
    }
    # Of the command, of a request, and of the thread that tells an import in stages.
    assert catchers <= {"api/cli/__init__.py", "api/errors.py", "api/intake.py"}


def test_no_file_of_ours_names_a_host_that_hands_out_files() -> None:
    allowed = {shown(PROJECT / "tests/house/test_sources.py"), "layers/folium_map.py"}
    for path in our_files(".py", ".js", ".html", ".css", ".toml", ".json", ".lock", ".sh", ".yml"):
        if shown(path) in allowed or path.parent.name == "tests":
            continue
        found = HOSTS.search(path.read_text(encoding="utf-8"))
        assert found is None, f"{shown(path)}: {found[0] if found else ''}"


def test_pages_load_nothing_from_elsewhere() -> None:
    elsewhere = re.compile(r"""(?:src|href|action)=["']?(?:https?:)?//""")
    for path in our_files(".html", below="static"):
        assert not elsewhere.search(path.read_text(encoding="utf-8")), shown(path)
    imports = re.compile(
        r"""(?:from|import\(|import)\s*["'](?:https?:)?//|@import\s+(?:url|["'])"""
    )
    for path in our_files(".js", ".css", below="static"):
        assert not imports.search(path.read_text(encoding="utf-8")), shown(path)


def test_no_file_names_a_place_on_one_machine() -> None:
    places = re.compile(r"(?<![\w.])/(?:root|work|home)/\w")
    for path in our_files(".py", ".js", ".html", ".css", ".toml", ".sh", ".md", ".ipynb", ".yml"):
        assert not places.search(path.read_text(encoding="utf-8")), shown(path)


def test_npm_lock_names_no_registry() -> None:
    lock = (PROJECT / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert lock.count('"integrity"') > 10


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "tools.lock"])
def test_python_lock_has_a_hash_for_every_line(name: str) -> None:
    text = (PROJECT / name).read_text(encoding="utf-8")
    pins = re.findall(r"^[a-z0-9_.-]+==", text, flags=re.MULTILINE)
    blocks = re.split(r"^(?=[a-z0-9_.-]+==)", text, flags=re.MULTILINE)[1:]
    assert pins
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text


@pytest.mark.parametrize(
    "name", ["run", "test", ".ci/run", "scripts/install.sh", "scripts/image.sh"]
)
def test_scripts_are_sound_for_a_plain_shell(name: str) -> None:
    subprocess.run(["sh", "-n", PROJECT / name], check=True)
    if not name.startswith("scripts/"):
        assert (PROJECT / name).stat().st_mode & 0o111 == 0o111


def test_run_explains_itself_and_refuses_what_it_does_not_know() -> None:
    told = subprocess.run(
        [PROJECT / "run", "--help"], check=True, capture_output=True, encoding="utf-8"
    )
    assert "--setup-only" in told.stdout
    refused = subprocess.run([PROJECT / "run", "--nonsense"], check=False, capture_output=True)
    assert refused.returncode == 2
