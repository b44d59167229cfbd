import { type IncomingHttpHeaders, request } from 'node:http'

export interface Asked {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The body as JSON, `undefined` where it is none. */
  readonly json: unknown
}

export interface AskOptions {
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as it is. */
  readonly body?: string
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent urlencoded, with its content type. */
  readonly form?: Readonly<Record<string, string>>
  /** Basic credentials: client id and secret. */
  readonly basic?: readonly [id: string, secret: string]
}

/**
 * Asks over a connection of its own, the path to the letter, which `fetch` would normalise.
 *
 * Rejects with the socket's error where the connection ends before the answer does.
 */
export function ask(
  method: string,
  base: string,
  path: string,
  options: AskOptions = {},
): Promise<Asked> {
  const { hostname, port } = new URL(base)
  const { body, headers } = outgoing(options)
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, method, path, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text,
          json: jsonOf(text),
        })
      })
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

function outgoing({ headers, body, json, form, basic }: AskOptions) {
  const sent = body ?? (json === undefined ? undefined : JSON.stringify(json))
  const credentials = basic && Buffer.from(basic.map(encodeURIComponent).join(':'))
  return {
    body: form ? new URLSearchParams(form).toString() : sent,
    headers: {
      ...(form && { 'Content-Type': 'application/x-www-form-urlencoded' }),
      ...(credentials && { Authorization: `Basic ${credentials.toString('base64')}` }),
      ...headers,
    },
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
