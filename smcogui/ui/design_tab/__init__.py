"""Design tab: parameters, derived quantities, preview."""
