"""Imported by the process that readers are forked from (`sources.confined`): what they need is loaded once for all.

Each of them asks for its own rules all the same, and tells what is wrong with them: here that is only passed over.
"""

from __future__ import annotations

import gc
import logging

from config.errors import VeilleError
from config.settings import load_settings
from flows.loaded import load

try:
    load(load_settings().config_dir)
except VeilleError as error:
    logging.getLogger("veille.run").debug("readers load their rules themselves: %s", error)
gc.freeze()  # it all stays, and what nobody touches the readers share
