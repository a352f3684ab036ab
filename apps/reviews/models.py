"""动态管理: what happens to an award between its decision and its end."""
