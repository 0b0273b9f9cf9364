/** What the tests use of it. */
declare module 'doiuse' {
  import type { Plugin } from 'postcss'

  export default class DoIUse {
    constructor(options: {
      browsers: readonly string[]
      /** Features of caniuse by their ids. */
      ignore: readonly string[]
      onFeatureUsage: (usage: { message: string }) => void
    })
    readonly postcssPlugin: Plugin['postcssPlugin']
    Once: NonNullable<Plugin['Once']>
  }
}
