import type { Chart } from './measured.ts'

const bar = { height: 18, gap: 8, left: 170, width: 360, right: 90 }

/** A chart of bars as a small SVG, readable on light and on dark pages. */
export function svgOf(title: string, { unit, bars }: Chart): string {
  const longest = Math.max(...bars.map(({ value }) => value))
  const height = bars.length * (bar.height + bar.gap) + bar.gap
  const width = bar.left + bar.width + bar.right
  const rows = bars.map(({ label, value }, row) => {
    const y = bar.gap + row * (bar.height + bar.gap)
    const length = Math.max(1, Math.round((value / longest) * bar.width))
    const text = y + bar.height - 5
    return [
      `<text x="${bar.left - 8}" y="${text}" text-anchor="end">${escaped(label)}</text>`,
      `<rect x="${bar.left}" y="${y}" width="${length}" height="${bar.height}" fill="${label.startsWith('lapse') ? '#2f81f7' : '#8b949e'}"/>`,
      `<text x="${bar.left + length + 6}" y="${text}">${said(value)} ${escaped(unit)}</text>`,
    ].join('')
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12" fill="#768390" role="img">`,
    `<title>${escaped(title)}</title>`,
    ...rows,
    '</svg>\n',
  ].join('\n')
}

function said(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
