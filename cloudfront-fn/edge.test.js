// Tests of edge.js with node's own runner: `node --test cloudfront-fn/*.test.js`. What lives here: which requests
// pass, changed in which way. The refusals in detail are in refusal.test.js; that CloudFront's engine takes the
// source, and answers there as here, is for the gate (gate/run.js, gate/language.js).
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const cases = require('./gate/cases');
const { onNode, source, withSettings } = require('./gate/engine');

const { NOW, STORE, TOKEN } = cases;
const answer = onNode();

function run(event, store = STORE, settings = {}) {
    return answer({ event, store, now: NOW, settings });
}

// What passes: the request, perhaps changed.
function passed(answered, label) {
    assert.equal(answered.statusCode, undefined, label);
    assert.equal(answered.thrown, undefined, label);
    return answered;
}

test('every vector of the job token gets its verdict', async () => {
    const vectors = cases.vectorCases();
    assert.ok(vectors.length > 40);
    for (const one of vectors) {
        const answered = await answer(one);
        const expected = one.accepted ? '/track/index.html' : undefined;
        assert.equal(answered.uri, expected, one.name);
        assert.equal(answered.statusCode, one.accepted ? undefined : 404, one.name);
    }
});

test('with a good token every spelling of the tracking page becomes its file', async () => {
    for (const uri of cases.PAGE_SPELLINGS) {
        assert.equal(passed(await run(cases.tracking(TOKEN, uri)), uri).uri, '/track/index.html', uri);
    }
});

test('a job token never leaves the function', async () => {
    const names = cases.eventNames().filter((name) => JSON.stringify(cases.event(name)).includes(TOKEN));
    assert.deepEqual(names, ['track', 'track-asset', 'track-repeated-token', 'track-slash']);
    for (const name of names) {
        for (const store of [STORE, {}, 'down', 'absent']) {
            const answered = await run(cases.event(name), store);
            assert.ok(!JSON.stringify(answered).includes(TOKEN), name);
            if (answered.statusCode === undefined) {
                assert.deepEqual(answered.querystring, {}, name);
                assert.equal(answered.headers.referer, undefined, name);
            }
        }
    }
});

test('what is not the token stays with the request of the tracking page', async () => {
    const event = cases.event('track');
    const answered = passed(await run(event));
    delete event.request.headers.referer;
    assert.deepEqual(answered, { ...event.request, uri: '/track/index.html', querystring: {} });
});

test('files of the page pass under their own name, and the store is not asked', async () => {
    const files = ['/track/app.js', '/track/icons/', '/track/index.html.map', '/track//index.html', '/track/a%20b'];
    for (const uri of files) {
        assert.equal(passed(await run(cases.request({ uri }), 'absent'), uri).uri, uri);
    }
});

test('with a good key the maintenance data passes, without key and query', async () => {
    const event = cases.event('data-credential');
    const answered = passed(await run(event));
    delete event.request.headers.authorization;
    assert.deepEqual(answered, { ...event.request, querystring: {} });
    for (const method of ['GET', 'HEAD']) {
        event.request.method = method;
        event.request.headers.authorization = { value: cases.CREDENTIAL };
        passed(await run(event), method);
    }
});

test('whoever may do everything may read the data, and the scheme is spelled in any case', async () => {
    const secret = cases.CREDENTIAL.split('.')[1];
    for (const start of ['Bearer adminkey', 'bearer abcdefg1', 'BEARER  abcdefg1']) {
        const credential = `${start}.${secret} `;
        passed(await run(cases.reading('/data/maintenance.json', credential)), credential);
    }
    for (const scopes of ['admin', 'maintenance', 'jobs,maintenance', 'admin,jobs', 'jobs,maintenance,messages']) {
        passed(await run(cases.reading('/data/x'), { 'op.abcdefg1': `${cases.HASH} ${scopes}` }), scopes);
    }
});

