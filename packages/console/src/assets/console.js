// Shows times in the reader's zone, and a page anew while somebody looks at it.
const pulse = document.getElementById('pulse')
const pause = document.getElementById('pause')
const page = document.body.dataset.page
const clock = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
const hours = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })
let source

function showTimes(within) {
  for (const time of within.querySelectorAll('time[datetime]')) {
    const at = new Date(time.dateTime)
    if (Number.isNaN(at.getTime())) continue
    const isToday = at.toDateString() === new Date().toDateString()
    const utc = `${at.toISOString().slice(11, 19)} UTC`
    time.textContent = `${(isToday ? hours : clock).format(at)} (${utc})`
    time.title = at.toISOString()
  }
}

/** By what an element is found again after its surroundings were replaced. */
function pathOf(element) {
  if (element.id) return `#${CSS.escape(element.id)}`
  const href = element.getAttribute('href')
  return href && `a[href="${CSS.escape(href)}"]`
}

const shown = new Map()

function show(text) {
  const next = new DOMParser().parseFromString(text, 'text/html')
  for (const part of document.querySelectorAll('[data-live]')) {
    const { live } = part.dataset
    const fresh = next.querySelector(`[data-live="${CSS.escape(live)}"]`)
    if (fresh === null || shown.get(live) === fresh.innerHTML) continue
    shown.set(live, fresh.innerHTML)
    const active = part.contains(document.activeElement) ? pathOf(document.activeElement) : null
    part.replaceChildren(...fresh.childNodes)
    showTimes(part)
    if (active) part.querySelector(active)?.focus({ preventScroll: true })
  }
}

let said
/** A screen reader is told of a change, and not every second that there is none. */
function say(state) {
  if (said !== state) pulse.textContent = state
  said = state
}

function listen() {
  source = new EventSource(`/live?page=${encodeURIComponent(page)}`)
  source.onmessage = ({ data }) => {
    const event = JSON.parse(data)
    if (event.page !== undefined) show(event.page)
    say('live')
  }
  source.onerror = () => say(`not connected: as it was at ${hours.format(new Date())}`)
}

function stop(state) {
  source?.close()
  source = undefined
  say(state)
}

const isPaused = () => pause.getAttribute('aria-pressed') === 'true'

showTimes(document)
for (const part of document.querySelectorAll('[data-live]')) shown.set(part.dataset.live, '')
document.getElementById('outcome-title')?.scrollIntoView({ block: 'nearest' })
if (page !== undefined) {
  pause.hidden = false
  pause.addEventListener('click', () => {
    pause.setAttribute('aria-pressed', String(!isPaused()))
    if (isPaused()) stop(`paused: as it was at ${hours.format(new Date())}`)
    else listen()
  })
  document.addEventListener('visibilitychange', () => {
    if (isPaused()) return
    if (document.hidden) stop('waits until it is looked at')
    else if (source === undefined) listen()
  })
  listen()
}
