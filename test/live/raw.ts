import { connect } from 'node:net'

/** A request to the letter: nothing of it is escaped, cleaned or completed. */
export interface RawRequest {
  readonly method: string
  /** What stands between method and version, such as `/admin/clients` or `http://host/x`. */
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string | undefined
}

export interface RawAnswer {
  /** 0 where the connection ended without an answer. */
  readonly status: number
  /** In the order they came, names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

const patienceMs = 30_000

/** Sends a request over a connection of its own and reads until the server closes it. */
export const exchange = (base: string, request: RawRequest): Promise<RawAnswer> => {
  const { hostname, port } = new URL(base)

  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(Number(port), hostname, () => socket.write(onTheWire(request)))
    socket.setTimeout(patienceMs, () => {
      socket.destroy(new Error(`no answer from ${base} within ${patienceMs / 1000} s`))
    })
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') reject(new Error(`nothing listens at ${base}`))
      else if (error.code === 'ECONNRESET' || error.code === 'EPIPE') resolve(parse(chunks))
      else reject(error)
    })
    socket.on('end', () => socket.end())
    socket.on('close', () => resolve(parse(chunks)))
  })
}

const onTheWire = ({ method, target, headers, body }: RawRequest): Buffer => {
  const length = body === undefined ? [] : [['Content-Length', String(Buffer.byteLength(body))]]
  const lines = [...headers, ...length].map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`

  return Buffer.from(`${head}${body ?? ''}`)
}

const parse = (chunks: readonly Buffer[]): RawAnswer => {
  const bytes = Buffer.concat(chunks)
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return { status: 0, headers: [], body: '' }
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
  })
  const rest = bytes.subarray(end + 4)
  const isChunked = headers.some(([name, value]) => name === 'transfer-encoding' && value !== '')

  return {
    status: Number(statusLine.split(' ')[1] ?? 0),
    headers,
    body: (isChunked ? unchunked(rest) : rest).toString(),
  }
}

const unchunked = (bytes: Buffer): Buffer => {
  const parts: Buffer[] = []
  let at = 0
  for (;;) {
    const line = bytes.indexOf('\r\n', at)
    const size = Number.parseInt(bytes.subarray(at, line).toString(), 16)
    if (line < 0 || !(size > 0)) return Buffer.concat(parts)
    parts.push(bytes.subarray(line + 2, line + 2 + size))
    at = line + 2 + size + 2
  }
}
