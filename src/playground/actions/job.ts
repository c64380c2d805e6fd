/** Running one job from its set-up to the clean-up, and saying how it ended. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Annotation, WorkflowJob } from '../contract.ts';
import { preStep } from './action.ts';
import type { Cancellation } from './cancellation.ts';
import { evaluateCondition, evaluateStrings, evaluateText, evaluateToken } from './expressions.ts';
import { type Frame, stepGithub, stepScope } from './frame.ts';
import { JobContext, type JobPlan, type JobServices } from './job-context.ts';
import { JobSteps } from './job-steps.ts';
import { killByVariable } from './process.ts';
import { runStep, stepName } from './step.ts';
import type { StepDefinition } from './step-definition.ts';
import { isLocal } from './uses.ts';
import { asMapping, findToken } from './workflow-file.ts';
import { createWorkspace, removeWorkspace } from './workspace.ts';

export interface JobResult {
  readonly conclusion: 'success' | 'failure' | 'cancelled';
  readonly outputs: Readonly<Record<string, string>>;
  readonly annotations: readonly Annotation[];
}

/** GitHub ends what goes on after a cancellation after five minutes. */
const CANCELLATION_MINUTES = 5;

/**
 * Runs a job. Nothing of it is left afterwards: no process, no folder, no token.
 * @param report called at each change of the list of steps.
 */
export async function runJob(
  plan: JobPlan,
  services: JobServices,
  cancellation: Cancellation,
  report: (steps: WorkflowJob['steps']) => void,
): Promise<JobResult> {
  const { host } = services;
  const { repository } = plan.run;
  const root = services.jobFolder(plan.jobId);
  const token = host.createJobToken(repository, plan.permissions, plan.run.id);
  const job = new JobContext(plan, services, {
    workspace: createWorkspace(root, repository.split('/')[1] ?? repository),
    token,
    secrets: plan.restricted ? new Map() : host.secrets(repository, plan.environment),
    cancellation,
  });
  const openId = plan.permissions['id-token'] === 'write' ? await services.openIdTokens(plan) : undefined;
  const stopTimers = limitTime(job);
  try {
    if (openId !== undefined) {
      job.masker.add(openId.token);
      job.oidc = { ACTIONS_ID_TOKEN_REQUEST_URL: openId.url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: openId.token };
    }
    const outputs = await runSteps(job, report);
    return { conclusion: job.status, outputs, annotations: job.annotations };
  } finally {
    stopTimers();
    openId?.close();
    host.revokeToken(token);
    const left = killByVariable('RUNNER_TRACKING_ID', (id) => id === job.trackingId);
    if (left > 0) job.log.write(`Cleaning up orphan processes: ${left} terminated`);
    job.log.close();
    removeWorkspace(root);
  }
}

/** Cancels the job when its time is over, and kills it if it does not end after being cancelled. */
function limitTime(job: JobContext): () => void {
  const { minute } = job.services;
  const { timeoutMinutes } = job.plan;
  const timeout = setTimeout(() => {
    job.fail(`The job has exceeded the maximum execution time of ${timeoutMinutes}m0s`);
    job.cancellation.cancel();
  }, timeoutMinutes * minute);
  let patience: NodeJS.Timeout | undefined;
  const stopListening = job.cancellation.listen(() => {
    patience ??= setTimeout(() => job.cancellation.kill(), CANCELLATION_MINUTES * minute);
  });
  return () => {
    clearTimeout(timeout);
    clearTimeout(patience);
    stopListening();
  };
}

async function runSteps(
  job: JobContext,
  report: (steps: WorkflowJob['steps']) => void,
): Promise<Readonly<Record<string, string>>> {
  const { definition } = job.plan;
  const frame = jobFrame(job);
  const steps = new JobSteps(report);
  const setUp = steps.add('Set up job');
  steps.start(setUp);
  let pre: readonly StepDefinition[];
  try {
    pre = prepare(job);
  } catch (error) {
    job.fail(error instanceof Error ? error.message : String(error));
    job.failed = true;
    steps.end(setUp, 'failure');
    for (const step of definition.steps) steps.add(stepName(frame, step));
    steps.endRest('skipped');
    return {};
  }
  steps.end(setUp, 'success');
  const all = [...pre, ...definition.steps];
  const name = (step: StepDefinition) =>
    step.preOf === undefined ? stepName(frame, step) : `Pre ${step.uses}`;
  const numbers = all.map((step) => steps.add(name(step)));
  for (const [index, step] of all.entries()) {
    const number = numbers[index] ?? 0;
    steps.start(number, name(step));
    const { conclusion } = await runStep(frame, step, index);
    job.failed = frame.failed;
    steps.end(number, conclusion);
  }
  await runPostSteps(job, frame, steps);
  const end = steps.add('Complete job');
  const outputs = jobOutputs(job, frame);
  steps.end(end, 'success');
  return outputs;
}

