"""Pictures of structures and magnetisations in three dimensions, drawn without a window.

Drawing happens in a process of its own (:mod:`smcogui.rendering.server`): the window never waits
for a frame, and a driver that crashes takes no window with it.
"""
