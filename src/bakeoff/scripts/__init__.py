"""Programs of script entries: each folder runs in SageMaker's script mode, and travels with `tabular`.

They run in containers, on the Python of an image: nothing of Bakeoff but this package is there.
"""
