// A flattened device tree: Devicetree Specification 0.4, chapter 5. All numbers are big-endian.
const MAGIC = 0xd00dfeed
const BEGIN_NODE = 1
const END_NODE = 2
const PROPERTY = 3
const NOP = 4
const END = 9

export interface Device {
  /** Such as `mmc@fff000`. */
  name: string
  parent: Device | null
  children: Device[]
  properties: Map<string, Buffer>
}

/** Which property of the supplier says how many cells follow its handle. Suppliers of power and pins take none. */
const CELLS_BY_PROPERTY: [RegExp, string | null][] = [
  [/-supply$|^pinctrl-\d+$|^mmc-pwrseq$|^interrupt-parent$/, null],
  [/^clocks$/, '#clock-cells'],
  [/^resets$/, '#reset-cells'],
  [/^dmas$/, '#dma-cells'],
  [/^power-domains$/, '#power-domain-cells'],
  [/(^|-)gpios?$/, '#gpio-cells']
]

export class DeviceTree {
  readonly devices: Device[] = []
  readonly #byHandle = new Map<number, Device>()

  constructor(blob: Buffer) {
    if (blob.readUInt32BE(0) !== MAGIC) throw new Error('this is no device tree')
    const strings = blob.readUInt32BE(12)
    let at = blob.readUInt32BE(8)
    let parent = null as Device | null
    const number = () => blob.readUInt32BE((at += 4) - 4)
    const text = (from: number) => blob.toString('latin1', from, blob.indexOf(0, from))
    const aligned = (end: number) => Math.ceil(end / 4) * 4
    for (;;) {
      switch (number()) {
        case BEGIN_NODE: {
          const name = text(at)
          at = aligned(at + name.length + 1)
          const device: Device = { name, parent, children: [], properties: new Map() }
          parent?.children.push(device)
          this.devices.push((parent = device))
          break
        }
        case PROPERTY: {
          const length = number()
          const name = text(strings + number())
          const value = blob.subarray(at, at + length)
          at = aligned(at + length)
          parent?.properties.set(name, value)
          if (name === 'phandle' && parent !== null) this.#byHandle.set(value.readUInt32BE(0), parent)
          break
        }
        case END_NODE:
          parent = parent?.parent ?? null
          break
        case NOP:
          break
        case END:
          return
        default:
          throw new Error(`a device tree has nothing like this at ${at}`)
      }
    }
  }

  /** @returns the device and all that have to work before it can: what supplies it, the buses above, and so on */
  needs(device: Device, found = new Set<Device>()): Set<Device> {
    if (found.has(device)) return found
    found.add(device)
    if (device.parent !== null) this.needs(device.parent, found)
    for (const supplier of this.#suppliers(device)) this.needs(supplier, found)
    return found
  }

  *#suppliers({ properties }: Device): Generator<Device> {
    for (const [name, value] of properties) {
      const cells = CELLS_BY_PROPERTY.find(([pattern]) => pattern.test(name))?.[1]
      if (cells === undefined) continue
      for (let at = 0; at < value.length; at += 4) {
        const supplier = this.#byHandle.get(value.readUInt32BE(at))
        if (supplier === undefined) continue // an optional one that this board has not
        // The kernel waits for no supplier that is switched off.
        if (isEnabled(supplier)) yield supplier
        if (cells !== null) at += 4 * (supplier.properties.get(cells)?.readUInt32BE(0) ?? 0)
      }
    }
  }
}

/** @returns the names by which drivers know it, the closest first */
export function compatible({ properties }: Device): string[] {
  return properties.get('compatible')?.toString('latin1').split('\0').filter(Boolean) ?? []
}

export function isEnabled({ properties }: Device): boolean {
  const status = properties.get('status')?.toString('latin1') ?? 'okay\0'
  return status === 'okay\0' || status === 'ok\0'
}
