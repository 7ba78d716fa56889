"""Inputs made up by the million, for the two places where strangers' bytes come in.

`python -m fuzz --inputs 10000000` (`make fuzz`); the tests run a few thousand.
"""
