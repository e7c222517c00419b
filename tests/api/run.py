"""Starts the server, lets schemathesis loose on it, counts, and fails where too little succeeded.

    python tests/api/run.py SERVER [--requests N] [--seed N]

SERVER is the built `sandbox-server`. Run it with the Python that has schemathesis. The summary ends in the two lines by
which the tests of this project are counted: one test is one operation, and one more is schemathesis's own verdict.
"""

import argparse
import json
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import urllib.request

HERE = pathlib.Path(__file__).parent
KEY = "key-of-the-test"
# 2xx answers that each operation must get in a full run, and requests of one.
ENOUGH, FULL = 50, 5000
# To become a WebSocket is a success too.
SUCCESS = re.compile("2|101")


def main():
    options = parsed()
    print(f"seed {options.seed}", flush=True)
    server = subprocess.Popen(
        [options.server, "--port", "0", "--seed", str(options.seed), "--clock", "1767225600000", "--api-key", KEY],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        address = server.stdout.readline().strip()
        document = served_document(address)
        operations = names_of_operations(json.loads(document))
        with tempfile.TemporaryDirectory() as folder:
            counts = pathlib.Path(folder) / "counts.json"
            # From a file: schemathesis leaves out the operation from whose address it has the document.
            schema = pathlib.Path(folder) / "openapi.json"
            schema.write_bytes(document)
            verdict = schemathesis(options, address, schema, counts, len(operations))
            report = json.loads(counts.read_text()) if counts.exists() else {"answers": {}, "excused": {}}
        alive = server.poll() is None
    finally:
        server.send_signal(signal.SIGINT)
        ended = server.wait(timeout=20)
    sys.exit(summary(options, operations, report, verdict == 0 and alive and ended == 0))


def parsed():
    parser = argparse.ArgumentParser()
    parser.add_argument("server")
    parser.add_argument("--requests", type=int, default=FULL)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    return parser.parse_args()


def served_document(address):
    request = urllib.request.Request(f"{address}/openapi.json", headers={"Authorization": f"Bearer {KEY}"})
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def names_of_operations(document):
    paths = document["paths"].values()
    operations = [operation for path in paths for operation in path.values()]
    return sorted(it["operationId"] for it in operations)


def schemathesis(options, address, schema, counts, operations):
    words = [
        pathlib.Path(sys.executable).with_name("schemathesis"),
        "--config-file", HERE / "schemathesis.toml",
        "run", schema, "--url", address,
        "--header", f"Authorization: Bearer {KEY}",
        "--seed", str(options.seed),
        # Some operations have fewer different cases than others.
        "--max-examples", str(options.requests * 5 // operations // 4),
        "--no-color",
    ]  # fmt: skip
    environment = {
        **os.environ,
        "API_UNDER_TEST": address,
        "API_COUNTS": str(counts),
        "API_KEY": KEY,
        "HYPOTHESIS_STORAGE_DIRECTORY": str(schema.parent / "hypothesis"),
        "API_REPEATED": str(ENOUGH * 3 // 2 if options.requests >= FULL else 5),
    }
    return subprocess.run(words, env=environment, cwd=HERE).returncode


def summary(options, operations, report, is_clean):
    enough = ENOUGH if options.requests >= FULL else 1
    answers = report["answers"]
    total = sum(sum(statuses.values()) for statuses in answers.values())
    print(f"\n{total} requests, seed {options.seed}; excused as conflicts of state: {report['excused']}")
    failed = 0
    for operation in operations:
        statuses = answers.get(operation, {})
        succeeded = sum(count for status, count in statuses.items() if SUCCESS.match(status))
        is_missed = succeeded < enough
        failed += is_missed
        print(f"{'MISS' if is_missed else 'ok  '} {operation:24} {succeeded:5} of 2xx  {dict(sorted(statuses.items()))}")
    if total < options.requests:
        print(f"only {total} of {options.requests} requests")
        is_clean = False
    print(f"# pass {len(operations) - failed + is_clean}\n# fail {failed + (not is_clean)}")
    return failed > 0 or not is_clean


main()
