import { internalOf } from './internals.js'

/**
 * Resolves with the first value other than undefined that `check` gives: asked now, and again whenever `subscribe` calls
 * back. Checks never overlap, and a call during a check leads to one more check.
 *
 * @param {(recheck: () => void) => () => void} subscribe starts listening, returns what stops it
 * @param {() => unknown} check may be asynchronous
 */
export function until(subscribe, check) {
  return new Promise((resolve, reject) => {
    let checking = false
    let again = false
    const recheck = async () => {
      if (checking) {
        again = true
        return
      }
      checking = true
      try {
        do {
          again = false
          const value = await check()
          if (value !== undefined) {
            unsubscribe()
            resolve(value)
            return
          }
        } while (again)
      } catch (error) {
        unsubscribe()
        reject(error)
      }
      checking = false
    }
    const unsubscribe = subscribe(recheck)
    recheck()
  })
}

/** For until(): every sync-state event of a project. */
export function syncStates(project) {
  return (recheck) => listen([project.$sync], 'sync-state', recheck)
}

/**
 * For until(): every batch of documents of these kinds that the phone has indexed, given to the callback. The app has no
 * public event for roles and device names.
 */
export function indexed(project, kinds) {
  const allDataTypes = internalOf(project, 'dataTypes')
  const dataTypes = kinds.map((kind) => allDataTypes[kind])
  return (recheck) => listen(dataTypes, 'updated-docs', recheck)
}

function listen(emitters, event, recheck) {
  const listener = (documents) => recheck(documents)
  for (const emitter of emitters) emitter.on(event, listener)
  return () => {
    for (const emitter of emitters) emitter.off(event, listener)
  }
}
