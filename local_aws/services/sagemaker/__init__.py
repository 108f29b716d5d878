"""SageMaker on one machine: jobs and endpoints as real processes behind moto's control plane."""
