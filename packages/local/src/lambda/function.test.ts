import { fork } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { devNull } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createFunction, type FunctionOptions } from './function.ts'

const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 30_000 })

const fixture = (file: string) => new URL(file, new URL('./fixtures/', import.meta.url)).href

const start = (exportName: string, options: Partial<FunctionOptions> = {}) => {
  const lambda = createFunction({
    name: 'subject',
    module: fixture('handlers.ts'),
    exportName,
    timeoutMs: 10_000,
    ...options,
  })
  onTestFinished(() => lambda.stop())
  return lambda
}

// A process that nobody has taken note of the end of, a zombie, has ended all the same.
const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0) && !isZombie(pid)
  } catch {
    return false
  }
}

const isZombie = (pid: number): boolean => {
  const stat = `/proc/${pid}/stat`
  return existsSync(stat) && / Z \d+ /.test(readFileSync(stat, 'utf8'))
}

const firstLine = () => {
  const heard: ((line: string) => void)[] = []
  const line = new Promise<string>((resolve) => heard.push(resolve))
  return { line, onLog: (text: string) => heard[0]?.(text) }
}

test('answers with what the handler returns, as JSON', async () => {
  const event = { Records: [{ body: 'ü', n: null }] }

  expect(await start('echo').invoke(event)).toMatchObject({ payload: JSON.stringify(event) })
  expect(await start('nothing').invoke({})).toMatchObject({ payload: 'null' })
})

test('starts a process for the first invocation and keeps it for the next', async () => {
  const lambda = start('processId')

  const first = await lambda.invoke({})
  const second = await lambda.invoke({})

  expect([first.coldStart, second.coldStart]).toEqual([true, false])
  expect(second.payload).toBe(first.payload)
  expect(second.requestId).not.toBe(first.requestId)
})

test('runs concurrent invocations in processes of their own', async () => {
  const lambda = start('processId')

  const [a, b] = await Promise.all([lambda.invoke({}), lambda.invoke({})])

  expect(a.payload).not.toBe(b.payload)
})

test('never gives a process two invocations at once', async () => {
  const lambda = start('processId')
  await lambda.invoke({})

  const [a, b] = await Promise.all([lambda.invoke({}), lambda.invoke({})])

  expect([a.coldStart, b.coldStart]).toEqual([false, true])
  expect(a.payload).not.toBe(b.payload)
})

test('leaves nothing attached, however often a process is invoked or a function made', async () => {
  const warnings: string[] = []
  const listener = ({ message }: Error) => warnings.push(message)
  process.on('warning', listener)
  onTestFinished(() => void process.off('warning', listener))
  const lambda = start('processId')

  for (let count = 0; count < 12; count += 1) await lambda.invoke({})
  for (let count = 0; count < 12; count += 1) await start('processId').stop()
  await new Promise(setImmediate)

  expect(warnings).toEqual([])
})

test('gives the handler a context with the time that is left', async () => {
  const lambda = start('context', { timeoutMs: 900_000, memorySizeMb: 256, region: 'eu-west-1' })

  const { payload = '', requestId } = await lambda.invoke({})

  const { remaining, ...facts } = JSON.parse(payload)
  expect(facts).toEqual({
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: false,
    functionName: 'subject',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:subject',
    logGroupName: '/aws/lambda/subject',
    logStreamName: 'local',
    memoryLimitInMB: '256',
    methods: 0,
  })
  expect(remaining).toBeGreaterThan(600_000)
  expect(remaining).toBeLessThanOrEqual(900_000)
})

test('gives the handler the environment it is told to, and none of its own', async () => {
  vi.stubEnv('HOST_SECRET', 'hush')
  vi.stubEnv('AWS_PROFILE', 'production')
  onTestFinished(() => void vi.unstubAllEnvs())
  const lambda = start('variables', { variables: { LEDGER_TABLE: 'ledger', AWS_REGION: 'mine' } })

  const { payload = '' } = await lambda.invoke({})

  const { NODE_CHANNEL_FD, NODE_CHANNEL_SERIALIZATION_MODE, ...seen } = JSON.parse(payload)
  expect(seen).toEqual({
    AWS_ACCESS_KEY_ID: 'local',
    AWS_CONFIG_FILE: devNull,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    AWS_LAMBDA_FUNCTION_NAME: 'subject',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/subject',
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_REGION: 'mine',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    LANG: 'en_US.UTF-8',
    LEDGER_TABLE: 'ledger',
    TZ: 'UTC',
  })
})

