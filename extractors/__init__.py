"""A page or a text in, facts out: article, language, relevance, deals.

Pure functions, usable as a library: no network, no database, no clock, no Prefect. What analysts know
(names, verbs, cues, patterns) is read from `config/` once and held in an `extractors.knowledge.Knowledge`.
"""
