import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { account, type Bag } from './answers.ts'
import { root } from './platform.ts'

/** A function that SST's command line was asked to bundle. */
export interface Build {
  readonly name: string
  readonly handler: string
  /** Whether the handler's file is there. */
  readonly exists: boolean
  /** Code that stands before that of the handler. */
  readonly banner: string
}

/** The server that SST's command line is to its components, on loopback. */
export interface SstServer {
  readonly url: string
  readonly builds: Build[]
  stop(): void
}

/** Starts it; what it "bundles" is put into a folder of its own. */
export async function startSstServer(folder: string): Promise<SstServer> {
  const builds: Build[] = []
  const methods: Readonly<Record<string, (input: Bag) => unknown>> = {
    'Provider.Aws.Bootstrap': () => ({
      asset: 'assets',
      assetEcrRegistryId: account,
      assetEcrUrl: 'registry.example/assets',
      state: 'state',
    }),
    'Runtime.Build': (input) => build(input, folder, builds),
  }
  const server = createServer(async (request, response) => {
    const { method, params } = JSON.parse(await text(request)) as { method: string; params: Bag[] }
    const answer = methods[method]
    const said = answer
      ? { result: answer(params[0] ?? {}) }
      : { error: `nothing here is ${method}` }
    response.end(JSON.stringify(said))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    builds,
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function build(input: Bag, folder: string, builds: Build[]): unknown {
  const name = String(input['functionID'])
  const handler = String(input['handler'])
  const file = resolve(root, handler.replace(/\.[^./]+$/, '.ts'))
  const { banner = '' } = (input['properties'] ?? {}) as { readonly banner?: string }
  builds.push({ name, handler, exists: existsSync(file), banner })
  const out = join(folder, name)
  mkdirSync(out, { recursive: true })
  writeFileSync(join(out, 'bundle.mjs'), '')
  return { handler: 'bundle.handler', out, errors: [], sourcemaps: [] }
}