test('gives the handler none of the flags that its host was started with', async () => {
  process.execArgv.push('--no-warnings')
  onTestFinished(() => void process.execArgv.pop())

  expect(await start('processFlags').invoke({})).toMatchObject({ payload: '[]' })
})

test('hands over whole lines of what the handler prints', async () => {
  const lines: string[] = []
  const lambda = start('prints', { onLog: (line) => lines.push(line) })

  await lambda.invoke({})

  await soon(() => expect(lines.toSorted()).toEqual(['half a line', 'to standard error']))
})

test.each([
  ['throws', 'RangeError', 'too far'],
  ['throwsText', 'string', 'just text'],
  ['unserialisable', 'TypeError', 'BigInt'],
])('reports what a handler %s and keeps its process', async (name, errorType, message) => {
  const lambda = start(name)

  const { error } = await lambda.invoke({})

  expect(error).toMatchObject({ errorType })
  expect(error?.errorMessage).toContain(message)
  expect(await lambda.invoke({})).toMatchObject({ coldStart: false })
})

test.each([
  ['exits', 'Runtime.ExitError', 'Runtime exited with error: exit status 3'],
  ['rejectsElsewhere', 'Runtime.UnhandledPromiseRejection', 'nobody listens'],
  ['throwsElsewhere', 'TypeError', 'nobody catches'],
  ['missing', 'Runtime.HandlerNotFound', 'missing is undefined or not exported'],
  ['notAFunction', 'Runtime.HandlerNotFound', 'notAFunction is undefined or not exported'],
])('reports a handler that %s and starts anew for the next', async (name, errorType, message) => {
  const lambda = start(name)

  const { error } = await lambda.invoke({})

  expect(error).toMatchObject({ errorType })
  expect(error?.errorMessage).toContain(message)
  expect(await lambda.invoke({})).toMatchObject({ coldStart: true, error: { errorType } })
})

test.each([
  ['throws-at-import.ts', 'RangeError', 'cannot even load'],
  ['imports-nothing.ts', 'Runtime.ImportModuleError', 'no-such-package-anywhere'],
  ['no-such-file.ts', 'Runtime.ImportModuleError', 'no-such-file.ts'],
  ['data:text/javascript,export const =', 'Runtime.UserCodeSyntaxError', 'Unexpected token'],
  ['exits-at-import.ts', 'Runtime.ExitError', 'exit status 7'],
  ['never-loads.ts', 'Sandbox.Timedout', 'Task timed out after 0.50 seconds'],
])('reports the module %s as one that cannot be loaded', async (file, errorType, message) => {
  const limit = file === 'never-loads.ts' ? { initTimeoutMs: 0, timeoutMs: 500 } : {}
  const lambda = start('handler', { module: fixture(file), ...limit })

  const { error } = await lambda.invoke({})

  expect(error).toMatchObject({ errorType })
  expect(error?.errorMessage).toContain(message)
})

