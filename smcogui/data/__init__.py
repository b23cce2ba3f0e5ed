"""What runs leave behind: the store of run folders, tables and files for other programs."""
