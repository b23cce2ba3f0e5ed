"""What a node does of MuMax3 tasks, in plain POSIX shell: it needs no Python.

A list of half-cycles is worked off, one process each. What the shell writes is what
:mod:`smcogui.app.cluster_runner` writes for the built-in solver: heartbeat and summary of the task,
states of the runs, each written as ``.tmp`` and renamed or appended as one line.
"""

from __future__ import annotations

from typing import Final

from smcogui.runs.cluster.job_script import OUT_OF_TIME, SETUP_FAILED
from smcogui.runs.cluster.task import RUNS_FOLDER, STATE_FOLDER
from smcogui.runs.folder import CANCEL_FILE, EVENTS_FILE
from solver.mumax3.attempts import ATTEMPTS_FOLDER, OUTPUT_FOLDER
from solver.mumax3.layout import LOADED_REGIONS_FILE, SCRIPT_FILE
from solver.mumax3.process import OUTPUT_FILE
from solver.mumax3.remote import ENDED_FILE

WORK_FILE: Final = "work.txt"
"""In the attempt's folder, a line per half-cycle: task, run, half-cycle, attempt, seconds, sync."""
SYNC: Final = "sync"
KEPT_STATES: Final = 4
"""The newest accepted states, of which an attempt goes on from one."""

_NAMES: Final = {
    "@ENDED@": ENDED_FILE,
    "@OUT@": OUTPUT_FOLDER,
    "@OUTPUT@": OUTPUT_FILE,
    "@SCRIPT@": SCRIPT_FILE,
    "@REGIONS@": LOADED_REGIONS_FILE,
    "@ATTEMPTS@": ATTEMPTS_FOLDER,
    "@EVENTS@": EVENTS_FILE,
    "@CANCEL@": CANCEL_FILE,
    "@RUNS@": RUNS_FOLDER,
    "@STATE@": STATE_FOLDER,
    "@WORK@": WORK_FILE,
    "@SYNC@": SYNC,
    "@KEPT@": str(KEPT_STATES),
    "@OUT_OF_TIME@": str(OUT_OF_TIME),
    "@SETUP_FAILED@": str(SETUP_FAILED),
}

_SETUP: Final = r"""
# Whatever the prologue set, the lines below are plain POSIX shell.
set +e +u +f +C
unset IFS CDPATH
command -v "$SMCO_MUMAX3" >/dev/null 2>&1 || {
    echo "smco: there is no $SMCO_MUMAX3 on this node"
    exit @SETUP_FAILED@
}
smco_host=$(uname -n | tr -cd 'A-Za-z0-9._-')
# Kernels of the demagnetising field, kept while the task works, on the node's own disk.
smco_cache=$(mktemp -d "${TMPDIR:-/tmp}/smco-XXXXXXXXXX") || smco_cache=
trap '[ -z "$smco_cache" ] || rm -rf -- "$smco_cache"' EXIT
"""

