"""Edge functions can read their key value store.

On AWS, `import cf from 'cloudfront'` gives a function of runtime 2.0 the module whose
`cf.kvs()` reads the one store associated with the function's LIVE stage: `get(key, {format})`,
`exists(key)` and `meta()`, all asynchronous, and `get` rejects for a missing key. MiniStack
1.5.33 allows three other modules and answers 503 for this one.

The import line is replaced by an object holding the store's content as of this request. It stays
on that one line, so line numbers in an error are the author's.
"""

import json
import re

from ministack.services import cloudfront, cloudfront_keyvaluestore

IMPORT = re.compile(r"^[ \t]*import[ \t]+(\w+)[ \t]+from[ \t]+['\"]cloudfront['\"][ \t]*;?[ \t]*$", re.MULTILINE)

MODULE = """
const %(name)s = (function (store) {
  function lookup(key) {
    if (!Object.prototype.hasOwnProperty.call(store.items, key)) throw new Error('KeyNotFound: ' + key);
    return store.items[key];
  }
  const handle = {
    async get(key, options) {
      const value = lookup(key);
      const format = options && options.format ? options.format : 'string';
      if (format === 'string') return value;
      if (format === 'json') return JSON.parse(value);
      if (format === 'bytes') return Buffer.from(value);
      throw new TypeError('format must be string, json or bytes');
    },
    async exists(key) { return Object.prototype.hasOwnProperty.call(store.items, key); },
    async meta() { return Object.assign({}, store.meta); },
  };
  return {
    kvs() {
      if (store === null) throw new Error('no key value store is associated with this function');
      return handle;
    },
  };
})(%(store)s);
"""
MODULE_ON_ONE_LINE = " ".join(line.strip() for line in MODULE.strip().splitlines())


def associated_store(function_arn):
    """The store of the LIVE stage as `{items, meta}`, or None when none is associated."""
    function = cloudfront._functions.get(function_arn.rsplit("/", 1)[-1])
    arns = cloudfront._function_view(function, "LIVE").get("kvs_arns") or []
    for arn in arns:
        content, error = cloudfront_keyvaluestore._get_store(arn)
        if error is None:
            record = cloudfront._kvstores.get(arn.rsplit("/", 1)[-1]) or {}
            items = content["items"]
            modified = record.get("LastModifiedTime", "")
            meta = {"creationDateTime": modified, "lastUpdatedDateTime": modified, "keyCount": len(items)}
            return {"items": items, "meta": meta}
    return None


def patch():
    original = cloudfront.live_function_code

    def live_function_code(function_arn):
        code = original(function_arn)
        source = code.decode("utf-8") if code is not None else ""
        if not IMPORT.search(source):
            return code
        store = json.dumps(associated_store(function_arn))

        def module(found):
            return MODULE_ON_ONE_LINE % {"name": found.group(1), "store": store}

        return IMPORT.sub(module, source).encode("utf-8")

    cloudfront.live_function_code = live_function_code
