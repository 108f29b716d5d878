"""Stands in for the sagemaker-xgboost image (3.x): the real XGBoost behind the container's own checks.

Source of names, ranges, channels and replies: the public sagemaker-xgboost-container. Not implemented: script
mode, Pipe mode, parquet and recordio data, cross-validation (`_kfold`), GPU training, several hosts.
"""
