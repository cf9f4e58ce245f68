import type { RequestHandler } from 'express'
import type { z } from 'zod'

import type { Limits } from '../../config/limits.js'
import { variableOf } from '../../config/setting.js'
import { LLimitError } from '../../errors.js'
import { at, valueAt } from '../../numeric/at.js'
import { identityOfFeatures } from '../../feedback/report.js'
import type { Report } from '../../feedback/report.js'
import type { ReportLog } from '../../feedback/reportLog.js'
import type { Observed } from '../../selection/details.js'
import { BATCH_SIZE } from '../../selection/requests.js'
import type { SelectionService } from '../../selection/service.js'
import type { Shadow } from '../../selection/shadow/shadow.js'
import { sendJson } from '../json.js'
import type { outcomesResponseSchema } from '../outcomeSchemas.js'
import { parseOutcomesRequest } from '../outcomesRequest.js'
import type { ParsedOutcomes } from '../outcomesRequest.js'
import { beforeDeadline, requestSignal } from '../requestSignal.js'

/** Where reported outcomes go. */
export interface Reports {
  log: Pick<ReportLog, 'append'>
  /** Whether it has the texts of prompts. */
  keepsPrompts: boolean
  /** Told what was reported. */
  shadow?: Pick<Shadow, 'reported'> | undefined
}

interface OutcomesDeps {
  service: SelectionService
  limits: Limits
  /** Saved model of a request that names none. */
  defaultModel: string
  /** Undefined if none are taken. */
  reports: Reports | undefined
}

/** `POST /outcomes`: all outcomes of a request are written, or none. */
export function outcomes({ service, limits, defaultModel, reports }: OutcomesDeps): RequestHandler {
  return async (req, res) => {
    if (reports === undefined) {
      const message = `No outcomes are taken: the setting ${variableOf('outcomesLog')} names no folder for them`
      throw new LLimitError('NOT_FOUND', message)
    }
    const asked = parseOutcomesRequest(req.body, limits, defaultModel)
    const signal = requestSignal(res, limits.timeoutMs)
    const observed = await beforeDeadline(observe(asked, service, signal), signal)
    const lines = reportsOf(asked, observed, reports.keepsPrompts)
    const { accepted, known } = await beforeDeadline(reports.log.append(lines), signal)
    const resolved_names = Object.fromEntries(observed.resolved)
    const body: z.infer<typeof outcomesResponseSchema> = { accepted, known, resolved_names }
    sendJson(res, body)
    reports.shadow?.reported(asked.model, observed, asked.outcomes)
  }
}

async function observe(
  { model, outcomes }: ParsedOutcomes,
  service: SelectionService,
  signal: AbortSignal,
): Promise<Observed> {
  const prompts = outcomes.map(({ prompt }) => prompt)
  const llms = outcomes.map(({ llm }) => llm)
  try {
    const request = { model, prompts, llms, resolveNames: true, batchSize: BATCH_SIZE.default }
    return await service.observe(request, signal)
  } catch (error) {
    if (!(error instanceof LLimitError) || error.code !== 'UNKNOWN_LLM') throw error
    // The list of names is made here.
    const ofOutcome = (text: string) => text.replace(/^models_to_score(\[\d+\])/, 'outcomes$1.llm')
    const errors = error.errors.map(({ path, message }) => ({
      path: ofOutcome(path),
      message: ofOutcome(message),
    }))
    throw new LLimitError(error.code, error.message, { cause: error, errors })
  }
}

function reportsOf(
  { model, outcomes }: ParsedOutcomes,
  { scored, resolved, card, encoder }: Observed,
  keepsPrompts: boolean,
): Report[] {
  const shared = {
    at: new Date().toISOString(),
    model: model.replace(/@\d+$/, ''),
    version: card.version,
    encoder,
    feature_spec: identityOfFeatures(card.features),
  }
  return outcomes.map(({ id, llm, score, prompt, tokens }, p) => ({
    id,
    ...shared,
    llm: resolved.get(llm) ?? llm,
    score,
    ...(tokens !== undefined && { tokens }),
    probability: at(valueAt(scored.scores, llm), p),
    familiarity: scored.places === undefined ? null : at(scored.places, p).familiarity,
    embedding: at(scored.embedded, p).vector,
    features: at(scored.features, p),
    ...(keepsPrompts && { text: prompt }),
  }))
}
