"""Stands in for the closed knn image: its names, channels and replies around scikit-learn's exact neighbours.

It samples `sample_size` rows, reduces dimensions (random signs, or a randomised cosine transform for fjlt),
and finds exact neighbours by L2, cosine or inner product. `index_type`, the faiss_index_* settings and
mini_batch_size are checked and then ignored: they trade accuracy for speed, and the search here is exact.
A verbose reply has L2 distances; with COSINE those of the unit vectors, and with INNER_PRODUCT those of the
vectors after the lift that makes one order of both.
Source of names and ranges: the SageMaker developer guide, "k-NN hyperparameters".
"""
