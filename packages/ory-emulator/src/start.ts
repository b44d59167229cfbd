import type { RequestListener } from 'node:http'
import { type Clock, newClock } from './clock.ts'
import { controlListener } from './control/respond.ts'
import { corsOf } from './cors.ts'
import { type Faults, newFaults } from './faults.ts'
import type { GuardOptions } from './guard.ts'
import type { Port, Route } from './http.ts'
import { type Listener, listen } from './listener.ts'
import { type MemoryHolder, newMemoryHolder, waitIn } from './memory.ts'
import type { Gate, NetworkOptions } from './network.ts'
import type { Ory, Profile, Settings } from './ory.ts'
import type { LoggedRequest } from './request-log.ts'
import { type Responder, respond } from './responder.ts'
import { newRouter } from './router.ts'
import { accountRoutes, allOperations, routesOf } from './routes.ts'
import type { Seeded } from './seed/plant.ts'
import { readSeed, type Seed } from './seed/seed.ts'
import { newSeeding } from './seed/seeding.ts'
import { readSettings, type SettingsOptions } from './settings.ts'

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
  /** Opens a third port, for tests in any language: seed, reset, clock, faults, requests; 0 takes any free one. */
  readonly controlPort?: number
  /** What is there from the start, and again after every reset. */
  readonly seed?: Seed
  /** Milliseconds since the epoch; the machine's clock by default. */
  readonly now?: () => number
  /** Lets milliseconds pass between two attempts to reach somebody else; timers by default. */
  readonly wait?: (ms: number) => Promise<void>
}

/** A running emulator. */
export interface OryEmulator {
  readonly profile: Profile
  readonly adminUrl: string
  /** Equals `adminUrl` where Ory Network is emulated. */
  readonly publicUrl: string
  /** `undefined` where no `controlPort` was asked for. */
  readonly controlUrl: string | undefined
  readonly faults: Faults
  /** What was asked of the two ports, oldest first; at least the last ten thousand requests. */
  readonly requests: readonly LoggedRequest[]
  clearRequests(): void
  readonly clock: Clock
  /** What came of the seed this server started with: ids, secrets, tokens, cookies. */
  readonly seeded: Seeded
  /**
   * Adds clients, users and issuers to what is there: all of them, or none.
   *
   * @throws InputError which names the path of what is wrong, such as `users[0].subject`.
   */
  seed(seed: Seed): Promise<Seeded>
  /** Back to how the server started, with the same addresses and signing keys; gives back what came of its seed. */
  reset(): Promise<Seeded>
  /** Settles once nothing runs in the background: back-channel logouts are posted. */
  idle(): Promise<void>
  /** Closes every connection; settles once both ports are free. */
  stop(): Promise<void>
  /** Stops at the end of the block: `await using ory = await startOryEmulator()`. */
  [Symbol.asyncDispose](): Promise<void>
}

/** The two ports that are Ory's, and the third. */
type Door = Port | 'control'
type Listeners = Readonly<Record<Port, Listener>> & { readonly control: Listener | undefined }
type Answering = Readonly<Record<Door, RequestListener>>

/**
 * Starts an OAuth2 server that answers as Ory Hydra does, on 127.0.0.1.
 *
 * @throws PortInUseError where a port asked for is taken; nothing is left listening then.
 * @throws InputError where the seed is not one, or cannot be planted.
 * @throws GoError where a duration is not a Go duration.
 * @throws RangeError where settings do not go together.
 */
