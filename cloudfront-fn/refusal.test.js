// Tests of what edge.js answers by itself: the page for whoever has no good token, the refusal of the maintenance
// data, and its preflight. Which requests pass is in edge.test.js.
'use strict';

const assert = require('node:assert/strict');
const { createHash } = require('node:crypto');
const { test } = require('node:test');

const cases = require('./gate/cases');
const { onNode } = require('./gate/engine');

const { CREDENTIAL, HASH, NOW, STORE, TOKEN } = cases;
const OURS = 'https://dashboard.quickdumpnow.com';
const answer = onNode();

function run(event, store = STORE) {
    return answer({ event, store, now: NOW });
}

// The answer's headers as plain text.
function headers(answered) {
    return Object.fromEntries(Object.entries(answered.headers).map(([name, { value }]) => [name, value]));
}

let page;

// Every refusal of the page is the same one to the byte.
async function assertPage(event, store, label) {
    page ??= await run(cases.request({ uri: '/track' }));
    assert.equal(page.statusCode, 404);
    assert.deepEqual(await run(event, store), page, label);
}

async function assertRefused(event, store, label) {
    const answered = await run(event, store);
    assert.equal(answered.statusCode, 401, label);
    assert.equal(headers(answered)['www-authenticate'], 'Bearer', label);
    assert.ok(!JSON.stringify(answered).includes('AAAA'), label);
}

test('whatever is wrong with a token, the page is the same', async () => {
    const track = (parameters) => cases.request({ uri: '/track', querystring: parameters });
    const value = TOKEN;
    const events = {
        'no token': track({}),
        'an empty token': track({ jobToken: { value: '' } }),
        'another spelling of the name': track({ 'job%54oken': { value } }),
        'another case of the name': track({ jobtoken: { value } }),
        'repeated': track({ jobToken: { value, multiValue: [{ value }, { value: 'x' }] } }),
        'repeated, the same twice': track({ jobToken: { value, multiValue: [{ value }, { value }] } }),
        'escaped': track({ jobToken: { value: value.replace('_', '%5F') } }),
        'with a line break behind': track({ jobToken: { value: `${value}\n` } }),
        'in the referer alone':
            cases.request({ uri: '/track', headers: { referer: { value: `/?jobToken=${value}` } } }),
        'posted': { request: { ...cases.tracking(value).request, method: 'POST' } },
    };
    for (const [label, event] of Object.entries(events)) {
        await assertPage(event, STORE, label);
    }
    for (const uri of cases.PAGE_SPELLINGS) {
        await assertPage(cases.request({ uri }), STORE, uri);
    }
    await assertPage(cases.request({ uri: '/track/app.js', method: 'POST' }), STORE, 'a file, posted');
    for (const name of ['track-repeated-token', 'track-escaped-token', 'track-file-without-token']) {
        await assertPage(cases.event(name), STORE, name);
    }
});

test('whatever is wrong with the store, the page is the same', async () => {
    const stores = ['down', 'absent', {}, { 'tk.8': STORE['tk.7'] }];
    const key = STORE['tk.7'];
    for (const value of ['', 'x', key.slice(1), `${key}0`, key.toUpperCase(), `${key}\n`, ` ${key}`, null, 7, {}, []]) {
        stores.push({ 'tk.7': value });
    }
    for (const store of stores) {
        await assertPage(cases.tracking(TOKEN), store, JSON.stringify(store));
    }
});

test('an event without a usable request gets the page, never an error', async () => {
    const odd = [undefined, null, {}, [], { request: null }, { request: {} }, { request: { uri: 7 } },
        { request: { uri: '/track' } }, { request: { uri: '/data' } }, { request: { uri: '/data', headers: null } }];
    for (const event of odd) {
        await assertPage(event, STORE, JSON.stringify(event));
    }
});

test('the page is friendly, in two languages, and tells nobody anything', async () => {
    const answered = await run(cases.request({ uri: '/track' }));
    const html = answered.body.data;
    const style = /<style>(.*?)<\/style>/s.exec(html)[1];
    const hash = createHash('sha256').update(style).digest('base64');
    assert.deepEqual(headers(answered), {
        'cache-control': 'no-store',
        'content-security-policy': `default-src 'none'; frame-ancestors 'none'; style-src 'sha256-${hash}'`,
        'content-type': 'text/html; charset=utf-8',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-robots-tag': 'noindex',
    });
    assert.equal(answered.body.encoding, 'text');
    assert.equal(html.match(/<style>| style=/g).length, 1, 'nothing else inline');
    assert.ok(!/<script|https?:/.test(html), 'no script, nothing from elsewhere');
    assert.ok(html.includes('<html lang="en">') && html.includes('<div lang="es">'));
    assert.ok(html.includes('<a href="tel:+15125550100">(512) 555-0100</a>'));
    assert.ok(!/token|expire|sign|invalid|v&aacute;lid|venc/i.test(html));
    // An engine that took the source for Latin-1 would serve the same page.
    assert.match(html, /^[\x20-\x7e\n]*$/);
});

