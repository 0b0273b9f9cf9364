import { signal } from '@preact/signals'
import type english from './en.json'

// Why no library: what the page needs of one (plurals by the platform's own rules, values put in, English underneath) are the
// lines below. The small ones have no plurals or bring a second store, the others cost more than all of the board's code.

type English = typeof english

type Area = Exclude<keyof English, 'language'>

/** `area.name` of a message: English is the list of what there is. */
export type MessageKey = { [A in Area]: `${A}.${keyof English[A] & string}` }[Area]

export type Values = Readonly<Record<string, string | number>>

export type Messages = Readonly<Record<string, Readonly<Record<string, string | Record<string, string>>>>>

/** What `t` speaks: views that read it are drawn anew when it changes. */
export const spoken = signal<{ tag: string; direction: 'ltr' | 'rtl'; messages: Messages }>({
  tag: 'en',
  direction: 'ltr',
  messages: {}
})

/**
 * A message in the language of the page. `{name}` is replaced by the value of that name, numbers as the language writes
 * them; a message with plural forms has the one for the value `count`.
 */
export function t(key: MessageKey, values: Values = {}): string {
  const { tag, messages } = spoken.value
  const [area = '', name = ''] = key.split('.')
  const message = messages[area]?.[name]
  // Only between two loads: the area of a view comes with the view.
  if (message === undefined) return ''
  return fill(formOf(message, Number(values['count']), tag), values, tag)
}

function formOf(message: string | Record<string, string>, count: number, tag: string): string {
  if (typeof message === 'string') return message
  return message[new Intl.PluralRules(tag).select(count)] ?? message['other'] ?? ''
}

function fill(text: string, values: Values, tag: string): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = values[name]
    if (value === undefined) return placeholder
    return typeof value === 'number' ? new Intl.NumberFormat(tag).format(value) : isolated(value)
  })
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/

/** A name of the other direction must not turn the sentence around it (Unicode: first strong isolate). */
function isolated(value: string): string {
  const turns = RIGHT_TO_LEFT.test(value) || spoken.value.direction === 'rtl'
  return turns ? `\u2068${value}\u2069` : value
}
