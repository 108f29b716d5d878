"""Stands in for the sagemaker-xgboost image (3.x): the real XGBoost behind the container's own checks.

Every objective is XGBoost's own; a reply has one `score` a row, which with multi:softprob is the list of the
classes' probabilities. Hyperparameter nthread is checked, and then one thread does the work.

Source of names, ranges, channels and replies: the public sagemaker-xgboost-container. Not implemented: script
mode, Pipe mode, parquet and recordio data, cross-validation (`_kfold`), GPU training, several hosts, and
replies that SAGEMAKER_INFERENCE_OUTPUT selects.
"""
