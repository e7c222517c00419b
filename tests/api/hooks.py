"""What schemathesis cannot know: which sandboxes, volumes and files there are, and which refusals are about them.

`before_call` puts what exists in the place of what was generated, so that what fits the document can be done; what is
negative in a case stays as it was generated. `filter_failure` has the one exception of README.md. `after_call` counts.
"""

import atexit
import collections
import itertools
import json
import os

import requests
import schemathesis
from schemathesis.core.parameters import ParameterLocation

BASE = os.environ["API_UNDER_TEST"]
COUNTS = os.environ["API_COUNTS"]

# The state of the volume that a new sandbox names, not the request, is in the way.
CONFLICTS = {"volume_already_attached", "volume_in_other_region", "volume_not_resizable"}
SYSTEM = {"proc", "sys", "dev", "bin", "sbin", "lib", "lib64", "usr", "etc"}
# More cases of what would have few: operations without parameters, and those that use up what they are about.
REPEATED = int(os.environ["API_REPEATED"])
USES_UP = {"killSandbox": {"id": "0" * 14}, "deleteVolume": {"name": "none"}}

counter = itertools.count()
session = requests.Session()
session.headers["Authorization"] = f"Bearer {os.environ['API_KEY']}"
answers = collections.defaultdict(collections.Counter)
excused = collections.Counter()


def call(method, path, **kwargs):
    response = session.request(method, BASE + path, timeout=20, **kwargs)
    response.raise_for_status()
    return response


class World:
    """What there is to ask for; made anew where it is gone."""

    def __init__(self):
        self.id = None
        self.saved = None

    def new_sandbox(self):
        body = {"image": "debian:12", "timeoutMs": 3_600_000}
        return call("POST", "/sandboxes", json=body).json()["sandbox"]["id"]

    def sandbox(self):
        """A sandbox that runs and is young, with a file."""
        answer = session.get(f"{BASE}/sandboxes/{self.id}", timeout=20)
        if answer.status_code != 200 or answer.json()["sandbox"]["state"] != "started":
            self.id = self.new_sandbox()
        return self.id

    def terminal(self, sandbox):
        return call("POST", f"/sandboxes/{sandbox}/terminals").json()["terminal"]["id"]

    def new_volume(self):
        name = f"made_{next(counter)}"
        call("POST", "/volumes", json={"name": name})
        return name

    def volume(self):
        """A volume that nobody holds."""
        name = "kept"
        if session.get(f"{BASE}/volumes/{name}", timeout=20).status_code == 404:
            call("POST", "/volumes", json={"name": name})
        return name

    def file(self, files, name="kept"):
        path = f"/data/{name}"
        call("PUT", f"{files}?path={path}", data=b"a file\n")
        return path

    def state(self):
        if self.saved is None:
            self.saved = call("GET", "/_mock/state").content
        return self.saved


world = World()


def owner(case):
    """Puts a sandbox or volume that exists into the path; gives the place of its files."""
    operation = case.operation.definition.raw["operationId"]
    if "{id}" in case.path:
        # How far a sandbox's end can be moved depends on its age.
        is_new = operation in ("killSandbox", "setTimeout")
        case.path_parameters["id"] = world.new_sandbox() if is_new else world.sandbox()
        return f"/sandboxes/{case.path_parameters['id']}/files"
    if "{name}" in case.path:
        case.path_parameters["name"] = world.new_volume() if operation == "deleteVolume" else world.volume()
        return f"/volumes/{case.path_parameters['name']}/files"
    return None


def shortened(path):
    """The path with parts of at most 255 bytes, and 4,095 altogether: JSON Schema can only count characters."""
    if not isinstance(path, str):
        return path
    parts = (part.encode()[:255].decode(errors="ignore") for part in path.split("/"))
    return "/".join(parts).encode()[:4095].decode(errors="ignore")


def fill_query(case, operation, files, number):
    if operation.startswith("readFile") or operation.startswith("statFile"):
        case.query["path"] = world.file(files)
    elif operation.startswith("writeFile"):
        case.query["path"] = f"/data/{number}"
    elif operation.startswith("removeFile"):
        case.query["path"] = world.file(files, str(number))
    elif operation.startswith("listFiles"):
        world.file(files)
        case.query["path"] = "/data"


def fill_body(case, operation, files, number):
    if operation == "exec":
        if number % 2:
            case.body["command"] = f"echo {number}; echo of an error >&2; exit {number % 3}"
    elif operation == "createVolume":
        case.body = {**case.body, "name": f"new_{number}"}
    elif operation.startswith("makeDirectory"):
        case.body = {**case.body, "path": f"/made{number}"}
    elif operation.startswith("renameFile"):
        case.body = {"from": world.file(files, f"from{number}"), "to": f"/data/to{number}"}
    elif operation == "advanceClock":
        case.body = {"advanceMs": case.body["advanceMs"] % 100_000}


