"""案例集: policy as executable cases, played through the same actions as the pages.

Nothing outside this package knows that cases exist.
"""
