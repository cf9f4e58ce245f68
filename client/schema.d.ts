// Generated from the OpenAPI document by `npm run client`; do not edit.

export interface paths {
    "/infer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Score LLMs on prompts
         * @description A request may have at most 2048 prompts of 200000 characters, 1024 LLMs, and 16777216 bytes in all. Unknown fields are ignored.
         */
        post: operations["infer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/llms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the LLMs that a saved model can score */
        get: operations["listLlms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rank": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Choose an LLM for each prompt
         * @description Exactly one of `prompts`, `prompt` and `messages` is given. The formula of each objective is in docs/rank.md. At most 2048 prompts of 200000 characters, and 1024 candidates.
         */
        post: operations["rank"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/outcomes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report what came of choices
         * @description Appended to the log that `llimit learn` reads, and on the disk when it is answered: docs/outcomes.md. 404 if the server has no folder for it. At most 2048 outcomes of prompts of 200000 characters; all are written, or none. Each outcome has exactly one of `prompt` and `messages`.
         */
        post: operations["reportOutcomes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what bounds requests and connections */
        get: operations["listLimits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/systemone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Choose an LLM or a tier, as TypeSafe’s decision models do
         * @description A question that outcomes do not answer rejects the request (422). The prompt may have 200000 characters.
         */
        post: operations["systemOne"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Choose an LLM or a tier, as the OpenAI API does
         * @description A question that outcomes do not answer gets a `refusal`. The prompt may have 200000 characters.
         */
        post: operations["createDecision"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the saved models, as the OpenAI API does */
        get: operations["listOpenAiModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/classify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Choose a tier, as vLLM Semantic Router asks
         * @description Wants the file of `LLIMIT_TIERS`. The prompt may have 200000 characters.
         */
        post: operations["classify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the saved models */
        get: operations["listModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{type}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Describe one saved model */
        get: operations["describeModel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tell whether the server answers */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tell whether requests are to be sent here */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Metrics for Prometheus */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Name this service */
        get: operations["root"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/playground": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A page that asks /rank, with plots: for a first look */
        get: operations["playground"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document as Swagger UI, to try requests */
        get: operations["docs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/redoc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document as Redoc, to read */
        get: operations["redoc"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Any JSON value. */
        Json: unknown;
        Card: {
            /** @constant */
            format_version: 1;
            /** @constant */
            type: "dense_network";
            /** @default 1 */
            version?: number;
            encoder: {
                name: string;
                dimension: number;
                sha256: string;
                identity?: string;
            };
            features: {
                /** @enum {string} */
                version: "v1" | "seed";
            } | {
                /** @enum {string} */
                version: "v2" | "head";
                scaler: {
                    mean: (number | null)[];
                    scale: (number | null)[];
                };
            };
            llms: string[];
            network: {
                hidden: number[];
                llm_embedding_dimension: number;
                activation: {
                    /** @constant */
                    type: "relu";
                } | {
                    /** @constant */
                    type: "leaky_relu";
                    slope: number;
                };
                kinds?: number;
            };
            /** @enum {string} */
            output: "margin" | "probability";
            calibration?: {
                /** @constant */
                type: "platt";
                slope: number;
                intercept: number;
            };
            evidence?: {
                regions: number;
                outcomes: number[];
                familiarity: number[];
                categories?: string[];
                level?: {
                    least: number;
                    full: number;
                };
                interval: {
                    level: number;
                    base: number;
                    sparse: number;
                    unfamiliar: number;
                };
            };
            lengths?: {
                counted: number[];
                width: number;
                partitions: {
                    clusters: number;
                    feature_weight: number;
                }[];
                sharpness: number;
                halfway: number;
                like_variance: number;
                longest: number;
                interval: {
                    level: number;
                    low: number;
                    high: number;
                };
            };
            guard?: {
                baseline: string;
                z: number;
            };
            abstain?: {
                familiarity?: number;
                evidence?: number;
            };
            shared_difficulty?: {
                deviation: number;
            };
            training?: {
                command: string;
                seed: number;
                backend: string;
                seconds: number;
                recipe: {
                    [key: string]: components["schemas"]["Json"];
                };
                data: {
                    files: {
                        name: string;
                        sha256: string;
                    }[];
                    prompts: number;
                    outcomes: number;
                    comparisons: number;
                    llm_comparisons?: number[];
                    sources: {
                        [key: string]: number;
                    };
                };
                metrics: {
                    [key: string]: number;
                };
            };
            added?: {
                llm: string;
                outcomes: number;
                relatives: string[];
            }[];
            files: {
                [key: string]: string;
            };
            origin: {
                source: string;
                sha256: string;
                description: string;
            };
            reference: {
                prompts: string[];
                llms: string[];
                scores: number[][];
                tolerance: number;
            };
        };
        Error: {
            /** @description One sentence for a person. */
            detail: string;
            /**
             * @description One word for a program.
             * @enum {string}
             */
            code: "UNAUTHORIZED" | "INVALID_JSON" | "INVALID_REQUEST" | "INVALID_MODEL_FORMAT" | "INVALID_MODEL_TYPE" | "UNKNOWN_LLM" | "MODEL_NOT_FOUND" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "EXPECTATION_FAILED" | "MODEL_BROKEN" | "ENGINE_UNAVAILABLE" | "OVERLOADED" | "DEADLINE_EXCEEDED" | "INTERNAL";
            /** @description The faults field by field, at most 20 of them. */
            errors?: {
                path: string;
                message: string;
            }[];
        };
        Health: {
            /** @constant */
            status: "healthy";
            version: string;
        };
        InferRequest: {
            /** @description Saved model, as `<type>/<name>` or `<type>/<name>@<version>`. */
            model: string;
            /** @description Names of the LLMs to score, as any provider writes them, or `*` alone for all. A name given twice is answered once. */
            models_to_score: string[];
            /**
             * @description Whether a name that the saved model does not have as it stands is an error.
             * @default false
             */
            exact_names?: boolean;
            /** @description The prompts to score each LLM on. */
            prompts: string[];
            /**
             * @description Most (prompt, LLM) pairs that the network scores at once. It bounds memory and never changes a score.
             * @default 128
             */
            batch_size?: number;
            /**
             * @description Whether to answer what is known of the scores as well. For saved models whose scores are probabilities.
             * @default false
             */
            details?: boolean;
        };
        InferResponse: {
            /** @description LLM name -> one score per prompt, in the order of the prompts. Higher is better. */
            scores: {
                [key: string]: number[];
            };
            /** @description LLM name -> one detail per prompt. Present if the request asks for `details`. */
            details?: {
                [key: string]: components["schemas"]["PairDetail"][];
            };
            /** @description What is known of each prompt. Present if the request asks for `details`. */
            prompts?: components["schemas"]["PromptDetail"][];
            /** @description Name as asked -> name of the LLM that was scored. Present if one differs from the other. */
            resolved_names?: {
                [key: string]: string;
            };
        };
        LimitList: {
            limits: {
                /**
                 * @description What is bounded.
                 * @enum {string}
                 */
                name: "bodyBytes" | "jsonDepth" | "jsonMembers" | "prompts" | "llms" | "pairs" | "promptChars" | "chars" | "tokens" | "queuedTokens" | "requests" | "bytesInFlight" | "connections" | "headers" | "headerBytes" | "headerTimeoutMs" | "bodyTimeoutMs" | "writeTimeoutMs" | "timeoutMs";
                /** @description The most that this process takes, in `unit`. */
                limit: number;
                unit: string;
                /** @description Variable of the environment that sets it. */
                setting: string;
                /** @description Status of the answer to what is over it; null if the connection is closed instead. */
                status: number | null;
            }[];
        };
        ModelDescription: {
            /** @description Saved model, as `<type>/<name>` or `<type>/<name>@<version>`. */
            model: string;
            /** @description LLMs it can score. Empty if the saved model is broken. */
            readonly llms: string[];
            /** @description Name of its encoder. Null if the saved model is broken. */
            encoder: string | null;
            /** @description Its version. Null if the saved model is broken. */
            version: number | null;
            /** @description Of its card.json, which holds the checksums of its files. Null if the saved model is broken. */
            sha256: string | null;
            /** @description Whether it is in memory now. */
            loaded: boolean;
            /** @description Why it cannot be used. */
            error?: string;
            card: components["schemas"]["Card"];
        };
        ModelList: {
            models: components["schemas"]["ModelSummary"][];
        };
        ModelSummary: {
            /** @description Saved model, as `<type>/<name>` or `<type>/<name>@<version>`. */
            model: string;
            /** @description LLMs it can score. Empty if the saved model is broken. */
            readonly llms: string[];
            /** @description Name of its encoder. Null if the saved model is broken. */
            encoder: string | null;
            /** @description Its version. Null if the saved model is broken. */
            version: number | null;
            /** @description Of its card.json, which holds the checksums of its files. Null if the saved model is broken. */
            sha256: string | null;
            /** @description Whether it is in memory now. */
            loaded: boolean;
            /** @description Why it cannot be used. */
            error?: string;
        };
        OutputTokens: {
            /** @description Mean length: times the price of a token it is the expected cost. */
            expected: number;
            /** @description Half of the answers are shorter. Less than the mean, since a few are very long. */
            median: number;
            /** @description Lower end of an interval that covers nine answers in ten. */
            low: number;
            /** @description Upper end of that interval. */
            high: number;
            /** @description Whether answers of the LLM were counted. If not, it is the length of those of LLMs like it, with a wider interval. */
            measured: boolean;
        };
        PairDetail: {
            /** @description Probability that the LLM succeeds on the prompt: the score. */
            probability: number;
            /** @description Lower end of its interval. Null if the saved model does not say what it was trained on. */
            low: number | null;
            /** @description Upper end of its interval. Null if the saved model does not say what it was trained on. */
            high: number | null;
            /** @description Outcomes of the LLM on training prompts of the same category. Null if the saved model does not say what it was trained on. */
            evidence: number | null;
            /** @description Whether these are ten or more: else its score rests on other categories. Null if the saved model does not say what it was trained on. */
            judged_on_this_kind: boolean | null;
            /** @description Of the logit, without what moves the logits of all LLMs together. That of the difference of the logits of two LLMs is the square root of the sum of their squares. Null if the saved model does not say what it was trained on. */
            standard_error: number | null;
            /** @description Length of the answer of the LLM, in tokens. Absent if the saved model was trained without the lengths of answers. */
            output_tokens?: components["schemas"]["OutputTokens"];
        };
        PromptDetail: {
            /** @description Tokens that the encoder read, the two that it adds included. */
            tokens: number;
            /** @description Whether the prompt has more tokens than the encoder reads. */
            truncated: boolean;
            /** @description Percentile of this prompt's similarity to the training prompts among held-out prompts: 0 = unlike any, 1 = as similar as the closest. Null if the saved model does not say what it was trained on. */
            familiarity: number | null;
            /** @description Category of the training prompts that the prompt is most similar to; null if the saved model names none. */
            category: string | null;
        };
        Ready: {
            /** @enum {string} */
            status: "ready" | "not ready";
            /** @description Why it is not, a sentence each. */
            reasons: string[];
        };
        Root: {
            /** @constant */
            message: "LLimit Model Selection API";
            /** @constant */
            docs: "/docs";
            /** @constant */
            health: "/health";
        };
        LlmDescription: {
            /** @description As saved models call it. */
            name: string;
            maker?: string;
            family?: string;
            /** @description Year and month, or the day. */
            released?: string;
            /** @description Tokens that it reads at most. */
            context_limit?: number;
            /** @description Other names. One that moves from LLM to LLM, such as `...-latest`, may stand at several. */
            aliases?: string[];
            /** @description Provider -> its names there. */
            providers?: {
                [key: string]: string[];
            };
            /** @description What it costs at its maker, or at a usual provider. Absent: unknown. */
            price?: {
                /** @description Dollars for a million tokens of the prompt. */
                input_price: number;
                /** @description Dollars for a million tokens of the answer. */
                output_price: number;
                /** @description Prices of prompts of more than `above` tokens, for all tokens. */
                readonly tiers?: {
                    above: number;
                    input_price: number;
                    output_price: number;
                }[];
                /**
                 * @description The file of `LLIMIT_PRICES`, or the table that is shipped.
                 * @enum {string}
                 */
                source: "file" | "table";
                /** @description Provider and name under which it is listed. */
                listed_as: string;
                /** @description Day of the price. */
                as_of: string;
            };
            /** @description Outcomes of the LLM that the saved model was trained on. Null if it does not say. */
            outcomes: number | null;
        };
        LlmList: {
            /** @description Saved model, as `<type>/<name>` or `<type>/<name>@<version>`. */
            model: string;
            /** @description Version of the saved model. */
            version: number;
            readonly llms: components["schemas"]["LlmDescription"][];
        };
        BestObjective: {
            /** @constant */
            type: "best";
        };
        SufficientObjective: {
            /** @constant */
            type: "sufficient";
        };
        CheapestObjective: {
            /** @constant */
            type: "cheapest";
            /** @description Probability that it must have. */
            at_least?: number;
            /** @description How far its probability may be below the greatest. */
            within?: number;
        };
        ValueObjective: {
            /** @constant */
            type: "value";
            /** @description What a success is worth. */
            dollars: number;
        };
        DialObjective: {
            /** @constant */
            type: "dial";
            /** @description 0 is the cheapest, 10 the most probable. */
            position: number;
        };
        ThresholdObjective: {
            /** @constant */
            type: "threshold";
            strong: string;
            weak: string;
            /** @description By how much the strong one must be more probable. */
            threshold: number;
        };
        GuardedObjective: {
            /** @constant */
            type: "guarded";
            /** @description That of the card by default. */
            baseline?: string;
            /** @description That of the card by default. */
            z?: number;
        };
        BudgetObjective: {
            /** @constant */
            type: "budget";
            /** @description For all prompts of the request. */
            dollars: number;
        };
        Candidate: {
            /** @description As any provider writes it. */
            name: string;
            /** @description Dollars for a million tokens of the prompt. */
            input_price?: number;
            /** @description Dollars for a million tokens of the answer. */
            output_price?: number;
            /** @description Tokens of prompt and answer together that it takes. */
            context_limit?: number;
            /** @description Tokens of its answer, in place of those for all. */
            output_tokens?: number;
        };
        Message: {
            /** @description Items that are no `message`, such as calls of functions, are not read. */
            type?: string;
            role?: string;
            /** @description Text, or parts of which those with a `text` are read. */
            content?: (string | ({
                type: string;
                text?: string;
            } & {
                [key: string]: unknown;
            })[]) | null;
        } & {
            [key: string]: unknown;
        };
        RankedLlm: {
            llm: string;
            /** @description That the LLM succeeds, given the outcomes of the request. */
            probability: number;
            /** @description Lower end of its interval. */
            low: number | null;
            /** @description Upper end of its interval. */
            high: number | null;
            /** @description Outcomes of the LLM on training prompts of the same category. */
            evidence: number | null;
            /** @description Estimated tokens of what is sent to an LLM, by which the prompt is priced. */
            input_tokens: number;
            /** @description Null: unknown. */
            output_tokens: number | null;
            /** @description Dollars for a million tokens of the prompt. Null: unknown. */
            input_price: number | null;
            /** @description Dollars for a million tokens of the answer. Null: unknown. */
            output_price: number | null;
            /** @description Where the prices come from: the request, the file of `LLIMIT_PRICES`, the table that is shipped. */
            price_source: ("request" | "file" | "table") | null;
            /** @description Provider and name under which a file or the table lists the prices. */
            listed_as: string | null;
            /** @description Dollars. Null: unknown. */
            cost: number | null;
            /** @description By the objective. Null: it may not be chosen. */
            utility: number | null;
        };
        PromptRanking: {
            /** @description The LLM to send the prompt to. Null: there is none. */
            choice: string | null;
            /** @description One sentence for a person. */
            reason: string;
            /** @description Whether there is no choice. */
            abstained: boolean;
            /** @description Why: the objective has none; the prompt is too unfamiliar, or the LLM too little judged, to believe in one. */
            abstained_reason: ("objective" | "familiarity" | "evidence") | null;
            /** @description What to take if there is no choice: as the request says, or the LLM in use, or a safe one. */
            fallback: string | null;
            /** @description By falling utility. */
            ranked: components["schemas"]["RankedLlm"][];
            /** @description Candidates that could not be chosen, by the reason. */
            excluded: {
                unknown_cost: string[];
                over_context_limit: string[];
                tried: string[];
            };
            /** @description LLMs that no other beats in probability and cost, by rising cost. */
            pareto: string[];
            /** @description Utility of the choice less the greatest of the others. */
            margin: number | null;
            /** @description Estimated tokens of what is sent to an LLM, by which the prompt is priced. */
            input_tokens: number;
            /** @description Tokens that the encoder read. */
            tokens: number;
            truncated: boolean;
            familiarity: number | null;
            /** @description Of the first 10 LLMs of `ranked`, if the request asks for it. */
            explanation?: {
                /** @description Categories of training prompts, the most similar first. */
                kinds: {
                    category: string;
                    /** @description Cosine of the prompt to the nearest of its regions. */
                    similarity: number;
                    /** @description LLM -> outcomes on it that the saved model was trained on. */
                    outcomes: {
                        [key: string]: number;
                    };
                    /** @description LLM -> their mean score, of LLMs with outcomes on it. Absent if the saved model was made before it was kept. */
                    success_rate?: {
                        [key: string]: number;
                    };
                }[];
                /** @description LLM -> what moves its logit. */
                contributions: {
                    [key: string]: {
                        /** @description Logit at the average prompt: the mean of the training regions, numeric features at their mean, no other feature. */
                        average: number;
                        /** @description Of what the prompt means. */
                        embedding: number;
                        /** @description Of the features of length and of words that come again. */
                        length: number;
                        /** @description Of the features of questions, parts and brackets. */
                        structure: number;
                        /** @description Of the features of fields of knowledge. */
                        subject: number;
                        /** @description Of the features of tone. */
                        tone: number;
                        /** @description Of the features of what is to be done. */
                        task: number;
                        /** @description Of the features of the form of the answer. */
                        format: number;
                        /** @description Of the level that unfamiliar prompts are given. */
                        familiarity: number;
                        /** @description Of the outcomes in the request. */
                        outcomes: number;
                        /** @description Of the probability: the sum of all the above. */
                        logit: number;
                    };
                };
            };
        };
        RankRequest: {
            /** @description Saved model, as `<type>/<name>` or `<type>/<name>@<version>`. */
            model?: string;
            prompts?: string[];
            prompt?: string;
            /** @description A chat: its last user message is read; all messages are priced. */
            messages?: components["schemas"]["Message"][];
            /** @description LLMs to choose from, by any names; all that the saved model knows by default, or for `*` alone. */
            candidates?: (string | components["schemas"]["Candidate"])[];
            /**
             * @description Whether a name that the saved model does not have as it stands is an error.
             * @default false
             */
            exact_names?: boolean;
            /** @description Tokens of an answer. Without it, those that the saved model expects; if it knows no lengths, costs are unknown. */
            output_tokens?: number;
            /** @description What is chosen by, `best` by default. docs/rank.md has the formula of each. */
            objective?: components["schemas"]["BestObjective"] | components["schemas"]["SufficientObjective"] | components["schemas"]["CheapestObjective"] | components["schemas"]["ValueObjective"] | components["schemas"]["DialObjective"] | components["schemas"]["ThresholdObjective"] | components["schemas"]["GuardedObjective"] | components["schemas"]["BudgetObjective"];
            /** @description The LLM in use, which is left for a less probable one only where that pays. */
            current?: {
                llm: string;
                /**
                 * @description Utility that a less probable LLM must have more.
                 * @default 0
                 */
                switch_margin?: number;
            };
            /**
             * @description Whether to choose none where the prompt is less familiar, or the LLM less judged, than the card asks for.
             * @default true
             */
            abstain?: boolean;
            /** @description Named as the fallback where there is no choice. */
            fallback?: string;
            /** @description LLM -> score of an attempt on this prompt: 0 failed, 1 succeeded. The others are conditioned on it. */
            outcomes?: {
                [key: string]: number;
            };
            /** @description Entries of `ranked`; all by default. */
            top?: number;
            /**
             * @description Whether to say what the probabilities of the first LLMs of `ranked` rest on.
             * @default false
             */
            explain?: boolean;
        };
        RankResponse: {
            /** @description One for each prompt, in order. */
            prompts: components["schemas"]["PromptRanking"][];
            /** @description Name as asked -> name of the LLM that it was resolved to, where one differs from the other. */
            resolved_names: {
                [key: string]: string;
            };
            /** @description Candidates that the saved model does not know; they were left out. */
            unknown: string[];
            /** @description Unknown name -> known ones that may have been meant; of at most 20 names. */
            suggestions: {
                [key: string]: string[];
            };
            /** @description The saved model that answered, with its version. */
            model: string;
            /** @description Days of the prices: of the table that is shipped, and of the file of `LLIMIT_PRICES` if there is one. */
            prices_as_of: {
                table?: string;
                file?: string;
            };
            /** @description Expected cost and successes of a budget, and what no choice within it exceeds. */
            spending?: {
                cost: number;
                successes: number;
                bound: number;
            };
            /**
             * @description What of the request was scored.
             * @enum {string}
             */
            read: "prompts" | "prompt" | "last user message";
        };
        ReportedOutcome: {
            /** @description Of the answer, such as the id of its request: an outcome with an id that is known is not written again. */
            id: string;
            /** @description The LLM that answered, by any of its names. */
            llm: string;
            /** @description 0 for a failure, 1 for a success, or between, by the measure that the saved model was trained with. */
            score: number;
            /** @description What it answered. */
            prompt?: string;
            /** @description Or a chat: its last user message is read. */
            messages?: components["schemas"]["Message"][];
            /** @description Tokens of the answer. */
            tokens?: number;
        };
        OutcomesRequest: {
            /** @description Saved model, as `<type>/<name>` or `<type>/<name>@<version>`. */
            model?: string;
            outcomes: components["schemas"]["ReportedOutcome"][];
        };
        OutcomesResponse: {
            /** @description Outcomes that were written; they survive a crash. */
            accepted: number;
            /** @description Outcomes with an id that was known, which were not written again. */
            known: number;
            /** @description The name that the saved model has for each name that it does not have as it stands. */
            resolved_names: {
                [key: string]: string;
            };
        };
        ClassifyRequest: {
            /** @description The prompt. */
            inputs: string;
        };
        /** @description Each tier of `LLIMIT_TIERS` once, in the order of the file. The sum of the scores is 1. */
        ClassifyResponse: {
            label: string;
            score: number;
        }[];
        DecisionsRequest: {
            /** @description A saved model; any other name stands for that of `LLIMIT_DEFAULT_MODEL`. */
            model: string;
            /** @description Text, of which a wrapping by LiteLLM is taken off, or messages, of which the last user message is read. */
            input: string | components["schemas"]["Message"][];
            questions: (({
                /** @constant */
                type: "choice";
                /** @description Comes back in the answer. */
                name?: string | null;
                /** @description Not read: it is always asked which LLM should answer. */
                instructions: string | ({
                    type: string;
                } & {
                    [key: string]: unknown;
                })[];
                /** @description Values, each a tier of `LLIMIT_TIERS` or the name of an LLM. Their descriptions are not read. */
                choices: ({
                    value: string | boolean;
                } & {
                    [key: string]: unknown;
                })[];
            } & {
                [key: string]: unknown;
            }) | ({
                /** @constant */
                type: "predicate";
                /** @description Comes back in the answer. */
                name?: string | null;
                /** @description Whether an LLM succeeds, such as `Will gpt-4o answer correctly?`. */
                instructions: string | ({
                    type: string;
                } & {
                    [key: string]: unknown;
                })[];
            } & {
                [key: string]: unknown;
            }) | ({
                /** @enum {string} */
                type: "score" | "box";
                /** @description Comes back in the answer. */
                name?: string | null;
            } & {
                [key: string]: unknown;
            }))[];
        };
        DecisionsResponse: {
            /** @description The saved model that answered, with its version. */
            model: string;
            /** @description One for each question, in order; a `refusal` to what outcomes do not answer. */
            answers: ({
                /** @constant */
                type: "choice";
                name: string | null;
                /** @description By `LLIMIT_OBJECTIVE`. */
                choice: string | boolean;
                /** @description (max p - 1/k) / (1 - 1/k) for k choices. */
                confidence: number;
                /** @description That the cheapest LLM that succeeds is one of those that the value stands for. The sum is 1. */
                probabilities: {
                    value: string | boolean;
                    probability: number;
                }[];
            } | {
                /** @constant */
                type: "predicate";
                name: string | null;
                /** @description That the LLM succeeds. */
                probability: number;
            } | {
                /** @constant */
                type: "refusal";
                name: string | null;
            })[];
            usage: {
                input_tokens: number;
                input_tokens_details: {
                    /** @constant */
                    cached_tokens: 0;
                    /** @constant */
                    cache_write_tokens: 0;
                };
                /** @constant */
                output_tokens: 0;
                output_tokens_details: {
                    /** @constant */
                    reasoning_tokens: 0;
                };
                total_tokens: number;
            };
        };
        OpenAiError: {
            error: {
                message: string;
                type: string;
                /** @description The field at fault, if one is. */
                param: string | null;
                code: string;
            };
        };
        OpenAiModels: {
            /** @constant */
            object: "list";
            data: {
                id: string;
                /** @constant */
                object: "model";
                /** @constant */
                owned_by: "llimit";
            }[];
        };
        SystemOneError: {
            error: {
                message: string;
                /** @description The field at fault, if one is. */
                field?: string;
            };
        };
        SystemOneRequest: {
            /** @description A saved model; any other name stands for that of `LLIMIT_DEFAULT_MODEL`. */
            model: string;
            /** @description Text, of which a wrapping by LiteLLM is taken off; parts of text; messages, of which the last user message is read; or an object with one of the fields `messages`, `prompt`, `message`, `query`, `question`, `input`, `text`, `content`, `request`, `task`. */
            state: string | components["schemas"]["Message"][] | {
                [key: string]: unknown;
            };
            questions: {
                [key: string]: ({
                    /** @constant */
                    type: "choice";
                    /** @description Not read: it is always asked which LLM should answer. */
                    instructions?: components["schemas"]["Json"];
                    /** @description Labels, each a tier of `LLIMIT_TIERS` or the name of an LLM. Their descriptions are not read. */
                    criteria: {
                        [key: string]: unknown;
                    };
                } & {
                    [key: string]: unknown;
                }) | ({
                    /** @constant */
                    type: "noul";
                    /** @description Whether an LLM succeeds, such as `Will gpt-4o answer correctly?`; it may be left out if the key of the question is the name. */
                    instructions?: components["schemas"]["Json"];
                    criteria?: components["schemas"]["Json"];
                } & {
                    [key: string]: unknown;
                }) | ({
                    /** @enum {string} */
                    type: "score" | "box";
                } & {
                    [key: string]: unknown;
                });
            };
        };
        SystemOneResponse: {
            /** @description The saved model that answered, with its version. */
            model: string;
            answers: {
                [key: string]: {
                    /** @constant */
                    type: "choice";
                    /** @description By `LLIMIT_OBJECTIVE`. */
                    choice: string;
                    /** @description Label -> probability that the cheapest LLM that succeeds is one of its LLMs. The sum is 1. */
                    probabilities: {
                        [key: string]: number;
                    };
                    /** @description (max p - 1/k) / (1 - 1/k) for k labels. */
                    confidence: number;
                } | {
                    /** @constant */
                    type: "noul";
                    /** @description Probability that the LLM succeeds. */
                    noul: number;
                };
            };
            usage: {
                input_tokens: number;
                /** @constant */
                output_tokens: 0;
            };
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    infer: {
        parameters: {
            query?: never;
            header?: {
                /** @description Milliseconds after which the client wants no answer any more, up to `LLIMIT_TIMEOUT_S`. */
                "X-Request-Timeout-Ms"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InferRequest"];
            };
        };
        responses: {
            /** @description The scores; those of one prompt can be compared with each other, probabilities also between prompts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferResponse"];
                };
            };
            /** @description INVALID_JSON, INVALID_REQUEST, INVALID_MODEL_FORMAT, INVALID_MODEL_TYPE, UNKNOWN_LLM */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description UNAUTHORIZED */
            401: {
                headers: {
                    /** @description What a key is sent as. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description MODEL_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description METHOD_NOT_ALLOWED */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request takes too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header Expect is not 100-continue. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description OVERLOADED */
            429: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header is too large, or has too many fields. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description MODEL_BROKEN, ENGINE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listLlms: {
        parameters: {
            query?: {
                /** @description The saved model; that of `LLIMIT_DEFAULT_MODEL` by default. */
                model?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is known of each, and how many outcomes the saved model was trained on. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LlmList"];
                };
            };
            /** @description INVALID_REQUEST, INVALID_MODEL_FORMAT, INVALID_MODEL_TYPE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description UNAUTHORIZED */
            401: {
                headers: {
                    /** @description What a key is sent as. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description MODEL_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description METHOD_NOT_ALLOWED */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request takes too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header Expect is not 100-continue. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header is too large, or has too many fields. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description MODEL_BROKEN */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    rank: {
        parameters: {
            query?: never;
            header?: {
                /** @description Milliseconds after which the client wants no answer any more, up to `LLIMIT_TIMEOUT_S`. */
                "X-Request-Timeout-Ms"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RankRequest"];
            };
        };
        responses: {
            /** @description A choice for each prompt, or the reason why there is none. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RankResponse"];
                };
            };
            /** @description INVALID_JSON, INVALID_REQUEST, INVALID_MODEL_FORMAT, INVALID_MODEL_TYPE, UNKNOWN_LLM */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description UNAUTHORIZED */
            401: {
                headers: {
                    /** @description What a key is sent as. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description MODEL_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description METHOD_NOT_ALLOWED */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request takes too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header Expect is not 100-continue. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description OVERLOADED */
            429: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header is too large, or has too many fields. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description MODEL_BROKEN, ENGINE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    reportOutcomes: {
        parameters: {
            query?: never;
            header?: {
                /** @description Milliseconds after which the client wants no answer any more, up to `LLIMIT_TIMEOUT_S`. */
                "X-Request-Timeout-Ms"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OutcomesRequest"];
            };
        };
        responses: {
            /** @description How many were written. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OutcomesResponse"];
                };
            };
            /** @description INVALID_JSON, INVALID_REQUEST, INVALID_MODEL_FORMAT, INVALID_MODEL_TYPE, UNKNOWN_LLM */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description UNAUTHORIZED */
            401: {
                headers: {
                    /** @description What a key is sent as. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description MODEL_NOT_FOUND, NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description METHOD_NOT_ALLOWED */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request takes too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header Expect is not 100-continue. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description OVERLOADED */
            429: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header is too large, or has too many fields. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description MODEL_BROKEN, ENGINE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listLimits: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Each limit with its setting. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LimitList"];
                };
            };
            /** @description UNAUTHORIZED */
            401: {
                headers: {
                    /** @description What a key is sent as. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description METHOD_NOT_ALLOWED */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request takes too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header Expect is not 100-continue. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header is too large, or has too many fields. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    systemOne: {
        parameters: {
            query?: never;
            header?: {
                /** @description Milliseconds after which the client wants no answer any more, up to `LLIMIT_TIMEOUT_S`. */
                "X-Request-Timeout-Ms"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SystemOneRequest"];
            };
        };
        responses: {
            /** @description An answer to each question, by its key. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SystemOneResponse"];
                };
            };
            /** @description UNAUTHORIZED */
            401: {
                headers: {
                    /** @description What a key is sent as. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SystemOneError"];
                };
            };
            /** @description METHOD_NOT_ALLOWED */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SystemOneError"];
                };
            };
            /** @description The request takes too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header Expect is not 100-continue. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description INVALID_JSON, INVALID_REQUEST, INVALID_MODEL_FORMAT, INVALID_MODEL_TYPE, UNKNOWN_LLM, MODEL_NOT_FOUND, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SystemOneError"];
                };
            };
            /** @description OVERLOADED */
            429: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SystemOneError"];
                };
            };
            /** @description The header is too large, or has too many fields. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description MODEL_BROKEN, INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SystemOneError"];
                };
            };
            /** @description ENGINE_UNAVAILABLE, DEADLINE_EXCEEDED */
            529: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SystemOneError"];
                };
            };
        };
    };
    createDecision: {
        parameters: {
            query?: never;
            header?: {
                /** @description Milliseconds after which the client wants no answer any more, up to `LLIMIT_TIMEOUT_S`. */
                "X-Request-Timeout-Ms"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DecisionsRequest"];
            };
        };
        responses: {
            /** @description An answer to each question, in order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionsResponse"];
                };
            };
            /** @description INVALID_JSON, INVALID_REQUEST, INVALID_MODEL_FORMAT, INVALID_MODEL_TYPE, UNKNOWN_LLM */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenAiError"];
                };
            };
            /** @description UNAUTHORIZED */
            401: {
                headers: {
                    /** @description What a key is sent as. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenAiError"];
                };
            };
            /** @description MODEL_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenAiError"];
                };
            };
            /** @description METHOD_NOT_ALLOWED */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenAiError"];
                };
            };
            /** @description The request takes too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenAiError"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenAiError"];
                };
            };
            /** @description The header Expect is not 100-continue. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description OVERLOADED */
            429: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenAiError"];
                };
            };
            /** @description The header is too large, or has too many fields. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenAiError"];
                };
            };
            /** @description MODEL_BROKEN, ENGINE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenAiError"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenAiError"];
                };
            };
        };
    };
    listOpenAiModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Those that can be used. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenAiModels"];
                };
            };
            /** @description UNAUTHORIZED */
            401: {
                headers: {
                    /** @description What a key is sent as. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenAiError"];
                };
            };
            /** @description METHOD_NOT_ALLOWED */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenAiError"];
                };
            };
            /** @description The request takes too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header Expect is not 100-continue. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header is too large, or has too many fields. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenAiError"];
                };
            };
        };
    };
    classify: {
        parameters: {
            query?: never;
            header?: {
                /** @description Milliseconds after which the client wants no answer any more, up to `LLIMIT_TIMEOUT_S`. */
                "X-Request-Timeout-Ms"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClassifyRequest"];
            };
        };
        responses: {
            /** @description Each tier once; the one to take has the greatest score. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClassifyResponse"];
                };
            };
            /** @description INVALID_JSON, INVALID_REQUEST, INVALID_MODEL_FORMAT, INVALID_MODEL_TYPE, UNKNOWN_LLM */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description UNAUTHORIZED */
            401: {
                headers: {
                    /** @description What a key is sent as. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description MODEL_NOT_FOUND, NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description METHOD_NOT_ALLOWED */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request takes too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header Expect is not 100-continue. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description OVERLOADED */
            429: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header is too large, or has too many fields. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description MODEL_BROKEN, ENGINE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every saved model and every older version, also those that are broken. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelList"];
                };
            };
            /** @description UNAUTHORIZED */
            401: {
                headers: {
                    /** @description What a key is sent as. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description METHOD_NOT_ALLOWED */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request takes too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header Expect is not 100-continue. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header is too large, or has too many fields. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    describeModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Type of the saved model. */
                type: string;
                /** @description Name of the saved model, or `<name>@<version>`; a slash within it is sent as %2F. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The saved model with its card. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelDescription"];
                };
            };
            /** @description INVALID_REQUEST, INVALID_MODEL_FORMAT, INVALID_MODEL_TYPE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description UNAUTHORIZED */
            401: {
                headers: {
                    /** @description What a key is sent as. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description MODEL_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description METHOD_NOT_ALLOWED */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request takes too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header Expect is not 100-continue. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header is too large, or has too many fields. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description MODEL_BROKEN */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does, whatever the saved models do. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description METHOD_NOT_ALLOWED */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request takes too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header Expect is not 100-continue. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header is too large, or has too many fields. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The preloaded saved models are loaded, held to their reference scores and warm, and the threads answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ready"];
                };
            };
            /** @description METHOD_NOT_ALLOWED */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request takes too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header Expect is not 100-continue. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header is too large, or has too many fields. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description They are not, or the server is about to stop. A full queue is no reason. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ready"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The text format of Prometheus, version 0.0.4. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description UNAUTHORIZED */
            401: {
                headers: {
                    /** @description What a key is sent as. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description METHOD_NOT_ALLOWED */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request takes too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header Expect is not 100-continue. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header is too large, or has too many fields. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    root: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where to go from here. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Root"];
                };
            };
            /** @description UNAUTHORIZED */
            401: {
                headers: {
                    /** @description What a key is sent as. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description METHOD_NOT_ALLOWED */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request takes too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header Expect is not 100-continue. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header is too large, or has too many fields. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An OpenAPI 3.1 document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description UNAUTHORIZED */
            401: {
                headers: {
                    /** @description What a key is sent as. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description METHOD_NOT_ALLOWED */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request takes too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header Expect is not 100-continue. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header is too large, or has too many fields. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    playground: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description UNAUTHORIZED */
            401: {
                headers: {
                    /** @description What a key is sent as. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description METHOD_NOT_ALLOWED */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request takes too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header Expect is not 100-continue. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header is too large, or has too many fields. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    docs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description UNAUTHORIZED */
            401: {
                headers: {
                    /** @description What a key is sent as. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description METHOD_NOT_ALLOWED */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request takes too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header Expect is not 100-continue. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header is too large, or has too many fields. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    redoc: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description UNAUTHORIZED */
            401: {
                headers: {
                    /** @description What a key is sent as. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description METHOD_NOT_ALLOWED */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request takes too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header Expect is not 100-continue. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The header is too large, or has too many fields. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
}
