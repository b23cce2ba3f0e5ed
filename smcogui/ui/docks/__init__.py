"""The docks around the tabs, and the layout that is kept from one start to the next."""
