"""Pages: the fleet page of the province. routes.py holds the map's words, door.py who may come in, site.py the map.

No page needs JavaScript, and none is sent.
"""
