import { allowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import type { WorkAnswer } from '@logbook/contracts/http/media.ts'
import { isFilterName } from '../make/filters.ts'
import { defaultPlan, type VariantPlan } from '../make/plan.ts'
import { MediaRefused } from '../types/refused.ts'
import type { Tools } from './tools.ts'

const filtersOf = (names: readonly string[]) =>
  names.map((name) => {
    if (!isFilterName(name)) throw new MediaRefused(`There is no filter ${name}.`)
    return name
  })

const planOf = ({ focus, settings, use }: Pick<WorkAnswer, 'focus' | 'settings' | 'use'>): VariantPlan => {
  const { widths, formats, quality, picturePixelsMax: pixelsMax } = settings ?? {}
  return {
    ...{ ...defaultPlan, focus },
    ...(use === 'portrait' && { crops: [] }),
    ...(widths && { widths }),
    ...(formats && { formats }),
    ...(quality && { quality }),
    ...(pixelsMax && { pixelsMax }),
  }
}

/** What workers of this Logbook do their work with. Each is loaded when it is needed for the first time. */
export const createTools = (fetchAllow?: readonly string[]): Tools => ({
  async fetch(url, write, { allow = ['public'], ...fetching }) {
    const { fetchTo } = await import('../fetch/fetch.ts')
    await fetchTo(url, write, { ...fetching, allow: allowedTargets(fetchAllow ?? allow) })
  },
  async kindOf(head) {
    const { contentTypeOf } = await import('../types/content-type.ts')
    return contentTypeOf(head)
  },
  async describe(picture, { settings }) {
    const { describePicture } = await import('../make/picture.ts')
    return describePicture(picture, settings?.picturePixelsMax)
  },
  async square(picture, { settings }) {
    const { makeSquare } = await import('../make/picture.ts')
    return makeSquare(picture, settings?.picturePixelsMax)
  },
  async poster() {
    const { findFfmpeg, makePoster } = await import('../make/poster.ts')
    const ffmpeg = await findFfmpeg()
    if (ffmpeg === undefined) return undefined
    return (file, signal) => makePoster(file, { ffmpeg, signal })
  },
  async *make(picture, { filters, keepsMetadata, ...wanted }, signal) {
    const { makeVariants } = await import('../make/picture.ts')
    const plan = { ...planOf(wanted), filters: filtersOf(filters), keepsMetadata }
    yield* makeVariants(picture, plan, signal)
  },
  async *crop(picture, wanted, signal) {
    const { makeCrops } = await import('../make/picture.ts')
    yield* makeCrops(picture, planOf(wanted), signal)
  },
})