export async function startOryEmulator(options: StartOptions = {}): Promise<OryEmulator> {
  const { profile = 'head', network } = options
  if (profile === 'network' && network === undefined) {
    throw new RangeError('profile network needs network: { apiKey }, the key that opens /admin')
  }
  const settingsAt = readSettings(options)
  const firstSeed = readSeed(options.seed ?? {})
  const clock = newClock(options.now ?? Date.now)
  const faults = newFaults(allOperations)
  const requests: LoggedRequest[] = []
  const memory = newMemoryHolder(firstSeed.keys_from, network, clock.now)
  const answering = Promise.withResolvers<Answering>()
  const listeners = await listenOnAll(options, memory, answering.promise)

  const ory = oryOf(settingsAt(listeners.public.url), memory, clock, options.wait)
  const clearRequests = () => {
    requests.length = 0
  }
  const forget = () => {
    faults.clear()
    clearRequests()
  }
  const seeding = newSeeding({ ory, memory, clock, forget }, firstSeed)
  const stop = () => stopAll(listeners, memory)
  const idle = () => memory.current.background.idle()
  await seeding.reset().catch(async (error: unknown) => {
    await stop()
    throw error
  })

  const gate: Gate | undefined = network && ((...asked) => memory.current.gate(...asked))
  const addresses = {
    profile,
    adminUrl: listeners.admin.url,
    publicUrl: listeners.public.url,
  }
  answering.resolve({
    ...respondersOf({ ory, requests, hitFault: faults.hit, gate }),
    control: controlListener({
      addresses,
      ory,
      seeding,
      clock,
      faults,
      requests,
      clearRequests,
      idle,
    }),
  })
  return {
    ...addresses,
    controlUrl: listeners.control?.url,
    faults: { add: faults.add, list: faults.list, clear: faults.clear },
    requests,
    clearRequests,
    clock: { now: clock.now, set: clock.set, advance: clock.advance },
    get seeded() {
      return seeding.seeded
    },
    seed: seeding.seed,
    reset: seeding.reset,
    idle,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** What routes work with: always what is remembered now. */
function oryOf(
  settings: Settings,
  memory: MemoryHolder,
  clock: Clock,
  wait: Ory['wait'] = waitIn(memory),
): Ory {
  return {
    settings,
    get state() {
      return memory.current.state
    },
    get stopping() {
      return memory.current.ended.signal
    },
    now: clock.now,
    wait,
    background: (work) => memory.current.background.run(work),
  }
}

/** Where Ory Network is emulated, the public side answers for both. */
function respondersOf(
  shared: Omit<Responder, 'port' | 'router'>,
): Readonly<Record<Port, RequestListener>> {
  const { profile, accounts } = shared.ory.settings
  const routes = [...routesOf(profile), ...(accounts ? accountRoutes : [])]
  const responder = (port: Port, served: readonly Route[]): RequestListener => {
    const all = { ...shared, port, router: newRouter(served) }
    return (incoming, outgoing) => respond(all, incoming, outgoing)
  }
  const ofPort = (port: Port) => routes.filter((route) => route.port === port)
  return {
    admin: responder('admin', ofPort('admin')),
    public: responder('public', shared.gate ? routes : ofPort('public')),
  }
}

/** Whoever asks before the server has started waits until it has: nobody sees half a seed. */
async function listenOnAll(
  { adminPort = 0, publicPort = 0, controlPort, allowedHosts = [], network }: StartOptions,
  memory: MemoryHolder,
  answering: Promise<Answering>,
): Promise<Listeners> {
  const names = allowedHosts.map((name) => name.toLowerCase())
  const guards: Readonly<Record<Door, GuardOptions>> = {
    admin: { allowedHosts: names },
    public: {
      allowedHosts: names,
      navigable: true,
      corsOf: (request) => corsOf(memory.current.state, request),
    },
    control: { allowedHosts: names },
  }
  const opened: Listener[] = []
  const open = async (door: Door, port: number): Promise<Listener> => {
    const listener = await listen(port, `${door} port`, guards[door], async (incoming, outgoing) =>
      (await answering)[door](incoming, outgoing),
    )
    opened.push(listener)
    return listener
  }
  try {
    const publicListener = await open('public', publicPort)
    return {
      public: publicListener,
      admin: network ? publicListener : await open('admin', adminPort),
      control: controlPort === undefined ? undefined : await open('control', controlPort),
    }
  } catch (error) {
    await Promise.all(opened.map((listener) => listener.close()))
    throw error
  }
}

async function stopAll(listeners: Listeners, memory: MemoryHolder): Promise<void> {
  const ended = memory.end()
  await Promise.all(Object.values(listeners).map((listener) => listener?.close()))
  await ended
}
