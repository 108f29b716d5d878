from __future__ import annotations

import sys

from local_aws.services.sagemaker.containers.knn.index import load
from local_aws.services.sagemaker.containers.knn.training import train
from local_aws.services.sagemaker.containers.process import Algorithm, main

if __name__ == "__main__":
    main(Algorithm(train, load), sys.argv[1:])
