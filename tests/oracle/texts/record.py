"""What programs did: run under strace, and the system calls that start, write, remove, connect or open something."""
import json
import os
import re
import subprocess
import sys

CALLS = ("execve,execveat,open,openat,openat2,creat,connect,bind,unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,rmdir,link,linkat,"
         "symlink,symlinkat,chmod,fchmod,fchmodat,chown,lchown,fchownat,truncate,ftruncate,mknod,mknodat,kill,utimensat,setxattr,"
         "mount,socket")
LINE = re.compile(r"^(\d+) +(?:<\.\.\. )?(\w+)(?: resumed>|\()(.*)$")
STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
# (A traceback of python looks for a file called <string> or <unknown>.)
HARMLESS = re.compile(rb"/(usr|lib|lib64|opt|proc|sys)/|/etc/(ld\.so|localtime|alternatives/|ssl/openssl\.cnf|gnutls)|/dev/(null|tty|u?random)$|/.*/scratch/<\w+>$")
NO_FILE = re.compile(rb"/dev/(null|tty|stdout|stderr|fd/[12])$|/proc/self/fd/[12]$")


class Recorder:
    """can_trace: whether strace works here. env: what the programs see."""

    def __init__(self, place):
        self.place = place
        self.work = os.path.join(place, "scratch")
        self.env = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": os.path.join(place, "home"), "TOKEN": "zq9xtoken"}
        self.alone = ["unshare", "--net"] if os.getuid() == 0 and quiet(["unshare", "--net", "true"]) else []
        self.log = os.path.join(place, "log")
        self.plain = []
        self.traced = ["strace", "-f", "-qq", "-xx", "-s", "4096", "-e", "trace=" + CALLS, "-e", "signal=none"]
        if quiet(["strace", "--seccomp-bpf", "-f", "-o", "/dev/null", "true"]):
            self.traced.insert(2, "--seccomp-bpf")
        self.can_trace = quiet(self.traced + ["-o", "/dev/null", "true"])
        self.traced += ["-o", self.log]
        self.python = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable

    def run(self, commands, seconds, trace=None):
        """Of each command (argv, stdin): its status, output and events, as (call, path or arguments)."""
        trace = (self.traced if self.can_trace else self.plain) if trace is None else trace
        if not commands:
            return []
        tasks, results = (os.path.join(self.place, name) for name in ("tasks", "results"))
        with open(tasks, "w") as f:
            for argv, stdin in commands:
                f.write(json.dumps({"argv": [w.hex() for w in argv], "stdin": stdin.hex(), "env": self.env, "cwd": self.work, "seconds": seconds}) + "\n")
        here = os.path.dirname(os.path.abspath(__file__))
        subprocess.run(self.alone + trace + [self.python, "-I", os.path.join(here, "runner.py"), tasks, results], check=True)
        with open(results) as f:
            runs = [json.loads(line) for line in f]
        assert len(runs) == len(commands), "the runner ended early"
        for run in runs:
            run["out"] = bytes.fromhex(run["out"])
            run["events"] = []
            run["ran"] = False
        if trace:
            self.read_log(runs)
        return runs

    def read_log(self, runs):
        # One command runs at a time: whatever isn't the runner belongs to it, from the moment its program is started.
        runner, at, waiting = None, -1, {}
        with open(self.log, errors="replace") as f:
            for line in f:
                found = LINE.match(line)
                if not found:
                    continue
                pid, call, rest = int(found[1]), found[2], found[3]
                runner = runner or pid
                begins = at + 1 < len(runs) and pid == runs[at + 1]["pid"]
                if pid == runner or (begins and call != "execve"):
                    continue
                at += begins
                if rest.endswith("<unfinished ...>"):
                    waiting[pid] = rest[:-len("<unfinished ...>")]
                elif at >= 0:
                    if "resumed>" in line:
                        rest = waiting.pop(pid, "") + rest
                    self.event(runs[at], call, rest)

    def event(self, run, call, rest):
        failed = re.search(r"= -1 (\w+)", rest)
        strings = [bytes.fromhex(s.replace("\\x", "")) for s in STRING.findall(rest)]
        path = strings[0] if strings else b""
        if call == "execve" and not run["ran"]:
            # The path of the program is tried part by part.
            run["ran"] = not failed
            return
        if call in ("open", "openat", "openat2"):
            writes = re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND", rest)
            path = os.path.normpath(os.path.join(self.work.encode(), path))
            if not writes and "O_DIRECTORY" in rest:
                return
            if (NO_FILE if writes else HARMLESS).match(path) or path == self.work.encode():
                return
            if not writes and failed and failed[1] == "ENOENT" and not path.startswith(self.place.encode()):
                return
            run["events"].append(("write" if writes else "read", path))
        elif call == "socket":
            if "AF_UNIX" not in rest and "AF_NETLINK" not in rest:
                run["events"].append((call, rest.encode()))
        elif call == "connect":
            if path == b"/var/run/nscd/socket":
                return
            run["events"].append((call, path or rest.split("=")[0].encode()))
        else:
            run["events"].append((call, path or rest.encode()))


def quiet(argv):
    try:
        return subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False
