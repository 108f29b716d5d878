"""Run by a fork server: imports boto3, which is most of what a cold start costs, what boto3 imports only when
it makes a client, and Powertools if the layers have it; with the path of the layers, and with neither
credentials nor an endpoint.

What AWS's SDK reads of its own data files (the services' models, all endpoints) is kept for the sessions of
the functions: to read the endpoints alone takes longer than to make a client.
"""

from contextlib import suppress
from importlib import import_module

import boto3
import botocore.loaders
import botocore.session

# A session of its own: the default one stays unmade, as in a fresh process.
_session = botocore.session.Session()
boto3.Session("none", "none", region_name="us-east-1", botocore_session=_session).client("s3")
_LOADER = _session.get_component("data_loader")


def _create_loader(search_path_string: str | None = None) -> botocore.loaders.Loader:
    """As botocore's own; with other folders to search (AWS_DATA_PATH) it is one that has read nothing yet."""
    return _LOADER if search_path_string is None else botocore.loaders.create_loader(search_path_string)


botocore.session.create_loader = _create_loader

# A layer may lack it, or hold one that does not load here: then the function finds out by itself.
with suppress(ImportError):
    for _name in ("logging.formatter", "utilities.typing"):
        import_module(f"aws_lambda_powertools.{_name}")
