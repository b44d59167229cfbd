import type { OffboardingMode } from '../../events/index.ts'
import type { Counts, WorkflowRow } from '../../run/index.ts'
import { isoTime, type MayStillWork } from '../../run/index.ts'

/** What offboarding an app cannot end, and until when. */
export function survivorsOfApp(
  mode: OffboardingMode,
  observations: readonly Counts[],
  defaultLifespanMs: number,
  now: number,
): readonly MayStillWork[] {
  if (mode === 'restore') return []

  const overrides = observations.map((counts) => counts['longest_lifespan_override_ms'] ?? 0)
  const jwt: MayStillWork = {
    what: 'JWT access tokens',
    until: isoTime(now + Math.max(defaultLifespanMs, ...overrides)),
    why: 'a resource server that does not introspect accepts them until they expire',
  }
  return mode === 'suspend' ? [jwt, dormantTokens] : [jwt]
}

const dormantTokens: MayStillWork = {
  what: 'refresh tokens',
  until: null,
  why: 'they are dormant: introspection says active, no exchange succeeds, and a restore wakes them',
}

const patched = 'updated_at is new, and the client’s registration access token no longer works'

/** By mode: what a person should know of the client afterwards. */
const notes: Readonly<Record<OffboardingMode, readonly string[]>> = {
  delete: ['login sessions of its users stay; they were the users’, not the app’s'],
  suspend: [patched],
  restore: [patched, 'what nobody changed meanwhile is as it was before the suspension'],
}

/** Of a client that nobody patched there is nothing to say. */
export function offboardingNotes(
  mode: OffboardingMode,
  { steps }: Pick<WorkflowRow, 'steps'>,
): readonly string[] {
  return mode === 'delete' || steps.some(({ op }) => op === 'patchOAuth2Client') ? notes[mode] : []
}

/** What a person should know of secrets that the event names, and that are not the client's. */
export function notesOnSecrets(leftAlone: readonly unknown[]): readonly string[] {
  return leftAlone.length > 0
    ? [
        `secrets named that are not tagged with this client, and were left alone: ${leftAlone.length}`,
      ]
    : []
}
