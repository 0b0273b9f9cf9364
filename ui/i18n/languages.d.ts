// Made by build/messages-plugin.ts from the files of this folder.
declare module 'virtual:languages' {
  type MessagesModule = Promise<{ default: Record<string, Record<string, string | Record<string, string>>> }>

  export const LANGUAGES: readonly {
    /** BCP 47 */
    tag: string
    /** Its own name for itself. */
    name: string
    direction: 'ltr' | 'rtl'
    first: () => MessagesModule
    rest: () => MessagesModule
  }[]
}
