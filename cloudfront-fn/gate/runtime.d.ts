// What runtime cloudfront-js-2.0 has beyond the language and `cloudfront`, as far as edge.js uses it.
// node's own types would allow much more.

declare module 'crypto' {
    interface Hash {
        update(data: string | Buffer): Hash;
        digest(encoding: 'hex' | 'base64' | 'base64url'): string;
    }
    interface Crypto {
        createHash(algorithm: 'md5' | 'sha1' | 'sha256'): Hash;
        createHmac(algorithm: 'md5' | 'sha1' | 'sha256', key: string | Buffer): Hash;
    }
    const crypto: Crypto;
    export default crypto;
}

interface Buffer {
    readonly length: number;
    readonly [index: number]: number;
    readUInt32BE(offset: number): number;
}

declare const Buffer: {
    from(text: string, encoding: 'hex' | 'base64' | 'base64url'): Buffer;
};
