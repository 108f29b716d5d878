"""What runs have proposed for production: the versions of a model package group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bakeoff.domain.promotion.proposal import (
    APPROVED,
    CANDIDATE,
    CHAMPION,
    NO_CHAMPION,
    RUN,
    execution_of,
)
from bakeoff_cli.stack.production.endpoint import is_absent

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient


@dataclass(frozen=True)
class Proposal:
    """A version that a run registered; `champion` is the configuration that it is to replace, None of a first
    one. It was `changed` last, as by an approval, by `by`, as far as SageMaker tells.
    """

    arn: str
    group: str
    version: int
    run_id: str
    candidate: str
    champion: str | None
    status: str
    changed: datetime
    by: str | None

    @property
    def execution(self) -> str:
        """The promotion that its approval starts."""
        return execution_of(self.group, self.version)


@dataclass(frozen=True)
class Proposals:
    """The versions of one group, which need not exist."""

    sagemaker: SageMakerClient
    group: str

    def of_run(self, run_id: str) -> Proposal | None:
        """A run registers one version at most; the newest are looked at first."""
        found = (
            _proposal(self.sagemaker.describe_model_package(ModelPackageName=arn)) for arn in self._arns()
        )
        return next((each for each in found if each.run_id == run_id), None)

    def approve(self, proposal: Proposal) -> None:
        """As whoever runs this program; SageMaker keeps who that was."""
        self.sagemaker.update_model_package(ModelPackageArn=proposal.arn, ModelApprovalStatus=APPROVED)

    def _arns(self) -> Iterator[str]:
        from botocore.exceptions import ClientError

        pages = self.sagemaker.get_paginator("list_model_packages").paginate(
            ModelPackageGroupName=self.group, SortBy="CreationTime", SortOrder="Descending"
        )
        try:
            for page in pages:
                yield from (entry["ModelPackageArn"] for entry in page["ModelPackageSummaryList"])
        except ClientError as err:
            # The first proposal makes the group.
            if not is_absent(err):
                raise


def _proposal(described: Any) -> Proposal:
    known: Mapping[str, str] = described.get("CustomerMetadataProperties", {})
    champion = known.get(CHAMPION, NO_CHAMPION)
    return Proposal(
        arn=described["ModelPackageArn"],
        group=described["ModelPackageGroupName"],
        version=described["ModelPackageVersion"],
        run_id=known.get(RUN, ""),
        candidate=known.get(CANDIDATE, ""),
        champion=None if champion == NO_CHAMPION else champion,
        status=described["ModelApprovalStatus"],
        changed=described.get("LastModifiedTime", described["CreationTime"]),
        by=_who(described.get("LastModifiedBy", {})),
    )


def _who(user: Mapping[str, Any]) -> str | None:
    """A user of SageMaker Studio has a profile, anybody else an ARN."""
    found = user.get("UserProfileName") or user.get("IamIdentity", {}).get("Arn")
    return None if found is None else str(found)
