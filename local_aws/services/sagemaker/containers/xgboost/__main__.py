from __future__ import annotations

import sys

# xgboost imports scikit-learn for wrappers that nothing here uses, and that is half of its start-up.
sys.modules["sklearn"] = None  # type: ignore[assignment]

from local_aws.services.sagemaker.containers.process import Algorithm, main  # noqa: E402
from local_aws.services.sagemaker.containers.xgboost.serving import load  # noqa: E402
from local_aws.services.sagemaker.containers.xgboost.training import train  # noqa: E402

if __name__ == "__main__":
    main(Algorithm(train, load), sys.argv[1:])
