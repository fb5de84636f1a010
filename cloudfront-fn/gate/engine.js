// Runs edge.js outside CloudFront: on node, in this process, or on njs, in a process of its own.
// What surrounds the function there is world.js; which cases there are is not decided here.
'use strict';

const crypto = require('node:crypto');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const vm = require('node:vm');

const FILE = path.join(__dirname, '..', 'edge.js');
const WORLD = fs.readFileSync(path.join(__dirname, 'world.js'), 'utf8');
const SETTINGS_LINE = /^const SETTINGS = .*;$/gm;

// What the tests set, where a case says nothing else.
const SETTINGS = {
    phone: '+15125550100',
    origins: ['https://dashboard.quickdumpnow.com', 'http://localhost:5173'],
    indexes: false,
};

function source() {
    return fs.readFileSync(FILE, 'utf8');
}

// The source as the deployer uploads it: its one line of settings is written anew.
function withSettings(text, settings) {
    const lines = text.match(SETTINGS_LINE) || [];
    if (lines.length !== 1) {
        throw new Error(`edge.js has ${lines.length} lines of settings, expected one`);
    }
    return text.replace(SETTINGS_LINE, () => `const SETTINGS = ${JSON.stringify(settings)};`);
}

// The whole program: edge.js, its imports given by `modules`, and the world around it.
function program(modules, settings = SETTINGS) {
    const text = withSettings(source(), settings);
    const given = text.replace(/^import (\w+) from '(\w+)';$/gm, (line, name, module) => modules[module] || line);
    return `${given}\n${WORLD}`;
}

// Answers to cases on node. Every case goes in and out as JSON, so nothing is shared with the function.
function onNode(settings) {
    const text = program({
        cloudfront: 'const cf = { kvs: openStore };',
        crypto: 'const crypto = node.crypto;',
    }, settings);
    const context = vm.createContext({ node: { crypto }, Buffer });
    const answerTo = new vm.Script(`${text}\nanswerTo`, { filename: FILE }).runInContext(context);
    return async (one) => JSON.parse(await answerTo(JSON.stringify(one)));
}

// Runs a program on njs: edge.js and its world, then `tail`, which finds `input` in the file that its first
// parameter names. Returns what it prints. `under`: a command that njs is to run under.
function runOnNjs(tail, input, parameters = [], under = []) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'edge-'));
    try {
        const [code, data] = ['edge.js', 'input'].map((name) => path.join(folder, name));
        fs.writeFileSync(code, `${program({ cloudfront: 'const cf = { kvs: openStore };' })}\n${tail}`);
        fs.writeFileSync(data, input);
        return printed([...under, njs(), code, data, ...parameters]);
    } finally {
        fs.rmSync(folder, { recursive: true });
    }
}

// What a command prints. Its own word on a failure is the best there is.
function printed([command, ...parameters]) {
    const ended = spawnSync(command, parameters, { encoding: 'utf8', maxBuffer: 2 ** 30 });
    if (ended.error || ended.status !== 0) {
        throw new Error(`${command}: ${ended.error ?? `${ended.stdout.slice(-2000)}${ended.stderr}`.trim()}`);
    }
    return ended.stdout;
}

const ALL_CASES = `
async function answerAll(lines) {
    for (let i = 0; i < lines.length - 1; i++) {
        const answer = await answerTo(lines[i]);
        console.log(answer);
    }
}
answerAll(require('fs').readFileSync(process.argv[2], 'utf8').split('\\n'));
`;

// Answers to all of these cases on njs, in their order.
function onNjs(cases) {
    const input = cases.map((one) => `${JSON.stringify(one)}\n`).join('');
    const answers = runOnNjs(ALL_CASES, input).split('\n').slice(0, -1);
    if (answers.length !== cases.length) {
        throw new Error(`njs gave ${answers.length} answers to ${cases.length} cases`);
    }
    return answers.map((answer) => JSON.parse(answer));
}

// The njs that njs.sh names.
function njs() {
    return printed([path.join(__dirname, 'njs.sh')]).trim();
}

module.exports = { SETTINGS, onNjs, onNode, runOnNjs, source, withSettings };
