"""The service's three operations, by the API reference: filters, pages, errors.

The names of errors are AWS's; it documents no sentences: those here are our own.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import BaseResponse

from local_aws.services.pricing.price_list import attributes_of, products

_FORMAT = "aws_v1"
_PAGE = 100
_FILTERS = 50
_MATCHES: Mapping[str, Callable[[str, str], bool]] = {
    "TERM_MATCH": lambda own, wanted: own == wanted,
    "EQUALS": lambda own, wanted: own == wanted,
    "CONTAINS": lambda own, wanted: wanted in own,
    "ANY_OF": lambda own, wanted: own in wanted.split(","),
    "NONE_OF": lambda own, wanted: own not in wanted.split(","),
}


class _InvalidParameter(ServiceException):  # type: ignore[misc]
    code = "InvalidParameterException"


class _InvalidNextToken(ServiceException):  # type: ignore[misc]
    code = "InvalidNextTokenException"


class _NotFound(ServiceException):  # type: ignore[misc]
    code = "NotFoundException"


class PricingResponse(BaseResponse):  # type: ignore[misc]
    """moto's way to an operation: the method of its name in snake case."""

    def __init__(self) -> None:
        super().__init__(service_name="pricing")

    def get_products(self) -> str:
        asked = self._asked()
        if "ServiceCode" not in asked:
            raise _InvalidParameter("ServiceCode must not be null.")
        filters = asked.get("Filters") or []
        if len(filters) > _FILTERS:
            raise _InvalidParameter(f"At most {_FILTERS} filters are allowed.")
        listed = products().get(asked["ServiceCode"], ())
        found = [product for product in listed if all(_matches(product, each) for each in filters)]
        rows, token = _page([json.dumps(product) for product in found], asked)
        return json.dumps({"FormatVersion": _FORMAT, "PriceList": rows, **token})

    def describe_services(self) -> str:
        asked = self._asked()
        code = asked.get("ServiceCode")
        if code is not None and code not in products():
            raise _NotFound(f"There is no service {code}.")
        codes = [code] if code else sorted(products())
        services = [{"ServiceCode": each, "AttributeNames": _attribute_names(each)} for each in codes]
        rows, token = _page(services, asked)
        return json.dumps({"FormatVersion": _FORMAT, "Services": rows, **token})

    def get_attribute_values(self) -> str:
        asked = self._asked()
        code, name = asked.get("ServiceCode", ""), asked.get("AttributeName", "")
        if code not in products() or name not in _attribute_names(code):
            raise _NotFound(f"The service {code} has no attribute {name}.")
        values = {attributes_of(product).get(name) for product in products()[code]} - {None}
        rows, token = _page([{"Value": value} for value in sorted(values, key=str)], asked)
        return json.dumps({"AttributeValues": rows, **token})

    def _asked(self) -> dict[str, Any]:
        asked: dict[str, Any] = json.loads(self.body or "{}")
        if asked.get("FormatVersion", _FORMAT) != _FORMAT:
            raise _InvalidParameter(f"The format version {asked['FormatVersion']} is not {_FORMAT}.")
        return asked


def _matches(product: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    missing = {"Type", "Field", "Value"} - {name for name, value in wanted.items() if value}
    if missing:
        raise _InvalidParameter(f"A filter lacks {', '.join(sorted(missing))}.")
    if wanted["Type"] not in _MATCHES:
        raise _InvalidParameter(f"A filter's type is one of {', '.join(_MATCHES)}, not {wanted['Type']}.")
    own = attributes_of(product).get(wanted["Field"])
    return own is not None and _MATCHES[wanted["Type"]](own, wanted["Value"])


def _attribute_names(code: str) -> list[str]:
    return sorted({name for product in products()[code] for name in attributes_of(product)})


def _page(rows: Sequence[Any], asked: Mapping[str, Any]) -> tuple[Sequence[Any], dict[str, str]]:
    """The rows of the page that is asked for, and the token of the next one."""
    size = asked.get("MaxResults", _PAGE)
    if not isinstance(size, int) or not 1 <= size <= _PAGE:
        raise _InvalidParameter(f"MaxResults must be from 1 to {_PAGE}.")
    start = _start(asked.get("NextToken"), len(rows))
    end = start + size
    return rows[start:end], {"NextToken": _token(end)} if end < len(rows) else {}


def _token(start: int) -> str:
    return base64.b64encode(str(start).encode()).decode()


def _start(token: str | None, rows: int) -> int:
    if not token:
        return 0
    try:
        start = int(base64.b64decode(token, validate=True))
    except (binascii.Error, ValueError) as err:
        raise _InvalidNextToken("The next token is none of this call's.") from err
    if not 0 < start < rows:
        raise _InvalidNextToken("The next token is none of this call's.")
    return start
