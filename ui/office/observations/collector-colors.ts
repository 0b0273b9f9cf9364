/**
 * One colour for each collector, as the bar of Mapeo's lists had them. Ten that people with the common kinds of colour
 * blindness tell apart best; the name stands beside it always, so that no one needs them.
 */
const COLORS = [
  '#0053d6',
  '#e86826',
  '#2f7d2a',
  '#a4133c',
  '#00838f',
  '#7b2d8e',
  '#8a6d00',
  '#43434f',
  '#c2185b',
  '#5d4037'
] as const

/** @param number of the device in the project */
export function collectorColor(number: number): string {
  return COLORS[number % COLORS.length] as string
}

export const NO_COLLECTOR_COLOR = '#6b6b78'
