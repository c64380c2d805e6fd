/** Workflow runs: the list, and one run with its jobs, steps, annotations, summary and log. */
import { html } from 'hono/html';
import type { Annotation, WorkflowJob, WorkflowRun } from '../../contract.ts';
import { toTimestamp } from '../context.ts';
import { notFound } from '../errors.ts';
import { fullName } from '../repositories.ts';
import { mayWrite } from './code-pages.ts';
import { day, form, type Html, markdown, shortId } from './layout.ts';
import type { WebRequest } from './request.ts';

function tag({ status, conclusion }: Pick<WorkflowRun, 'status' | 'conclusion'>): Html {
  const text = (conclusion ?? status).replaceAll('_', ' ');
  const tone =
    conclusion === 'success'
      ? 'success'
      : conclusion === 'failure' || conclusion === 'timed_out'
        ? 'failure'
        : status === 'completed' && conclusion !== 'action_required'
          ? 'quiet'
          : 'pending';
  return html`<span class="tag ${tone}">${text}</span>`;
}

export function runsPage(request: WebRequest): Html {
  const { context, session } = request;
  const repository = request.repository();
  const base = `/${fullName(repository)}/actions`;
  const engine = context.engine();
  const runs = engine.runs(fullName(repository)).toSorted((a, b) => b.id - a.id);
  const trusted = mayWrite(request, repository);
  const settings = !repository.actionsEnabled
    ? html`<p>Workflows are disabled in this ${repository.parentId === null ? 'repository' : 'fork'}.</p>${trusted ? form(session, `${base}/enable`, html`<button class="main">Enable them</button>`) : ''}`
    : '';
  const workflows = engine.workflows(fullName(repository));
  return html`${settings}<h2>Workflows</h2><div class="box">${
    workflows.length === 0
      ? html`<div class="row dim">There is none on ${repository.defaultBranch}.</div>`
      : ''
  }${workflows.map(
    (workflow) =>
      html`<div class="row"><span class="grow">${workflow.name} <span class="dim">${workflow.path}</span></span>${
        trusted
          ? form(session, `${base}/dispatch`, html`<button>Run</button>`, { workflow: workflow.path })
          : ''
      }</div>`,
  )}</div>${trusted ? form(session, `${base}/schedules`, html`<button>Let schedules fire now</button>`) : ''}
<h2>Runs</h2><div class="box">${runs.length === 0 ? html`<div class="row dim">There is none.</div>` : ''}${runs.map(
    (
      run,
    ) => html`<div class="row">${tag(run)}<a class="grow" href="${base}/runs/${run.id}">${run.displayTitle}</a>
<span class="dim">${run.name} #${run.runNumber} · ${run.event} · ${run.actor} · ${day(toTimestamp(new Date(run.createdAt * 1000)))}</span></div>`,
  )}</div>`;
}

export function runPage(request: WebRequest): Html {
  const { context, session } = request;
  const repository = request.repository();
  const run = context.engine().run(Number(request.param('run')));
  if (!run || run.repository.toLowerCase() !== fullName(repository).toLowerCase()) throw notFound();
  const base = `/${fullName(repository)}/actions/runs/${run.id}`;
  const waiting = run.conclusion === 'action_required';
  const buttons = mayWrite(request, repository)
    ? html`${waiting ? form(session, `${base}/approve`, html`<button class="main">Approve and run</button>`) : ''}
${run.status === 'completed' && !waiting ? form(session, `${base}/rerun`, html`<button>Run again</button>`) : ''}
${run.status === 'completed' ? '' : form(session, `${base}/cancel`, html`<button>Cancel</button>`)}`
    : '';
  return html`<h1>${run.displayTitle} <small>${run.name} #${run.runNumber}</small></h1>
<p>${tag(run)} <span class="dim">${run.event} by ${run.actor} · <code>${run.headBranch}</code> <code>${shortId(run.headSha)}</code> · attempt ${run.attempt}</span></p>
<p>${buttons}</p>${annotations(run.annotations)}${run.jobs.map((job) => jobBox(request, job))}`;
}

function annotations(list: readonly Annotation[]): Html {
  return html`${list.map(
    (
      note,
    ) => html`<div class="row"><span class="tag ${note.level === 'failure' ? 'failure' : note.level === 'warning' ? 'pending' : 'quiet'}">${note.level}</span>
<span class="grow"><strong>${note.title}</strong> ${note.message} <span class="dim">${note.path ?? ''}${note.line === undefined ? '' : `:${note.line}`}</span></span></div>`,
  )}`;
}

function jobBox({ context }: WebRequest, job: WorkflowJob): Html {
  const engine = context.engine();
  const summary = engine.jobSummary(job.id);
  return html`<section class="box"><div class="head">${tag(job)} <strong>${job.name}</strong></div>
${job.steps.map((step) => html`<div class="row">${tag(step)}<span class="grow">${step.name}</span></div>`)}
${annotations(job.annotations)}
${summary.trim() === '' ? '' : html`<div class="body"><h2>Summary</h2>${markdown(summary)}</div>`}
<div class="body"><details><summary>Log</summary><pre>${engine.jobLog(job.id)}</pre></details></div></section>`;
}
