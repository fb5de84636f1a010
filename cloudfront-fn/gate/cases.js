// Cases for the edge function that hold on every engine: the vectors of the job token, the events, spellings of
// paths, and random requests. What each has to be answered with is for edge.test.js to say.
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const EVENTS = path.join(__dirname, '..', 'events');
const VECTORS = path.join(__dirname, '..', '..', 'tests', 'vectors', 'job-token.json');

// The token of the design, in the second in which it is looked at, and an operator key: `AAAAAAAA…` and its hash.
const TOKEN = 'AQcBAHDb2IAAESIzRFVmd4iZqrvM3e7_fxwc73av3s5ZkFEg9irKRnjs';
const NOW = 1767225600;
const CREDENTIAL = `Bearer abcdefg1.${'A'.repeat(43)}`;
const HASH = '0f007385b6f9d4b7eeb2748605afe1a984a0a3bfa3f014d09e2a784ce9e5cd1a';
const STORE = {
    'tk.7': '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
    'op.abcdefg1': `${HASH} maintenance`,
    'op.jobsonly': `${HASH} jobs,messages`,
    'op.adminkey': `${HASH} admin,jobs,maintenance,messages`,
};

// Paths that the bucket would read as one below /data.
const DATA_SPELLINGS = [
    '/data', '/data/', '/data/maintenance.json', '/data//x',
    '/%64ata/maintenance.json', '/%64%61%74%61/maintenance.json',
    '/data%2Fmaintenance.json', '/data%2fmaintenance.json',
    '/track/../data/maintenance.json', '/track/%2e%2E/data/maintenance.json',
    '/track%2F..%2Fdata%2Fmaintenance.json', '/./data/maintenance.json',
    '/../../data/maintenance.json', '/data/x/..', '/data/%zz', '/%64ata/%ff', '/data%0A/../data/x',
];

// Paths that the bucket would read as the tracking page.
const PAGE_SPELLINGS = [
    '/track', '/track/', '/track/index.html', '/%74rack', '/track%2F', '/track%2findex.html',
    '/track/%69ndex.html', '/track/./index.html', '/track/x/../index.html', '/data/../track',
    '/track/index.html/.', '/a/../track/', '/track/x/..', '/track/.',
];

// Paths of the main site.
const OTHER_PATHS = [
    '/', '/index.html', '/database', '/datas/x', '/Data/x', '/tracks/', '/tracking', '/a/data/x', '/a/track',
    '/caf%C3%A9/%zz%', '/.well-known/security.txt', '/%2564ata/x', '//data/x', '/a/../b', '/track%0A', '/x/', '',
];

function event(name) {
    return JSON.parse(fs.readFileSync(path.join(EVENTS, `${name}.json`), 'utf8'));
}

function eventNames() {
    return fs.readdirSync(EVENTS).map((file) => path.basename(file, '.json')).sort();
}

// A GET of the main site's event, with these parts of the request in place of its own.
function request(parts) {
    const made = event('main-site');
    Object.assign(made.request, { querystring: {}, headers: { host: made.request.headers.host } }, parts);
    return made;
}

function tracking(token, uri = '/track') {
    return request({ uri, querystring: { jobToken: { value: token } } });
}

function reading(uri, credential = CREDENTIAL) {
    const made = request({ uri });
    made.request.headers.authorization = { value: credential };
    return made;
}

function entries(keys) {
    return Object.fromEntries(Object.entries(keys).map(([id, key]) => [`tk.${id}`, key]));
}

// The vectors that ask what the edge asks: may this token track?
function vectorCases() {
    const { vectors } = JSON.parse(fs.readFileSync(VECTORS, 'utf8'));
    return vectors.filter((vector) => vector.need === 'track').map((vector) => ({
        name: `vector: ${vector.name}`,
        event: tracking(vector.token),
        store: entries(vector.keys),
        now: vector.now,
        accepted: vector.accepted,
    }));
}

function eventCases() {
    const stores = { full: STORE, empty: {}, down: 'down', absent: 'absent' };
    return eventNames().flatMap((name) => Object.keys(stores).map((kind) => (
        { name: `event: ${name}, store ${kind}`, event: event(name), store: stores[kind], now: NOW })));
}

function pathCases() {
    const paths = DATA_SPELLINGS.concat(PAGE_SPELLINGS, OTHER_PATHS);
    return paths.flatMap((uri) => [
        { name: `path: ${uri} with a token`, event: tracking(TOKEN, uri) },
        { name: `path: ${uri} with a credential`, event: reading(uri) },
        { name: `path: ${uri} with indexes`, event: request({ uri }), settings: { indexes: true } },
    ].map((one) => ({ ...one, store: STORE, now: NOW })));
}

// Random requests, the same ones for the same seed, most of them near to what is let through.
function randomCases(count, seed = 20261122) {
    let state = seed;
    const below = (bound) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor((state / 2 ** 32) * bound);
    };
    const pick = (list) => list[below(list.length)];
    const parts = ['/', 'data', 'track', '%', '%2F', '%2e', '..', '.', '%64', 'index.html', '?', '\u00e9', '%ff', ''];
    const uri = () => {
        let made = '/';
        for (let length = below(8); length >= 0; length--) {
            made += pick(parts);
        }
        return made;
    };
    const near = (text) => {
        const place = below(text.length + 1);
        const other = pick(['', 'A', '_', '=', ' ', '\n', '\u00e9', '%41', '\u0000', ',']);
        return pick([text, text, text.slice(0, place) + other + text.slice(place + 1), text.slice(0, place) + other]);
    };
    const odd = () => pick([undefined, null, '', 7, [], {}, { value: 7 }, { value: null }, { multiValue: 3 }]);
    const field = (text) => {
        const value = near(text);
        const multiValue = pick([undefined, undefined, undefined, [{ value }], [{ value }, { value: 'x' }]]);
        return below(12) ? { value, multiValue } : odd();
    };
    const names = Object.keys(STORE);
    return Array.from({ length: count }, (ignored, index) => {
        const headers = {
            host: { value: 'd111111abcdef8.cloudfront.net' },
            origin: field('http://localhost:5173'),
            authorization: field(CREDENTIAL),
            referer: { value: 'https://example.com/' },
        };
        const asked = {
            uri: below(3) ? pick(['/track', '/track/', '/data/maintenance.json', '/track/app.js']) : uri(),
            method: below(6) ? pick(['GET', 'HEAD']) : pick(['OPTIONS', 'POST', 'DELETE', 'get', '', undefined]),
            querystring: below(20) ? { [near('jobToken')]: field(TOKEN), jobToken: field(TOKEN) } : odd(),
            headers: below(20) ? headers : odd(),
        };
        const store = below(6) ? { ...STORE, [pick(names)]: below(2) ? near(STORE[pick(names)]) : odd() }
            : pick(['down', 'absent', {}]);
        return { name: `random: ${index}`, event: below(50) ? request(asked) : { request: odd() }, store, now: NOW };
    });
}

module.exports = {
    CREDENTIAL, DATA_SPELLINGS, HASH, NOW, OTHER_PATHS, PAGE_SPELLINGS, STORE, TOKEN,
    event, eventCases, eventNames, pathCases, randomCases, reading, request, tracking, vectorCases,
};
