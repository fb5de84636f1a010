// What edge.js finds around it outside CloudFront: a key value store and a clock, set anew for each case.
// engine.js appends this text to the function's source, on node and on njs; so it keeps to the language of both.

const world = { store: {}, now: 0, clock: Date.now, settings: JSON.stringify(SETTINGS) };

Date.now = function () {
    return world.now * 1000;
};

// `world.store` holds the entries. Two texts stand for what can be wrong with it: `absent`, when none is associated
// with the function, and `down`, when none of its answers is a value.
function openStore() {
    if (world.store === 'absent') {
        throw new Error('no key value store is associated with this function');
    }
    return { get: readStore };
}

async function readStore(key) {
    // An answer takes its time.
    await null;
    await null;
    if (world.store === 'down' || !Object.prototype.hasOwnProperty.call(world.store, key)) {
        throw new Error('KeyNotFound');
    }
    return world.store[key];
}

// Case and answer are JSON. A case: {"event":…,"store":…,"now":seconds,"settings":{…}}; settings may be missing,
// all or some. An error that comes out of the function is answered as {"thrown":…}.
async function answerTo(text) {
    const one = JSON.parse(text);
    world.store = one.store;
    world.now = one.now;
    Object.assign(SETTINGS, JSON.parse(world.settings), one.settings);
    try {
        const answer = await handler(one.event);
        return JSON.stringify(answer === undefined ? { thrown: 'nothing was returned' } : answer);
    } catch (error) {
        return JSON.stringify({ thrown: String(error) });
    }
}
