import type { Test } from 'tap'

/**
 * An empty directory that goes away after the test, and after all that the test tears down. tap by itself removes the
 * directory first, below the feet of what is still open in it, unless there is something to tear down before it is made.
 */
export function makeDirectory(t: Test): string {
  t.teardown(() => {})
  return t.testdir()
}
