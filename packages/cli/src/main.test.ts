import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { runLapse, startLapse } from './testing/lapse-process.ts'

/** One line that says what to do, and nothing of how the program is made. */
const oneLine = /^lapse: [^\n]+\n$/

test.concurrent('shows its version and its help', async () => {
  const [version, help] = await Promise.all([runLapse(['--version']), runLapse(['--help'])])

  expect(version).toMatchObject({ code: 0, stderr: '', stdout: '0.1.0\n' })
  expect(help).toMatchObject({ code: 0, stderr: '' })
  expect(help.stdout).toContain('lapse plan user-deleted --subject alice')
})

test.concurrent.each([
  [[], /a command is missing/],
  [['plan'], /a command is missing; lapse plan --help lists them$/m],
  [['frobnicate'], /unknown command 'frobnicate'/],
  [['dmo'], /unknown command 'dmo' \(did you mean demo\?\)/],
  [['example'], /a command is missing/],
  [['example', 'user.delete'], /unknown command 'user.delete' \(did you mean user.deleted\?\)/],
  [['example', 'user.deleted', '--subject', '*'], /such an event would be refused: [^\n]*subject/],
  [
    ['example', 'app.offboarded', '--client-id', 'a', '--owner', 'b'],
    /one of --client-id and --owner/,
  ],
  [['example', 'app.offboarded', '--issuer', 'https://i.example'], /goes with delete only/],
  [['example', 'app.offboarded', '--client-id', 'a/'], /would be refused: unaddressable-id/],
  [['example', 'key.rotated', '--issuer', 'partner'], /would be refused: [^\n]*data\.issuer/],
  [['send', 'a.json', 'b.json'], /too many arguments .* but got 2; lapse send --help shows how$/m],
  [['plan', 'frob'], /unknown command 'frob'; lapse plan --help shows how$/m],
  [['plan', 'user-deleted'], /give one of --subject and a file/],
  [['plan', 'user-deleted', '--subject', 'a', '--subject', 'b'], /--subject is given twice/],
  [['plan', 'app-offboarded', '--mode=delete', '--mode', 'suspend'], /--mode is given twice/],
  [['ory', '--public-port', '1', '--public-port=2'], /--public-port is given twice/],
  [['plan', 'user-deleted', '--subject'], /argument missing/],
  [['plan', 'user-deleted', '--subject', ''], /--subject is empty/],
  [['demo', '--jsno'], /unknown option '--jsno' \(did you mean --json\?\)/],
  [['ory', '--admin-port', '70000'], /a port from 0 to 65535/],
  [['ory', '--admin-port', '-1'], /a port from 0 to 65535|argument missing/],
  [['ory', '--profile', 'v1'], /'--profile <profile>' argument 'v1' is invalid/],
  [['ory', '--login-url', 'login.example'], /begins with http:\/\/ or https:\/\//],
  [['ory', '--allowed-host', 'http://ory.example'], /a host name without a scheme and a port/],
  [['ory', '--access-token-lifespan', '1 hour'], /--access-token-lifespan is not a duration/],
])('says in one line what is wrong with %j', async (args, problem) => {
  const { code, stderr } = await runLapse(args, { env: { ORY_ADMIN_URL: 'http://127.0.0.1:1' } })

  expect(code).toBe(2)
  expect(stderr).toMatch(oneLine)
  expect(stderr).toMatch(problem)
})

test.concurrent('does not repeat what stands behind an unknown option', async () => {
  const { stderr } = await runLapse(['demo', '--api-key=ory_pat_secret'])

  expect(stderr).toMatch(/unknown option '--api-key'/)
  expect(stderr).not.toContain('secret')
})

test.concurrent('goes on where nobody reads what it prints', async () => {
  // Below the ports that the system gives to others.
  const port = 20_000 + randomInt(10_000)
  const running = startLapse(['ory', '--admin-port', '0', '--public-port', `${port}`])
  running.process.stdout?.destroy()
  await vi.waitFor(() => fetch(`http://127.0.0.1:${port}/health/alive`), { timeout: 60_000 })

  running.process.kill('SIGTERM')

  expect(await running.ended).toMatchObject({ code: 0, signal: null, stderr: '' })
})

/** Makes Node believe that it is older than it is. */
const older =
  'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.0.0"}})'

test.concurrent('hands over to the project’s own Node where it runs on an older one', async () => {
  const node = ['--import', older]

  expect(await runLapse(['--version'], { node })).toMatchObject({ code: 0, stdout: '0.1.0\n' })
  expect(await runLapse(['frob'], { node })).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(oneLine),
  })
})

