"""The Price List Query API: what AWS documents of filters, pages and errors, and rows that are no prices."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.core.instance import Instance

SAGEMAKER = "AmazonSageMaker"


@pytest.fixture
def pricing(instance: Instance) -> Any:
    return instance.client("pricing")


def named(kind: str, field: str, value: str) -> dict[str, str]:
    return {"Type": kind, "Field": field, "Value": value}


def usages(answer: dict[str, Any]) -> list[str]:
    return [json.loads(row)["product"]["attributes"]["usagetype"] for row in answer["PriceList"]]


def refused(call: Any, **asked: Any) -> str:
    with pytest.raises(ClientError) as raised:
        call(**asked)
    return str(raised.value.response["Error"]["Code"])


def test_a_product_is_told_in_the_shape_of_a_price_list_file(pricing: Any) -> None:
    wanted = [named("TERM_MATCH", "usagetype", "USE1-Train:ml.m5.large")]
    [row] = pricing.get_products(ServiceCode=SAGEMAKER, Filters=wanted)["PriceList"]
    product = json.loads(row)
    assert product["product"]["sku"] == "JMCWJEAPVJNFJ5P4"
    assert product["product"]["productFamily"] == "ML Instance"
    assert product["serviceCode"] == SAGEMAKER
    assert product["publicationDate"] == "2026-08-11T00:00:00Z"
    [term] = product["terms"]["OnDemand"].values()
    [dimension] = term["priceDimensions"].values()
    assert (dimension["unit"], dimension["pricePerUnit"]) == ("Hrs", {"USD": "0.1150000000"})
    assert "rehearsal" in dimension["description"]


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        ("TERM_MATCH", "USE1-Host:ml.m5.large", 1),
        ("EQUALS", "USE1-Host:ml.m5.large", 1),
        ("EQUALS", "Host:ml.m5.large", 0),
        ("CONTAINS", "Host:ml.m5.large", 1),
        ("ANY_OF", "USE1-Host:ml.m5.large,USE1-Train:ml.m5.large", 2),
    ],
)
def test_filters_match_as_their_types_say(pricing: Any, kind: str, value: str, found: int) -> None:
    answer = pricing.get_products(ServiceCode=SAGEMAKER, Filters=[named(kind, "usagetype", value)])
    assert len(answer["PriceList"]) == found


def test_all_filters_hold_and_an_attribute_that_a_product_lacks_matches_none(pricing: Any) -> None:
    large = named("TERM_MATCH", "instanceName", "ml.m5.large")
    training = named("TERM_MATCH", "component", "Training")
    assert usages(pricing.get_products(ServiceCode=SAGEMAKER, Filters=[large, training])) == [
        "USE1-Train:ml.m5.large"
    ]
    elsewhere = named("TERM_MATCH", "regionCode", "eu-west-1")
    assert pricing.get_products(ServiceCode=SAGEMAKER, Filters=[large, elsewhere])["PriceList"] == []
    none = pricing.get_products(ServiceCode=SAGEMAKER, Filters=[named("NONE_OF", "colour", "red")])
    assert none["PriceList"] == []


def test_a_service_without_products_has_none(pricing: Any) -> None:
    assert pricing.get_products(ServiceCode="AWSStepFunctions")["PriceList"] == []


def test_there_are_rows_that_are_no_prices(pricing: Any) -> None:
    rows = [json.loads(row) for row in pricing.get_products(ServiceCode=SAGEMAKER)["PriceList"]]
    amounts = [
        dimension["pricePerUnit"]["USD"]
        for row in rows
        for term in row["terms"]["OnDemand"].values()
        for dimension in term["priceDimensions"].values()
    ]
    assert amounts.count("0.0000000000") == 2
    assert [row for row in rows if row["product"]["attributes"].get("component") == "Training Warm Pool"]


def test_a_tier_may_be_free(pricing: Any) -> None:
    wanted = [named("CONTAINS", "usagetype", "StateTransition")]
    [row] = pricing.get_products(ServiceCode="AmazonStates", Filters=wanted)["PriceList"]
    [term] = json.loads(row)["terms"]["OnDemand"].values()
    tiers = [(each["beginRange"], each["endRange"]) for each in term["priceDimensions"].values()]
    assert tiers == [("0", "4000"), ("4000", "Inf")]


def test_pages_hold_what_was_asked_for_and_lead_to_each_other(pricing: Any) -> None:
    whole = usages(pricing.get_products(ServiceCode=SAGEMAKER))
    pages = pricing.get_paginator("get_products").paginate(
        ServiceCode=SAGEMAKER, PaginationConfig={"PageSize": 4}
    )
    assert [usage for page in pages for usage in usages(page)] == whole
    assert len(pricing.get_products(ServiceCode=SAGEMAKER, MaxResults=4)["PriceList"]) == 4


def test_what_is_wrong_is_refused(pricing: Any) -> None:
    get = pricing.get_products
    assert refused(get, ServiceCode=SAGEMAKER, MaxResults=101) == "InvalidParameterException"
    assert refused(get, ServiceCode=SAGEMAKER, FormatVersion="v9") == "InvalidParameterException"
    assert refused(get, ServiceCode=SAGEMAKER, NextToken="no!") == "InvalidNextTokenException"
    wrong = [named("LIKE", "usagetype", "x")]
    assert refused(get, ServiceCode=SAGEMAKER, Filters=wrong) == "InvalidParameterException"
    many = [named("EQUALS", "usagetype", "x")] * 51
    assert refused(get, ServiceCode=SAGEMAKER, Filters=many) == "InvalidParameterException"


def test_services_tell_their_attributes_and_these_their_values(pricing: Any) -> None:
    services = {each["ServiceCode"]: each for each in pricing.describe_services()["Services"]}
    assert set(services) == {"AWSLambda", "AmazonSageMaker", "AmazonStates"}
    assert "volumeType" in services[SAGEMAKER]["AttributeNames"]
    values = pricing.get_attribute_values(ServiceCode=SAGEMAKER, AttributeName="volumeType")
    assert {"Value": "General Purpose-Hosting"} in values["AttributeValues"]
    assert refused(pricing.describe_services, ServiceCode="Nothing") == "NotFoundException"
    assert (
        refused(pricing.get_attribute_values, ServiceCode=SAGEMAKER, AttributeName="colour")
        == "NotFoundException"
    )
