"""Hysteresis half-cycles and what is read from them: Hc, Hp, Phi_p and the magnet's figures."""
