"""What can stop the embedded AWS from starting or deploying.

LocalAwsError
├── PortTaken         another program listens on the port that was asked for
├── WorkDirTaken      another embedded AWS works in the folder that was asked for
├── NoSpace           the work folder has too little room
├── WrongMoto         another version of moto is installed than the one the patches are written for
├── NoLambdaRuntime   what Lambda's runtime provides is not installed
├── BuildFailed       a makefile could not build a function or a layer
└── DeployFailed      CloudFormation refused or rolled back the stack
"""

from __future__ import annotations


class LocalAwsError(Exception):
    """One clear sentence for a person; `str(error)` is that sentence."""


class PortTaken(LocalAwsError):
    pass


class WorkDirTaken(LocalAwsError):
    pass


class NoSpace(LocalAwsError):
    pass


class WrongMoto(LocalAwsError):
    pass


class NoLambdaRuntime(LocalAwsError):
    pass


class BuildFailed(LocalAwsError):
    pass


class DeployFailed(LocalAwsError):
    pass
