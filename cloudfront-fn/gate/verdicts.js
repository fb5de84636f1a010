// What the edge function says to tokens and operator keys that somebody else made: the one half of a comparison
// with another implementation of the same checks (functions/shared has them in Rust).
// Usage: node cloudfront-fn/gate/verdicts.js node|njs FILE     (FILE `-`: standard input)
//
// Input: one JSON object a line, either of
//   {"keys": ENTRIES, "now": SECONDS, "token": TEXT}            a job token, to see the tracking page with
//   {"keys": ENTRIES, "now": SECONDS, "authorization": TEXT}    a header's value, to read the maintenance data with
// ENTRIES is what the key value store holds, by the names there: {"tk.7": "<64 digits>", "op.<id>": "<hash> <scopes>"}.
// TEXT arrives at the function exactly as it stands; nothing is decoded.
//
// Output: for each line one, in the same order: `accepted`, `refused`, or `fault: …` for any other answer, which
// there should be none of. Exits with 0 when there is a verdict for each line.
'use strict';

const fs = require('node:fs');

const { reading, tracking } = require('./cases');
const { onNjs, onNode } = require('./engine');

function caseOf(line) {
    const { keys, now, token, authorization } = JSON.parse(line);
    const event = token === undefined ? reading('/data/maintenance.json', authorization) : tracking(token);
    return { event, store: keys, now };
}

// A good answer is the request without the credential; a refusal is the one that belongs to what was asked.
function verdict(one, answer) {
    const isToken = one.event.request.uri === '/track';
    if (answer.statusCode === (isToken ? 404 : 401)) {
        return 'refused';
    }
    const uri = isToken ? '/track/index.html' : one.event.request.uri;
    const isClean = answer.uri === uri && !answer.headers.authorization && Object.keys(answer.querystring).length === 0;
    return isClean ? 'accepted' : `fault: ${JSON.stringify(answer)}`;
}

async function main([engine, file]) {
    if (!['node', 'njs'].includes(engine) || file === undefined) {
        console.error('usage: node verdicts.js node|njs FILE');
        process.exit(3);
    }
    const text = fs.readFileSync(file === '-' ? 0 : file, 'utf8');
    const cases = text.split('\n').filter((line) => line !== '').map(caseOf);
    const node = onNode();
    const njs = engine === 'njs' ? onNjs(cases) : [];
    const lines = [];
    for (const [index, one] of cases.entries()) {
        lines.push(verdict(one, engine === 'njs' ? njs[index] : await node(one)));
    }
    process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}

main(process.argv.slice(2)).catch((error) => {
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
});
