"""Run by a fork server: imports boto3, which is most of what a cold start costs, and what boto3 imports only
when it makes a client; with the path of the layers, and with neither credentials nor an endpoint.
"""

import boto3

# A session of its own: the default one stays unmade, as in a fresh process.
boto3.Session("none", "none", region_name="us-east-1").client("s3")
