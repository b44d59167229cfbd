/** In bytes: what a parameter of the standard tier, which costs nothing, has room for. */
const room = 4096

/**
 * The document's JSON, with the rotated clients as long as there is room for them.
 * @throws Error, in one line, where even without them it is too large
 */
export function placeText(
  document: object,
  rotated: Readonly<Record<string, readonly string[]>>,
): string {
  const whole = JSON.stringify({ ...document, rotated })
  if (Buffer.byteLength(whole) <= room) return whole
  const least = JSON.stringify(document)
  const bytes = Buffer.byteLength(least)
  if (bytes <= room) return least
  throw new Error(
    `place: what says where this stage is takes ${bytes} bytes, and a parameter has room for ${room}; give the stage a shorter name, or Ory shorter URLs`,
  )
}
