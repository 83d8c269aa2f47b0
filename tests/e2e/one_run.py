"""One daily run in a process of its own, to be killed: `python one_run.py FEEDS.json FOLDER DATABASE_URL ISO_TIME`.

With a fifth argument, a port, mails go to the server there, and watches are those of FOLDER/config. With a sixth,
`stop-after-pages`, the process dies there with code 9.
"""

import json
import os
import sys
from datetime import datetime
from pathlib import Path

from demo.show import demo_settings
from flows.context import open_context
from flows.daily_run import read_pages, run_daily, start_run, visit_feeds
from sources.values import Feed


def main() -> None:
    feeds_file, folder, database_url, moment, *more = sys.argv[1:]
    port, stop = more[:1], more[1:] == ["stop-after-pages"]
    feeds = [Feed(**{**line, "themes": tuple(line["themes"])}) for line in json.loads(Path(feeds_file).read_text())]
    changes: dict[str, object] = {"database_url": database_url, "fetch_deadline": 1.0, "workers": 1, "page_batch": 8}
    if port:
        changes |= {"smtp_host": "127.0.0.1", "smtp_port": int(port[0]), "smtp_security": "none"}
        changes |= {"config_dir": Path(folder) / "config"}
    settings = demo_settings(Path(folder)).model_copy(update=changes)
    now = datetime.fromisoformat(moment)
    with open_context(settings, feeds=feeds, now=lambda: now) as ctx:
        print("ready", flush=True)
        if stop:
            run = start_run(ctx)
            visit_feeds(ctx, run)
            read_pages(ctx, run)
            os._exit(9)
        run_daily(ctx)


if __name__ == "__main__":
    main()
