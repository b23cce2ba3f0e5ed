"""The submission wizard: from a host name to a job array, with a way back at every step."""
