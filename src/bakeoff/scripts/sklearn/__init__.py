"""Every estimator of scikit-learn that choices.json names."""
