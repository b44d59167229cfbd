/** The port of each URL, by the same name. */
export function portsOf(endpoints: object): Readonly<Record<string, number>> {
  const ports = Object.entries(endpoints).map(([name, url]) => [name, Number(new URL(url).port)])
  return Object.fromEntries(ports)
}
