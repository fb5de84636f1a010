// The gate of the language: edge.js uses no syntax that CloudFront refuses, has no type error against what its
// runtime offers, and is not too long. That the engine really takes it is for run.js.
// Usage: node cloudfront-fn/gate/language.js
//   QDN_EDGE_TOOLS=FOLDER: where `npm ci` was run with copies of package.json and package-lock.json; by default here
// Prints what is wrong and a last line `N passed, N failed`; exits with 1 when something is wrong.
'use strict';

const { createRequire } = require('node:module');
const path = require('node:path');

const FILE = path.join(__dirname, '..', 'edge.js');
const RUNTIME = path.join(__dirname, 'runtime.d.ts');
const MODULES = path.resolve(process.env.QDN_EDGE_TOOLS || __dirname, 'node_modules');
// What CloudFront takes, and what we are surprised by: more is no fault, but somebody should want it.
const MOST_BYTES = 10240;
const USUAL_BYTES = 7168;

const ts = load('typescript');

function load(name) {
    try {
        return createRequire(path.join(MODULES, 'x'))(name);
    } catch {
        console.error(`error: ${name} is not in ${MODULES}\nhint: npm ci --prefix ${__dirname}`);
        process.exit(7);
    }
}

// Number to name. Some have a second name, which marks the end of a range; the first one counts.
const KINDS = new Map(Object.entries(ts.SyntaxKind).reverse().map(([name, kind]) => [kind, name]));

// Every kind of syntax that edge.js may use: ECMAScript 5.1, and what the runtime adds to it. Whatever is not
// listed is refused, so also what nobody has thought of (classes, spread, destructuring, `?.`, for-of, …).
const ALLOWED = new Set([
    'SourceFile', 'EndOfFileToken', 'Identifier', 'Block', 'EmptyStatement', 'ExpressionStatement',
    'ImportDeclaration', 'ImportClause',
    'FunctionDeclaration', 'FunctionExpression', 'ArrowFunction', 'EqualsGreaterThanToken', 'Parameter',
    'VariableStatement', 'VariableDeclarationList', 'VariableDeclaration', 'AsyncKeyword', 'AwaitExpression',
    'IfStatement', 'ForStatement', 'ForInStatement', 'WhileStatement', 'DoStatement', 'SwitchStatement', 'CaseBlock',
    'CaseClause', 'DefaultClause', 'BreakStatement', 'ContinueStatement', 'ReturnStatement', 'ThrowStatement',
    'TryStatement', 'CatchClause',
    'ArrayLiteralExpression', 'ObjectLiteralExpression', 'PropertyAssignment', 'PropertyAccessExpression',
    'ElementAccessExpression', 'CallExpression', 'NewExpression', 'ParenthesizedExpression', 'DeleteExpression',
    'TypeOfExpression', 'VoidExpression', 'PrefixUnaryExpression', 'PostfixUnaryExpression', 'BinaryExpression',
    'ConditionalExpression', 'QuestionToken', 'ColonToken',
    'StringLiteral', 'NumericLiteral', 'RegularExpressionLiteral', 'NoSubstitutionTemplateLiteral',
    'TemplateExpression', 'TemplateHead', 'TemplateSpan', 'TemplateMiddle', 'TemplateTail',
    'TrueKeyword', 'FalseKeyword', 'NullKeyword', 'ThisKeyword',
]);
const ALLOWED_OPERATORS = new Set(['=', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '<<=', '>>=', '>>>=',
    '+', '-', '*', '/', '%', '&', '|', '^', '<<', '>>', '>>>', '&&', '||', '===', '!==', '<', '<=', '>', '>=', 'in',
    'instanceof', ',']);
// Names that the runtime does not know, or that cost more than they give there.
const REFUSED_NAMES = new Set(['eval', 'Function', 'Map', 'Set', 'WeakMap', 'WeakSet', 'Symbol', 'Proxy', 'Reflect',
    'Promise', 'setTimeout', 'setInterval', 'setImmediate', 'fetch', 'process', 'require', 'console', 'globalThis']);

