"""Stands in for the closed linear-learner image: its names, channels and replies around exact solvers.

The image trains by stochastic gradient descent and picks the best of several models; this stand-in solves for
the optimum that such training approaches.

- Honoured by all: wd, l1, use_bias, normalize_data.
- Honoured by regressor: loss, quantile, huber_delta, loss_insensitivity, normalize_label. `wd` and `l1` left
  to "auto" count as 0. Ignored: wd with absolute_loss, quantile_loss and eps_insensitive_absolute_loss; l1
  with huber_loss and eps_insensitive_squared_loss.
- Honoured by binary_classifier (logistic loss) and multiclass_classifier (softmax loss): num_classes,
  positive_example_weight_mult ("auto" counts as 1), balance_multiclass_weights, f_beta, accuracy_top_k,
  num_calibration_samples, target_recall, target_precision and binary_classifier_model_selection_criteria, for
  which the threshold of predicted_label is calibrated on the validation channel (train without one). With wd
  left to "auto", three models of different weight decay are tried and the best on validation is kept; one
  only with num_models 1 or in a tuning job. Not implemented: hinge_loss, whose scores are no probabilities.
- Checked, then ignored, because it only steers the descent: epochs, optimizer, learning rates, initial
  values, schedulers, early stopping, and mini_batch_size, which the data have to exceed: the image processes
  no batch that they do not fill. What is printed as an epoch is one of the solver's iterations.

Source of names and ranges: the SageMaker developer guide, "Linear learner hyperparameters"; of the printed
lines: the image's published logs.
"""
