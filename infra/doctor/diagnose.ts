import { healthLimits } from '@logbook/chassis/health/complaints.ts'
import { counted, inFigures, sizeInWords } from '@logbook/contracts/words.ts'
import { adviceOn } from './advice.ts'
import type { BusFacts, Diagnosis, Facts, Finding, FolderFacts, ServiceFacts } from './facts.ts'
import { limits } from './limits.ts'
import { duration } from './words.ts'

const start = 'npm start'

const aboutBus = (bus: BusFacts, url: string): Finding[] => {
  const about = 'event-bus'
  if (bus.kind === 'silent')
    return [{ about, level: 'broken', says: `Nothing answers at ${url}: ${bus.why}.` }]
  if (bus.kind === 'stranger')
    return [
      {
        ...{ about, level: 'broken', says: `${bus.why} (${url})` },
        advice: 'set LOGBOOK_DATA and LOGBOOK_EVENT_BUS_PORT to those that npm start was given',
      },
    ]
  const at = `It answers in ${bus.ms} ms; the log ends at position ${inFigures(bus.position)}.`
  return [
    { about, level: 'ok', says: at },
    ...bus.complaints.map(({ reason, detail }): Finding => {
      const level = reason === 'damage' || reason === 'not-ready' ? 'broken' : 'look'
      return { about, level, says: detail, advice: adviceOn(reason) }
    }),
  ]
}

/** How far a follower is behind a log that was asked before it. */
const lagOf = (position: number | undefined, head: number): string => {
  if (position === undefined) return ''
  const lag = Math.max(0, head - position)
  return lag === 0 ? ', up to date with the log' : `, ${counted(lag, 'event', 'events')} behind`
}

const aboutService = (service: ServiceFacts, { bus, version }: Pick<Facts, 'bus' | 'version'>): Finding[] => {
  const { name: about, url } = service
  if (service.kind === 'silent')
    return [
      {
        about,
        level: 'broken',
        says: `Nothing answers at ${url}: ${service.why}.`,
        advice: adviceOn('down'),
      },
    ]
  if (service.kind === 'mute')
    return [
      {
        ...{ about, level: 'look', says: `It lives, and does not answer over the bus: ${service.why}` },
        advice: 'restart it; if that does not help, read its log lines',
      },
    ]
  if (service.kind === 'answers') return [{ about, level: 'ok', says: `It answers in ${service.ms} ms.` }]
  const { report, ms } = service
  const { position } = report.health
  const head = bus.kind === 'answers' ? bus.position : 0
  const behind = Math.max(0, head - (position ?? head))
  const wrong = report.complaints.map(({ reason, detail }): Finding => {
    const level = report.health.ready ? 'look' : 'broken'
    return { about, level, says: detail, advice: adviceOn(reason) }
  })
  if (wrong.length === 0 && behind > limits.lagEventsMax)
    wrong.push({
      ...{ about, level: 'look', says: `It is ${counted(behind, 'event', 'events')} behind the log.` },
      advice: 'wait, and look again: the number should fall',
    })
  if (report.version !== version)
    wrong.push({
      ...{ about, level: 'look', says: `It runs version ${report.version}, and ${version} is installed.` },
      advice: 'restart Logbook',
    })
  const up = `up for ${duration(report.upSeconds)}, ${sizeInWords(report.memoryBytes)} of memory`
  const file = report.file === null ? '' : `, file of ${sizeInWords(report.file.bytes)}`
  const says = `It answers in ${ms} ms${lagOf(position, head)}; ${up}${file}.`
  return wrong.length === 0 ? [{ about, level: 'ok', says }] : wrong
}

