"""`./run <command>` lands here: services up, run the command, services down if we are the last."""

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import IO

from civil_affairs import home as places
from civil_affairs.broker import with_database
from civil_affairs.holding import lock_folder, services
from civil_affairs.refusals import Refusal, plain_words

# Valkey has 64 databases; 0 and 1 are the application's, a test run takes the next free four:
# a queue and a cache for each of its two processes (tests/own_queue.py).
TEST_SLOTS = range(1, 16)


def take_test_slot() -> tuple[int, IO[str]]:
    """Two test runs at once must not share a database: each takes the first free number."""
    folder = lock_folder()
    for slot in TEST_SLOTS:
        file = (folder / f"test-{slot}.lock").open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
        else:
            return slot, file
    raise Refusal("同时进行的测试太多，请等其中一些结束。")


def run_tests(args: list[str], keep: list[int]) -> int:
    """pytest on a database and a queue of this run's own."""
    slot, file = take_test_slot()
    with file:
        os.environ["TEST_DATABASE_NAME"] = f"test_civil_affairs_{slot}"
        os.environ["REDIS_URL"] = with_database(os.environ["REDIS_URL"], 4 * slot)
        os.environ["CIVIL_TESTING"] = "1"
        # A process that has nothing left takes of the other's: the browser's tests are long.
        usual = ["-n", "2", "--dist", "worksteal", "-m", "not slow"]
        return run_child([sys.executable, "-m", "pytest", *usual, *args], [*keep, file.fileno()])


def run_child(command: list[str], keep: list[int], cwd: str | Path = places.ROOT) -> int:
    """Run it in front; it keeps the locks, so killing only us stops nothing under its feet."""
    child = subprocess.Popen(command, cwd=cwd, pass_fds=keep)

    def pass_on(signum: int, _frame: FrameType | None) -> None:
        child.send_signal(signum)

    def ignore(_signum: int, _frame: FrameType | None) -> None:
        """The terminal sends Ctrl-C to the child as well; we stay to tidy up after it."""

    signal.signal(signal.SIGINT, ignore)
    signal.signal(signal.SIGTERM, pass_on)
    signal.signal(signal.SIGHUP, pass_on)
    code = child.wait()
    return code if code >= 0 else 128 - code


def stop_tidily(_signum: int, _frame: FrameType | None) -> None:
    """Make a SIGTERM or a closed terminal take the same way out as Ctrl-C."""
    raise KeyboardInterrupt


def main(args: list[str]) -> int:
    """The exit code of `./run <args>`."""
    signal.signal(signal.SIGTERM, stop_tidily)
    signal.signal(signal.SIGHUP, stop_tidily)
    try:
        with services(queue=args[0] == "test") as keep:
            if args[0] == "test":
                return run_tests(args[1:], keep)
            command = [sys.executable, str(places.ROOT / "manage.py"), *args]
            return run_child(command, keep, os.environ.get("CIVIL_CWD", places.ROOT))
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        words = plain_words(error)
        if words is None:
            raise
        print(words, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
