/** Action `signing-event`: evaluates the open signing events and reports on their pull requests. */
import { escapeMarkdown, headline, plain } from '../event/report.ts';
import { runAction, summary } from './frame.ts';
import { sweep } from './sweep.ts';

await runAction(async (action) => {
  const swept = await sweep(action);
  const lines = swept.map(
    ({ pull, status }) =>
      `- [#${pull.number}](${pull.url}) \`${plain(status.name)}\`: ${escapeMarkdown(headline(status))}`,
  );
  await summary(
    lines.length > 0 ? `### Signing events\n\n${lines.join('\n')}\n` : 'No open signing event to look at.\n',
  );
});
