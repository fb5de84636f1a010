// Tests of the gate of the language itself: `node --test cloudfront-fn/gate/*.test.js`, after `npm ci` there.
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { source } = require('./engine');
const { syntaxFaults, typeFaults } = require('./language');

test('what CloudFront refuses is found, with its line', () => {
    const refused = {
        'class A {}': '1: ClassDeclaration',
        'f(...list);': '1: SpreadElement',
        'const g = { ...one };': '1: SpreadAssignment',
        'const { a } = b;': '1: ObjectBindingPattern',
        'const [a] = b;': '1: ArrayBindingPattern',
        'const g = { a };': '1: ShorthandPropertyAssignment',
        'const g = { a() {} };': '1: MethodDeclaration',
        'const g = { [a]: 1 };': '1: ComputedPropertyName',
        'function g(a = 1) {}': '1: a parameter with a default or a rest',
        'for (const a of b) {}': '1: ForOfStatement',
        'const g = a?.b;': '1: QuestionDotToken',
        'const g = a ?? b;': '1: operator ??',
        'a ||= b;': '1: operator ||=',
        'const g = a == b;': '1: operator ==',
        'const g = 1n;': '1: BigIntLiteral',
        'function* g() {}': '1: AsteriskToken',
        'const g = async () => 1;': '1: an async closure',
        'async function g() {\n  f(await h());\n}': '2: await inside the arguments of a call',
        'async function g() {\n  f(1 + (await h()));\n}': '2: await inside the arguments of a call',
        'try { f(); } catch { g(); }': '1: catch without a name',
        'const g = new Map();': '1: the name Map',
        'Promise.all([]);': '1: the name Promise',
        "const g = require('fs');": '1: the name require',
        'eval(a);': '1: the name eval',
        'export default f;': '1: ExportAssignment',
        'export const g = 1;': '1: ExportKeyword',
        'const g = ;': '1: Expression expected.',
        'const g = tag`x`;': '1: TaggedTemplateExpression',
    };
    for (const [text, fault] of Object.entries(refused)) {
        assert.ok(syntaxFaults(text).includes(fault), `${text}: ${syntaxFaults(text)}`);
    }
});

test('what it takes is no fault', () => {
    const taken = [
        'async function g() {\n  const a = await h(1);\n  return [a].map((one) => one + 1);\n}',
        'for (const name in g) { f(`${name}!`, { class: 1, Map: 2 }.Map); }',
        'try { f(); } catch (error) { throw error; }',
        "import cf from 'cloudfront';",
    ];
    for (const text of taken) {
        assert.deepEqual(syntaxFaults(text), [], text);
    }
});

test('what the runtime does not have is a type error', () => {
    const text = source();
    assert.deepEqual(typeFaults(text), []);
    const slips = [
        ['request.headers.origin', 'request.header.origin'],
        ['request.querystring.jobToken', 'request.query.jobToken'],
        ["createHash('sha256')", "createHash('sha512')"],
        ["digest('hex')", 'digest()'],
        ['.readUInt32BE(4)', '.readBigUInt64BE(4)'],
        ['entry !== null && ', ''],
        ['cf.kvs().get(', 'cf.kvs().read('],
        ['SETTINGS.phone.replace', 'SETTINGS.phones.replace'],
    ];
    for (const [right, wrong] of slips) {
        assert.ok(text.includes(right), right);
        assert.notDeepEqual(typeFaults(text.replace(right, wrong)), [], wrong);
    }
});
