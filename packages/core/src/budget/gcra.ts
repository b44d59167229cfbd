import type { Window, Windows } from './windows.ts'

/** What is known of a window. Times are whole milliseconds since the epoch. */
export interface Cell {
  /** The theoretical arrival time: when the next call would be on time. */
  readonly arrival: number
  /** How many calls may come before that, because none came for a while. */
  readonly saved: number
  /** Since when they may. */
  readonly since: number
}

/** A cell for each window of a bucket. */
export interface Cells {
  readonly second: Cell
  readonly minute: Cell
}

const empty: Cell = { arrival: 0, saved: 0, since: 0 }

/** Where nobody has called yet. */
export const emptyCells: Cells = { second: empty, minute: empty }

/**
 * Gives calls their slots by the generic cell rate algorithm, one after the other, each as early as
 * every window allows.
 */
export interface Timeline {
  /** The earliest that the next call may begin. */
  next(): number
  /** Takes that slot. */
  take(): number
  readonly cells: Cells
}

export function timelineOf(windows: Windows, cells: Cells, now: number): Timeline {
  const state = { ...cells }
  const next = () => Math.max(now, earliest(state.second), earliest(state.minute))
  return {
    next,
    take() {
      const slot = next()
      state.second = filled(state.second, windows.second, slot)
      state.minute = filled(state.minute, windows.minute, slot)
      return slot
    },
    get cells() {
      return { ...state }
    },
  }
}

/** Nothing is let through before this time. */
export function pushedCells({ second, minute }: Cells, until: number): Cells {
  return { second: pushedCell(second, until), minute: pushedCell(minute, until) }
}

function pushedCell(cell: Cell, until: number): Cell {
  return earliest(cell) >= until
    ? cell
    : { arrival: Math.max(cell.arrival, until), saved: 0, since: 0 }
}

function earliest({ arrival, saved, since }: Cell): number {
  return saved > 0 ? since : arrival
}

/**
 * Calls come one interval after the other. Where none has come for a while, as many as there was
 * room for may come at any time before they would all have come one by one; with the first that is
 * later than that, what was saved is gone. The time before them is empty, they only ever come early
 * by as much, and so no window holds more calls than it may, wherever it begins.
 */
function filled({ arrival, saved, since }: Cell, window: Window, slot: number): Cell {
  const { calls, intervalMs } = window
  if (slot < arrival) return { arrival: arrival + intervalMs, saved: saved - 1, since }

  const idleFor = Math.floor((slot - arrival) / intervalMs)
  return { arrival: slot + intervalMs, saved: Math.min(idleFor, calls - 1), since: slot }
}
