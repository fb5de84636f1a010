// The gate of the engine: edge.js has to parse and run on njs, and answer there as it does on node.
// Usage: node cloudfront-fn/gate/run.js     (needs njs: see njs.sh)
// Prints the cases that failed and a last line `N passed, N failed`; exits with 1 when one failed.
'use strict';

const { isDeepStrictEqual } = require('node:util');

const { eventCases, pathCases, randomCases, vectorCases } = require('./cases');
const { onNjs, onNode } = require('./engine');

async function main() {
    const cases = [...vectorCases(), ...eventCases(), ...pathCases(), ...randomCases(4000)];
    const node = onNode();
    const njs = onNjs(cases);
    let failed = 0;
    for (const [index, one] of cases.entries()) {
        const expected = await node(one);
        const answer = njs[index];
        const isPage = answer.uri === '/track/index.html';
        if (!isDeepStrictEqual(answer, expected) || answer.thrown || isPage !== (one.accepted ?? isPage)) {
            failed += 1;
            console.log(`${one.name}\n  njs:  ${JSON.stringify(answer)}\n  node: ${JSON.stringify(expected)}`);
        }
    }
    console.log(`${cases.length - failed} passed, ${failed} failed`);
    process.exitCode = failed ? 1 : 0;
}

main().catch((error) => {
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
});
