"""两步验证: apps, keys and recovery codes of one's own."""
