from __future__ import annotations

import pytest

from bakeoff.domain.errors import ConfigurationError
from bakeoff.domain.planning.security import UNPROTECTED, JobSecurity, has_local_disk

KEY = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d"
PROTECTED = JobSecurity(KEY, ("subnet-1", "subnet-2"), ("sg-1",))


@pytest.mark.parametrize(
    "instance_type",
    [
        *("ml.m5d.large", "ml.c6gd.xlarge", "ml.r7gd.large", "ml.g4dn.xlarge", "ml.p3dn.24xlarge"),
        *("ml.g5.xlarge", "ml.g6e.xlarge", "ml.p4de.24xlarge", "ml.p5en.48xlarge", "ml.p6-b200.48xlarge"),
        *("ml.p6e-gb200.36xlarge", "ml.trn1n.32xlarge", "ml.dl1.24xlarge", "ml.i3en.large", "ml.d3.xlarge"),
    ],
)
def test_some_instances_store_on_disks_of_their_own(instance_type: str) -> None:
    assert has_local_disk(instance_type)


@pytest.mark.parametrize(
    "instance_type",
    [
        *(
            "ml.m5.large",
            "ml.c5n.large",
            "ml.m7i-flex.large",
            "ml.r6g.large",
            "ml.t3.medium",
            "ml.inf2.xlarge",
        ),
        *("ml.p3.2xlarge", "ml.m4.xlarge", "ml.c8g.large", "nonsense"),
    ],
)
def test_other_instances_do_not(instance_type: str) -> None:
    assert not has_local_disk(instance_type)


def test_a_key_is_asked_for_where_sagemaker_takes_one() -> None:
    assert PROTECTED.job_volume("ml.m5.large") == {"VolumeKmsKeyId": KEY}
    assert PROTECTED.endpoint_volume("ml.m5.large") == {"KmsKeyId": KEY}
    assert PROTECTED.output() == {"KmsKeyId": KEY}
    assert PROTECTED.job_volume("ml.m5d.large") == PROTECTED.endpoint_volume("ml.g5.xlarge") == {}


def test_the_network_is_the_given_one() -> None:
    assert PROTECTED.network() == {
        "VpcConfig": {"Subnets": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"]}
    }


def test_what_is_not_given_is_not_asked_for() -> None:
    for part in (UNPROTECTED.network(), UNPROTECTED.output(), UNPROTECTED.job_volume("ml.m5.large")):
        assert part == {}
    assert UNPROTECTED.endpoint_volume("ml.m5.large") == {}


@pytest.mark.parametrize(("subnets", "groups"), [(("subnet-1",), ()), ((), ("sg-1",))])
def test_subnets_and_security_groups_go_together(subnets: tuple[str, ...], groups: tuple[str, ...]) -> None:
    with pytest.raises(ConfigurationError, match="SubnetIds and SecurityGroupIds go together"):
        JobSecurity("", subnets, groups)
