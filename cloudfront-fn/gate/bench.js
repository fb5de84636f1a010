// What each path through edge.js costs on njs: microseconds, and instructions where valgrind is at hand.
// Usage: node cloudfront-fn/gate/bench.js [CALLS [RUNS]]     (default 20000 and 7)
// A call is the function alone: reading the event and waiting for a function that does nothing are taken off.
// The store answers from memory, so a look-up there costs next to nothing here. No gate: it only prints.
'use strict';

const { spawnSync } = require('node:child_process');

const { NOW, STORE, TOKEN, event, reading, request, tracking } = require('./cases');
const { runOnNjs } = require('./engine');

const [CALLS, RUNS] = [Number(process.argv[2] ?? 20000), Number(process.argv[3] ?? 7)];
const FORGED = TOKEN.replace(/.$/, 'A');

const PATHS = {
    'main site': event('main-site'),
    'main site, escapes in the path': request({ uri: '/caf%C3%A9/menu.html' }),
    'file of the page': event('track-asset'),
    'page, good token': tracking(TOKEN),
    'page, forged token': tracking(FORGED),
    'page, no token': request({ uri: '/track' }),
    'data, good key': reading('/data/maintenance.json'),
    'data, wrong key': reading('/data/maintenance.json', `Bearer abcdefg1.${'B'.repeat(43)}`),
    'data, no key': event('data-anonymous'),
    'data, preflight': event('data-preflight'),
};

// Prints the milliseconds that the calls took.
const TAIL = `
async function nothing(event) {
    return event;
}
async function spin(one, called, calls) {
    const text = JSON.stringify(one.event);
    Object.assign(world, one.world);
    const started = world.clock();
    for (let i = 0; i < calls; i++) {
        const answer = await called(JSON.parse(text));
    }
    console.log(world.clock() - started);
}
spin(JSON.parse(require('fs').readFileSync(process.argv[2], 'utf8')), process.argv[3] === 'handler' ? handler : nothing,
    Number(process.argv[4]));
`;

function spin(made, called, calls, under) {
    const input = JSON.stringify({ event: made, world: { store: STORE, now: NOW } });
    return runOnNjs(TAIL, input, [called, String(calls)], under);
}

// Of all runs the median and the fastest: on a busy machine the second one says more.
function microseconds(made) {
    const sorted = (called) => Array.from({ length: RUNS }, () => (Number(spin(made, called, CALLS)) * 1000) / CALLS)
        .sort((one, other) => one - other);
    const [all, idle] = [sorted('handler'), sorted('nothing')];
    return [Math.floor(RUNS / 2), 0].map((place) => all[place] - idle[place]);
}

// The difference of two numbers of calls, so that what happens once is not counted.
function instructions(made) {
    const valgrind = ['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null', '--trace-children=yes',
        '--log-fd=1'];
    const counted = (called, calls) => {
        const found = [...spin(made, called, calls, valgrind).matchAll(/Collected : (\d+)/g)];
        return Number(found.at(-1)[1]);
    };
    const each = (called) => (counted(called, 300) - counted(called, 100)) / 200;
    return each('handler') - each('nothing');
}

function row(name, ...cells) {
    console.log(name.padEnd(32) + cells.map((cell) => String(cell).padStart(14)).join(''));
}

const counts = spawnSync('valgrind', ['--version']).status === 0;
row('path', 'median µs', 'fastest µs', 'instructions');
for (const [name, made] of Object.entries(PATHS)) {
    const [median, fastest] = microseconds(made).map((time) => time.toFixed(1));
    row(name, median, fastest, counts ? Math.round(instructions(made)).toLocaleString('en') : 'no valgrind');
}
