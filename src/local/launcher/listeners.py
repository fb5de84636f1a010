"""What the two listeners answer: the endpoint for SDKs, and the front for people.

The front serves one distribution as a browser would see it, without a host name to resolve and
without TLS: every path belongs to the distribution, except `/_qdn/health`. Which distribution:
the newest enabled one, of whichever account.

The endpoint is MiniStack's own application, with three differences:
- A request for a `*.cloudfront.net` host goes to the distribution before MiniStack's own paths
  (`/health`, `/logout`, `/_ministack/…`) can answer it.
- An unknown distribution is answered 403, as AWS does, and not with a list of buckets.
- A web page may not call AWS's API here. MiniStack allows every origin, so any page open in a
  browser could otherwise create a function and thereby run code on this machine.
"""

import json
import logging

from ministack import app
from ministack.core import responses
from ministack.services import cloudfront

logger = logging.getLogger("qdn.listeners")

NO_DISTRIBUTION = b"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Nothing deployed yet</title>
<h1>Nothing deployed yet</h1>
<p>The local cloud runs, but it holds no enabled CloudFront distribution.
Deploy one with <code>qdn-infra apply</code>, then load this page again.</p>
</html>
"""


class Listeners:
    """The ASGI application of both listeners, told apart by the port a request came in on."""

    def __init__(self, front_port, about, on_ready, on_change):
        self.front_port = front_port
        self.about = about
        self.on_ready = on_ready
        self.on_change = on_change

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            await app.app(scope, receive, self.ready_after_startup(send))
        elif scope["type"] == "http":
            if (scope.get("server") or ("", 0))[1] == self.front_port:
                await self.front(scope, receive, app._with_date_header(send))
            else:
                await self.endpoint(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})

    def ready_after_startup(self, send):
        async def send_and_tell(message):
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                self.on_ready()

        return send_and_tell

    async def front(self, scope, receive, send):
        account, distribution = newest_enabled_distribution()
        if scope["path"] == "/_qdn/health":
            served = distribution and {"id": distribution["Id"], "domain": distribution["DomainName"]}
            document = {**self.about, "distribution": served}
            await answer(send, 200, "application/json", json.dumps(document).encode("utf-8"))
        elif distribution is None:
            await answer(send, 503, "text/html; charset=utf-8", NO_DISTRIBUTION)
        else:
            headers = request_headers(scope)
            headers["host"] = distribution["DomainName"]
            headers["x-forwarded-proto"] = "https"
            await view(account, distribution, headers, scope, receive, send)

    async def endpoint(self, scope, receive, send):
        headers = request_headers(scope)
        host = headers.get("host", "")
        label = app._parse_cloudfront_dataplane_host(host)
        if label is not None:
            send = app._with_date_header(send)
            account, distribution = distribution_by_label(label)
            if distribution is None:
                await answer(send, 403, "text/plain; charset=utf-8", b"no distribution has this host name\n")
            else:
                await view(account, distribution, headers, scope, receive, send)
            return
        if is_from_a_web_page(headers) and app._parse_execute_api_url(host, scope["path"]) is None:
            refusal = b"the emulated AWS API does not answer web pages; open the front address instead\n"
            await answer(send, 403, "text/plain; charset=utf-8", refusal)
            return
        if scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            self.on_change()
        await app.app(scope, receive, send)


def is_from_a_web_page(headers):
    """Browsers name the page's origin on every request that could change something; SDKs never do."""
    return "origin" in headers or headers.get("sec-fetch-site", "none") != "none"


def newest_enabled_distribution():
    """(account, distribution), the last one created that is enabled, or (None, None)."""
    for (account, _id), distribution in reversed(list(cloudfront._distributions._data.items())):
        if distribution.get("enabled"):
            return account, distribution
    return None, None


def distribution_by_label(label):
    for (account, _id), distribution in cloudfront._distributions._data.items():
        if distribution.get("DomainName", "").lower() == f"{label}.cloudfront.net":
            return account, distribution
    return None, None


def request_headers(scope):
    """Header fields in MiniStack's form: lower case, repeated fields joined."""
    headers = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1").lower(), app.decode_header_value(value)
        if key in headers:
            headers[key] += ("; " if key == "cookie" else ", ") + text
        else:
            headers[key] = text
    return headers


async def request_body(receive):
    """The whole body, or None when the viewer went away."""
    chunks = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


def undecoded_query(query):
    """Query parameters as a viewer wrote them: on AWS an edge function sees them undecoded."""
    parameters = {}
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        parameters.setdefault(name, []).append(value)
    return parameters


def join_undecoded(pairs, **_):
    """The inverse of undecoded_query, for what a function changed."""
    return "&".join(f"{name}={value}" if value else name for name, value in pairs)


def patch():
    cloudfront.urlencode = join_undecoded


async def view(account, distribution, headers, scope, receive, send):
    """One viewer request, answered by the distribution."""
    body = await request_body(receive)
    if body is None:
        return
    client = (scope.get("client") or ("127.0.0.1", 0))[0]
    responses.set_request_account_id(account)
    responses.set_request_region(None)
    responses.set_request_client_ip(client)
    raw_path = scope["raw_path"].decode("ascii") if scope.get("raw_path") else scope["path"]
    query = scope.get("query_string", b"").decode("latin-1")
    try:
        async with app._get_reset_lock():
            pass
        status, answered, data = await cloudfront.handle_viewer_request(
            distribution,
            scope["method"],
            scope["path"],
            raw_path,
            query,
            headers,
            body,
            undecoded_query(query),
            client,
        )
    except Exception:
        logger.exception("a viewer request failed: %s %s", scope["method"], raw_path)
        await answer(send, 500, "text/plain; charset=utf-8", b"the emulated distribution failed; see the log\n")
        return
    if scope["method"] == "HEAD":
        answered.setdefault("Content-Length", str(len(data)))
        data = b""
    await app._send_response(send, status, answered, data, head=scope["method"] == "HEAD")


async def answer(send, status, content_type, body):
    headers = {"Content-Type": content_type, "Cache-Control": "no-store"}
    await app._send_response(send, status, headers, body)
