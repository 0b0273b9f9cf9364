/** How far the claim to a set of names has come on one link. `lost` is final: another set of names has to be claimed. */
export type ClaimState =
  | { readonly at: 'waiting' }
  | { readonly at: 'probing'; readonly sent: number }
  | { readonly at: 'announcing'; readonly sent: number }
  | { readonly at: 'held' }
  | { readonly at: 'lost' }

export type ClaimEvent =
  /** The time that the last step asked for has passed. */
  | 'waited'
  /** Somebody else uses one of the names. */
  | 'conflict'
  /** Somebody else probes for one of the names at the same moment, with later data. */
  | 'tie-lost'

export interface ClaimStep {
  readonly state: ClaimState
  readonly send?: 'probe' | 'announcement'
  /** After how long `waited` is due. Without it nothing is. */
  readonly waitMs?: number
}

// RFC 6762 section 8.1.
const PROBES = 3
const PROBE_INTERVAL_MS = 250
// RFC 6762 section 8.2: long enough for the winner to have finished, and to answer the next probe.
const TIE_LOST_WAIT_MS = 1_000
// RFC 6762 section 8.3: at least two, the second after at least a second.
const ANNOUNCEMENTS = 2
const ANNOUNCEMENT_INTERVAL_MS = 1_000

/**
 * RFC 6762 sections 8 and 9 as one function, drawn in README.md beside this file.
 *
 * @returns the next state and what to do on the way there, or null when the event means nothing in this state
 */
export function nextClaimStep(state: ClaimState, event: ClaimEvent): ClaimStep | null {
  switch (event) {
    case 'waited':
      return afterWaiting(state)
    case 'tie-lost':
      return state.at === 'probing' ? { state: { at: 'waiting' }, waitMs: TIE_LOST_WAIT_MS } : null
    case 'conflict':
      if (state.at === 'probing') return { state: { at: 'lost' } }
      // Section 9: who finds a conflict over names that it held probes for them again, and both sides learn who has them.
      if (state.at === 'announcing' || state.at === 'held') return { state: { at: 'waiting' }, waitMs: 0 }
      // Section 8.1: what is heard before the first probe may be stale. A true owner answers the probe.
      return null
  }
}

function afterWaiting(state: ClaimState): ClaimStep | null {
  switch (state.at) {
    case 'waiting':
      return { state: { at: 'probing', sent: 1 }, send: 'probe', waitMs: PROBE_INTERVAL_MS }
    case 'probing':
      return state.sent < PROBES
        ? { state: { at: 'probing', sent: state.sent + 1 }, send: 'probe', waitMs: PROBE_INTERVAL_MS }
        : { state: { at: 'announcing', sent: 1 }, send: 'announcement', waitMs: ANNOUNCEMENT_INTERVAL_MS }
    case 'announcing': {
      const sent = state.sent + 1
      return sent < ANNOUNCEMENTS
        ? { state: { at: 'announcing', sent }, send: 'announcement', waitMs: ANNOUNCEMENT_INTERVAL_MS }
        : { state: { at: 'held' }, send: 'announcement' }
    }
    case 'held':
    case 'lost':
      return null
  }
}
