"""Simulation, shipped: a clock as fast as asked and a street of phones. Imports config, ports, core, errors."""
