"""Makes tests/data/golden anew from the invented week of tests/golden_week.py: `.venv/bin/python -m tools.goldens`.

Look at what changed (`git diff`, and the picture) before you commit it: the files are what a reader gets.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from blueprints.shared import migrations
from tests import golden_week


def main() -> None:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/hoert.sqlite"
        list(migrations.upgrade(url))
        with golden_week.served(url, Path(folder)) as (app, path):
            made = golden_week.read(app, path)
    for name, data in made.files().items():
        (golden_week.GOLDEN / name).write_bytes(data)
        print(golden_week.GOLDEN / name)


if __name__ == "__main__":
    main()
