"""The dashboard, its API and the exports: what `storage` holds, for eyes, for programs and for spreadsheets.

Pages are made on the server and work without scripts. It reads; it writes only what a signed-in person decides.
May touch `storage`, `extractors`, `config`, and the figures and headlines of `alerts`.
"""
