"""A Slurm cluster of this machine's own processes: a controller and two nodes, with its own keys, ports and folders."""

import getpass
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

CONFIGURATION = """
ClusterName=inertia
SlurmctldHost={host}
SlurmctldAddr=127.0.0.1
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
SlurmctldPort={ports[0]}
SlurmctldPidFile={folder}/controller.pid
SlurmdPidFile={folder}/%n.pid
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldLogFile={folder}/controller.log
SlurmdLogFile={folder}/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=2,bf_interval=2
SlurmdTimeout=20
KillWait=5
SlurmdParameters=config_overrides
MaxArraySize=6
ReturnToService=2
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
NodeName=node1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=4 State=UNKNOWN
NodeName=node2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=4 State=UNKNOWN
PartitionName=work Nodes=node1,node2 Default=YES MaxTime=INFINITE State=UP PriorityTier=1
PartitionName=urgent Nodes=node1,node2 MaxTime=INFINITE State=UP PriorityTier=2
"""

# Debian puts daemons where only root looks for programs.
PATH = os.environ["PATH"] + ":/usr/local/sbin:/usr/sbin:/sbin"


class Cluster:
    """Started by `with`, and gone after it."""

    NODES = ("node1", "node2")

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="inertia-slurm-"))
        self.environment = {**os.environ, "PATH": PATH, "SLURM_CONF": f"{self.folder}/slurm.conf"}
        self.daemons = {}

    def __enter__(self):
        (self.folder / "state").mkdir()
        (self.folder / "slurm.conf").write_text(CONFIGURATION.format(
            host=socket.gethostname().split(".")[0], user=getpass.getuser(), folder=self.folder, ports=free_ports(3)))
        try:
            self.call("mungekey", "--create", f"--keyfile={self.folder}/munge.key")
            # The folders above are not the daemon's own, which it would refuse without --force.
            self.begin("munge", "munged", "--foreground", "--force", f"--key-file={self.folder}/munge.key",
                       f"--socket={self.folder}/munge.socket", f"--pid-file={self.folder}/munge.pid",
                       f"--log-file={self.folder}/munge.log", f"--seed-file={self.folder}/munge.seed")
            await_that(lambda: (self.folder / "munge.socket").exists(), 30, "munged listens")
            self.begin("controller", "slurmctld", "-D")
            for node in self.NODES:
                self.begin_node(node)
            await_that(lambda: set(self.node_states().values()) == {"idle"}, 60, "both nodes are idle")
        except BaseException:
            print(self.logs())
            self.end()
            raise
        return self

    def __exit__(self, *_):
        self.end()

    def begin(self, name, *command):
        output = open(self.folder / f"{name}.out", "ab")
        self.daemons[name] = subprocess.Popen(command, env=self.environment, stdout=output, stderr=output,
                                              stdin=subprocess.DEVNULL, start_new_session=True)

    def begin_node(self, node):
        (self.folder / f"spool-{node}").mkdir(exist_ok=True)
        self.begin(node, "slurmd", "-D", "-N", node)

    def end(self):
        try:
            self.call("scancel", f"--user={getpass.getuser()}", check=False)
            deadline = time.monotonic() + 30
            while self.call("squeue", "--noheader", check=False).strip() and time.monotonic() < deadline:
                time.sleep(0.5)
        except (OSError, subprocess.SubprocessError):
            pass
        for node in self.NODES:
            for pid in processes_on(node, self.folder):
                kill(pid)
        for daemon in self.daemons.values():
            daemon.terminate()
        for daemon in self.daemons.values():
            try:
                daemon.wait(10)
            except subprocess.TimeoutExpired:
                daemon.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, *command, check=True, timeout=120):
        """What a program writes to its standard output."""
        result = subprocess.run(command, env=self.environment, text=True, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, timeout=timeout)
        if check and result.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} ended with {result.returncode}: {result.stderr}{result.stdout}")
        return result.stdout

    def node_states(self):
        return dict(line.split("|") for line in
                    self.call("sinfo", "--noheader", "--Node", "--partition=work", "--format=%N|%t", check=False).split())

    def tasks(self):
        """State and node of each job and task that the controller remembers, by its name."""
        lines = self.call("squeue", "--noheader", "--array", "--states=all", "--format=%i|%T|%N").splitlines()
        return {name: (state, node) for name, state, node in (line.split("|") for line in lines)}

    def running(self, node=None):
        return [name for name, (state, where) in self.tasks().items()
                if state == "RUNNING" and "_" in name and node in (None, where)]

    def fail(self, node):
        """Ends a node as a power cut would: its daemon and every process of its jobs at once."""
        daemon = self.daemons.pop(node)
        daemon.kill()
        daemon.wait()
        for pid in processes_on(node, self.folder):
            kill(pid)

    def logs(self):
        """The end of what each daemon said."""
        return "\n".join(f"--- {path.name}\n{path.read_text(errors='replace')[-600:]}"
                         for path in sorted(self.folder.glob("*.out")))


def processes_on(node, folder):
    """The processes of a node's jobs, with Slurm's own that watch over them."""
    found = set()
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            environment = (entry / "environ").read_bytes().split(b"\0")
            parent = int(re.search(r"PPid:\s*(\d+)", (entry / "status").read_text())[1])
        except (OSError, TypeError):
            continue
        if f"SLURMD_NODENAME={node}".encode() in environment and f"SLURM_CONF={folder}/slurm.conf".encode() in environment:
            found.add(int(entry.name))
            try:
                if "slurmstepd" in pathlib.Path(f"/proc/{parent}/cmdline").read_text():
                    found.add(parent)
            except OSError:
                pass
    return found


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def await_that(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {seconds} s it is still not so that {what}")
        time.sleep(0.2)
