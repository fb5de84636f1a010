// Tests of edge.js with node's own runner: `node --test cloudfront-fn/`.
// The events are in the shape that CloudFront documents for viewer-request functions. What is not tested
// here: the function inside CloudFront's own engine (node accepts more of the language than that does),
// which is why the source itself is checked for syntax that CloudFront refuses.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const vm = require('node:vm');

const source = fs.readFileSync(path.join(__dirname, 'edge.js'), 'utf8');
const TOKEN = 'AQcBAHDb2IAAESIzRFVmd4iZqrvM3e7_fxwc73av3s5ZkFEg9irKRnjs';

// Runs the function as CloudFront does: plain data in, plain data out, no module system.
function run(event) {
    const context = vm.createContext({ input: JSON.stringify(event) });
    const call = `${source}\nJSON.stringify(handler(input === undefined ? undefined : JSON.parse(input)))`;
    return JSON.parse(vm.runInContext(call, context));
}

function fixture(name) {
    return JSON.parse(fs.readFileSync(path.join(__dirname, 'events', `${name}.json`), 'utf8'));
}

function get(uri) {
    const event = fixture('main-site');
    event.request.uri = uri;
    return event;
}

function assertClosed(answer, label) {
    assert.equal(answer.statusCode, 404, label);
    assert.equal(answer.headers['cache-control'].value, 'no-store', label);
    assert.equal(answer.headers['content-type'].value, 'text/plain; charset=utf-8', label);
    assert.equal(answer.body.data, 'Not found.\n', label);
}

test('both spellings of the tracking page become its file', () => {
    for (const name of ['track', 'track-slash', 'track-repeated-token']) {
        assert.equal(run(fixture(name)).uri, '/track/index.html', name);
    }
});

test('a job token never leaves the function', () => {
    for (const name of ['track', 'track-slash', 'track-repeated-token', 'track-asset']) {
        const event = fixture(name);
        assert.ok(JSON.stringify(event).includes(TOKEN), `${name}: the fixture carries a token`);
        const answer = run(event);
        assert.ok(!JSON.stringify(answer).includes(TOKEN), name);
        assert.deepEqual(answer.querystring, {}, name);
        assert.equal(answer.headers.referer, undefined, name);
    }
});

test('what is not the token stays with the request of the tracking page', () => {
    const event = fixture('track');
    const answer = run(event);
    delete event.request.headers.referer;
    assert.deepEqual(answer.headers, event.request.headers);
    assert.deepEqual(answer.cookies, event.request.cookies);
    assert.equal(answer.method, 'GET');
});

test('files of the page pass under their own name', () => {
    assert.equal(run(fixture('track-asset')).uri, '/track/app.js');
    assert.equal(run(get('/track/index.html')).uri, '/track/index.html');
    assert.equal(run(get('/track/icons/')).uri, '/track/icons/');
});

test('the maintenance data is closed, whatever the method', () => {
    for (const name of ['data-document', 'data-preflight', 'data-bare']) {
        assertClosed(run(fixture(name)), name);
    }
});

test('the maintenance data is closed under every spelling that the bucket would accept', () => {
    const spellings = [
        '/data/',
        '/%64ata/maintenance.json',
        '/%64%61%74%61/maintenance.json',
        '/data%2Fmaintenance.json',
        '/data%2fmaintenance.json',
        '/track/../data/maintenance.json',
        '/track/%2e%2E/data/maintenance.json',
        '/track%2F..%2Fdata%2Fmaintenance.json',
        '/./data/maintenance.json',
        '/../../data/maintenance.json',
        '/data/x/..',
        '/data/%zz',
        '/%64ata/%ff',
    ];
    for (const uri of spellings) {
        assertClosed(run(get(uri)), uri);
    }
});

test('everything else of the distribution is untouched', () => {
    for (const name of ['main-site', 'track-lookalike']) {
        const event = fixture(name);
        assert.deepEqual(run(event), event.request, name);
    }
    const others = ['/', '/index.html', '/database', '/datas/x', '/Data/x', '/tracks/', '/a/data/x', '/a/track',
        '/caf%C3%A9/%zz%', '/.well-known/security.txt', '/%2564ata/x', '//data/x', '/a/../b', ''];
    for (const uri of others) {
        const event = get(uri);
        assert.deepEqual(run(event), event.request, uri);
    }
});

test('an event without a usable request is answered, never thrown at', () => {
    const odd = [undefined, null, {}, [], { request: null }, { request: {} }, { request: { uri: 7 } }];
    for (const event of odd) {
        assertClosed(run(event), JSON.stringify(event));
    }
    assert.equal(run({ request: { uri: '/track' } }).uri, '/track/index.html');
});

test('no random path makes it throw, and no answer under /data is anything but closed', () => {
    // A fixed seed: a failure can be repeated.
    let seed = 20261122;
    const next = (bound) => {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
        return Math.floor((seed / 2 ** 32) * bound);
    };
    const parts = ['/', 'data', 'track', '%', '%2F', '%2e', '..', '.', '%64', 'index.html', '?', '\u00e9', '%ff', ''];
    const script = new vm.Script(`${source}\nhandler`);
    const handler = script.runInContext(vm.createContext({}));
    for (let round = 0; round < 20000; round++) {
        let uri = '/';
        for (let length = next(8); length >= 0; length--) {
            uri += parts[next(parts.length)];
        }
        const answer = handler({ request: { uri: uri, querystring: {}, headers: {} } });
        if (answer.statusCode === undefined) {
            // WHATWG URL knows dot segments too: an independent second opinion on where a path leads.
            const decoded = uri.replace(/%([0-9a-f]{2})/gi, (all, hex) => String.fromCharCode(parseInt(hex, 16)));
            const led = new URL(`http://host${decoded.replace(/[?#%\\]/g, '_')}`).pathname;
            assert.ok(led !== '/data' && !led.startsWith('/data/'), `${uri} leads to ${led}`);
        } else {
            assert.equal(answer.statusCode, 404, uri);
        }
    }
});

test('the source keeps within what CloudFront accepts', () => {
    assert.ok(Buffer.byteLength(source) <= 10240, 'at most 10,240 bytes, comments counted');
    const code = source.replace(/^\s*\/\/.*$/gm, '');
    const refused = {
        class: /\bclass\b/,
        'for-of': /\bfor\s*\([^;)]*\bof\b/,
        'spread or rest': /\.\.\./,
        'optional chaining': /\?\.(?!\d)/,
        'nullish coalescing': /\?\?/,
        'destructuring': /\b(?:const|let|var)\s*[[{]/,
        'default parameter': /function\s*\w*\([^)]*=/,
        'Map or Set': /\bnew\s+(?:Weak)?(?:Map|Set)\b/,
        'module syntax': /\b(?:export|require)\b/,
        'eval': /\b(?:eval|Function)\s*\(/,
    };
    for (const [name, pattern] of Object.entries(refused)) {
        assert.doesNotMatch(code.replace(/'\.\.'/g, "''"), pattern, name);
    }
});