@schemathesis.hook
def before_add_examples(context, examples):
    operation = context.operation
    raw = operation.definition.raw
    parameters = USES_UP.get(raw["operationId"], {})
    if parameters or not (raw.get("parameters") or raw.get("requestBody")):
        examples.extend(operation.Case(path_parameters=dict(parameters)) for _ in range(REPEATED))


@schemathesis.hook
def before_call(context, case, kwargs):
    meta = case.meta

    def is_positive(location):
        return meta is None or not meta.is_negative_at(location)

    if is_positive(ParameterLocation.BODY) and isinstance(case.body, dict):
        keep_inside(case.body)
    if is_positive(ParameterLocation.QUERY) and case.query and "path" in case.query:
        case.query["path"] = shortened(case.query["path"])
    operation = case.operation.definition.raw["operationId"]
    number = next(counter)
    # A story uses what its own requests made.
    is_story = meta is not None and meta.phase.name.value == "stateful"
    # One in four stays as it was generated.
    fill = number % 4 != 0 and is_positive(ParameterLocation.PATH)
    files = place_of_files(case) if is_story else owner(case) if fill else None
    if files and is_positive(ParameterLocation.QUERY) and case.query and "path" in case.query:
        fill_query(case, operation, files, number)
    if is_positive(ParameterLocation.BODY):
        if operation == "loadState":
            # The document cannot say what a saved cloud is: none that is generated is one.
            case.body = world.state()
        elif files or (not is_story and fill and operation in ("advanceClock", "createVolume")):
            fill_body(case, operation, files, number)
    if operation == "connectTerminal":
        if is_positive(ParameterLocation.PATH):
            sandbox = case.path_parameters["id"] if files else world.sandbox()
            case.path_parameters = {"id": sandbox, "terminalId": world.terminal(sandbox)}
        kwargs["hooks"] = {"response": leave_socket}
    if operation == "exec" and number % 5 == 0:
        case.headers["Accept"] = "text/event-stream"


def place_of_files(case):
    """Where the files are of what a story made, while that is there and can be asked."""
    parameters = case.path_parameters or {}
    if "{id}" in case.path:
        sandbox = f"/sandboxes/{parameters['id']}"
        answer = session.get(BASE + sandbox, timeout=20)
        return f"{sandbox}/files" if answer.ok and answer.json()["sandbox"]["state"] == "started" else None
    if "{name}" in case.path:
        volume = f"/volumes/{parameters['name']}"
        answer = session.get(BASE + volume, timeout=20)
        return f"{volume}/files" if answer.ok and answer.json()["volume"]["attachedTo"] is None else None
    return None


def leave_socket(response, **_):
    """Closes a connection that has become a WebSocket: no request can follow on it."""
    if response.status_code == 101:
        response._content = b""
        response._content_consumed = True
        response.raw.close()


def keep_inside(body):
    for field in ("path", "from", "to"):
        if field in body:
            body[field] = shortened(body[field])
    for options in (body, body.get("options")):
        if isinstance(options, dict) and "cwd" in options:
            # One that is there, in every sandbox.
            options["cwd"] = "/tmp"
    if body.get("shell") in ("zsh", "fish"):
        # Which shells there are depends on the image.
        body["shell"] = "bash"
    volumes = body.get("volumes")
    if isinstance(volumes, dict):
        body["volumes"] = {mountable(shortened(path)): volume for path, volume in volumes.items()}


def mountable(path):
    """The path, below a directory of ours where it is one of the system's: the generator does not read `not`."""
    parts = [part for part in path.split("/") if part not in ("", ".", "..")]
    if not parts or parts[0] in SYSTEM or ".." in path.split("/"):
        return "/".join(["", "mnt", *parts])
    return path


@schemathesis.hook
def filter_failure(context, failure, case, response):
    # The runner sends the key with every request, so a case without it has it all the same. The scenarios `access` leave it out.
    if type(failure).__name__ == "MissingHeaderNotRejected" and failure.header_name == "Authorization":
        return "Authorization" not in response.request.headers
    if type(failure).__name__ != "RejectedPositiveData" or response.status_code != 400:
        return True
    reason = response.json()["details"]["reason"]
    if reason in CONFLICTS:
        excused[reason] += 1
    return reason not in CONFLICTS


@schemathesis.hook
def after_call(context, case, response):
    operation = case.operation.definition.raw["operationId"]
    answers[operation][response.status_code] += 1


@atexit.register
def write_counts():
    with open(COUNTS, "w", encoding="utf-8") as file:
        json.dump({"answers": answers, "excused": excused}, file)
