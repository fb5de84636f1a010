// The viewer-request function of the QDN distribution (language: cloudfront-js-2.0). It decides who sees the
// tracking page and the maintenance data, and takes every credential off a request before a cache or an origin
// sees it. Headers of good answers belong to the behaviors' policies; /api has no function.
// It must never throw: a thrown error is a 503 for the visitor.
import cf from 'cloudfront';
import crypto from 'crypto';

/** Written by the deployer, from the stack file. @type {{phone: string, origins: string[], indexes: boolean}} */
const SETTINGS = {"phone":"+15125550100","origins":[],"indexes":false};

/** @param {AWSCloudFrontFunction.Event} event */
async function handler(event) {
  try {
    const request = event.request;
    const path = plainPath(request.uri);
    if (isBelow(path, '/track')) {
      return await track(request, path);
    }
    if (isBelow(path, '/data')) {
      return await data(request);
    }
    // `/` itself is the distribution's affair.
    if (SETTINGS.indexes && /.\/$/.test(request.uri)) {
      request.uri += 'index.html';
    }
    return request;
  } catch (error) {
    return notFound();
  }
}

// The path as the bucket reads it, dot segments resolved: `/%64ata/x` must not walk around the checks.
// Byte by byte, since decodeURIComponent throws on half a character.
function plainPath(uri) {
  if (!/%|\/\./.test(uri)) {
    return uri;
  }
  const decoded = uri.replace(/%([0-9a-f]{2})/gi, (escape, hex) => String.fromCharCode(parseInt(hex, 16)));
  const path = [];
  decoded.slice(1).split('/').forEach((part) => {
    if (part === '..') {
      path.pop();
    } else if (part !== '.') {
      path.push(part);
    }
  });
  return '/' + path.join('/');
}

function isBelow(path, folder) {
  return path === folder || path.startsWith(folder + '/');
}

// A token can stand in the query under any spelling of its name, and in the referer. No file here needs either.
/** @param {AWSCloudFrontFunction.Request} request */
async function track(request, path) {
  const token = only(request.querystring.jobToken);
  request.querystring = {};
  delete request.headers.referer;
  if (path === '/track' || path === '/track/' || path === '/track/index.html') {
    const good = await isGood(token);
    if (!good) {
      return notFound();
    }
    request.uri = '/track/index.html';
  }
  return isRead(request) ? request : notFound();
}

// What `JobToken::verify` says, for the scope to track. A forger knows what a token says of itself, so that is
// looked at first. `$` alone also matches before a line break here.
async function isGood(token) {
  if (!/^[A-Za-z0-9_-]{56}$(?!\n)/.test(token)) {
    return false;
  }
  const says = Buffer.from(token, 'base64url');
  if (says[0] !== 1 || !(says[2] & 1) || Date.now() >= says.readUInt32BE(4) * 1000) {
    return false;
  }
  const key = await cf.kvs().get('tk.' + says[1]);
  if (!/^[0-9a-f]{64}$(?!\n)/.test(key)) {
    return false;
  }
  const tag = crypto.createHmac('sha256', Buffer.from(key, 'hex'))
    .update('qdn.track.v1\n' + token.slice(0, 32)).digest('base64url');
  return isSame(tag.slice(0, 24), token.slice(32));
}

// Answers across origins as the API does.
/** @param {AWSCloudFrontFunction.Request} request */
async function data(request) {
  const headers = { vary: 'Origin' };
  const origin = only(request.headers.origin);
  const known = SETTINGS.origins.includes(origin);
  if (known) {
    headers['access-control-allow-origin'] = origin;
  }
  if (request.method === 'OPTIONS') {
    if (known) {
      headers['access-control-allow-methods'] = 'GET, HEAD';
      headers['access-control-allow-headers'] = 'Authorization';
      headers['access-control-max-age'] = '7200';
    }
    return answer(204, headers);
  }
  const good = await mayRead(only(request.headers.authorization));
  if (good && isRead(request)) {
    delete request.headers.authorization;
    request.querystring = {};
    return request;
  }
  headers['content-type'] = 'application/problem+json';
  headers['www-authenticate'] = 'Bearer';
  return answer(401, headers, '{"type":"tag:quickdumpnow.com,2026:problem/unauthorized",' +
    '"title":"Operator key required","status":401}');
}

// A credential is `<id>.<secret>`; under its id stand `<SHA-256 of the secret> <scopes>`.
async function mayRead(credential) {
  const key = /^bearer +([a-z0-9]{8})\.([\w-]{43}) *$/i.exec(credential);
  if (key === null) {
    return false;
  }
  try {
    const stored = await cf.kvs().get('op.' + key[1]);
    const entry = /^([0-9a-f]{64}) ([a-z,]*,)?(admin|maintenance)(,|$)/.exec(stored);
    return entry !== null && isSame(entry[1], crypto.createHash('sha256').update(key[2]).digest('hex'));
  } catch (error) {
    return false;
  }
}

function isRead(request) {
  return request.method === 'GET' || request.method === 'HEAD';
}

// The value of a field that came once.
function only(field) {
  return field && !(field.multiValue && field.multiValue.length > 1) ? field.value : '';
}

// Takes the same time wherever they differ.
function isSame(one, other) {
  let difference = one.length ^ other.length;
  for (let i = 0; i < one.length; i++) {
    difference |= one.charCodeAt(i) ^ other.charCodeAt(i);
  }
  return difference === 0;
}

function answer(statusCode, values, text) {
  const response = { statusCode: statusCode, headers: { 'cache-control': { value: 'no-store' } } };
  for (const name in values) {
    response.headers[name] = { value: values[name] };
  }
  if (text) {
    response.body = { encoding: 'text', data: text };
  }
  return response;
}

// No hint why. The policy names the hash of the style.
function notFound() {
  return answer(404, {
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; " +
      "style-src 'sha256-5ZxSkZ3taZUNesQXdzYqX90ID4H6F/1FpJIzD2miXYs='",
    'content-type': 'text/html; charset=utf-8',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-robots-tag': 'noindex'
  }, `<!doctype html><html lang="en"><meta charset="utf-8"><title>Page not found - QuickDumpNow</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>main{font:1.1rem/1.5 system-ui,sans-serif;max-width:28em;margin:auto;padding:1em}
a{display:inline-block;border:2px solid;border-radius:.5em;padding:.7em 1.2em;color:inherit}</style>
<main><h1>We cannot find this page</h1>
<p>Please open the link in our latest text message, or call QuickDumpNow. We are glad to help.</p>
<div lang="es"><h2>No encontramos esta p&aacute;gina</h2>
<p>Abra el enlace de nuestro &uacute;ltimo mensaje de texto o llame a QuickDumpNow. Con gusto le ayudamos.</p></div>
<a href="tel:${SETTINGS.phone}">${SETTINGS.phone.replace(/^\+1(...)(...)/, '($1) $2-')}</a></main>
`);
}
