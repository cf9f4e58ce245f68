import type { InferRequest, ModelDescription, ModelSummary, Scores } from './requests.js'

/** The path of a request, behind which tensors live; HTTP and the command line both stand in front of it. */
export interface SelectionService {
  /**
   * Scores every prompt for every LLM.
   * @throws LLimitError INVALID_MODEL_FORMAT, INVALID_MODEL_TYPE, MODEL_NOT_FOUND, MODEL_BROKEN, UNKNOWN_LLM
   */
  infer(request: InferRequest, signal?: AbortSignal): Promise<Scores>
  listModels(): Promise<ModelSummary[]>
  /** @throws LLimitError as `infer` does for the model's name. */
  describeModel(model: string): Promise<ModelDescription>
}
