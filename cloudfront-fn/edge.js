// The viewer-request function of the QDN distribution (language: cloudfront-js-2.0).
// What lives here: which requests are rewritten, closed or stripped before a cache or an origin sees them.
// What does not: response headers (the /track behaviors' policy) and anything of /api (no function there).
//
// It must never throw: a thrown error is a 503 for the visitor.

function handler(event) {
    const request = event ? event.request : undefined;
    if (!request || typeof request.uri !== 'string') {
        return notFound();
    }
    const path = plainPath(request.uri);

    // Nobody may read the maintenance data yet, so it is closed here and the bucket is never asked.
    if (isBelow(path, '/data')) {
        return notFound();
    }
    if (isBelow(path, '/track')) {
        if (path === '/track' || path === '/track/') {
            request.uri = '/track/index.html';
        }
        forgetToken(request);
    }
    return request;
}

// The path that the bucket would look up: escapes decoded once, dot segments resolved. Without it
// `/%64ata/x` or `/track/..%2Fdata/x` would walk around the two checks above. Bytes are decoded one by one
// because decodeURIComponent throws on a malformed sequence.
function plainPath(uri) {
    if (uri.indexOf('%') < 0 && uri.indexOf('/.') < 0) {
        return uri;
    }
    const decoded = uri.replace(/%([0-9A-Fa-f]{2})/g, function (escape, hex) {
        return String.fromCharCode(parseInt(hex, 16));
    });
    const kept = [];
    const segments = decoded.split('/');
    for (let i = 0; i < segments.length; i++) {
        const last = i === segments.length - 1;
        if (segments[i] === '..') {
            // The empty segment before the leading slash stays, so the path never loses its root.
            if (kept.length > 1) {
                kept.pop();
            }
        } else if (segments[i] !== '.') {
            kept.push(segments[i]);
            continue;
        }
        if (last) {
            kept.push('');
        }
    }
    return kept.join('/');
}

function isBelow(path, folder) {
    return path === folder || path.indexOf(folder + '/') === 0;
}

// The job token travels in the query string and comes back in the Referer of the page's own requests.
// No file below /track depends on either, so both go as a whole: that also covers a token under a name
// spelled with escapes.
function forgetToken(request) {
    request.querystring = {};
    if (request.headers) {
        delete request.headers.referer;
    }
}

function notFound() {
    return {
        statusCode: 404,
        statusDescription: 'Not Found',
        headers: {
            'cache-control': { value: 'no-store' },
            'content-type': { value: 'text/plain; charset=utf-8' },
            'x-content-type-options': { value: 'nosniff' }
        },
        body: { encoding: 'text', data: 'Not found.\n' }
    };
}
