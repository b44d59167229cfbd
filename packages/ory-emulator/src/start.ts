import { setTimeout } from 'node:timers/promises'
import { type Background, newBackground } from './background.ts'
import { corsOf } from './cors.ts'
import { type Faults, newFaults } from './faults.ts'
import type { GuardOptions } from './guard.ts'
import type { Port, Route } from './http.ts'
import { type Listener, listen } from './listener.ts'
import { type NetworkOptions, newGate } from './network.ts'
import type { Ory, Profile } from './ory.ts'
import type { LoggedRequest } from './request-log.ts'
import { type Responder, respond } from './responder.ts'
import { newRouter } from './router.ts'
import { allOperations, routesOf } from './routes.ts'
import { readSettings, type SettingsOptions } from './settings.ts'
import { emptyState, type State } from './state.ts'

export interface StartOptions extends SettingsOptions {
  /** 0, the default, takes any free port. */
  readonly adminPort?: number
  readonly publicPort?: number
  /**
   * Names both ports are asked under besides 127.0.0.1, localhost and [::1], without a port: for a
   * proxy in front, or a test. A request under any other is refused, since a page whose own name
   * was pointed here would send it.
   */
  readonly allowedHosts?: readonly string[]
  /** Ory Network's edge: one origin (`publicPort`), a key for `/admin`, rate buckets. Profile `network` needs it. */
  readonly network?: NetworkOptions
  /** Milliseconds since the epoch; the machine's clock by default. */
  readonly now?: () => number
  /** Lets milliseconds pass between two attempts to reach somebody else; timers by default. */
  readonly wait?: (ms: number) => Promise<void>
}

export interface Clock {
  now(): number
  /** Lets time pass for lifespans, challenges, page tokens and rate windows; never for timeouts. */
  advance(ms: number): void
}

/** A running emulator. */
export interface OryEmulator {
  readonly profile: Profile
  readonly adminUrl: string
  /** Equals `adminUrl` where Ory Network is emulated. */
  readonly publicUrl: string
  readonly faults: Faults
  /** What was asked, oldest first; at least the last ten thousand requests. */
  readonly requests: readonly LoggedRequest[]
  readonly clock: Clock
  /** Settles once nothing runs in the background: back-channel logouts are posted. */
  idle(): Promise<void>
  /** Closes every connection; settles once both ports are free. */
  stop(): Promise<void>
  /** Stops at the end of the block: `await using ory = await startOryEmulator()`. */
  [Symbol.asyncDispose](): Promise<void>
}

type Listeners = Readonly<Record<Port, Listener>>

/**
 * Starts an OAuth2 server that answers as Ory Hydra does, on 127.0.0.1.
 *
 * @throws PortInUseError where a port asked for is taken; nothing is left listening then.
 * @throws GoError where a duration is not a Go duration.
 * @throws RangeError where settings do not go together.
 */
export async function startOryEmulator(options: StartOptions = {}): Promise<OryEmulator> {
  const { profile = 'head' } = options
  if (profile === 'network' && options.network === undefined) {
    throw new RangeError('profile network needs network: { apiKey }, the key that opens /admin')
  }
  const settingsAt = readSettings(options)
  const clock = newClock(options.now ?? Date.now)
  const faults = newFaults(allOperations)
  const background = newBackground()
  const requests: LoggedRequest[] = []
  const stopping = new AbortController()
  const state = emptyState()
  const listeners = await listenOnBoth(options, state, (port) => responders[port])

  const ory: Ory = {
    settings: settingsAt(listeners.public.url),
    state,
    now: clock.now,
    wait: options.wait ?? waitUntil(stopping.signal),
    background: background.run,
    stopping: stopping.signal,
  }
  const gate = options.network && newGate(options.network, clock.now)
  const responders = respondersOf({ ory, requests, hitFault: faults.hit, gate })
  const stop = () => stopAll(stopping, listeners, background)

  return {
    profile,
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

function newClock(real: () => number): Clock {
  let ahead = 0
  return {
    now: () => real() + ahead,
    advance(ms) {
      ahead += ms
    },
  }
}

/** Waits by timers, but not beyond the end of the server. */
function waitUntil(signal: AbortSignal): (ms: number) => Promise<void> {
  return (ms) => setTimeout(ms, undefined, { signal, ref: false }).catch(() => undefined)
}

/** Where Ory Network is emulated, the public side answers for both. */
function respondersOf(
  shared: Omit<Responder, 'port' | 'router'>,
): Readonly<Record<Port, Responder>> {
  const routes = routesOf(shared.ory.settings.profile)
  const responder = (port: Port, served: readonly Route[]): Responder => ({
    ...shared,
    port,
    router: newRouter(served),
  })
  const ofPort = (port: Port) => routes.filter((route) => route.port === port)
  return {
    admin: responder('admin', ofPort('admin')),
    public: responder('public', shared.gate ? routes : ofPort('public')),
  }
}

async function listenOnBoth(
  { adminPort = 0, publicPort = 0, allowedHosts = [], network }: StartOptions,
  state: State,
  responderOf: (port: Port) => Responder,
): Promise<Listeners> {
  const names = allowedHosts.map((name) => name.toLowerCase())
  const guards: Readonly<Record<Port, GuardOptions>> = {
    admin: { allowedHosts: names },
    public: { allowedHosts: names, navigable: true, corsOf: (request) => corsOf(state, request) },
  }
  const open = (port: Port, number: number) =>
    listen(number, `${port} port`, guards[port], (incoming, outgoing) =>
      respond(responderOf(port), incoming, outgoing),
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

async function stopAll(
  stopping: AbortController,
  listeners: Listeners,
  background: Background,
): Promise<void> {
  stopping.abort()
  await Promise.all([listeners.admin.close(), listeners.public.close()])
  await background.idle()
}