test.concurrent('passes signals and exit codes through to the older Node', async () => {
  const at = { node: ['--import', older] }
  const running = startLapse(['ory', '--admin-port', '0', '--public-port', '0'], at)
  await running.said(/public .*http/)

  running.process.kill('SIGHUP')

  expect(await running.ended).toMatchObject({ code: 0, signal: null, stderr: '' })
})

test.concurrent('says which Node it needs where the project’s own is not installed', async () => {
  const absent = `${older};import{registerHooks}from"node:module";registerHooks({resolve:(s,c,n)=>{if(s==="node/package.json")throw new Error("absent");return n(s,c)}})`
  const { code, stderr } = await runLapse(['--version'], { node: ['--import', absent] })

  expect(code).toBe(1)
  expect(stderr).toMatch(oneLine)
  expect(stderr).toContain('needs Node 24 and this is 20.0.0')
})

test.concurrent('stays up until it is asked to end, and then ends well', async () => {
  const running = startLapse(['ory', '--admin-port', '0', '--public-port', '0'])
  const said = await running.said(/public +(http:\S+)/)
  const publicUrl = /public +(http:\S+)/.exec(said)?.[1]
  expect((await fetch(`${publicUrl}/health/alive`)).status).toBe(200)

  running.process.kill('SIGINT')
  running.process.kill('SIGINT')

  expect(await running.ended).toMatchObject({ code: 0, stderr: '' })
  await expect(fetch(`${publicUrl}/health/alive`)).rejects.toThrow()
})

test.concurrent('names the port that is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo

  const { code, stderr } = await runLapse(['ory', '--admin-port', '0', '--public-port', `${port}`])
  other.close()

  expect(code).toBe(1)
  expect(stderr).toMatch(oneLine)
  expect(stderr).toMatch(new RegExp(`port ${port} .*\\(EADDRINUSE\\)$`, 'm'))
})

const noPorts = `import net from "node:net";net.Server.prototype.listen=function(){process.nextTick(()=>this.emit("error",Object.assign(new Error("listen EACCES: permission denied 127.0.0.1:80"),{code:"EACCES",errno:-13,syscall:"listen"})));return this}`

test.concurrent.each([
  [['ory'], /^lapse: the server cannot start: listen EACCES: permission denied/],
  [['demo'], /^lapse: Ory, SQS[^:]+ cannot start: listen EACCES: permission denied/],
  [['dev', '--free-ports'], /^lapse: Ory, SQS[^:]+ cannot start: listen EACCES: permission denied/],
])('says of a part that cannot start which it is, and why: %j', async (args, problem) => {
  const cwd = await mkdtemp(join(tmpdir(), 'lapse-main-'))
  const node = ['--import', `data:text/javascript,${noPorts}`]
  const { code, stderr } = await runLapse(args, { cwd, node })
  const last = stderr.trimEnd().split('\n').at(-1)

  expect(code).toBe(1)
  expect(last).toMatch(problem)
  expect(last).toMatch(/take a port from 1024 on/)
  expect(stderr).not.toContain('bug in lapse')
})

test.concurrent('does not end well by running out of things to do', async () => {
  const endless = `import{registerHooks}from"node:module";registerHooks({load:(u,c,n)=>u.endsWith("/src/main.ts")?{format:"module",shortCircuit:true,source:"export const main=()=>new Promise(()=>{})"}:n(u,c)})`

  const { code } = await runLapse(['demo'], {
    node: ['--import', `data:text/javascript,${endless}`],
  })

  expect(code).toBe(1)
})

test.concurrent('has one line for what goes wrong behind its back, too', async () => {
  const late = `data:text/javascript,const{stdout}=process,{write}=stdout;stdout.write=(said,...more)=>{if(/public/.test(said))setImmediate(()=>{throw new TypeError("s3cret")});return write.call(stdout,said,...more)}`

  const { code, stderr } = await runLapse(['ory', '--admin-port', '0', '--public-port', '0'], {
    node: ['--import', late],
  })

  expect(code).toBe(1)
  expect(stderr).toMatch(oneLine)
  expect(stderr).toContain('this is a bug in lapse: TypeError')
  expect(stderr).not.toContain('s3cret')
})
