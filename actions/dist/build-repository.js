import { i as summary, n as annotate, o as getInput, r as runAction, u as setOutput } from "./shared-frame.js";
import { i as buildPublication, n as fetchPublication } from "./shared-remote.js";
// src/actions/build-repository.ts
/** Action `build-repository`: validates what is to be published once more and builds the site. */
await runAction(async ({ openClone, now }) => {
	const { repository, remote } = await openClone();
	const directory = getInput("directory", { required: true });
	const source = await fetchPublication(remote);
	const built = await buildPublication({
		...source,
		repository,
		directory,
		now
	});
	annotate(built.warnings);
	setOutput("directory", built.directory);
	await summary(`Built ${built.metadataFiles} metadata files and ${built.artifacts} artifacts from commit ${built.mainCommit}.\n`);
});
export {};
