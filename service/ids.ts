/** Hex of a device's 32-byte identity public key: 64 characters. */
export type DeviceId = string & { readonly __brand: 'DeviceId' }

/** The public id of a project, as phones show it: z-base-32 of a keyed hash of the project key, 52 characters. */
export type ProjectId = string & { readonly __brand: 'ProjectId' }

/** Hex of a hypercore's 32-byte public key. */
export type CoreKey = string & { readonly __brand: 'CoreKey' }

/** Hex of a hypercore's 32-byte discovery key. The id of a photo drive is the discovery key of its owner's blobIndex core. */
export type DiscoveryKey = string & { readonly __brand: 'DiscoveryKey' }

/** `discoveryKey/index`: names one version of one document by the block that holds it. */
export type VersionId = string & { readonly __brand: 'VersionId' }

export const NAMESPACES = ['auth', 'config', 'data', 'blobIndex', 'blob'] as const
/** The five kinds of core. Each device has one core of each kind per project. The order is the wire number. */
export type Namespace = (typeof NAMESPACES)[number]

const HEX_32_BYTES = /^[0-9a-f]{64}$/

/** @returns whether `text` is 32 bytes in lower-case hex: the form of device ids, core keys and discovery keys. */
export function isHexKey(text: string): boolean {
  return HEX_32_BYTES.test(text)
}

/** Shortened for logs: enough to tell devices and cores apart, too little to look one up elsewhere. */
export function shortId(id: string): string {
  return id.slice(0, 7)
}
