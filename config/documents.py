"""Reading YAML files with line numbers, and validating them so that every complaint names file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from config.errors import ConfigError
from config.wording import in_french

Model = TypeVar("Model", bound=BaseModel)

PACKAGE_DIR = Path(__file__).resolve().parent
_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BOOLEAN = "tag:yaml.org,2002:bool"


class _Loader(_SafeLoader):  # type: ignore[misc]  # the C loader or the Python one, whichever is built in
    """YAML 1.2's idea of a boolean: only true and false. In a word list "no", "on" and "non" are words."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != _BOOLEAN or first in "tTfF"]
    for first, found in _SafeLoader.yaml_implicit_resolvers.items()
}


class Document:
    """A parsed YAML file that remembers on which line each node stands.

    Attributes:
        path: the file.
        data: its content as plain Python values (dates and numbers as YAML reads them).
    """

    def __init__(self, path: Path, data: Any, root: yaml.Node | None) -> None:
        self.path, self.data, self._root = path, data, root

    def line(self, *keys: str | int) -> int:
        """The 1-based line of the node at `keys`, or of the deepest ancestor that exists."""
        node = self._root
        for key in keys:
            step = _child(node, key)
            if step is None:
                break
            node = step
        return 1 if node is None else node.start_mark.line + 1

    def error(self, message: str, *keys: str | int) -> ConfigError:
        """A `ConfigError` for what stands at `keys`."""
        return ConfigError(message, self.path, self.line(*keys))


def read_yaml(path: Path) -> Document:
    """Parse one YAML file (safe loader only).

    Raises:
        ConfigError: missing, unreadable, not UTF-8, or not YAML; names the line where known.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"ne peut être lu : {error}", path) from error
    loader = _Loader(text)
    try:
        # Nodes once, then values from them: parsing twice would double the start of every command.
        root = loader.get_single_node()
        data = None if root is None else loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise ConfigError(f"YAML fautif : {error.problem}", path, mark.line + 1 if mark else None) from error
    except yaml.YAMLError as error:
        raise ConfigError(f"YAML fautif : {error}", path) from error
    finally:
        loader.dispose()
    return Document(path, data, root)


def validated(document: Document, model: type[Model], *keys: str | int) -> Model:
    """Validate what stands at `keys` of `document` as `model`.

    Raises:
        ConfigError: names the line of the first field at fault, and all complaints about it.
    """
    value = document.data
    for key in keys:
        value = value[key]
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        location = [part for part in first["loc"] if isinstance(part, str | int)]
        field = ".".join(str(part) for part in location) or "document"
        raise document.error(f"{field} : {in_french(first)}", *keys, *location) from error


def config_files(name: str, user_dir: Path | None) -> list[Path]:
    """The files that make up `name` (a file or a folder of YAML files), shipped first, the user's own last.

    Args:
        name: relative to a configuration folder, e.g. `feeds.yaml` or `lexicon/organisations.yaml`, `rules`.
        user_dir: the folder named by `VEILLE_CONFIG_DIR`, or None.
    """
    found: list[Path] = []
    for base in [PACKAGE_DIR, *([user_dir] if user_dir else [])]:
        target = base / name
        if target.is_dir():
            found += sorted(target.glob("*.yaml"))
        elif target.is_file():
            found.append(target)
    return found


def _child(node: yaml.Node | None, key: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if getattr(name, "value", None) == str(key)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        child: yaml.Node = node.value[key]
        return child
    return None
