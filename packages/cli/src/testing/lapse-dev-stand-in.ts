import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** A process that was started as `lapse dev` as far as anybody can see, and does nothing. */
export async function startStandIn(args: readonly string[] = ['lapse.js', 'dev']) {
  const idle = ['--eval', 'process.stdin.resume(); process.stdout.write("up")', '--']
  const child = spawn(process.execPath, [...idle, ...args], { stdio: ['pipe', 'pipe', 'ignore'] })
  await once(child.stdout, 'data')
  return {
    pid: child.pid ?? 0,
    stop: async () => {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}