_LOOP: Final = r"""
smco_runs=${SMCO_FOLDER%/*}/@RUNS@
smco_state=$SMCO_FOLDER/@STATE@/$SMCO_TASK
smco_ends='' smco_run='' smco_how='' smco_all='done'
smco_signal='' smco_child=''

# The heartbeat or the summary ($1), and how the task ended ($2).
smco_tell() {
    printf '{"task": %s, "time_s": %s, "host": "%s", "ended": "%s", "signal": "%s", ' \
        "$SMCO_TASK" "$(date +%s)" "$smco_host" "$2" "$smco_signal" >"$smco_state.$1.json.tmp" &&
        printf '"runs": {%s}, "working_on": "%s"}\n' \
            "$smco_ends" "$smco_run" >>"$smco_state.$1.json.tmp" &&
        mv -f -- "$smco_state.$1.json.tmp" "$smco_state.$1.json"
}

# The run at work went over into a state ($1).
smco_record() {
    printf '{"type": "StateChanged", "state": "%s", "time_s": %s, "message": ""}\n' \
        "$1" "$(date +%s)" >>"$smco_runs/$smco_run/@EVENTS@"
}

# The run at work is over.
smco_close() {
    [ -n "$smco_run" ] || return 0
    [ "$smco_how" = DONE ] || smco_all=failed
    case $smco_how in DONE | CANCELLED) smco_record "$smco_how" ;; esac
    smco_end="{\"state\": \"$smco_how\", \"message\": \"\"}"
    smco_ends="$smco_ends${smco_ends:+, }\"$smco_run\": $smco_end"
    echo "$smco_run $smco_how"
    smco_run=''
    smco_tell heartbeat ''
}

# Signals of the scheduler: before the time limit, and at the end.
smco_stop() {
    smco_signal=$1
    [ -z "$smco_child" ] || kill -TERM "$smco_child" 2>/dev/null
}
trap 'smco_stop SIGUSR1' USR1
trap 'smco_stop SIGTERM' TERM INT

smco_end_child() {
    kill -TERM "$smco_child" 2>/dev/null
    for _ in 1 2 3; do
        kill -0 "$smco_child" 2>/dev/null || return 0
        sleep 1
    done
    kill -KILL "$smco_child" 2>/dev/null
}

# States that nobody will go on from.
smco_prune() {
    set -- @OUT@/state_*.ovf
    while [ "$#" -gt @KEPT@ ]; do
        rm -f -- "$1"
        shift
    done
}

# Wait for the process, and end it where it does not come on ($1: seconds without a word):
# Minimize of MuMax3 has no limit of its own.
smco_watch() {
    smco_size=-1 smco_moved=$(date +%s) smco_told=$smco_moved
    while kill -0 "$smco_child" 2>/dev/null; do
        sleep 1
        smco_now=$(date +%s) smco_new=$(wc -c <@OUTPUT@)
        [ "$smco_new" = "$smco_size" ] || smco_size=$smco_new smco_moved=$smco_now
        if [ -n "$smco_signal" ]; then
            smco_end_child
        elif [ -e "$smco_runs/$smco_run/@CANCEL@" ]; then
            rm -f -- "$smco_runs/$smco_run/@CANCEL@"
            smco_end_child
            smco_how=CANCELLED
        elif [ "$((smco_now - smco_moved))" -ge "$1" ]; then
            smco_late=late
            smco_end_child
        fi
        if [ "$((smco_now - smco_told))" -ge 15 ]; then
            smco_told=$smco_now
            smco_tell heartbeat ''
            smco_prune
        fi
    done
}

# A half-cycle in its folder ($1), with a limit in seconds ($2) and an option ($3).
# Returns 0 where it is complete, 3 where a signal came.
smco_solve() {
    cd -- "$1" || return 1
    if [ -s @ENDED@ ]; then
        read -r smco_code smco_rest <@ENDED@
        [ "$smco_code" = 0 ] && [ "${smco_rest##* }" != - ]
        return
    fi
    smco_late='' smco_began=$(date +%s) smco_sync=false
    [ "$3" != @SYNC@ ] || smco_sync=true
    "$SMCO_MUMAX3" -http= -f=true -o=@OUT@ -cache="$smco_cache" -gpu=0 -sync="$smco_sync" \
        @SCRIPT@ >@OUTPUT@ 2>&1 </dev/null &
    smco_child=$!
    smco_watch "$2"
    wait "$smco_child"
    smco_code=${smco_late:-$?}
    smco_child=''
    [ -z "$smco_signal" ] || return 3
    [ "$smco_how" != CANCELLED ] || return 1
    set -- @OUT@/final_*.ovf
    smco_final=-
    [ ! -f "$1" ] || smco_final=${1##*/}
    printf '%s %s %s\n' "$smco_code" "$(($(date +%s) - smco_began))" "$smco_final" \
        >@ENDED@.tmp && mv -f -- @ENDED@.tmp @ENDED@ || return 1
    [ "$smco_code" = 0 ] && [ "$smco_final" != - ] || return 1
    # Of thousands of half-cycles, what it began with would fill the disk.
    for smco_field in ./*.ovf @OUT@/*.ovf; do
        [ "$smco_field" = @OUT@/@REGIONS@ ] || rm -f -- "$smco_field"
    done
}

smco_tell heartbeat ''
grep "^$SMCO_TASK " "$SMCO_FOLDER/@WORK@" >"$smco_state.work" || {
    echo "smco: the list of half-cycles has none of task $SMCO_TASK"
    exit @SETUP_FAILED@
}
while read -r _ smco_next smco_cycle smco_attempt smco_limit smco_option <&3; do
    if [ "$smco_next" != "$smco_run" ]; then
        smco_close
        smco_run=$smco_next smco_how=DONE
        smco_record RUNNING
        smco_tell heartbeat ''
    fi
    if [ "$smco_how" = CANCELLED ]; then continue; fi
    if [ -n "$smco_signal" ]; then break; fi
    smco_folder=$smco_runs/$smco_run/$smco_cycle/@ATTEMPTS@/$smco_attempt
    smco_solve "$smco_folder" "$smco_limit" "$smco_option"
    smco_code=$?
    if [ "$smco_code" -eq 3 ]; then break; fi
    if [ "$smco_code" -ne 0 ] && [ "$smco_how" = DONE ]; then smco_how=CRASHED; fi
done 3<"$smco_state.work"
if [ -n "$smco_signal" ] && [ -n "$smco_run" ]; then
    smco_record CANCELLED
    smco_run=''
    smco_tell summary stopped
    if [ "$smco_signal" = SIGUSR1 ]; then exit @OUT_OF_TIME@; fi
    exit 130
fi
smco_close
smco_tell summary "$smco_all"
[ "$smco_all" = 'done' ] || exit 3
exit 0
"""

_SMOKE: Final = r"""
if [ -z "$smco_cache" ] || ! cd -- "$smco_cache"; then
    echo "smco: no file can be written in ${TMPDIR:-/tmp} of this node"
    exit @SETUP_FAILED@
fi
cat >smoke.mx3 <<'SMCO_END'
@SMOKE@SMCO_END
"$SMCO_MUMAX3" -http= -f=true -o=@OUT@ -cache= -gpu=0 smoke.mx3 </dev/null 2>&1
smco_code=$?
[ "$smco_code" -eq 0 ] || exit "$smco_code"
printf '{"host": "%s", "device": "GPU"}\n' "$smco_host"
exit 0
"""


def loop_body(program: str) -> str:
    """Return the lines that work off a task; ``program`` is quoted for a shell."""
    return _written(_SETUP + _LOOP, program)


def smoke_body(program: str, script: str) -> str:
    """Return the lines that run a script of some seconds and name the node."""
    return _written((_SETUP + _SMOKE).replace("@SMOKE@", script), program)


def _written(text: str, program: str) -> str:
    for mark, name in _NAMES.items():
        text = text.replace(mark, name)
    return f"SMCO_MUMAX3={program}\n{text.strip()}\n"