function jobFrame(job: JobContext): Frame {
  const { definition, workflow } = job.plan;
  const fromDefaults = (key: string) =>
    findToken(definition.properties, 'defaults', 'run', key) ??
    findToken(workflow.properties, 'defaults', 'run', key);
  return {
    job,
    depth: 0,
    steps: new Map(),
    overlay: new Map(),
    contexts: {},
    place: {},
    defaultShell: fromDefaults('shell'),
    defaultDirectory: fromDefaults('working-directory'),
    failed: false,
  };
}

/**
 * What GitHub does first: writes the event's payload, evaluates `env`, fetches the actions of other repositories.
 * Answers the steps that run what those have to do before.
 */
function prepare(job: JobContext): readonly StepDefinition[] {
  const { plan, log } = job;
  const eventFile = String(job.github.event_path);
  mkdirSync(dirname(eventFile), { recursive: true });
  writeFileSync(eventFile, JSON.stringify(plan.run.event.payload, null, 2));
  log.group('GITHUB_TOKEN Permissions', [
    ...Object.entries(plan.permissions).map(([name, level]) => `${name}: ${level}`),
    'metadata: read',
  ]);
  log.write(`Secret source: ${plan.restricted ? 'None' : 'Actions'}`);
  for (const properties of [plan.workflow.properties, plan.definition.properties]) {
    for (const [name, value] of evaluateStrings(asMapping(properties.find('env')), job.scope())) {
      job.env.set(name, value);
    }
  }
  const pre = plan.definition.steps.flatMap((step) => {
    if (step.uses !== undefined && !isLocal(step.uses))
      log.write(`Download action repository '${step.uses}'`);
    return preStep(job, step) ?? [];
  });
  log.write(`Complete job name: ${plan.name}`);
  return pre;
}

/** In the reverse of the order in which the actions ran. */
async function runPostSteps(job: JobContext, frame: Frame, steps: JobSteps): Promise<void> {
  for (const post of [...job.postSteps].reverse()) {
    const number = steps.add(post.name);
    steps.start(number);
    if (job.cancellation.killed) {
      steps.end(number, 'cancelled');
      continue;
    }
    const controller = new AbortController();
    const stopListening = job.cancellation.listen(() => {
      if (job.cancellation.killed) controller.abort();
    });
    try {
      const runs = evaluateCondition(post.condition, stepScope(frame, stepGithub(frame, ''), new Map()));
      if (runs) await post.run(controller.signal);
      steps.end(number, runs ? 'success' : 'skipped');
    } catch (error) {
      job.fail(error instanceof Error ? error.message : String(error));
      job.failed = true;
      frame.failed = true;
      steps.end(number, 'failure');
    } finally {
      stopListening();
    }
  }
}

/** Outputs go to other jobs in the clear, so GitHub leaves out those that hold a secret. */
function jobOutputs(job: JobContext, frame: Frame): Readonly<Record<string, string>> {
  const { outputs, environment } = {
    outputs: asMapping(job.plan.definition.properties.find('outputs')),
    environment: findToken(job.plan.definition.properties, 'environment', 'url'),
  };
  const scope = job.scope(Object.fromEntries(frame.steps));
  const kept: [string, string][] = [];
  try {
    for (const [name, value] of evaluateStrings(outputs, scope)) {
      if (job.masker.apply(value) === value) kept.push([name, value]);
      else {
        const message = `Skip output '${name}' since it may contain secret.`;
        job.log.warning(message);
        job.annotate({ level: 'warning', title: '', message });
      }
    }
    const url = evaluateText(environment, scope);
    if (url !== undefined) job.log.write(`Evaluated environment url: ${url}`);
  } catch (error) {
    job.fail(error instanceof Error ? error.message : String(error));
    job.failed = true;
  }
  return Object.fromEntries(kept);
}

/** The timeout of a job in minutes. @throws if it is no positive integer. */
export function jobTimeout(
  plan: Pick<JobPlan, 'definition'>,
  scope: Parameters<typeof evaluateToken>[1],
): number {
  const value = evaluateToken(plan.definition.properties.find('timeout-minutes'), scope) ?? 360;
  const minutes = Number(value);
  if (Number.isInteger(minutes) && minutes > 0) return minutes;
  throw new Error(`timeout-minutes must be a positive integer, not '${String(value)}'`);
}
