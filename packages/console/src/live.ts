/** Sends a page, renders it again and again, and sends it where it is another one than before. */
export function liveStream(
  first: string,
  render: () => Promise<string>,
  signal: AbortSignal,
  pause: (signal: AbortSignal) => Promise<unknown>,
): Response {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      signal.addEventListener('abort', () => controller.close(), { once: true })
      let [page, last]: [string, string | undefined] = [first, undefined]
      while (!signal.aborted) {
        // An event each time: whoever listens knows by it that nothing has changed.
        const event = page === last ? { same: true } : { page }
        last = page
        controller.enqueue(encoder.encode(`data: ${JSON.stringify(event)}\n\n`))
        await pause(signal)
        if (!signal.aborted) page = await render()
      }
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}
