"""Which solver computes, what it lacks, and how two of them differ."""
