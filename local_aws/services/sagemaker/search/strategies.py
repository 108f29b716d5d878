"""Which strategy stands for a name of the API.

Source: "Understand the hyperparameter tuning strategies available" in the SageMaker developer guide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from local_aws.services.sagemaker.search.grid_search import GridSearch
from local_aws.services.sagemaker.search.random_search import RandomSearch
from local_aws.services.sagemaker.search.ranges import Space
from local_aws.services.sagemaker.search.strategy import Strategy


def _bayesian(space: Space, seed: int | None) -> Strategy:
    # Imported here: scikit-learn's Gaussian processes take a second that few tuning jobs need.
    from local_aws.services.sagemaker.search.bayesian import BayesianSearch

    return BayesianSearch(space, seed)


STRATEGIES: Mapping[str, Callable[[Space, int | None], Strategy]] = {
    "Random": RandomSearch,
    "Grid": GridSearch,
    "Bayesian": _bayesian,
}
