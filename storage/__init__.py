"""The database: tables, migrations, the run ledger, articles, deals, the alert outbox, queries.

SQLite (WAL) by default, PostgreSQL by URL. Writes happen in transactions that leave a consistent state
wherever the process dies. May touch: the database only.
"""