const aboutClocks = (services: readonly ServiceFacts[]): Finding[] => {
  const about = 'clock'
  const told = services.flatMap((each) => (each.kind === 'reported' ? [each] : []))
  const off = told.filter(({ clockAheadMs, ms }) => Math.abs(clockAheadMs) - ms > limits.clockAheadMsMax)
  if (told.length === 0) return []
  if (off.length === 0)
    return [
      {
        about,
        level: 'ok',
        says: `${counted(told.length, 'service has', 'services have')} the same time as this machine.`,
      },
    ]
  return off.map(({ name, clockAheadMs }) => ({
    about,
    level: 'look',
    says: `The clock of ${name} is ${duration(Math.abs(clockAheadMs) / 1_000)} ${clockAheadMs > 0 ? 'ahead of' : 'behind'} this one.`,
    advice: 'let NTP set the clocks, such as timedatectl set-ntp true',
  }))
}

const aboutFolder = ({ path, exists, files, bytes, freeBytes, faults }: FolderFacts): Finding[] => {
  const about = 'files'
  if (!exists)
    return [
      {
        ...{ about, level: 'broken', says: `There is no data folder at ${path}.` },
        advice: `${start} makes it; if the blog has one elsewhere, set LOGBOOK_DATA`,
      },
    ]
  const disk: Finding =
    freeBytes < healthLimits.diskFreeBytesMin
      ? {
          about: 'disk',
          level: 'look',
          says: `${sizeInWords(freeBytes)} are free.`,
          advice: adviceOn('disk'),
        }
      : { about: 'disk', level: 'ok', says: `${sizeInWords(freeBytes)} are free.` }
  if (faults.length === 0)
    return [
      {
        about,
        level: 'ok',
        says: `${counted(files, 'file', 'files')} of ${sizeInWords(bytes)} in ${path}, for their owner alone.`,
      },
      disk,
    ]
  const advice = 'stop Logbook, give owner and mode back (chown, chmod 600; folders 700), or restore the file'
  return [...faults.map((says): Finding => ({ about, level: 'look', says, advice })), disk]
}

const notRunning = ({ folder, busUrl, services }: Facts): Finding => {
  const alive = services.filter(({ kind }) => kind !== 'silent').map(({ name }) => name)
  if (folder.runner !== undefined)
    return {
      ...{ about: 'logbook', level: 'broken' },
      says: `${folder.runner} runs a Logbook on this data folder, and its event bus does not answer at ${busUrl}.`,
      advice: 'read what npm start prints; if it was given LOGBOOK_EVENT_BUS_PORT, give that here too',
    }
  const says =
    alive.length === 0
      ? 'Logbook is not running.'
      : `The event bus is not running, though ${alive.join(', ')} ${alive.length === 1 ? 'is' : 'are'}.`
  return { about: 'logbook', level: 'broken', says, advice: `start it: ${start}` }
}

const verdictOf = (findings: readonly Finding[], running: boolean): string => {
  const broken = findings.filter(({ level }) => level === 'broken').length
  const look = findings.filter(({ level }) => level === 'look').length
  if (!running) return 'Logbook is not running as it should.'
  if (broken > 0) return `Logbook runs, and ${counted(broken, 'thing is', 'things are')} broken.`
  if (look > 0) return `Logbook runs, and ${counted(look, 'thing wants', 'things want')} looking at.`
  return 'Logbook is well.'
}

/** What the facts mean, in the order in which somebody should read it. */
export const diagnose = (facts: Facts): Diagnosis => {
  const { bus, busUrl, services, folder } = facts
  const running = bus.kind === 'answers'
  const allSilent = services.every(({ kind }) => kind === 'silent')
  // With nothing there, one sentence says it; a line for each service would say it again.
  const told = running || !allSilent ? services.flatMap((each) => aboutService(each, facts)) : []
  const findings = [
    ...(bus.kind === 'silent' ? [notRunning(facts)] : aboutBus(bus, busUrl)),
    ...told,
    ...aboutFolder(folder),
    ...aboutClocks(services),
  ]
  const ok = findings.every(({ level }) => level === 'ok')
  return { verdict: verdictOf(findings, running), ok, running, findings }
}
