import { newBackground } from './background.ts'
import { type Faults, newFaults } from './faults.ts'
import type { Port } from './http.ts'
import { type Listener, listen } from './listener.ts'
import { type NetworkOptions, newGate } from './network.ts'
import type { Ory, Profile } from './ory.ts'
import type { LoggedRequest } from './request-log.ts'
import { type Responder, respond } from './responder.ts'
import { newRouter } from './router.ts'
import { routes } from './routes.ts'
import { type SettingsOptions, toSettings } from './settings.ts'
import { emptyState } from './state.ts'

export interface StartOptions extends SettingsOptions {
  /** 0, the default, takes any free port. */
  readonly adminPort?: number
  readonly publicPort?: number
  /** Emulates Ory Network: one origin (`publicPort`), a key for `/admin`, rate buckets. */
  readonly network?: NetworkOptions
  /** Milliseconds since the epoch; the machine's clock by default. */
  readonly now?: () => number
}

/** A running emulator. */
export interface OryEmulator {
  readonly profile: Profile
  readonly adminUrl: string
  /** Equals `adminUrl` where Ory Network is emulated. */
  readonly publicUrl: string
  readonly faults: Faults
  /** What was asked, oldest first. */
  readonly requests: readonly LoggedRequest[]
  readonly clock: {
    now(): number
    /** Lets time pass for lifespans, challenges, page tokens and rate windows; never for timeouts. */
    advance(ms: number): void
  }
  /** Settles once nothing runs in the background: back-channel logouts are posted. */
  idle(): Promise<void>
  /** Closes every connection; settles once both ports are free. */
  stop(): Promise<void>
  /** Stops at the end of the block: `await using ory = await startOryEmulator()`. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts an OAuth2 server that answers as Ory Hydra does, on 127.0.0.1.
 *
 * @throws PortInUseError where a port asked for is taken; nothing is left listening then.
 */
export async function startOryEmulator(options: StartOptions = {}): Promise<OryEmulator> {
  const clock = newClock(options.now ?? Date.now)
  const faults = newFaults()
  const background = newBackground()
  const requests: LoggedRequest[] = []
  const stopping = new AbortController()
  const listeners = await listenOnBoth(options, (port) => responders[port])
  const ory: Ory = {
    settings: toSettings(options, listeners.public.url),
    state: emptyState(),
    now: clock.now,
    background: background.run,
    stopping: stopping.signal,
  }
  const gate = options.network && newGate(options.network, clock.now)
  const shared = { ory, requests, hitFault: faults.hit, gate }
  const responders: Readonly<Record<Port, Responder>> = {
    admin: { ...shared, port: 'admin', router: newRouter(routesOf(ory, 'admin')) },
    public: {
      ...shared,
      port: 'public',
      router: newRouter(routesOf(ory, gate ? 'both' : 'public')),
    },
  }
  const stop = async () => {
    stopping.abort()
    await Promise.all([listeners.admin.close(), listeners.public.close()])
    await background.idle()
  }

  return {
    profile: ory.settings.profile,
    adminUrl: listeners.admin.url,
    publicUrl: listeners.public.url,
    faults: { add: faults.add, clear: faults.clear },
    requests,
    clock,
    idle: background.idle,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function newClock(real: () => number): OryEmulator['clock'] {
  let ahead = 0
  return {
    now: () => real() + ahead,
    advance(ms) {
      ahead += ms
    },
  }
}

function routesOf({ settings }: Ory, port: Port | 'both') {
  return routes(settings.profile).filter((route) => port === 'both' || route.port === port)
}

/** Where Ory Network is emulated, both are the one listener. */
async function listenOnBoth(
  { adminPort = 0, publicPort = 0, network }: StartOptions,
  responderOf: (port: Port) => Responder,
): Promise<Readonly<Record<Port, Listener>>> {
  const open = (port: Port, number: number) =>
    listen(number, `${port} port`, (incoming, outgoing) =>
      respond(responderOf(port), incoming, outgoing).catch(() => incoming.socket.destroy()),
    )
  const opened = await open('public', publicPort)
  if (network) return { admin: opened, public: opened }
  try {
    return { admin: await open('admin', adminPort), public: opened }
  } catch (error) {
    await opened.close()
    throw error
  }
}
