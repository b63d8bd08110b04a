"""Verbs: one file per verb of `kiosk`. Each has `add(verbs)`, which declares its options, and does the work.

What brings radio, web or picture libraries is imported inside the function that needs it: they take seconds on a
small Pi, and `kiosk decode` shall not wait for them.
"""
