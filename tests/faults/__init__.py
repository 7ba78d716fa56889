"""What must hold whatever fails: kills, duplicates, refusals, cut connections, power cuts."""
