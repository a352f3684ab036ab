#!/usr/bin/env python3
"""The front door to Django. `./run <command>` does the same with the services up."""

import os
import sys


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civil_affairs.settings")
    try:
        from civil_affairs.refusals import plain_words  # noqa: PLC0415 - may be missing
    except ImportError:
        sys.stderr.write("依赖尚未安装，请用 ./run 代替 manage.py (use ./run)\n")
        return 1
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - likewise

    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        sys.argv[1] = sys.argv[1].replace("-", "_")  # audit-chain, as it is spoken of
    try:
        execute_from_command_line(sys.argv)
    except Exception as error:
        # Only what a person at a terminal can mend becomes one line; a defect keeps its traceback.
        words = plain_words(error)
        if words is None:
            raise
        sys.stderr.write(f"{words}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
