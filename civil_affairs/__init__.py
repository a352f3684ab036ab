"""The roof: assembles the apps, owns nothing."""
