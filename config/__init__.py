"""What an operator or an analyst edits: settings, feeds, rules and lexicons.

Lowest room of the house: it imports no other room. YAML files are read through `config.documents`,
which names file and line in every complaint; a folder of the user's own (`VEILLE_CONFIG_DIR`) comes
on top of the files shipped here. May touch: the file system, the environment. Nothing else.
"""
