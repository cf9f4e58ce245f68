/** https://www.w3.org/TR/server-timing/: `read;dur=0.21, score;dur=0.3;desc="scoring"`, in milliseconds. */

export interface Stage {
  name: string
  ms: number
}

/** Stages without a duration are left out. */
export function stagesIn(header: string | null): Stage[] {
  if (header === null) return []
  return header.split(',').flatMap((metric) => {
    const [name = '', ...parameters] = metric.split(';').map((part) => part.trim())
    const duration = parameters.find((parameter) => /^dur\s*=/i.test(parameter))?.split('=')[1]
    const ms = Number(duration?.trim().replaceAll('"', ''))
    return name === '' || duration === undefined || !Number.isFinite(ms) ? [] : [{ name, ms }]
  })
}
