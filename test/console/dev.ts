import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startLapse } from '../../packages/cli/src/testing/lapse-process.ts'

/** A `lapse dev` of its own. */
export interface Dev {
  readonly url: string
  readonly endpoints: Readonly<Record<string, string>>
  readonly queues: readonly {
    readonly name: string
    readonly url: string
    readonly dlq_url: string
  }[]
  readonly directory: string
  stop(): Promise<void>
}

/** Starts one with what the demo plays with. */
export async function startDev(): Promise<Dev> {
  const directory = await mkdtemp(join(tmpdir(), 'lapse-console-'))
  const dev = startLapse(['dev', '--seed', '--free-ports', '--json'], { cwd: directory })
  const { endpoints, queues } = JSON.parse(await dev.said(/\n/))
  const stop = async () => {
    dev.process.kill('SIGINT')
    await dev.ended
  }
  return { url: endpoints.console, endpoints, queues, directory, stop }
}
