import { type Check, InputError, moment, objectOf, textLike } from '../checks.ts'
import type { Clock } from '../clock.ts'
import type { ArmedFaults } from '../faults.ts'
import { durationMs } from '../go/durations.ts'
import { GoError } from '../go/go-error.ts'
import type { Ory, Profile } from '../ory.ts'
import type { LoggedRequest } from '../request-log.ts'
import type { Seeding } from '../seed/seeding.ts'
import { readFault } from './fault.ts'

/** What the control port has in its hands. */
export interface Controlled {
  readonly addresses: {
    readonly profile: Profile
    readonly adminUrl: string
    readonly publicUrl: string
  }
  readonly ory: Ory
  readonly seeding: Seeding
  readonly clock: Clock
  readonly faults: ArmedFaults
  readonly requests: readonly LoggedRequest[]
  readonly clearRequests: () => void
  readonly idle: () => Promise<void>
}

/** A request to the control port. */
export interface ControlRequest {
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** The body as JSON. @throws InputError where it is not */
  readonly json: () => unknown
}

export interface ControlAnswer {
  readonly status: number
  /** Left out where there is nothing to say. */
  readonly json?: unknown
}

/** One thing the control port does. */
export interface ControlRoute {
  readonly method: string
  readonly path: string
  /** In a few words, for whoever asks what there is. */
  readonly does: string
  /** @throws InputError for what was sent */
  readonly handle: (
    controlled: Controlled,
    request: ControlRequest,
  ) => ControlAnswer | Promise<ControlAnswer>
}

const nothing: ControlAnswer = { status: 204 }

const about: ControlRoute['handle'] = ({ addresses, ory, clock }) => ({
  status: 200,
  json: {
    profile: addresses.profile,
    adminUrl: addresses.adminUrl,
    publicUrl: addresses.publicUrl,
    issuer: ory.settings.issuer,
    now: timeOf(clock),
    routes: controlRoutes.map(({ method, path, does }) => `${method} ${path}: ${does}`),
  },
})

const seedRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/seed',
    does: 'what came of the seed the server started with: ids, secrets, tokens, cookies',
    handle: ({ seeding }) => ({ status: 200, json: seeding.seeded }),
  },
  {
    method: 'POST',
    path: '/seed',
    does: 'adds clients, users and trusted issuers: all of them, or none',
    handle: async ({ seeding }, { json }) => ({
      status: 201,
      json: await seeding.seed(json()),
    }),
  },
  {
    method: 'POST',
    path: '/reset',
    does: 'back to how the server started',
    handle: async ({ seeding }) => ({ status: 200, json: await seeding.reset() }),
  },
]

const clockRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/clock',
    does: 'the time the server lives in',
    handle: ({ clock }) => timeTold(clock),
  },
  {
    method: 'PUT',
    path: '/clock',
    does: 'sets it: {"now": "2026-11-29T12:00:00Z"}',
    handle({ clock }, { json }) {
      clock.set(readTime(json(), '').now)
      return timeTold(clock)
    },
  },
  {
    method: 'POST',
    path: '/clock/advance',
    does: 'lets time pass: {"by": "16m"}, a Go duration',
    handle({ clock }, { json }) {
      clock.advance(readStep(json(), '').by)
      return timeTold(clock)
    },
  },
]

const faultRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/faults',
    does: 'the faults armed, and how often each has hit',
    handle: ({ faults }) => ({ status: 200, json: faults.list() }),
  },
  {
    method: 'POST',
    path: '/faults',
    does: 'arms one: {"operation": "deleteOAuth2Client", "kind": "drop-after", "times": 1}',
    handle({ faults }, { json }) {
      const fault = readFault(json())
      if (faults.knows(fault.operation)) return { status: 201, json: faults.arm(fault) }
      throw new InputError('operation', 'has to be an operationId of Ory, or *')
    },
  },
  {
    method: 'DELETE',
    path: '/faults',
    does: 'clears all of them',
    handle({ faults }) {
      faults.clear()
      return nothing
    },
  },
  {
    method: 'DELETE',
    path: '/faults/{id}',
    does: 'clears one',
    handle: ({ faults }, { params: { id = '' } }) =>
      faults.remove(id)
        ? nothing
        : { status: 404, json: { error: 'there is no fault of this id' } },
  },
]

const requestRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/requests',
    does: 'what the two ports were asked, oldest first; ?operation= for one operation',
    handle: ({ requests }, { query }) => {
      const operation = query.get('operation')
      const wanted = requests.filter((each) => operation === null || each.operation === operation)
      return { status: 200, json: wanted.map(withNulls) }
    },
  },
  {
    method: 'DELETE',
    path: '/requests',
    does: 'forgets them',
    handle({ clearRequests }) {
      clearRequests()
      return nothing
    },
  },
  {
    method: 'POST',
    path: '/idle',
    does: 'waits until nothing runs in the background: back-channel logouts are posted',
    async handle({ idle }) {
      await idle()
      return nothing
    },
  },
]

export const controlRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/',
    does: 'where the server is, and what can be asked here',
    handle: about,
  },
  ...seedRoutes,
  ...clockRoutes,
  ...faultRoutes,
  ...requestRoutes,
]

const readTime = objectOf({ now: moment }, {})

const duration: Check<number> = (value, path) => {
  const form = 'a Go duration such as 90s, 30m or 1h30m'
  try {
    return durationMs(textLike(/^-?\d/, form)(value, path))
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    throw new InputError(path, `has to be ${form}`, { cause: error })
  }
}

const readStep = objectOf({ by: duration }, {})

function timeTold(clock: Clock): ControlAnswer {
  return { status: 200, json: { now: timeOf(clock) } }
}

function timeOf(clock: Clock): string {
  return new Date(clock.now()).toISOString()
}

/** What is not there is said to be so. */
function withNulls({ operation, status, fault, ...place }: LoggedRequest) {
  return { operation: operation ?? null, ...place, status: status ?? null, fault: fault ?? null }
}
