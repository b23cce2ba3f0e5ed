"""The one façade that the window and the command line talk to."""
