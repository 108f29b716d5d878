"""The verbs of the command line, one a file: what each takes, and what it does.

Every start of the command imports all of them; so what takes long to import is imported where it is used.
"""
