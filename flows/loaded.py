"""What reading articles wants in memory. Importing this is cheap; readers are forked from where it was done."""

from __future__ import annotations

import logging
from pathlib import Path

# What most articles about a deal say, so that expressions, which are compiled at their first use, are compiled.
_TYPICAL = (
    "La start-up Orféo a levé 10 millions d’euros en série A auprès de Nuvéa Ventures, avec Bpifrance. Fondée en 2019, "
    "elle avait déjà réuni 2 millions. Le groupe Safran rachète Talvéa pour 40 millions de dollars ; il serait en "
    "discussions avec Ordamax, selon Les Échos. Meta prévoit d’investir un milliard dans un centre de données."
)


def load(config_dir: Path | None) -> None:
    """Load libraries, rules and names, so that no page pays for it; also keeps libraries quiet that log every fault.

    Raises:
        ConfigError: names file and line of what is wrong in the rules.
    """
    import extractors.article  # noqa: F401 - trafilatura takes seconds to import
    from extractors.early import load_gate
    from extractors.knowledge import load_knowledge
    from extractors.read import read_article
    from extractors.values import Article

    for name in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    load_gate(config_dir)
    read_article(Article(id="", title="", text=_TYPICAL), load_knowledge(config_dir))
