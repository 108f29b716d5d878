"""Stands in for the closed knn image: its names, channels and replies around scikit-learn's exact neighbours.

It samples `sample_size` rows, reduces dimensions (random signs, or a randomised cosine transform for fjlt),
and finds exact neighbours by L2, cosine or inner product. `index_type`, the faiss_index_* settings and
mini_batch_size are checked and then ignored: they trade accuracy for speed, and the search here is exact.
Source of names and ranges: the SageMaker developer guide, "k-NN hyperparameters".
"""