// What is wrong with the syntax of a source, as lines `LINE: WHAT`.
function syntaxFaults(text) {
    const source = ts.createSourceFile('edge.js', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
    const faults = source.parseDiagnostics.map((one) => [one.start, said(one)]);
    const visit = (node, inside) => {
        const fault = (what) => faults.push([node.getStart(source), what]);
        const isOperator = node.parent && ts.isBinaryExpression(node.parent) && node.parent.operatorToken === node;
        if (isOperator) {
            if (!ALLOWED_OPERATORS.has(ts.tokenToString(node.kind))) {
                fault(`operator ${ts.tokenToString(node.kind)}`);
            }
            return;
        }
        if (!ALLOWED.has(KINDS.get(node.kind))) {
            fault(KINDS.get(node.kind));
        }
        if (node.questionDotToken) {
            fault('optional chaining');
        }
        if (ts.isIdentifier(node) && REFUSED_NAMES.has(node.text) && !isMemberName(node)) {
            fault(`the name ${node.text}`);
        }
        if (ts.isParameter(node) && (node.initializer || node.dotDotDotToken)) {
            fault('a parameter with a default or a rest');
        }
        if (ts.isFunctionLike(node) && isAsync(node) && node.parent !== source) {
            fault('an async closure');
        }
        if (ts.isCatchClause(node) && !node.variableDeclaration) {
            fault('catch without a name');
        }
        if (ts.isAwaitExpression(node) && inside.argument) {
            fault('await inside the arguments of a call');
        }
        ts.forEachChild(node, (child) => visit(child, {
            argument: isArgument(child) || (inside.argument && !ts.isFunctionLike(node)),
        }));
    };
    visit(source, { argument: false });
    return faults.map(([start, what]) => `${source.getLineAndCharacterOfPosition(start).line + 1}: ${what}`);
}

function said(diagnostic) {
    return ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
}

function isAsync(node) {
    return (node.modifiers ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.AsyncKeyword);
}

function isMemberName(node) {
    return (ts.isPropertyAccessExpression(node.parent) || ts.isPropertyAssignment(node.parent))
        && node.parent.name === node;
}

function isArgument(node) {
    return (ts.isCallExpression(node.parent) || ts.isNewExpression(node.parent)) && node.parent.expression !== node;
}

// Type errors of a source. The library is the part of ECMAScript that the runtime documents, as far as it is needed.
function typeFaults(text) {
    const options = {
        allowJs: true, checkJs: true, noEmit: true, strict: true, noImplicitAny: false,
        target: ts.ScriptTarget.ES2017, module: ts.ModuleKind.ESNext,
        moduleResolution: ts.ModuleResolutionKind.Bundler, moduleDetection: ts.ModuleDetectionKind.Force,
        lib: ['es5', 'es2015.core', 'es2015.promise', 'es2016.array.include'].map((name) => `lib.${name}.d.ts`),
        typeRoots: [path.join(MODULES, '@types')], types: ['aws-cloudfront-function'],
    };
    const host = ts.createCompilerHost(options);
    const read = host.readFile;
    host.readFile = (file) => (file === FILE ? text : read(file));
    const program = ts.createProgram([FILE, RUNTIME], options, host);
    return ts.getPreEmitDiagnostics(program).map((one) => {
        const line = one.file ? one.file.getLineAndCharacterOfPosition(one.start).line + 1 : 0;
        const place = one.file && one.file.fileName !== FILE ? `${path.basename(one.file.fileName)}:${line}` : line;
        return `${place}: ${said(one)}`;
    });
}

function sizeFaults(text) {
    const bytes = Buffer.byteLength(text);
    console.log(`edge.js has ${bytes} bytes of ${MOST_BYTES}`);
    return bytes > USUAL_BYTES ? [`0: ${bytes} bytes, expected at most ${USUAL_BYTES}`] : [];
}

module.exports = { syntaxFaults, typeFaults };

if (require.main === module) {
    const text = require('node:fs').readFileSync(FILE, 'utf8');
    const checks = { syntax: syntaxFaults(text), types: typeFaults(text), size: sizeFaults(text) };
    const failed = Object.values(checks).filter((faults) => faults.length > 0).length;
    for (const [name, faults] of Object.entries(checks)) {
        faults.forEach((fault) => console.log(`edge.js:${fault} (${name})`));
    }
    console.log(`${Object.keys(checks).length - failed} passed, ${failed} failed`);
    process.exitCode = failed ? 1 : 0;
}
