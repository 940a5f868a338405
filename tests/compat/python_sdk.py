"""Drives a sandbox with Northflank's own Python SDK: one life of a service.

Run it by `tests/compat/run`; it reads the address from NORTHFLANK_API_BASE_URL and the token from
NORTHFLANK_API_TOKEN.
"""

import time

from northflank import ApiCallError, ApiClient

PROJECT, SERVICE = "compat-py", "web"
client = ApiClient()
at = {"project_id": PROJECT, "service_id": SERVICE}


def check(what, found, expected):
    if found != expected:
        raise SystemExit(f"python: {what}: found {found!r}, expected {expected!r}")
    print(f"python: {what}")


def refused(what, status, call):
    try:
        call()
    except ApiCallError as error:
        check(what, error.status, status)
        return error
    raise SystemExit(f"python: {what}: nothing was refused")


def create():
    check("get auth", client.get.auth().data["tokenKind"], "api")
    plans = client.list.plans().data["plans"]
    check("list plans", plans[0]["id"], "nf-compute-10")
    client.create.project(data={"name": PROJECT, "region": "us-central"})
    client.create.volume(
        project_id=PROJECT,
        data={
            "name": "data",
            "mounts": [{"containerMountPath": "/data"}],
            "spec": {"accessMode": "ReadWriteOnce", "storageSize": 4096},
        },
    )
    made = client.create.service.deployment(
        project_id=PROJECT,
        data={
            "name": SERVICE,
            "billing": {"deploymentPlan": "nf-compute-20"},
            "deployment": {"instances": 1, "external": {"imagePath": "nginx:1.27"}},
            "ports": [{"name": "http", "internalPort": 80, "public": True, "protocol": "HTTP"}],
            "runtimeEnvironment": {"GREETING": "hello"},
            "createOptions": {"volumesToAttach": ["data"]},
        },
    )
    check("create service", made.data["id"], SERVICE)
    client.helpers.wait_for_service_ready(**at)
    print("python: wait until ready")
    error = refused(
        "a name that is taken",
        409,
        lambda: client.create.project(data={"name": PROJECT, "region": "us-central"}),
    )
    check("its words", "compat-py" in error.message, True)
    refused("a service that is not there", 404, lambda: client.get.service(project_id=PROJECT, service_id="no"))


def read():
    service = client.get.service(**at).data
    check("get service", service["deployment"]["external"]["imagePath"], "nginx:1.27")
    containers = client.get.service.containers(**at).data["containers"]
    check("list containers", containers[0]["status"], "TASK_RUNNING")
    for number in range(7):
        client.add.tag(data={"name": f"compat-py-{number}"})
    every = client.list.tags.all(per_page=3).data["tags"]
    ours = [tag["name"] for tag in every if tag["name"].startswith("compat-py-")]
    check("list tags over pages", ours, [f"compat-py-{number}" for number in range(7)])
    page, count = client.list.tags(per_page=3), 0
    while page:
        count += len(page.data["tags"])
        more = page.pagination and page.pagination.has_next_page
        page = page.pagination.get_next_page() if more else None
    check("pages one by one", count, len(every))
    for tag in ours:
        client.delete.tag(resource_tag_id=tag)
    volumes = client.list.volumes(project_id=PROJECT).data
    check("list volumes", volumes[0]["attachedObjects"][0]["id"], SERVICE)
    cpu = client.get.service.metrics(**at, query_type="single", metric_types=["cpu"]).data
    check("metrics", cpu["cpu"]["metricInfo"]["metricUnit"], "vCPU")


def execute():
    done = client.exec.run_service_command(**at, command="echo 'one word' $GREETING")
    check("exec of words", (done.exit_code, done.stdout), (0, "one word $GREETING\n"))
    done = client.exec.run_service_command(
        **at, command="echo $GREETING; echo bad >&2; exit 3", shell="bash -c"
    )
    check("exec in a shell", (done.exit_code, done.stdout, done.stderr), (3, "hello\n", "bad\n"))
    with client.exec.open_service_session(**at, command="cat") as session:
        session.resize(rows=40, columns=120)
        session.send("hello\n")
        for chunk in session:
            if "hello" in chunk.data:
                break
        session.send_eof()
        check("exec session", session.wait().exit_code, 0)
    with client.exec.open_service_session(**at) as session:
        shown = ""
        for chunk in session:
            shown += chunk.data
            if shown.endswith("# "):
                break
        session.send("exit 4\r")
        check("exec session with a shell", session.wait().exit_code, 4)
    refused_command = client.exec.run_service_command(**at, command="no-such-command")
    check("a command that is not there", refused_command.exit_code, 127)


def logs():
    lines = client.logs.fetch_service_logs(**at, line_limit=5)
    check("logs", {line.log for line in lines} >= {"sandbox: a container of web is up"}, True)
    with client.logs.tail_service_logs(**at, recv_timeout=20.0) as tail:
        line = next(iter(tail))
        check("log tail", line.log, "sandbox: a container of web is up")


def pause_and_delete():
    client.pause.service(**at)
    client.helpers.wait_for_service_paused(**at)
    check("pause", client.get.service(**at).data["servicePaused"], True)
    client.resume.service(**at, data={})
    client.helpers.wait_for_service_ready(**at)
    print("python: resume")
    refused("a resume of what is not paused", 409, lambda: client.resume.service(**at, data={}))
    client.restart.service(**at)
    client.patch.service.deployment(**at, data={"description": "changed"})
    check("patch", client.get.service(**at).data["description"], "changed")
    refused("delete of a project that is not empty", 409, lambda: client.delete.project(project_id=PROJECT))
    client.delete.service(**at)
    client.delete.volume(project_id=PROJECT, volume_id="data")
    client.delete.project(project_id=PROJECT)
    refused("get project after its end", 404, lambda: client.get.project(project_id=PROJECT))


begun = time.monotonic()
for step in (create, read, execute, logs, pause_and_delete):
    step()
print(f"python: all passed in {time.monotonic() - begun:.0f} s")
