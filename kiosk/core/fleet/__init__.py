"""Fleet: what the province's people need to know of every venue, worst first, out of what its kiosk last said. Pure."""