test('everything else of the distribution is untouched, and the store is not asked', async () => {
    for (const name of ['main-site', 'track-lookalike']) {
        const event = cases.event(name);
        assert.deepEqual(await run(event, 'absent'), event.request, name);
    }
    for (const uri of cases.OTHER_PATHS) {
        const event = cases.request({ uri, method: 'POST' });
        assert.deepEqual(await run(event, 'absent'), event.request, uri);
    }
});

test('folders become their index only where the stack file asks for it', async () => {
    const folders = { '/x/': '/x/index.html', '/tracks/': '/tracks/index.html', '/x/y': '/x/y', '/x': '/x', '/': '/' };
    for (const [uri, file] of Object.entries(folders)) {
        const event = cases.request({ uri });
        assert.equal((await run(event, STORE, { indexes: false })).uri, uri);
        assert.equal((await run(event, STORE, { indexes: true })).uri, file);
    }
    const icons = await run(cases.request({ uri: '/track/icons/' }), STORE, { indexes: true });
    assert.equal(icons.uri, '/track/icons/', 'the page has no folders');
});

test('no random request makes it throw, and what passes is where it may go', async () => {
    const seen = {};
    for (const one of cases.randomCases(20000)) {
        const answered = await answer(one);
        assert.equal(answered.thrown, undefined, one.name);
        const kind = answered.statusCode ?? (/^\/(track|data)/.exec(answered.uri) ?? ['passed'])[0];
        seen[kind] = (seen[kind] ?? 0) + 1;
        if (answered.statusCode !== undefined) {
            assert.ok([204, 401, 404].includes(answered.statusCode), one.name);
            continue;
        }
        const { request } = one.event;
        // WHATWG URL knows dot segments too: an independent second opinion on where a path leads.
        const decoded = request.uri.replace(/%([0-9a-f]{2})/gi, (all, hex) => String.fromCharCode(parseInt(hex, 16)));
        const led = new URL(`http://host${decoded.replace(/[?#%\\\n]/g, '_')}`).pathname;
        if (led === '/data' || led.startsWith('/data/')) {
            const [scheme, key] = request.headers.authorization.value.trim().split(/ +/);
            assert.equal(`${scheme.toLowerCase()} ${key}`, cases.CREDENTIAL.replace('B', 'b'), one.name);
            assert.equal(answered.headers.authorization, undefined, one.name);
        }
        if (/^\/track(\/|\/index\.html)?$/.test(led)) {
            assert.equal(answered.uri, '/track/index.html', one.name);
            assert.equal(request.querystring.jobToken.value, TOKEN, one.name);
        }
    }
    for (const kind of ['204', '401', '404', '/track', '/data', 'passed']) {
        assert.ok(seen[kind] > 100, `${kind}: ${JSON.stringify(seen)}`);
    }
});

test('the settings are one line, which the deployer writes anew', async () => {
    const settings = { phone: '+34911234567', origins: ['https://a.example'], indexes: true };
    const text = withSettings(source(), settings);
    assert.ok(text.includes(`\nconst SETTINGS = ${JSON.stringify(settings)};\n`));
    assert.equal(text.split('\n').length, source().split('\n').length);
    const own = onNode(settings);
    const preflight = cases.event('data-preflight');
    preflight.request.headers.origin.value = 'https://a.example';
    const answered = await own({ event: preflight, store: STORE, now: NOW });
    assert.equal(answered.headers['access-control-allow-origin'].value, 'https://a.example');
    const page = await own({ event: cases.request({ uri: '/track' }), store: STORE, now: NOW });
    assert.ok(page.body.data.includes('<a href="tel:+34911234567">+34911234567</a>'));
    assert.equal((await own({ event: cases.request({ uri: '/x/' }), store: STORE, now: NOW })).uri, '/x/index.html');
    assert.throws(() => withSettings(text.replace('const SETTINGS', 'let SETTINGS'), settings), /0 lines of settings/);
    assert.throws(() => withSettings(`${text}\nconst SETTINGS = {};`, settings), /2 lines of settings/);
});
