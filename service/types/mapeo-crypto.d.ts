// Types of the parts of @mapeo/crypto that Waystation uses; it ships none of its own.

declare module '@mapeo/crypto' {
  export class KeyManager {
    constructor(rootKey: Buffer)
    static generateRootKey(): Buffer
    getIdentityKeypair(): { publicKey: Buffer; secretKey: Buffer }
    getHypercoreKeypair(name: string, token?: Buffer): { publicKey: Buffer; secretKey: Buffer }
    getDerivedKey(name: string, token?: Buffer): Buffer
  }
  export function sign(message: Buffer, secretKey: Buffer): Buffer
  export function verifySignature(message: Buffer, signature: Buffer, publicKey: Buffer): boolean
  export function keyToPublicId(key: Buffer): string
  export function keyToInviteId(key: Buffer): Buffer
}
