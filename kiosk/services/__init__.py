"""Services: one loop a file. Each asks ports, calls core, tells the store or the Board; none knows another.

May import `supervisor`, `store`, `config`, `ports`, `core`, `errors`; no outside library and no sibling.
"""
