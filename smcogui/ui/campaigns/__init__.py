"""Campaigns: many designs drawn from samplings, watched while a queue works them off."""
