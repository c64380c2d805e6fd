/** What the engine remembers of runs and jobs: the contract's data and what is needed to go on with them. */
import type { Annotation, Conclusion, HostEvent, RunStatus, WorkflowJob } from '../contract.ts';

export interface RunRecord {
  readonly id: number;
  readonly repository: string;
  readonly workflowId: number;
  readonly workflowPath: string;
  readonly name: string;
  readonly displayTitle: string;
  readonly headBranch: string;
  readonly headSha: string;
  readonly headRepository: string;
  readonly runNumber: number;
  readonly createdAt: number;
  readonly event: HostEvent;
  /** How many `workflow_run` events led here; GitHub follows three. */
  readonly chain: number;
  readonly attempt: number;
  readonly status: RunStatus;
  readonly conclusion: Conclusion;
  readonly updatedAt: number;
  readonly annotations: readonly Annotation[];
}

export interface JobRecord extends WorkflowJob {
  readonly runId: number;
  readonly attempt: number;
  /** The key of the job in the workflow file. */
  readonly key: string;
}

export interface ArtifactRecord {
  readonly id: number;
  readonly runId: number;
  readonly name: string;
  /** Bytes of all files. */
  readonly size: number;
}

/** Seconds since 1970. */
export function now(): number {
  return Math.floor(Date.now() / 1000);
}
