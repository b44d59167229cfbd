import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { promisify } from 'node:util'
import { platform, root } from '../engine/platform.ts'

/**
 * Unpacks SST's components, where those of this version are not there yet. This alone needs the
 * npm registry, once; everything that follows needs no network.
 */
export default async () => {
  if (isInstalled()) return
  console.log('installing the components of SST (once; a minute)')
  await promisify(execFile)(
    resolve(root, 'node_modules/.bin/sst'),
    ['install', '--stage', 'test'],
    {
      cwd: root,
      env: {
        ...process.env,
        NO_BUN: '1',
        PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
        SST_SKIP_DEPENDENCY_CHECK: '1',
        SST_TELEMETRY_DISABLED: '1',
      },
    },
  )
}

/** Whether the version of SST and its providers are those of the manifest and the configuration. */
function isInstalled(): boolean {
  const version = resolve(platform, 'version')
  if (!existsSync(version) || !existsSync(resolve(platform, 'node_modules'))) return false
  const { devDependencies } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as {
    devDependencies: Readonly<Record<string, string>>
  }
  return readFileSync(version, 'utf8').trim() === devDependencies['sst'] && areProvidersLocked()
}

function areProvidersLocked(): boolean {
  const lock = resolve(platform, '../provider-lock.json')
  if (!existsSync(lock)) return false
  const locked = JSON.parse(readFileSync(lock, 'utf8')) as { name: string; version: string }[]
  const config = readFileSync(resolve(root, 'sst.config.ts'), 'utf8')
  return ['aws', 'random'].every((provider) => {
    const version = locked.find(({ name }) => name === provider)?.version
    return version !== undefined && config.includes(`'${version}'`)
  })
}
