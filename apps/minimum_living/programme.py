"""最低生活保障: its cards."""
