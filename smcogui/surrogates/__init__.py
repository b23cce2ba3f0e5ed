"""Designs as features of the learned models, and their predictions as designs."""
