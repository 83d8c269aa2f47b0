"""Deals: a cascade over typed spans, driven by the rules of `config/rules` and the names of `config/lexicon`."""
