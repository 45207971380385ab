"""Runs cases of the Autobahn suite: autobahn.py URL PARALLEL PATTERN... Prints what came of them as one line of JSON."""

import asyncio
import fnmatch
import json
import sys

from kosoku import FailureError, run_fuzzingclient
from kosoku.cases import CASES


def give_bytes(case):
    """Hands a case bytes, as Autobahn does. The runner gives a message that came uncompressed as a string, which these
    cases cannot hash; whether an echo is compressed is the server's choice."""
    on_message = case.onMessage

    def on_bytes(self, message, binary):
        if isinstance(message, str):
            message = message.encode("latin-1" if binary else "utf-8")
        on_message(self, message, binary)

    case.onMessage = on_bytes


async def main(url, parallel, patterns):
    chosen = [name for name in CASES if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)]
    for name in chosen:
        if name.startswith(("12.", "13.")):
            give_bytes(CASES[name])
    failed = []
    try:
        results = await run_fuzzingclient(url, chosen, None, concurrency=parallel)
        assert len(results) == len(chosen), f"{len(results)} of {len(chosen)} ran"
    except FailureError as error:
        # It carries only those that failed.
        failed = error.results
    lines = [
        f"{one.case_id}: {one.behavior.value}, {one.behavior_close.value}: {one.result} {one.result_close}" for one in failed
    ]
    print("result:", json.dumps({"passed": len(chosen) - len(failed), "failed": lines}), flush=True)


asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
