"""Bakeoff: which algorithm predicts best on this data, and is the difference real?"""
