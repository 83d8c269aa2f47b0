"""Read-only dashboard and JSON API over `storage`.

Empty until the dashboard is built (its issue is the last of the first seven); kept so that the import
contracts already cover the room.
"""
