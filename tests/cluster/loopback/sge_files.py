"""What the daemons of SGE read, as text: a cluster that reacts within seconds."""

from __future__ import annotations

import re
from pathlib import Path

SHORT_QUEUE = "short.q"

ENVIRONMENT = """\
pe_name            smp
slots              999
user_lists         NONE
xuser_lists        NONE
start_proc_args    NONE
stop_proc_args     NONE
allocation_rule    $pe_slots
control_slaves     FALSE
job_is_first_task  TRUE
urgency_slots      min
qsort_args         NONE
accounting_summary FALSE
"""
"""The parallel environment smp: all slots on one host."""

GIVEN_TO_JOBS = """\
gpu        gpu    INT    <= YES YES 0 0
m_mem_free mfree  MEMORY <= YES YES 0 0
"""
"""Resources that are used up by jobs, beside those that SGE knows by itself."""

_NO_LIMITS = ["cpu", "fsize", "data", "stack", "core", "rss", "vmem"]


def bootstrap(common: Path, spool: Path, user: str) -> str:
    """Return the file bootstrap: classic files, no other user than the one who starts it."""
    return f"""\
admin_user              {"none" if user == "root" else user}
default_domain          none
ignore_fqdn             true
spooling_method         classic
spooling_lib            libspoolc
spooling_params         {common};{spool}
binary_path             /usr/sbin
qmaster_spool_dir       {spool}
security_mode           none
listener_threads        2
worker_threads          2
scheduler_threads       1
jvm_threads             0
"""


def configuration(execd_spool: Path) -> str:
    """Return the global configuration: Debian's own, with times of seconds, for root too."""
    text = Path("/usr/share/gridengine/default-configuration").read_text("utf-8")
    changes = {
        "execd_spool_dir": str(execd_spool),
        "min_uid": "0",
        "min_gid": "0",
        "load_report_time": "00:00:02",
        "max_unheard": "00:00:20",
        # Start-up files of the user who tests are none of the tests' business.
        "login_shells": "none",
        "reporting_params": "accounting=true reporting=false flush_time=00:00:01 joblog=false "
        "sharelog=00:00:00",
    }
    return _changed(text, changes)


def queue(name: str, host: str, limit: str, slots: int) -> str:
    """Return a queue with a time limit on one host."""
    lines = {
        **dict.fromkeys(("load_thresholds", "suspend_thresholds"), "NONE"),
        **dict.fromkeys(("ckpt_list", "prolog", "epilog", "starter_method"), "NONE"),
        **dict.fromkeys(("suspend_method", "resume_method", "terminate_method"), "NONE"),
        **dict.fromkeys(("owner_list", "user_lists", "xuser_lists", "subordinate_list"), "NONE"),
        **dict.fromkeys(("complex_values", "projects", "xprojects", "calendar"), "NONE"),
        **{f"{kind}_{limit}": "INFINITY" for kind in ("s", "h") for limit in _NO_LIMITS},
        "qname": name,
        "hostlist": host,
        "seq_no": "0",
        "nsuspend": "1",
        "suspend_interval": "00:05:00",
        "priority": "0",
        "min_cpu_interval": "00:05:00",
        "processors": "UNDEFINED",
        "qtype": "BATCH INTERACTIVE",
        "pe_list": "smp",
        "rerun": "FALSE",
        "slots": str(slots),
        "tmpdir": "/tmp",
        "shell": "/bin/sh",
        "shell_start_mode": "posix_compliant",
        "notify": "00:00:05",
        "initial_state": "default",
        "s_rt": "INFINITY",
        "h_rt": limit,
    }
    return "".join(f"{key} {value}\n" for key, value in lines.items())


def scheduler(text: str) -> str:
    """Return the configuration of the scheduler, which then looks each second."""
    changes = {"schedule_interval": "0:0:1", "flush_submit_sec": "1", "flush_finish_sec": "1"}
    # A loaded machine still takes jobs.
    changes["job_load_adjustments"] = "NONE"
    return f"{_changed(text, changes)}\n"


def _changed(text: str, changes: dict[str, str]) -> str:
    for name, value in changes.items():
        text = re.sub(rf"^{name}\s.*$", f"{name} {value}", text, flags=re.MULTILINE)
    return text
