"""文书: what is printed and handed over, frozen as it was given."""
