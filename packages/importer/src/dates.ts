const zeroDate = /^\s*(0000-00-00|-?0*1?-?0001-11-30)/
const written =
  /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2}|[a-z]{3,4})?\s*$/i

const inRange = (date: Date): Date | undefined =>
  Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1 || date.getUTCFullYear() > 9999 ? undefined : date

/** Zones by the names that stand in dates of blogs, as Ruby reads them: hours from UTC. */
const namedZones: Readonly<Record<string, number>> = {
  ...{ z: 0, utc: 0, gmt: 0, wet: 0, bst: 1, cet: 1, west: 1, cest: 2, eet: 2, eest: 3, msk: 3, jst: 9 },
  ...{ est: -5, edt: -4, cst: -6, cdt: -5, mst: -7, mdt: -6, pst: -8, pdt: -7, akst: -9, akdt: -8, hst: -10 },
}

/** Undefined for a name that is not known. */
const offsetMinutes = (zone: string): number | undefined => {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? []
  if (sign === undefined) {
    const named = namedZones[zone.toLowerCase()]
    return named === undefined ? undefined : named * 60
  }
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

/**
 * A date as WordPress and Jekyll write them: `2016-12-11T12:54:44.455Z`, `2014-09-28 14:59:29 -0400`, `2013-04-26`.
 * Without an offset it is UTC. Undefined for what is no such date, the 31st of February and WordPress' zero dates included.
 */
export const parseDate = (raw: string): Date | undefined => {
  if (zeroDate.test(raw)) return undefined
  const match = written.exec(raw)
  if (!match) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0))
  const ms = Number(`0.${match[7] ?? 0}`) * 1000
  const local = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second, Math.floor(ms))
  const asWritten = new Date(local)
  const exists =
    asWritten.getUTCFullYear() === year &&
    asWritten.getUTCMonth() + 1 === month &&
    asWritten.getUTCDate() === day &&
    asWritten.getUTCHours() === hour &&
    asWritten.getUTCMinutes() === minute
  const offset = offsetMinutes(match[8] ?? 'Z')
  return exists && offset !== undefined ? inRange(new Date(local - offset * 60_000)) : undefined
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const inWords =
  /^\s*(?:[a-z]{3,9},?\s+)?(?:([a-z]{3,9})\.?\s+(\d{1,2})|(\d{1,2})\s+([a-z]{3,9})\.?)(?:st|nd|rd|th)?,?\s+(\d{4})(?:,?\s+(?:at\s+)?(\d{1,2}):(\d{2})(?::\d{2})?\s*([ap]m)?)?\s*([a-z]{3,4}|[+-]\d{2}:?\d{2})?\s*$/i

/** A date in English words: `Oct 31, 2014 9:30 pm`, `31 October 2014`. */
const parseWordedDate = (raw: string): Date | undefined => {
  const found = inWords.exec(raw)
  if (!found) return undefined
  const [, first, after, before, second, year, hour = '0', minute = '00', half = '', zone = 'Z'] = found
  const month = months.indexOf((first ?? second ?? '').slice(0, 3).toLowerCase()) + 1
  if (month === 0) return undefined
  const hours = half === '' ? Number(hour) : (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0)
  return parseDate(`${year}-${month}-${after ?? before} ${hours}:${minute} ${zone}`)
}

/** RFC 822, as RSS has it: `Mon, 23 Oct 2006 19:01:00 +0000`. The year -0001, which WordPress gives drafts, is no date. */
export const parseMailDate = (raw: string): Date | undefined =>
  /^\s*(?:[a-z]{3},\s*)?\d{1,2} [a-z]{3} \d{4} \d{2}:\d{2}/i.test(raw) ? inRange(new Date(raw)) : undefined

/** Seconds or milliseconds since 1970, as programs note them; nothing before 1973, so that no year is taken for one. */
export const parseEpoch = (raw: string): Date | undefined => {
  const [, whole = ''] = /^\s*(\d{9,13})(?:\.\d+)?\s*$/.exec(raw) ?? []
  if (whole === '') return undefined
  return inRange(new Date(whole.length <= 10 ? Number(raw) * 1000 : Number(raw)))
}

/** A date in any of the forms above. */
export const parseAnyDate = (raw: string): Date | undefined =>
  parseDate(raw) ?? parseMailDate(raw) ?? parseWordedDate(raw) ?? parseEpoch(raw)