test.each(['printsProcessIdAndHangs', 'printsProcessIdAndSpins'])(
  'kills a handler that %s when its time is up',
  async (name) => {
    const { line, onLog } = firstLine()
    const lambda = start(name, { timeoutMs: 500, onLog, wait: () => line })

    const { error, requestId } = await lambda.invoke({})

    expect(error).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${requestId} Error: Task timed out after 0.50 seconds`,
    })
    expect(lives(Number(await line))).toBe(false)
    expect(await lambda.invoke({})).toMatchObject({ coldStart: true })
  },
)

test('does not count the time to load a handler', async () => {
  const loading = new EventEmitter()
  const lambda = start('handler', {
    module: fixture('loads-slowly.ts'),
    timeoutMs: 700,
    onLog: (line) => loading.emit(line),
    // An invocation whose time is counted by then has none left when loading has begun.
    wait: (ms, signal) => once(loading, ms === 700 ? 'loading' : 'never', { signal }),
  })

  expect(await lambda.invoke({})).toMatchObject({ coldStart: true, payload: '"loaded"' })
})

test('goes on loading a handler for as long as an invocation may take', async () => {
  const limits = { initTimeoutMs: 10, timeoutMs: 30_000 }
  const lambda = start('handler', { module: fixture('loads-slowly.ts'), ...limits })

  expect(await lambda.invoke({})).toMatchObject({ coldStart: true, payload: '"loaded"' })
})

test('leaves it to the host what a Ctrl-C means for a process', async () => {
  const lambda = start('processId')
  const { payload } = await lambda.invoke({})

  process.kill(Number(payload), 'SIGINT')
  process.kill(Number(payload), 'SIGTERM')

  expect(await lambda.invoke({})).toMatchObject({ coldStart: false, payload })
})

test('starts anew when a process ended while it waited', async () => {
  const lambda = start('answersAndDies')

  const { payload } = await lambda.invoke({})
  await soon(() => expect(lives(Number(payload))).toBe(false))

  // The host may hear of the end a moment after it came.
  await soon(async () => expect(await lambda.invoke({})).toMatchObject({ coldStart: true }))
})

test('kills an invocation whose signal is aborted', async () => {
  const { line, onLog } = firstLine()
  const aborting = new AbortController()
  const lambda = start('printsProcessIdAndSpins', { onLog })

  const invocation = lambda.invoke({}, aborting.signal)
  const pid = Number(await line)
  aborting.abort()

  expect(await invocation).toMatchObject({ error: { errorType: 'Sandbox.Stopped' } })
  expect(lives(pid)).toBe(false)
  expect(await lambda.invoke({}, aborting.signal)).toMatchObject({
    error: { errorType: 'Sandbox.Stopped' },
  })
})

test('does not wait for a handler to load once its signal is aborted', async () => {
  const aborting = new AbortController()
  const lambda = start('handler', { module: fixture('never-loads.ts'), initTimeoutMs: 60_000 })

  const invocation = lambda.invoke({}, aborting.signal)
  aborting.abort()

  expect(await invocation).toMatchObject({ error: { errorType: 'Sandbox.Stopped' } })
})

test('leaves no process behind when it stops, and starts none afterwards', async () => {
  const { line, onLog } = firstLine()
  const idle = start('processId')
  const hung = start('printsProcessIdAndSpins', { onLog })
  const { payload } = await idle.invoke({})
  const invocation = hung.invoke({})
  const pids = [Number(payload), Number(await line)]

  await Promise.all([idle.stop(), hung.stop()])

  expect(pids.map(lives)).toEqual([false, false])
  expect((await invocation).error?.errorType).toBe('Runtime.ExitError')
  expect(await idle.invoke({})).toMatchObject({ error: { errorType: 'Sandbox.Stopped' } })
})

test('lets what runs end when it stops with time to spare, and kills what does not', async () => {
  const { line, onLog } = firstLine()
  const late = start('handler', { module: fixture('loads-slowly.ts') })
  const hung = start('printsProcessIdAndHangs', { onLog })
  const invocations = [late.invoke({}), hung.invoke({})]
  await line

  const stoppedAt = Date.now()
  await Promise.all([late.stop(30_000), hung.stop(1)])

  expect(Date.now() - stoppedAt).toBeLessThan(25_000)
  expect(await Promise.all(invocations)).toMatchObject([
    { payload: '"loaded"' },
    { error: { errorType: 'Runtime.ExitError' } },
  ])
  expect(await late.invoke({})).toMatchObject({ error: { errorType: 'Sandbox.Stopped' } })
})

test.each([
  ['is killed', 'printsProcessIdAndHangs', 'kill'],
  ['exits', 'printsProcessIdAndSpins', 'send'],
] as const)('takes its processes along when the host %s', async (_case, name, how) => {
  const host = fork(fileURLToPath(fixture('host.ts')), [name], { execArgv: [], silent: true })
  if (host.stdout === null) throw new Error('the host has no standard output')
  const [pid] = await once(createInterface({ input: host.stdout }), 'line')

  if (how === 'kill') host.kill('SIGKILL')
  else host.send('exit')
  await once(host, 'exit')

  await soon(() => expect(lives(Number(pid))).toBe(false))
})
