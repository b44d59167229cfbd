import type { AppOffboarded, OffboardingMode } from '../../events/index.ts'
import type { OAuth2Client } from '../../ory/index.ts'
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
  if (mode === 'suspend') return [jwt, dormantTokens]
  if (mode !== 'reset') return [jwt]
  const keys = Math.max(0, ...observations.map(({ registered_keys = 0 }) => registered_keys))
  return [jwt, trustedIssuers, ...(keys > 0 ? [registeredKeys] : [])]
}

const trustedIssuers: MayStillWork = {
  what: 'trusted JWT issuers',
  until: null,
  why: 'they are trusted for subjects, whichever client uses their assertions; none was looked at',
}

const registeredKeys: MayStillWork = {
  what: 'keys that the client is registered with, or has at its jwks_uri',
  until: null,
  why: 'they are part of its registration, and may be what was stolen',
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
  reset: [
    'the client is registered as it was; created_at and updated_at are new, and its registration access token no longer works',
    'login sessions of its users stay; they were the users’, not the app’s',
  ],
}

const newSecret = 'AWSCURRENT of its secret is the new one, and authenticates'

const pairwise = 'pairwise subjects that were set for it by the login app are lost'

/** Of a client that nobody patched there is nothing to say. */
export function offboardingNotes(
  { mode }: Pick<AppOffboarded, 'mode'>,
  { steps }: Pick<WorkflowRow, 'steps'>,
  client: OAuth2Client | undefined,
): readonly string[] {
  const made = (op: string) => steps.some((step) => step.op === op)
  const isTold = mode === 'delete' || made('patchOAuth2Client') || made('createOAuth2Client')
  return [
    ...(isTold ? notes[mode] : []),
    ...(made('secrets.put') ? [newSecret] : []),
    ...(mode === 'reset' && client?.subject_type === 'pairwise' ? [pairwise] : []),
  ]
}

/** What a person should know of secrets that the event names, and that are not the client's. */
export function notesOnSecrets(leftAlone: readonly unknown[]): readonly string[] {
  return leftAlone.length > 0
    ? [
        `secrets named that are not tagged with this client, and were left alone: ${leftAlone.length}`,
      ]
    : []
}
