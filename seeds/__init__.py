"""演示县: a made-up county in the shape of a real one's published figures, with a paid year."""
