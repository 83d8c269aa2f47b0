"""Deals: a cascade over typed spans, driven by the rules of `config/rules` and the names of `config/lexicon`.

In the order an article goes through them: `passage` (sentences with their spans put in, `abstraction`), `match`
(rules, `rules` and `pattern`, against each sentence), `cast`, `discourse` and `resolve` (who is meant), `drafts` and
`assemble` (facts with their parties, `circumstances`), `merge` and `dating` (one deal, one mention), `ai`,
`confidence`, `extract` (entry).
"""
