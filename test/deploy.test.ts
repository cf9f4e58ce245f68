import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { expect } from 'chai'
import { parse } from 'yaml'
import { z } from 'zod'

import { readConfig } from '../src/config/config.js'
import { variableOf } from '../src/config/setting.js'
import { SETTINGS } from '../src/config/settings.js'
import { Metrics } from '../src/telemetry/metrics.js'
import { RequestTrace } from '../src/telemetry/requestTrace.js'
import { repositoryRoot } from './repository.js'

const read = (file: string) => readFileSync(path.join(repositoryRoot, 'deploy', file), 'utf8')
const yaml = (file: string) => parse(read(file), { merge: true }) as unknown

/** Names of metrics in an expression of PromQL. */
const metricsIn = (expression: string) => expression.match(/\b(?:llimit|nodejs|process)_\w+/g) ?? []

describe('deploy/', () => {
  let exposed: Set<string>
  before(async () => {
    const metrics = new Metrics('1')
    for (const name of ['queued_tokens', 'in_flight_requests', 'loaded_models', 'tensors'] as const)
      metrics.gauge(name, () => 0)
    const trace = new RequestTrace()
    trace.lap('read')
    metrics.requestEnded({ route: '/infer', status: 200, seconds: 1, trace })
    const text = await metrics.text()
    const families = [...text.matchAll(/^# TYPE (\S+) (\w+)/gm)].map(([, name = '', type]) => ({
      name,
      type,
    }))
    exposed = new Set(
      families.flatMap(({ name, type }) =>
        type === 'histogram' ? [name, ...['_bucket', '_sum', '_count'].map((end) => name + end)] : [name],
      ),
    )
  })

  const dashboard = z.object({
    uid: z.string(),
    templating: z.object({ list: z.array(z.object({ name: z.string(), query: z.string() })) }),
    panels: z.array(
      z.object({
        id: z.int(),
        title: z.string(),
        type: z.string(),
        gridPos: z.object({ h: z.int(), w: z.int(), x: z.int(), y: z.int() }),
        targets: z.array(z.object({ expr: z.string() })).default([]),
      }),
    ),
  })

  it('has a dashboard that asks for metrics that exist, and for all of them that are ours', () => {
    const { panels, templating } = dashboard.parse(JSON.parse(read('grafana/dashboard.json')))
    const asked = [
      ...panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => metricsIn(expr))),
      ...templating.list.flatMap(({ query }) => metricsIn(query)),
    ]
    for (const name of asked) expect([...exposed], name).to.include(name)
    const families = new Set(asked.map((name) => name.replace(/_(bucket|sum|count)$/, '')))
    const ours = [...exposed].filter(
      (name) => name.startsWith('llimit_') && !/_(bucket|sum|count)$/.test(name),
    )
    expect(ours.filter((name) => !families.has(name))).to.deep.equal([])
  })

  it('has panels that lie next to each other, each with its number', () => {
    const { panels } = dashboard.parse(JSON.parse(read('grafana/dashboard.json')))
    expect(new Set(panels.map(({ id }) => id)).size).to.equal(panels.length)
    const cells = panels.flatMap(({ gridPos: { h, w, x, y } }) =>
      Array.from({ length: h * w }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`),
    )
    expect(new Set(cells).size).to.equal(cells.length)
    expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).to.equal(24)
  })

  it('has alerts on metrics that exist', () => {
    const { groups } = z
      .object({
        groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })),
      })
      .parse(yaml('alerts.yaml'))
    const rules = groups.flatMap((group) => group.rules)
    expect(rules.length).to.be.greaterThan(3)
    for (const { alert, expr } of rules) {
      expect(metricsIn(expr), alert).to.not.be.empty
      for (const name of metricsIn(expr)) expect([...exposed], alert).to.include(name)
    }
  })

  const variables = SETTINGS.keyof().options.map(variableOf)

  it('is explained in docs/operations.md, with metrics and settings that exist', () => {
    const page = readFileSync(path.join(repositoryRoot, 'docs/operations.md'), 'utf8')
    const metrics = metricsIn(page)
    expect(metrics.length).to.be.greaterThan(10)
    for (const name of metrics) expect([...exposed]).to.include(name)
    // Kubernetes sets this one.
    const settings = (page.match(/\bLLIMIT_\w+/g) ?? []).filter((name) => name !== 'LLIMIT_PORT')
    for (const name of settings) expect(variables).to.include(name)
    for (const file of readdirSync(path.join(repositoryRoot, 'deploy')))
      expect(page).to.include(`deploy/${file}`)
  })
  const environment = z.record(z.string(), z.coerce.string())

  it('has a compose file of three servers that start with its settings, behind nginx.conf', () => {
    const service = z.looseObject({
      environment: environment.optional(),
      stop_grace_period: z.string().optional(),
    })
    const { services } = z.object({ services: z.record(z.string(), service) }).parse(yaml('compose.yaml'))
    const servers = Object.keys(services).filter((name) => name.startsWith('llimit-'))
    expect(servers).to.have.length(3)
    for (const name of servers) {
      const env = services[name]?.environment ?? {}
      const config = readConfig({}, { ...env, LLIMIT_API_KEYS: '' })
      const grace = parseInt(services[name]?.stop_grace_period ?? '', 10) * 1000
      expect(grace).to.be.greaterThan(config.stop.pauseMs + config.stop.deadlineMs + 2000)
      expect(read('nginx.conf')).to.include(`server ${name}:8000 `)
    }
  })

  it('has a deployment whose settings exist, that is probed at /ready and has time to stop', () => {
    const text = read('kubernetes/deployment.yaml')
    for (const name of text.match(/\bLLIMIT_\w+/g) ?? []) expect(variables).to.include(name)
    const { spec } = z
      .object({
        spec: z.object({
          template: z.object({
            spec: z.object({
              terminationGracePeriodSeconds: z.int(),
              securityContext: z.object({ runAsNonRoot: z.literal(true) }),
              containers: z.tuple([
                z.object({
                  env: z.array(z.object({ name: z.string(), value: z.string() })),
                  readinessProbe: z.object({ httpGet: z.object({ path: z.literal('/ready') }) }),
                  livenessProbe: z.object({ httpGet: z.object({ path: z.literal('/health') }) }),
                  resources: z.object({ requests: z.object({ cpu: z.string(), memory: z.string() }) }),
                  securityContext: z.object({ readOnlyRootFilesystem: z.literal(true) }),
                }),
              ]),
            }),
          }),
        }),
      })
      .parse(yaml('kubernetes/deployment.yaml'))
    const pod = spec.template.spec
    const env = Object.fromEntries(pod.containers[0].env.map(({ name, value }) => [name, value]))
    const { stop } = readConfig({}, { ...env, LLIMIT_API_KEYS_FILE: '' })
    expect(pod.terminationGracePeriodSeconds * 1000).to.be.greaterThan(stop.pauseMs + stop.deadlineMs + 2000)
  })

  it('has manifests that kustomization.yaml lists, all of the same application', () => {
    const files = readdirSync(path.join(repositoryRoot, 'deploy/kubernetes'))
    const { resources } = z
      .object({ resources: z.array(z.string()) })
      .parse(yaml('kubernetes/kustomization.yaml'))
    expect([...resources, 'kustomization.yaml']).to.have.members(files)
    const kinds = resources.map((file) => {
      const manifest = z.looseObject({ kind: z.string(), metadata: z.object({ name: z.literal('llimit') }) })
      return manifest.parse(yaml(`kubernetes/${file}`)).kind
    })
    expect(kinds).to.have.members([
      'Deployment',
      'Service',
      'HorizontalPodAutoscaler',
      'PodDisruptionBudget',
      'NetworkPolicy',
    ])
  })
})
