from __future__ import annotations

import sys

from local_aws.services.sagemaker.containers.process import Algorithm, main
from local_aws.services.sagemaker.containers.script_mode.serving import load
from local_aws.services.sagemaker.containers.script_mode.training import train

if __name__ == "__main__":
    main(Algorithm(train, load), sys.argv[1:])