test('the maintenance data is refused without a good key, under every spelling', async () => {
    for (const uri of cases.DATA_SPELLINGS) {
        await assertRefused(cases.request({ uri }), STORE, uri);
        await assertRefused(cases.reading(uri), {}, uri);
    }
    for (const name of ['data-anonymous', 'data-bare', 'data-repeated-credential']) {
        await assertRefused(cases.event(name), STORE, name);
    }
    for (const method of ['POST', 'DELETE', 'get', '']) {
        const event = cases.reading('/data/maintenance.json');
        event.request.method = method;
        await assertRefused(event, STORE, method);
    }
});

test('a key that is not exactly right is refused', async () => {
    const secret = CREDENTIAL.split('.')[1];
    const wrong = ['', 'Bearer', 'Bearer ',
        `Basic abcdefg1.${secret}`, `Bearer abcdefg1${secret}`, `abcdefg1.${secret}`,
        `Bearer abcdefg2.${secret}`, `Bearer ABCDEFG1.${secret}`, `Bearer abcdefg1.${secret.slice(1)}`,
        `Bearer abcdefg1.${secret}A`, `Bearer abcdefg1.${secret}=`, `Bearer abcdefg1.${secret.slice(1)}B`,
        `Bearer abcdefg1.${secret.slice(1)}%41`, `Bearer\tabcdefg1.${secret}`, `Bearer jobsonly.${secret}`,
        `Bearer ../tk.7.${secret}`, `${CREDENTIAL}, ${CREDENTIAL}`, `Bearer Bearer abcdefg1.${secret}`];
    for (const credential of wrong) {
        await assertRefused(cases.reading('/data/maintenance.json', credential), STORE, credential);
    }
    for (const multiValue of [[{ value: CREDENTIAL }, { value: CREDENTIAL }], [{ value: CREDENTIAL }, { value: '' }]]) {
        const event = cases.reading('/data/maintenance.json');
        event.request.headers.authorization.multiValue = multiValue;
        await assertRefused(event, STORE, 'repeated');
    }
});

test('an entry that is no operator key opens nothing', async () => {
    const entries = ['', HASH, `${HASH} `, `${HASH} jobs`, `${HASH} jobs,messages`, `${HASH} maintenances`,
        `${HASH} xmaintenance`, `${HASH} jobs maintenance`, `${HASH},maintenance`, `${HASH.toUpperCase()} maintenance`,
        `${HASH.slice(1)} maintenance`, ` ${HASH} maintenance`, `${HASH}0 maintenance`, `${HASH} MAINTENANCE`,
        null, 7, {}, []];
    for (const entry of entries) {
        await assertRefused(cases.reading('/data/maintenance.json'), { 'op.abcdefg1': entry }, JSON.stringify(entry));
    }
    for (const store of ['down', 'absent']) {
        await assertRefused(cases.reading('/data/maintenance.json'), store, store);
    }
});

test('a refusal is a problem document that an allowed origin may read', async () => {
    const event = cases.event('data-anonymous');
    const refused = await run(event);
    const common = {
        'cache-control': 'no-store',
        'content-type': 'application/problem+json',
        vary: 'Origin',
        'www-authenticate': 'Bearer',
    };
    assert.deepEqual(headers(refused), common);
    // The API's document of this kind, as functions/shared/src/problem.rs writes it.
    assert.deepEqual(JSON.parse(refused.body.data), {
        type: 'tag:quickdumpnow.com,2026:problem/unauthorized',
        title: 'Operator key required',
        status: 401,
    });
    event.request.headers.origin = { value: OURS };
    assert.deepEqual(headers(await run(event)), { ...common, 'access-control-allow-origin': OURS });
});

test('the preflight of an allowed origin learns methods and headers', async () => {
    const answered = await run(cases.event('data-preflight'), 'absent');
    assert.equal(answered.statusCode, 204);
    assert.equal(answered.body, undefined);
    assert.deepEqual(headers(answered), {
        'access-control-allow-headers': 'Authorization',
        'access-control-allow-methods': 'GET, HEAD',
        'access-control-allow-origin': OURS,
        'access-control-max-age': '7200',
        'cache-control': 'no-store',
        vary: 'Origin',
    });
});

test('anybody else learns only that the answer varies', async () => {
    const foreign = ['', 'null', '*', `${OURS}/`, `${OURS}.evil.example`, 'http://dashboard.quickdumpnow.com',
        OURS.toUpperCase(), `${OURS}:8443`, 'http://localhost', `${OURS}, http://localhost:5173`];
    for (const origin of foreign) {
        const preflight = cases.event('data-preflight');
        preflight.request.headers.origin.value = origin;
        assert.deepEqual(headers(await run(preflight)), { 'cache-control': 'no-store', vary: 'Origin' }, origin);
        const anonymous = cases.event('data-anonymous');
        anonymous.request.headers.origin = { value: origin };
        assert.equal(headers(await run(anonymous))['access-control-allow-origin'], undefined, origin);
    }
    const none = cases.event('data-preflight');
    delete none.request.headers.origin;
    assert.deepEqual(headers(await run(none)), { 'cache-control': 'no-store', vary: 'Origin' });
});
