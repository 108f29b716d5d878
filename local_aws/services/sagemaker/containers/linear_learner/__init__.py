"""Stands in for the closed linear-learner image: its names, channels and replies around an exact solver.

The image trains by stochastic gradient descent and picks the best of several models; this stand-in solves for
the optimum that such training approaches. Only predictor_type regressor.

- Honoured: loss, wd, l1, quantile, huber_delta, loss_insensitivity, use_bias, normalize_data and
  normalize_label. `wd` and `l1` left to "auto" count as 0.
- Ignored: wd with absolute_loss, quantile_loss and eps_insensitive_absolute_loss; l1 with huber_loss and
  eps_insensitive_squared_loss.
- Checked, then ignored, because it only steers the descent: epochs, optimizer, learning rates, initial
  values, schedulers, early stopping, num_models, calibration, and mini_batch_size, which the data have to
  exceed: the image processes no batch that they do not fill.

Source of names and ranges: the SageMaker developer guide, "Linear learner hyperparameters".
"""
