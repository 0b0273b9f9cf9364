/**
 * Rows as aligned columns with a heading. Names come from phones: control characters and text-direction overrides in them would reach the terminal of
 * the operator, and are replaced.
 */
export function formatTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [heading, ...rows].map((row) => row.map(printable))
  const widths = heading.map((_title, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  )
  return lines.join('\n') + '\n'
}

/** Text from elsewhere, safe to show on one line of a terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, '�')
}
