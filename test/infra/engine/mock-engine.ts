/**
 * Stands in for Pulumi's engine, in this process: resources are answered at once and kept, as they
 * were asked for. Run by Node as it stands as well, so only types that can be stripped.
 */
import { setTimeout } from 'node:timers/promises'
import { type Bag, lookUp, stateOf } from './answers.ts'
import { platformRequire } from './platform.ts'

/** A resource as the program registered it. */
export interface Resource {
  readonly type: string
  readonly name: string
  readonly urn: string
  readonly parent: string
  /** What would be sent to AWS. */
  readonly inputs: Bag
  /** What the rest of the program sees of it. */
  readonly state: Bag
  readonly protect: boolean
  readonly retainOnDelete: boolean
  /** URNs of what has to be there first, whatever the inputs say. */
  readonly dependencies: readonly string[]
  /** Inputs that a later deployment leaves as they are. */
  readonly ignoreChanges: readonly string[]
}

/** What the program made, growing while it runs. */
export interface MockEngine {
  readonly resources: Resource[]
  /** What linking a component gives, by the component's name. */
  readonly links: Map<string, Bag>
  /** Waits until the program asks for nothing any more. */
  settle(): Promise<void>
}

/** Which program runs, and where. */
export interface Program {
  readonly app: string
  readonly stage: string
  readonly region: string
  /** Told of every resource, in the order in which they are registered. */
  readonly onResource?: (resource: Resource) => void
}

interface Struct {
  toJavaScript(): Bag
}

interface RegisterRequest {
  getType(): string
  getName(): string
  getParent(): string
  getObject(): Struct | undefined
  getProtect(): boolean
  getRetainondelete(): boolean
  getDependenciesList(): string[]
  getIgnorechangesList(): string[]
}

interface Registered {
  getUrn(): string
  getObject(): Struct | undefined
}

interface OutputsRequest {
  getUrn(): string
  getOutputs(): Struct
}

type Callback<T> = (error: unknown, response: T) => void

/** Pulumi's own stand-in for its monitor, which shows types, names and inputs only. */
interface MockMonitor {
  registerResource(request: RegisterRequest, callback: Callback<Registered>): Promise<void>
  registerResourceOutputs(request: OutputsRequest, callback: Callback<unknown>): void
}

interface Settings {
  setMockOptions(
    monitor: MockMonitor,
    project: string,
    stack: string,
    preview: boolean,
    organization: string,
  ): void
  waitForRPCs(): Promise<void>
}

/** Puts the stand-in in the engine's place, for everything that is registered from now on. */
export function startMockEngine({ app, stage, region, onResource }: Program): MockEngine {
  const settings = platformRequire('@pulumi/pulumi/runtime/settings') as Settings
  const { MockMonitor } = platformRequire('@pulumi/pulumi/runtime/mocks') as {
    MockMonitor: new (mocks: object) => MockMonitor
  }
  const resources: Resource[] = []
  const links = new Map<string, Bag>()
  const monitor = new MockMonitor({
    newResource: ({ type, name, inputs }: { type: string; name: string; inputs: Bag }) => ({
      id: `${name}-id`,
      state: stateOf(type, name, inputs, region),
    }),
    call: ({ token, inputs }: { token: string; inputs: Bag }) => lookUp(token, inputs, region),
  })
  watchRegistrations(monitor, (resource) => {
    resources.push(resource)
    onResource?.(resource)
  })
  watchLinks(monitor, links)
  settings.setMockOptions(monitor, app, stage, false, 'organization')
  return { resources, links, settle: () => settled(settings, resources) }
}

function watchRegistrations(monitor: MockMonitor, tell: (resource: Resource) => void): void {
  const register = monitor.registerResource.bind(monitor)
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      if (!error) tell(resourceOf(request, response))
      callback(error, response)
    })
}

function resourceOf(request: RegisterRequest, response: Registered): Resource {
  return {
    type: request.getType(),
    name: request.getName(),
    urn: response.getUrn(),
    parent: request.getParent(),
    inputs: plain(request.getObject()),
    state: plain(response.getObject()),
    protect: request.getProtect(),
    retainOnDelete: request.getRetainondelete(),
    dependencies: request.getDependenciesList(),
    ignoreChanges: request.getIgnorechangesList(),
  }
}

/** SST says by a component of its own what linking another one gives. */
function watchLinks(monitor: MockMonitor, links: Map<string, Bag>): void {
  const register = monitor.registerResourceOutputs.bind(monitor)
  monitor.registerResourceOutputs = (request, callback) => {
    if (request.getUrn().includes('sst:sst:LinkRef::')) {
      const outputs = plain(request.getOutputs())
      links.set(String(outputs['target']), outputs)
    }
    register(request, callback)
  }
}

/** Without the wrapping that Pulumi puts around secrets. */
function plain(struct: Struct | undefined): Bag {
  return unwrapped(struct?.toJavaScript() ?? {}) as Bag
}

function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapped)
  if (typeof value !== 'object' || value === null) return value
  const { specialSigKey, specialSecretSig } = platformRequire('@pulumi/pulumi/runtime/rpc') as {
    specialSigKey: string
    specialSecretSig: string
  }
  const members = value as Bag
  if (members[specialSigKey] === specialSecretSig) return unwrapped(members['value'])
  return Object.fromEntries(
    Object.entries(members).map(([name, member]) => [name, unwrapped(member)]),
  )
}

/** How often nothing new may be seen, 20 ms apart, before the program counts as done. */
const quietRounds = 5

/** Resources come out of `apply`, behind files that are read and written: no event says the last. */
async function settled(settings: Settings, resources: readonly Resource[]): Promise<void> {
  const seen = { count: -1, quiet: 0 }
  while (seen.quiet < quietRounds) {
    await settings.waitForRPCs()
    await setTimeout(20)
    const isQuiet = resources.length === seen.count && isWhole(resources) && !isAtFiles()
    seen.quiet = isQuiet ? seen.quiet + 1 : 0
    seen.count = resources.length
  }
}

/** Whether a file is being read or written, however long a busy machine takes for it. */
function isAtFiles(): boolean {
  return process.getActiveResourcesInfo().some((resource) => resource.startsWith('FSReq'))
}

/** Every function component has got its function by the time the program is done. */
function isWhole(resources: readonly Resource[]): boolean {
  const count = (wanted: string) => resources.filter(({ type }) => type === wanted).length
  return count('sst:aws:Function') === count('aws:lambda/function:Function')
}
