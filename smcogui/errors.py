"""What can go wrong, for people and for programs.

SmCoError
├── InputError            a bad file, value or name: nothing was started              exit 2
├── RunError              a run failed                                                exit 3
│   └── RunFolderError    its folder is not writable, full, in use or holds another run
│       └── FolderInUseError    another process works on it
├── RunCancelledError     somebody asked the run to stop; accepted steps are on disk  exit 130
├── SettingsError         the settings cannot be written; they are in use all the same  exit 3
├── ClusterError          something with a cluster; jobs there are not concerned      exit 3
│   ├── SignInError           the cluster does not let us in; nothing is tried again by itself
│   │   ├── SignInCancelledError  somebody closed the question
│   │   └── SignInNeededError     a person has to answer, and nobody is there
│   ├── HostUnknownError      nobody said yet that the host key is the right one
│   ├── HostKeyChangedError   another host key than the known one: a hard stop
│   ├── HostKeyRevokedError   a host key that was declared invalid: a hard stop
│   ├── LostContactError      no answer; later it may come, and jobs go on
│   │   └── NoAnswerInTimeError   a command was sent, and may have had its effect
│   ├── RemoteCommandError    a command ran there and failed
│   ├── SchedulerDownError    the scheduler does not answer; jobs are not concerned
│   ├── SubmitRefusedError    the scheduler does not take the job
│   ├── RemoteFileError       a file there is missing, not ours, too large
│   │   └── RemoteDiskError       quota or disk full there
│   └── UntrustedAnswerError  the answer is none that an honest cluster gives
├── TaskStoppedError      somebody asked an export or another task to stop            exit 130
└── UnavailableError      a backend or device is not there                            exit 3

The message says what was given, what is allowed, the nearest match and what to do; the attributes
hold the same in parts.
"""

from __future__ import annotations

from typing import ClassVar


class SmCoError(Exception):
    """Base of everything that the program raises on purpose.

    Parameters
    ----------
    message : str
        One or two sentences for people.
    key : str, optional
        The key or argument concerned, such as ``nanostructure.L_nm``.
    given, allowed : str, optional
        What was given and what is allowed, in the unit of the key.
    """

    exit_code: ClassVar[int] = 3

    def __init__(
        self,
        message: str,
        *,
        key: str | None = None,
        given: str | None = None,
        allowed: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.key = key
        self.given = given
        self.allowed = allowed

    def as_dict(self) -> dict[str, str | None]:
        """Return message, key, given and allowed, as the command line prints them with --json."""
        return {
            "message": self.message,
            "key": self.key,
            "given": self.given,
            "allowed": self.allowed,
        }


class InputError(SmCoError):
    """A file, a value or a name that was given is not usable."""

    exit_code: ClassVar[int] = 2


class SettingsError(SmCoError):
    """The settings cannot be written; they are in use until the program is closed."""


class RunError(SmCoError):
    """A run ended early or cannot go on."""


class RunFolderError(RunError):
    """The folder of a run is not writable, full, in use, or holds something else."""


class DiskFullError(RunFolderError):
    """The disk of the folder is full, or the user's quota is: nothing more can be written there."""


class FolderInUseError(RunFolderError):
    """Another process works on the folder; later it may be free."""


class RunCancelledError(SmCoError):
    """The run was asked to stop; every accepted field step is on disk."""

    exit_code: ClassVar[int] = 130


class TaskStoppedError(SmCoError):
    """A task was asked to stop before its end; what it had not finished writing is not kept."""

    exit_code: ClassVar[int] = 130


class UnavailableError(SmCoError):
    """A backend or device is not there; the message says what is missing and what to do."""


class ClusterError(SmCoError):
    """Something between this program and a cluster; jobs that run there are not concerned."""


class SignInError(ClusterError):
    """The cluster does not let us in; nothing is tried again without a person."""


class SignInCancelledError(SignInError):
    """Somebody closed the question for a password, a passphrase or a code."""


class SignInNeededError(SignInError):
    """A person has to answer a prompt or confirm a host key, and nobody is there to ask."""


class HostUnknownError(ClusterError):
    """The host key is not known, and nobody said that it is the right one.

    Parameters
    ----------
    fingerprint : str
        The key that the host showed, as ``SHA256:…``.
    """

    def __init__(self, message: str, *, fingerprint: str, given: str, allowed: str) -> None:
        super().__init__(message, key="host", given=given, allowed=allowed)
        self.fingerprint = fingerprint


class HostKeyChangedError(ClusterError):
    """The host shows another key than the known one: a hard stop."""


class HostKeyRevokedError(ClusterError):
    """The host shows a key that was declared invalid: a hard stop."""


class LostContactError(ClusterError):
    """The cluster does not answer; its jobs go on, and nothing is known of them meanwhile.

    Parameters
    ----------
    message : str
        What was tried and what happened.
    may_have_happened : bool
        Whether a command was sent that may have had its effect: whoever submits looks for the
        token before submitting again.
    retry_at : float, optional
        When the next try is due, in seconds since 1970; not before, unless a person asks for it.
    """

    def __init__(
        self,
        message: str,
        *,
        may_have_happened: bool = False,
        retry_at: float | None = None,
        key: str | None = "host",
        given: str | None = None,
        allowed: str | None = None,
    ) -> None:
        super().__init__(message, key=key, given=given, allowed=allowed)
        self.may_have_happened = may_have_happened
        self.retry_at = retry_at


class NoAnswerInTimeError(LostContactError):
    """A command was sent and did not end before its deadline; it may have had its effect."""


class RemoteCommandError(ClusterError):
    """A command ran on the cluster and failed."""


class SchedulerDownError(ClusterError):
    """The cluster answers, its scheduler does not: nothing is known of jobs, and none is lost.

    After a submission it may have been taken all the same: look for its token.
    """


class SubmitRefusedError(ClusterError):
    """The scheduler does not take a job; the message says why and what to change."""


class RemoteFileError(ClusterError):
    """A file or folder on the cluster is missing, not ours, or not what was expected."""


class RemoteDiskError(RemoteFileError):
    """The quota or the disk of the cluster is full; the message says which folder."""


class UntrustedAnswerError(ClusterError):
    """The answer is none that an honest cluster gives: names that lead elsewhere, too much data."""
