"""公示: what the village board shows, for how long, and who objected."""
