"""What the window does with errors that nobody foresaw, and after a session that crashed."""
