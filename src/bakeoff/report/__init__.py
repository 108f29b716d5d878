"""What the world learns of a run: the page, the notification and the metrics.

Imports nothing here: functions without the packages of the page use `run_metrics`.
"""
