import { fork } from 'node:child_process'
import { once } from 'node:events'

/** A server on loopback that answers 204, in another process; stopped by `stop`. */
export const startServer = async () => {
  const child = fork(new URL('no-content-server.ts', import.meta.url))
  const [url] = await once(child, 'message')

  return { url: String(url), stop: () => child.kill() }
}
