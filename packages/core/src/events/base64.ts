const form = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Whether a text is padded base64 in the standard alphabet and nothing else; Node reads anything as such. */
export function isBase64(text: string): boolean {
  return form.test(text)
}
