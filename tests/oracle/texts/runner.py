"""Runs commands one after the other, as the child of strace: runner.py TASKS RESULTS. A line of either is JSON."""
import json
import os
import resource
import signal
import subprocess
import sys


def limits():
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CPU, (2, 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main():
    with open(sys.argv[1]) as tasks, open(sys.argv[2], "w") as results:
        for line in tasks:
            task = json.loads(line)
            argv = [bytes.fromhex(word) for word in task["argv"]]
            read, write = os.pipe()
            os.write(write, bytes.fromhex(task["stdin"])[:60000])
            os.close(write)
            as_nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
            child = subprocess.Popen(argv, stdin=read, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=task["env"],
                                     cwd=task["cwd"], preexec_fn=limits, **as_nobody)
            os.close(read)
            late = False
            try:
                out = child.communicate(timeout=task["seconds"])[0]
            except subprocess.TimeoutExpired:
                late = True
                os.killpg(child.pid, signal.SIGKILL)
                out = child.communicate()[0]
            try:
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            results.write(json.dumps({"pid": child.pid, "status": child.returncode, "late": late, "out": out[:200000].hex()}) + "\n")


main()
