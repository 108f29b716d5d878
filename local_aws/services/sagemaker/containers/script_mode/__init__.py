"""Stands in for the sagemaker-scikit-learn image: a person's program trains, and its functions serve.

Source of variables, arguments and words: the public sagemaker-training-toolkit (5.x), sagemaker-containers
(2.8) and sagemaker-scikit-learn-container. Not implemented: programs that are no Python file (setup.py,
shell), code in S3 (sagemaker_submit_directory with s3://), pip (what requirements.txt names must be installed
here), the image's own input_fn, predict_fn and output_fn, several hosts, multi-model endpoints.
"""
