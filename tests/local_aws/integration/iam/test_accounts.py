"""Whose an access key is."""

from __future__ import annotations

from moto.iam import models

from local_aws.core.instance import ACCOUNT_ID, Instance


def test_a_key_belongs_to_the_account_of_its_user(instance: Instance) -> None:
    iam = instance.client("iam")
    iam.create_user(UserName="accounts-user")
    key = iam.create_access_key(UserName="accounts-user")["AccessKey"]["AccessKeyId"]
    backend = models.iam_backends[ACCOUNT_ID]["aws"]
    models.iam_backends["210987654321"]["aws"].access_keys["another-accounts"] = backend.access_keys[key]

    assert models.get_account_id_from(key) == ACCOUNT_ID
    assert models.get_account_id_from("another-accounts") == "210987654321"
    assert models.get_account_id_from("nobodys") == ACCOUNT_ID
    del models.iam_backends["210987654321"]
    iam.delete_access_key(UserName="accounts-user", AccessKeyId=key)
    iam.delete_user(UserName="accounts-user")


def test_asking_whose_a_key_is_makes_no_iam_of_another_partition(instance: Instance) -> None:
    instance.client("s3").list_buckets()

    assert set(models.iam_backends[ACCOUNT_ID]) == {"aws"}
