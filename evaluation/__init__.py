"""How right the reading is: labelled articles, scores, errors by cause, and what a change of rules changes.

Pure: knows `extractors` values and nothing of files, network or databases.
"""
