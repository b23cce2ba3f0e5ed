"""Pictures of an electron microscope: read, cut to a domain, segmented into phases, measured."""
