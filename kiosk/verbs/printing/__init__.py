"""Printing: what `kiosk print` does for paper, for boards outdoors and for the press; loaded only then."""
