import { execFile } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { platform, root } from '../engine/platform.ts'
import { startAwsStandIn } from './aws-stand-in.ts'

/** What SST's command line makes of the project. */
export interface OfflineDiff {
  /** What would be created, by URN. */
  readonly created: readonly string[]
  /** Every function as it would be uploaded: the bundle's file, minified. */
  readonly bundles: readonly Bundle[]
  /** What SST writes to `sst-env.d.ts`. */
  readonly types: string
}

export interface Bundle {
  readonly name: string
  readonly file: string
  readonly bytes: number
}

/**
 * Runs the real `sst diff` for a stage that was never deployed, without a network: SST loads the
 * configuration, bundles every handler and plans. AWS and Pulumi's command line are stand-ins. It
 * happens in a folder of its own, so that nothing in the project is written to.
 *
 * @param use given the result while its files are there
 */
export async function offlineDiff<T>(
  stage: string,
  use: (diff: OfflineDiff) => T | Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'lapse-diff-'))
  const aws = await startAwsStandIn()
  try {
    linkProject(folder)
    const { stdout } = await promisify(execFile)(
      resolve(root, 'node_modules/.bin/sst'),
      ['diff', '--stage', stage, '--json'],
      { cwd: folder, env: environment(folder, aws.url), maxBuffer: 2 ** 27 },
    ).catch((error: unknown) => {
      throw new Error(`sst diff failed: ${complaints(folder)}`, { cause: error })
    })
    return await use({
      created: createdIn(stdout),
      bundles: bundlesIn(folder),
      types: readFileSync(join(folder, 'sst-env.d.ts'), 'utf8'),
    })
  } finally {
    aws.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function linkProject(folder: string): void {
  for (const name of ['functions', 'infra', 'node_modules', 'packages', 'tsconfig.json'])
    symlinkSync(resolve(root, name), join(folder, name))
  for (const name of ['package.json', 'sst.config.ts'])
    copyFileSync(resolve(root, name), join(folder, name))
  mkdirSync(join(folder, '.sst'))
  symlinkSync(platform, join(folder, '.sst/platform'))
  copyFileSync(resolve(root, '.sst/provider-lock.json'), join(folder, '.sst/provider-lock.json'))
}

/** SST looks for Pulumi in its own folder, and nowhere else. */
function environment(folder: string, awsUrl: string): NodeJS.ProcessEnv {
  const bin = join(folder, 'config/sst/bin')
  mkdirSync(bin, { recursive: true })
  const standIn = resolve(import.meta.dirname, 'pulumi-stand-in.ts')
  writeFileSync(
    join(bin, 'pulumi'),
    `#!/bin/sh\nexec "${process.execPath}" --no-warnings "${standIn}" "$@"\n`,
    { mode: 0o755 },
  )
  const { dependencies } = JSON.parse(readFileSync(join(platform, 'package.json'), 'utf8')) as {
    dependencies: Readonly<Record<string, string>>
  }
  return {
    AWS_ACCESS_KEY_ID: 'offline',
    AWS_ENDPOINT_URL: awsUrl,
    AWS_REGION: 'eu-central-1',
    AWS_SECRET_ACCESS_KEY: 'offline',
    HOME: folder,
    NO_BUN: '1',
    ORY_ADMIN_URL: 'https://ory.example',
    ORY_PUBLIC_URL: 'https://ory.example',
    PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
    PULUMI_STAND_IN_VERSION: dependencies['@pulumi/pulumi'],
    SST_SKIP_DEPENDENCY_CHECK: '1',
    SST_TELEMETRY_DISABLED: '1',
    XDG_CONFIG_HOME: join(folder, 'config'),
  }
}

function createdIn(stdout: string): readonly string[] {
  return [...stdout.matchAll(/"urn":\s*"([^"]+)"/g)].map(([, urn = '']) => urn)
}

function bundlesIn(folder: string): readonly Bundle[] {
  const artifacts = join(folder, '.sst/artifacts')
  return readdirSync(artifacts)
    .filter((name) => name.endsWith('-src'))
    .map((name) => {
      const file = join(artifacts, name, 'bundle.mjs')
      return { name: name.replace(/-src$/, ''), file, bytes: statSync(file).size }
    })
}

/** With `--json` SST keeps what went wrong to its logs. */
function complaints(folder: string): string {
  return ['pulumi.err.log', 'sst.log']
    .map((name) => join(folder, '.sst/log', name))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8').slice(-2000))
    .join('\n')
}
