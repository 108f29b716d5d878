from __future__ import annotations

import sys


def run() -> None:
    # xgboost imports scikit-learn for wrappers that nothing here uses, and that is half of its start-up.
    sys.modules["sklearn"] = None  # type: ignore[assignment]
    from local_aws.services.sagemaker.containers.process import Algorithm, main
    from local_aws.services.sagemaker.containers.xgboost.serving import load
    from local_aws.services.sagemaker.containers.xgboost.training import train

    main(Algorithm(train, load), sys.argv[1:])


if __name__ == "__main__":
    run()
