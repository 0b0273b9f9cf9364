import XMLBuilder from 'fast-xml-builder'

/** Attributes are named with this in front. */
export const ATTRIBUTE = '@'
/** The text of an element that has attributes as well. */
export const TEXT = '#'

const builder = new XMLBuilder({
  attributeNamePrefix: ATTRIBUTE,
  textNodeName: TEXT,
  ignoreAttributes: false,
  suppressBooleanAttributes: false,
  suppressEmptyNode: true,
  processEntities: true
})

/** XML 1.0, production 2: what is not among these may not be in a document, not even escaped. */
const NOT_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu

export type XmlNode = string | { readonly [name: string]: XmlNode | readonly XmlNode[] | undefined }

/** @returns the elements as XML: texts are escaped, characters that XML does not have are left out */
export function xml(elements: { readonly [name: string]: XmlNode | readonly XmlNode[] | undefined }): string {
  return builder.build(clean(elements))
}

function clean(node: XmlNode | readonly XmlNode[]): unknown {
  if (typeof node === 'string') return node.replace(NOT_XML, '')
  if (isList(node)) return node.map(clean)
  const entries = Object.entries(node).filter(([, child]) => child !== undefined)
  return Object.fromEntries(entries.map(([name, child]) => [name, clean(child as XmlNode)]))
}

function isList(node: XmlNode | readonly XmlNode[]): node is readonly XmlNode[] {
  return Array.isArray(node)
}
