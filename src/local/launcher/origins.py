"""A distribution reaches a REST API and a TLS-only bucket, and refuses methods it does not list.

On AWS an origin at `{api}.execute-api.{region}.amazonaws.com` answers over HTTPS only, and
refuses a Host other than its own with 403 `Forbidden`. MiniStack 1.5.33 serves load balancers and
function URLs from within, and refuses every other AWS-owned host with 502.

On AWS CloudFront fetches over HTTPS for a viewer who came over HTTPS, so a bucket policy that denies
`aws:SecureTransport: false` lets it in. MiniStack evaluates the policy as if it came over HTTP.

On AWS a behavior without AllowedMethods allows GET and HEAD. MiniStack allows everything.
"""

import asyncio
import http.client
import re
from urllib.parse import parse_qs, unquote

from ministack import app
from ministack.core import iam_evaluator
from ministack.core.responses import get_region
from ministack.services import cloudfront, s3

API_HOST = re.compile(r"^([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com$")


async def fetch_from_api(api, origin, method, uri, query, headers, body, viewer_is_https, client_ip, forwarded_for):
    """(status, reason, headers, body) of the API, as a request to its host would be answered."""
    host, _port, use_https = cloudfront._origin_connect_target(origin, viewer_is_https)
    if not use_https:
        raise cloudfront.OriginUnreachable(f"{host} does not answer HTTP")
    sent = cloudfront._origin_request_headers(origin, headers, client_ip, forwarded_for)
    sent = {name.lower(): value for name, value in sent.items()}
    if sent["host"].split(":")[0].lower() != host.lower():
        forbidden = {"content-type": "application/json", "x-amzn-errortype": "ForbiddenException"}
        return 403, "Forbidden", forbidden, b'{"message":"Forbidden"}'
    path = (origin.get("origin_path") or "") + uri
    sent["x-forwarded-proto"] = "https"
    timeout = origin.get("read_timeout", 30)
    try:
        status, answered, data = await asyncio.wait_for(
            app._handle_execute_api_request(
                f"{api}.execute-api.{app._MINISTACK_HOST}",
                unquote(path),
                method,
                sent,
                body or b"",
                parse_qs(query, keep_blank_values=True),
                raw_path=path,
                raw_query_string=query,
            ),
            timeout,
        )
    except asyncio.TimeoutError as error:
        raise cloudfront.OriginTimeout(f"no answer from {host} within {timeout} s") from error
    pairs = [
        (name, one)
        for name, value in answered.items()
        for one in (value if isinstance(value, (list, tuple)) else [value])
    ]
    data = data if isinstance(data, bytes) else str(data).encode("utf-8")
    return status, http.client.responses.get(status, ""), cloudfront._multidict_from_pairs(pairs), data


def bucket_allows(owner, bucket, key, source_arn, identity):
    """Whether the bucket's policy lets the distribution read the object over HTTPS."""
    if s3._foreign_bucket_allows(owner, bucket, key, "GET", {}, ""):
        return True
    policy = s3._bucket_policies.get_scoped(owner, None, bucket)
    if not policy or not (source_arn or identity):
        return False
    user = f"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity {identity}"
    context = iam_evaluator.EvalContext(
        principal_arn=user if identity else "*",
        principal_type="User" if identity else "Service",
        principal_account="",
        action="s3:GetObject",
        resource_arn=f"arn:aws:s3:::{bucket}/{key}",
        region=get_region(),
        secure_transport=True,
        service_context={"aws:sourcearn": source_arn} if source_arn else {},
    )
    service = None if identity else "cloudfront.amazonaws.com"
    return iam_evaluator.evaluate_resource_policy(policy, context, service=service).decision == "Allow"


def patch():
    s3._cloudfront_origin_allows = bucket_allows

    fetch = cloudfront._fetch_from_origin

    async def fetch_from_origin(origin, method, uri, query, headers, body, https, client_ip, forwarded_for, arn):
        api = API_HOST.match((origin.get("domain_name") or "").lower())
        if api:
            return await fetch_from_api(
                api.group(1), origin, method, uri, query, headers, body, https, client_ip, forwarded_for
            )
        return await fetch(origin, method, uri, query, headers, body, https, client_ip, forwarded_for, arn)

    cloudfront._fetch_from_origin = fetch_from_origin

    allowed = cloudfront._dataplane_allowed_methods

    def allowed_methods(behavior):
        listed = allowed(behavior)
        return ["GET", "HEAD"] if listed is None else listed

    cloudfront._dataplane_allowed_methods = allowed_methods

    # AWS's own host name of an API, beside the emulator's `{api}.execute-api.localhost`.
    app._EXECUTE_API_RE = re.compile(
        r"^([a-f0-9]{8})\.execute-api\.(?:" + re.escape(app._MINISTACK_HOST) + r"|[a-z0-9-]+\.amazonaws\.com)(?::\d+)?$"
    )
