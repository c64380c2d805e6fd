/** An event as text for a terminal: what it changes, who has signed, what is wrong, who does what next. */
import type { EventStatus } from '../event/event.ts';
import { headline, thresholdLine } from '../event/report.ts';
import { commandWord, escapeControls, findingLines, type Say, style } from './output.ts';

/** Prints what an event changes, computed from the bytes that would be signed. */
export function sayChanges(say: Say, status: EventStatus, roles?: readonly string[]): void {
  for (const { role, kind, lines } of status.changes) {
    if (roles && !roles.includes(role)) continue;
    say(`${style('bold', escapeControls(role))} is ${kind}:`);
    for (const line of lines) say(`  ${escapeControls(line)}`);
  }
}

/** Prints the whole state of an event. @param argument what follows `playground sign` to mean it */
export function sayStatus(say: Say, status: EventStatus, argument = commandWord(status.name)): void {
  const colour = ({ ready: 'green', waiting: 'yellow', invalid: 'red', empty: 'dim' } as const)[status.state];
  say(`${style('bold', `Signing event ${escapeControls(status.name)}`)}: ${style(colour, headline(status))}`);
  sayChanges(say, status);
  const { added, changed, removed } = status.artifacts;
  for (const [mark, paths] of [
    ['+', added],
    ['~', changed],
    ['−', removed],
  ] as const) {
    for (const path of paths) say(`  ${mark} targets/${escapeControls(path)}`);
  }
  if (status.thresholds.length > 0) say('Signatures:');
  for (const threshold of status.thresholds) {
    say(
      `  ${threshold.result.met ? style('green', '✓') : style('yellow', '…')} ${escapeControls(thresholdLine(threshold, status.invitations))}`,
    );
  }
  if (status.findings.length > 0) say('Findings:');
  for (const line of findingLines(status.findings)) say(line);
  for (const [login, step] of status.nextSteps) {
    say(
      `${style('bold', 'Next:')} ${escapeControls(login)}: ${escapeControls(step)} — playground sign ${argument}`,
    );
  }
  if (status.state === 'ready')
    say(`${style('bold', 'Next:')} merge sign/${escapeControls(status.name)} into the main branch`);
}
