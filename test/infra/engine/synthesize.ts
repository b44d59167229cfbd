import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { vi } from 'vitest'
import type { Settings } from '../../../infra/settings.ts'
import { type Bag, region as usualRegion } from './answers.ts'
import { kept } from './kept.ts'
import { type Resource, startMockEngine } from './mock-engine.ts'
import { platform, platformRequire, root } from './platform.ts'
import { type Build, startSstServer } from './sst-server.ts'

/** What a stage would be, as SST's real components make it. */
export interface Synthesis {
  readonly resources: readonly Resource[]
  readonly builds: readonly Build[]
  readonly links: ReadonlyMap<string, Bag>
  /** What a deployment prints in the end. */
  readonly outputs: Bag
}

/** Which stage, and with which settings: those of the project unless some are given. */
export interface SynthesisOptions {
  readonly stage: string
  readonly settings?: Settings
  readonly region?: string
}

/**
 * Evaluates `sst.config.ts`, or the stack with other settings, without AWS, Pulumi or a network; once
 * in a run for the same options.
 */
export function synthesize(options: SynthesisOptions): Promise<Synthesis> {
  return kept(options, () => evaluated(options))
}

async function evaluated({
  stage,
  settings,
  region = usualRegion,
}: SynthesisOptions): Promise<Synthesis> {
  // Components and registries of SST live in modules: a second stage has to begin anew.
  vi.resetModules()
  const folder = mkdtempSync(join(tmpdir(), 'lapse-synthesis-'))
  const server = await startSstServer(folder)
  const cwd = process.cwd()
  vi.stubEnv('SST_SERVER', server.url)
  vi.stubEnv('ORY_ADMIN_URL', 'https://ory.example')
  vi.stubEnv('ORY_PUBLIC_URL', 'https://ory.example')
  const failed = firstRejection()
  try {
    const config = await openConfig(stage, folder)
    const engine = startMockEngine({ app: config.name, stage, region })
    await openComponents()
    const program = async () => {
      const outputs = await evaluate(settings === undefined ? config.run : withSettings(settings))
      await engine.settle()
      return outputs
    }
    const outputs = await Promise.race([program(), failed.promise])
    return { resources: engine.resources, builds: server.builds, links: engine.links, outputs }
  } finally {
    failed.off()
    server.stop()
    vi.unstubAllEnvs()
    process.chdir(cwd)
    rmSync(folder, { recursive: true, force: true })
  }
}

type Run = () => Promise<unknown>

/** What SST's command line injects while it bundles the configuration. */
async function openConfig(stage: string, folder: string): Promise<{ name: string; run: Run }> {
  setGlobals({ $config: (config: unknown) => config })
  const { default: config } = (await import('../../../sst.config.ts')) as unknown as {
    default: { app(input: { stage: string }): { name: string }; run: Run }
  }
  const app = config.app({ stage })
  const pulumi = platformRequire('@pulumi/pulumi') as Bag
  setGlobals({
    $app: { ...app, stage },
    $cli: {
      command: 'diff',
      dev: false,
      paths: { home: folder, root, work: folder, platform },
      state: { version: {} },
    },
    $dev: false,
    $interpolate: pulumi['interpolate'],
    $jsonStringify: pulumi['jsonStringify'],
    $util: pulumi,
    aws: platformRequire('@pulumi/aws'),
    random: platformRequire('@pulumi/random'),
  })
  return { name: app.name, run: config.run }
}

/** SST's components need the engine's stand-in while they load. */
async function openComponents(): Promise<void> {
  setGlobals({ sst: await fromPlatform('components/index.ts') })
}

/** Runs the program the way SST does, with its checks and its transformations. */
async function evaluate(run: Run): Promise<Bag> {
  const { runtime } = platformRequire('@pulumi/pulumi') as {
    runtime: { runInPulumiStack(program: Run): Promise<unknown> }
  }
  const auto = (await fromPlatform('auto/run.ts')) as { run(program: Run): Promise<unknown> }
  return (await runtime.runInPulumiStack(() => auto.run(run))) as Bag
}

function withSettings(settings: Settings): Run {
  return async () => (await import('../../../infra/lapse.ts')).lapse(settings)
}

function fromPlatform(file: string): Promise<unknown> {
  return import(pathToFileURL(resolve(platform, 'src', file)).href)
}

function setGlobals(values: Bag): void {
  Object.assign(globalThis, values)
}

/** What fails inside `apply` surfaces nowhere else, and leaves the program waiting for ever. */
function firstRejection(): { readonly promise: Promise<never>; off(): void } {
  const { promise, reject } = Promise.withResolvers<never>()
  promise.catch(() => undefined)
  process.on('unhandledRejection', reject)
  return { promise, off: () => void process.off('unhandledRejection', reject) }
}
