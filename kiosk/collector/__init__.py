"""Collector: the province's side. Boxes send here; one database behind any number of these processes.

database.py is the port, sqlite.py and postgres.py its bodies; books/ knows every table; api/ answers the boxes.
"""
