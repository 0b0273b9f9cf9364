declare module 'vt-pbf' {
  /** @param layers tiles of geojson-vt by the names of their layers */
  function fromGeojsonVt(layers: Record<string, unknown>, options: { version: number }): Uint8Array
  export default { fromGeojsonVt }
}
