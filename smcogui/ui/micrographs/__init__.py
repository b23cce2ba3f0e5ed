"""Structures from pictures: a domain is placed, its phases are segmented and painted, and run."""
