import type { RequestHandler } from 'express'
import { z } from 'zod'

import { LLimitError } from '../../errors.js'
import type { SelectionService } from '../../selection/service.js'
import { describeIssues } from '../../validation.js'
import { sendJson } from '../json.js'
import type { llmListSchema } from '../llmSchemas.js'

const query = z.object({ model: z.string('expected one saved model').exactOptional() })

/** `GET /llms`, `GET /llms?model=<type>/<name>` */
export function listLlms(service: SelectionService, defaultModel: string): RequestHandler {
  return async (req, res) => {
    const parsed = query.safeParse(req.query, { reportInput: true })
    if (!parsed.success) {
      throw new LLimitError('INVALID_REQUEST', `Invalid query: ${describeIssues(parsed.error, 'query')}`)
    }
    const body: z.infer<typeof llmListSchema> = await service.listLlms(parsed.data.model ?? defaultModel)
    sendJson(res, body)
  }
}
