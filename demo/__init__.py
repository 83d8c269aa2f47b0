"""A small press site on loopback and a guided run over it (`veille demo`): no network, no configuration.

The texts are demonstration texts under invented outlet names, not press articles.
"""
