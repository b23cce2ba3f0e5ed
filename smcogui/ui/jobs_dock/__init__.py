"""The dock of jobs: the list, the log beside it, and the notification of an end."""
